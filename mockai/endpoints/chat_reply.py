"""A chat completion in one piece: the JSON of a reply that is not streamed.

OpenAI sends no thoughts; where they are scripted, they are sent as `reasoning_content`, the key of DeepSeek,
SGLang and others.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from operator import attrgetter
from typing import Any

import orjson

from mockai.endpoints.chat_choice import OutgoingChoice, Spent, outgoing_choices
from mockai.endpoints.chat_frame import Frame, identity
from mockai.endpoints.chat_request import Asked
from mockai.endpoints.parts import Part
from mockai.ids import Mint
from mockai.kept import Kept
from mockai.replies.answer import Audio, Choice, Completion, Item, Reasoning, Refusal, Text, ToolCall
from mockai.request import APIRequest
from mockai.tokens import prompt_tokens

__all__ = ["call_json", "completion_bytes", "completion_json"]

_LARGEST = 65_536
_MOST_USAGES = 256


def completion_json(completion: Completion, request: APIRequest, mint: Mint) -> dict[str, Any]:
    """The `chat.completion` object, its keys in the API's order."""
    reply: dict[str, Any] = orjson.loads(completion_bytes(completion, request, mint))
    return reply


def completion_bytes(completion: Completion, request: APIRequest, mint: Mint) -> bytes:
    """The `chat.completion` object as it is sent."""
    whole = _whole(completion, request.model or "", Asked.of(request.body), mint)
    usage = whole.usage(completion, prompt_tokens(request))
    return b"%b%b%b%b" % (identity(completion, mint, "chat.completion"), whole.choices, usage, whole.end)


class _Whole:
    """A completion's bytes between its time and its usage, and behind that: made once for all requests for one model
    that ask for the same of the same completion."""

    __slots__ = ("_spent", "_usages", "choices", "end", "frame")

    def __init__(
        self, frame: Frame, choices: bytes, end: bytes, spent: Spent, usages: dict[tuple[int, Spent], bytes]
    ) -> None:
        self.choices = choices
        self.end = end
        self.frame = frame
        self._spent = spent
        self._usages = usages

    @classmethod
    def of(cls, frame: Frame, completion: Completion, mint: Mint) -> _Whole:
        """The bytes of any completion."""
        sent = outgoing_choices(completion, frame.asked, frame.family, mint)
        choices = {"model": frame.model, "choices": [_choice(choice, frame) for choice in sent]}
        end = {**frame.tier, "system_fingerprint": frame.system_fingerprint}
        made = b"," + orjson.dumps(choices)[1:-1] + b',"usage":'
        return cls(frame, made, b"," + orjson.dumps(end)[1:], Spent.on(sent), {})

    def usage(self, completion: Completion, prompt: int) -> bytes:
        """The usage after a prompt of so many tokens."""
        key = (prompt, self._spent)
        made = self._usages.get(key)
        if made is None:
            if len(self._usages) >= _MOST_USAGES:
                self._usages.clear()
            made = self._usages[key] = orjson.dumps(self.frame.usage(prompt, completion, self._spent))
        return made


def _whole(completion: Completion, model: str, asked: Asked, mint: Mint) -> _Whole:
    key = (completion, None, model, asked.unusual, mint.seed)
    kept = _WHOLES.get(*key) if completion.still else None
    if kept is not None:
        return kept
    text = _only_text(completion) if asked.takes_all else None
    if text is None:
        made = _made(completion, model, asked, mint)
        lasts = made.frame.lasts(completion)
    else:
        made, lasts = _form(model, asked, mint.seed).holding(text, completion), completion.still
    if lasts and len(made.choices) <= _LARGEST:
        _WHOLES.keep(made, *key)
    return made


def _made(completion: Completion, model: str, asked: Asked, mint: Mint) -> _Whole:
    return _Whole.of(Frame.of(completion, model, asked, mint.seed), completion, mint)


_WHOLES: Kept[_Whole] = Kept(limit=256)


