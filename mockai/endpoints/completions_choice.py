"""One choice of a legacy completion: its pieces as they are sent, and how it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

from mockai.endpoints.completions_request import Asked, Prompt
from mockai.endpoints.logprobs import Logprobs
from mockai.endpoints.parts import Cutter, Limits, Part, with_pieces
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import Choice, Completion, CustomEvent, Hold, Item, Refusal, Text

__all__ = ["LegacyChoice", "LegacyPiece", "joined", "legacy_choices"]


@dataclass(frozen=True, slots=True)
class LegacyPiece:
    """Some text, its tokens, and their log probabilities if they are asked for."""

    text: str
    tokens: tuple[str, ...] = ()
    logprobs: dict[str, list[Any] | None] | None = None


class LegacyChoice:
    """A choice being sent. `opening` is the prompt, where it is to be repeated; items go in, pieces come out."""

    def __init__(self, index: int, prompt: Prompt, choice: Choice, completion: Completion, asked: Asked, mint: Mint):
        own = mint.child("choice", index)
        pieces = completion.chunks.pieces if completion.chunks else None
        self.index = index
        self.limits = Limits(asked.stop, asked.most_tokens, asked.rules)
        self.items = with_pieces(choice.items, pieces) if pieces else choice.items
        self._prompt = prompt
        self._asked = asked
        self._cutter = Cutter(completion.chunks, self.items)
        self._finish_reason = choice.finish_reason
        self._logprobs = Logprobs(own, asked.logprobs or 0, choice.logprobs)
        self._of_prompt = Logprobs(own.child("prompt"), asked.logprobs or 0)
        self._offset = 0 if asked.echo else len(prompt.text)

    def opening(self) -> Iterator[LegacyPiece]:
        """The prompt, if `echo` asks for it; nothing is known of the probability of its first token."""
        if not self._asked.echo or not self._prompt.text:
            return
        tokens = self._asked.rules.split(self._prompt.text)
        logprobs = self._entries(self._of_prompt, self._prompt.text, tokens)
        if logprobs is not None:
            for key in ("token_logprobs", "top_logprobs"):
                logprobs[key] = [None, *(logprobs[key] or ())[1:]] if logprobs[key] else None
        yield LegacyPiece(self._prompt.text, tokens, logprobs)

    def send(self, items: Iterable[Item]) -> Iterator[LegacyPiece | CustomEvent | Hold]:
        """The pieces of these items."""
        for item in items:
            for part in self.limits.parts(_adopted(item)):
                yield from self._part(part)

    def rest(self) -> Iterator[LegacyPiece | CustomEvent | Hold]:
        """What was held back until the end."""
        return chain.from_iterable(map(self._part, self.limits.flush()))

    @property
    def finish_reason(self) -> str:
        """As scripted, or as it follows from what was sent."""
        return self._finish_reason or self.limits.reason or "stop"

    def _part(self, part: Part) -> Iterator[LegacyPiece | CustomEvent | Hold]:
        if isinstance(part.item, CustomEvent | Hold):
            yield part.item
            return
        for text, tokens in self._cutter.cut(part):
            yield LegacyPiece(text, tokens, self._entries(self._logprobs, text, tokens))

    def _entries(self, logprobs: Logprobs, text: str, tokens: Sequence[str]) -> dict[str, list[Any] | None] | None:
        """The four lists of the legacy format; offsets count from the beginning of the prompt."""
        if self._asked.logprobs is None:
            return None
        entries = logprobs.entries(text, tokens)
        offsets = []
        for entry in entries:
            offsets.append(self._offset)
            self._offset += len(entry["token"])
        tops = [{top["token"]: top["logprob"] for top in entry["top_logprobs"]} for entry in entries]
        return {
            "tokens": [entry["token"] for entry in entries],
            "token_logprobs": [entry["logprob"] for entry in entries],
            "top_logprobs": tops if self._asked.logprobs else None,
            "text_offset": offsets,
        }


def _adopted(item: Item) -> Item:
    """The item as a legacy completion sends it: a refusal is text like any other."""
    if isinstance(item, Refusal):
        return Text(item.text)
    if isinstance(item, Text | CustomEvent | Hold):
        return item
    raise ReplyError(f"completions.create sends text only, and this reply holds a {type(item).__name__.lower()}")


def legacy_choices(completion: Completion, asked: Asked, mint: Mint) -> list[LegacyChoice]:
    """The choices to send: `n` for each prompt, or as many as are scripted if these are more; scripted ones are taken
    in turn."""
    scripted = completion.choices or (Choice(()),)
    each = max(asked.choices, len(scripted) if len(asked.prompts) == 1 else 1)
    made = []
    for index in range(each * len(asked.prompts)):
        choice = scripted[index % len(scripted)]
        if index >= len(scripted):
            items = tuple(item for item in choice.items if not isinstance(item, CustomEvent | Hold))
            choice = Choice(items, choice.finish_reason, choice.logprobs)
        made.append(LegacyChoice(index, asked.prompts[index // each], choice, completion, asked, mint))
    return made


def joined(pieces: Iterable[LegacyPiece | CustomEvent | Hold]) -> LegacyPiece:
    """The pieces as one, without the events between them."""
    kept = [piece for piece in pieces if isinstance(piece, LegacyPiece)]
    lists = [piece.logprobs for piece in kept if piece.logprobs is not None]
    logprobs = None
    if lists:
        logprobs = {
            key: None if values is None else [value for each in lists for value in each[key] or ()]
            for key, values in lists[0].items()
        }
    tokens = tuple(chain.from_iterable(piece.tokens for piece in kept))
    return LegacyPiece("".join(piece.text for piece in kept), tokens, logprobs)
