"""One choice of a chat completion on its way out: its items as parts, and how it ends."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from mockai.endpoints.chat_request import Asked
from mockai.endpoints.families import Family
from mockai.endpoints.logprobs import Logprobs
from mockai.endpoints.parts import Limits, Part, with_pieces
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import Audio, Choice, Completion, CustomEvent, Failure, Hold, Item, OutputItem, ToolCall

__all__ = ["OutgoingChoice", "Spent", "outgoing_choices"]


class OutgoingChoice:
    """A choice being sent. Items go in, in one go or as they are made; parts come out, cut to the limits.

    A `repeated` choice stands for one more than was scripted: the same content under new ids, without the
    events and gates, which belong to the stream and not to the choice.
    """

    def __init__(
        self, index: int, choice: Choice, asked: Asked, family: Family, mint: Mint, *, repeated: bool = False
    ) -> None:
        self.index = index
        self.repeated = repeated
        self.legacy = asked.legacy
        self.limits = Limits(asked.stop, asked.most_tokens, family.tokens)
        self.logprobs: Logprobs | None = None
        if asked.logprobs or choice.logprobs is not None:
            self.logprobs = Logprobs(mint.child("choice", index), asked.top_logprobs, choice.logprobs)
        self._mint = mint.child("choice", index, "ids")
        self._stops_on_call = asked.named and family.named_choice_stops
        self._finish_reason = choice.finish_reason
        self._once: set[type[Item]] = set()
        self._called = False
        self.items = tuple(own for item in choice.items for own in self.adopt(item))

    def adopt(self, item: Item) -> tuple[Item, ...]:
        """The item as this choice sends it, or nothing where it cannot hold it."""
        if isinstance(item, Failure):
            raise ReplyError("a `failure` is an item of the Responses API; in chat, use `faults: [error_event]`")
        if isinstance(item, OutputItem) or (self.repeated and isinstance(item, CustomEvent | Hold)):
            return ()
        if isinstance(item, Audio) or (self.legacy and isinstance(item, ToolCall)):
            if type(item) in self._once:  # `audio` and `function_call` hold one, not a list
                return ()
            self._once.add(type(item))
        if self.repeated and isinstance(item, ToolCall | Audio):
            return (replace(item, id=self._mint.id("call_" if isinstance(item, ToolCall) else "audio_")),)
        return (item,)

    def parts(self, items: Iterable[Item]) -> Iterator[Part]:
        """What is sent of these items, now that they are known."""
        for item in items:
            for part in self.limits.parts(item):
                self._called |= isinstance(part.item, ToolCall)
                yield part

    def rest(self) -> Iterator[Part]:
        """What was held back until the end."""
        return self.limits.flush()

    @property
    def finish_reason(self) -> str:
        """As scripted, or as it follows from what was sent."""
        if self._finish_reason is not None:
            return self._finish_reason
        if self.limits.reason == "length":
            return "length"
        if not self._called or self._stops_on_call:
            return "stop"
        return "function_call" if self.legacy else "tool_calls"

    @property
    def annotations(self) -> list[dict[str, Any]]:
        """The citations of what was sent, as the API writes them."""
        return [
            {
                "type": "url_citation",
                "url_citation": {
                    "end_index": each.end_index,
                    "start_index": each.start_index,
                    "title": each.title,
                    "url": each.url,
                },
            }
            for each in self.limits.annotations
        ]


class Spent(NamedTuple):
    """How many tokens choices have cost, those of the reasoning among them."""

    tokens: int
    reasoning: int

    @classmethod
    def on(cls, sent: Iterable[OutgoingChoice]) -> Spent:
        """What these choices have cost, once everything was sent."""
        limits = [choice.limits for choice in sent]
        return cls(sum(each.tokens for each in limits), sum(each.reasoning_tokens for each in limits))


def outgoing_choices(completion: Completion, asked: Asked, family: Family, mint: Mint) -> list[OutgoingChoice]:
    """The choices to send: all that are scripted, and as many more as the client asks for, which repeat them."""
    scripted = [_with_pieces(choice, completion) for choice in completion.choices] or [Choice(())]
    return [
        OutgoingChoice(index, scripted[index % len(scripted)], asked, family, mint, repeated=index >= len(scripted))
        for index in range(max(asked.choices, len(scripted)))
    ]


def _with_pieces(choice: Choice, completion: Completion) -> Choice:
    pieces = completion.chunks.pieces if completion.chunks else None
    return replace(choice, items=with_pieces(choice.items, pieces)) if pieces else choice