@dataclass(frozen=True, slots=True)
class _Form:
    """What surrounds the text of a reply that is a text and nothing else: a new text, as each test has, is put in."""

    frame: Frame
    before: bytes
    after: bytes
    end: bytes
    usages: dict[tuple[int, Spent], bytes] = field(default_factory=dict)

    def holding(self, text: str, completion: Completion) -> _Whole:
        """The bytes of the reply with this text, which is that of the completion."""
        rules = self.frame.family.tokens
        choices = b"%b%b%b" % (self.before, orjson.dumps(text), self.after)
        usages = self.usages if completion.usage is None else {}
        return _Whole(self.frame, choices, self.end, Spent(rules.text + rules.count(text), 0), usages)


_MARK = "\N{SUBSTITUTE}"


@lru_cache(maxsize=256)
def _form(model: str, asked: Asked, seed: int | str) -> _Form:
    like = _made(Completion((Choice((Text(_MARK),)),)), model, asked, Mint(seed))
    before, _, after = like.choices.rpartition(orjson.dumps(_MARK))
    return _Form(like.frame, before, after, like.end)


def _only_text(completion: Completion) -> str | None:
    """The text of a completion to which there is no more."""
    if len(completion.choices) != 1 or _beside(completion) != _AS_USUAL:
        return None
    choice = completion.choices[0]
    if len(choice.items) != 1 or choice.finish_reason is not None or choice.logprobs is not None:
        return None
    item = choice.items[0]
    return item.text if type(item) is Text and not item.annotations else None


_beside = attrgetter("model", "chunks", "service_tier", "system_fingerprint")
"""What of a completion may be other than usual in a reply's bytes, its id, time and usage aside."""
_AS_USUAL = (None, None, None, None)


def call_json(call: ToolCall, arguments: str) -> dict[str, Any]:
    """A tool call as a message holds it."""
    if call.kind == "custom":
        return {"id": call.id, "type": "custom", "custom": {"name": call.name, "input": arguments}}
    return {"id": call.id, "type": "function", "function": {"name": call.name, "arguments": arguments}}


def _choice(choice: OutgoingChoice, frame: Frame) -> dict[str, Any]:
    parts = [*choice.parts(choice.items), *choice.rest()]
    logprobs = _logprobs(choice, parts)
    return {
        "index": choice.index,
        "message": _message(choice, parts),
        **({"logprobs": logprobs} if logprobs or frame.family.logprobs_null else {}),
        "finish_reason": choice.finish_reason,
    }


def _message(choice: OutgoingChoice, parts: list[Part]) -> dict[str, Any]:
    reasoning = _joined(parts, Reasoning)
    return {
        "role": "assistant",
        "content": _joined(parts, Text),
        **({} if reasoning is None else {"reasoning_content": reasoning}),
        **_calls(choice, parts),
        "refusal": _joined(parts, Refusal),
        **_audio(parts),
        "annotations": choice.annotations,
    }


def _joined(parts: list[Part], kind: type[Item]) -> str | None:
    texts = [part.text for part in parts if isinstance(part.item, kind)]
    return "".join(texts) if texts else None


def _calls(choice: OutgoingChoice, parts: list[Part]) -> dict[str, Any]:
    calls = [(part.item, part.text) for part in parts if isinstance(part.item, ToolCall)]
    if not calls:
        return {}
    if choice.legacy:
        ((call, arguments),) = calls
        return {"function_call": {"name": call.name, "arguments": arguments}}
    return {"tool_calls": [call_json(call, arguments) for call, arguments in calls]}


def _audio(parts: list[Part]) -> dict[str, Any]:
    spoken = [part.item for part in parts if isinstance(part.item, Audio)]
    if not spoken:
        return {}
    audio = spoken[0]
    return {
        "audio": {
            "id": audio.id,
            "data": audio.data,
            "expires_at": audio.expires_at,
            "transcript": audio.transcript,
        }
    }


def _logprobs(choice: OutgoingChoice, parts: list[Part]) -> dict[str, Any] | None:
    if choice.logprobs is None:
        return None
    found: dict[str, list[Any] | None] = {"content": None, "refusal": None}
    for part in parts:
        key = {Text: "content", Refusal: "refusal"}.get(type(part.item))
        if key is not None:
            found[key] = (found[key] or []) + choice.logprobs.entries(part.text, part.tokens)
    return found if any(entries is not None for entries in found.values()) else None
