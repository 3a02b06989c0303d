"""Replies that Python makes piece by piece, while they are sent."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, get_args

import orjson

from mockai.errors import ReplyError
from mockai.records import InvalidValue
from mockai.replies.answer import (
    Annotation,
    Completion,
    CustomEvent,
    Hold,
    Item,
    Piece,
    Reasoning,
    Refusal,
    Text,
    VerbatimChunk,
)
from mockai.replies.filling import Filling
from mockai.replies.items import ItemMaker
from mockai.replies.json_text import json_text
from mockai.replies.sdk import CHUNK, completion_of_chunks, kind_of, plain
from mockai.scenario.schema import ItemSpec
from mockai.scenario.templates import Scope
from mockai.wire import Call

__all__ = ["Live", "gather", "joined", "pull", "shown", "together"]

_END = object()
_ITEMS = get_args(Item)
_YIELDED = (
    "text, a mapping with the keys of an item in a scenario file ({'reasoning': '...'}, {'tool_calls': [...]}), "
    "an item of mockai.replies.answer, or the SDK's ChatCompletionChunk"
)


@dataclass(frozen=True, slots=True, eq=False)
class Live:
    """A reply that is still being made: where its pieces come from, and what is sent beside them.

    `first` are items that come before the pieces, `beside` has one choice without items. A live reply can be sent
    once.
    """

    source: Iterator[Any] | AsyncIterator[Any]
    scope: Scope
    beside: Completion
    first: tuple[Item, ...] = ()


def pull(live: Live) -> Generator[Call | Piece, None, None]:
    """The pieces of a live reply, each after the call that makes it. The player must do a call before it goes on.

    Closing this generator closes the source.
    """
    reader = _PieceReader(live.scope)
    try:
        yield from live.first
        while True:
            call = Call(partial(_next, live.source))
            yield call
            made = call.outcome()
            if made is _END:
                return
            yield from reader.pieces(made)
    finally:
        _close(live.source)


def gather(live: Live) -> Generator[Call, None, Completion]:
    """The whole of a live reply, for a request that is not streamed; yields the calls that make it."""
    pieces = pull(live)
    try:
        return (yield from together(pieces, live))
    finally:
        pieces.close()


def together(pieces: Iterable[Call | Piece], live: Live) -> Generator[Call, None, Completion]:
    """What these pieces of a live reply add up to; yields the calls that make them."""
    made: list[Piece] = []
    for piece in pieces:
        if isinstance(piece, Call):
            yield piece
        else:
            made.append(piece)
    return _together(made, live)


def _together(made: list[Piece], live: Live) -> Completion:
    chunks = [orjson.loads(piece.data) for piece in made if isinstance(piece, VerbatimChunk)]
    if chunks:
        whole = completion_of_chunks(chunks, live.scope.mint)
        return replace(whole, headers=live.beside.headers, chunks=live.beside.chunks)
    items = joined(piece for piece in made if not isinstance(piece, VerbatimChunk))
    return replace(live.beside, choices=(replace(live.beside.choices[0], items=items),))


def joined(items: Iterable[Item]) -> tuple[Item, ...]:
    """Items with neighbours of one kind put together: what was said in pieces is one text."""
    found: list[Item] = []
    for item in items:
        before = found[-1] if found else None
        if isinstance(item, Text) and isinstance(before, Text):
            moved = (_moved(annotation, len(before.text)) for annotation in item.annotations)
            found[-1] = Text(before.text + item.text, (*before.annotations, *moved))
        elif isinstance(item, Reasoning) and isinstance(before, Reasoning):
            found[-1] = Reasoning(before.text + item.text)
        elif isinstance(item, Refusal) and isinstance(before, Refusal):
            found[-1] = Refusal(before.text + item.text)
        else:
            found.append(item)
    return tuple(found)


def _moved(annotation: Annotation, by: int) -> Annotation:
    return replace(annotation, start_index=annotation.start_index + by, end_index=annotation.end_index + by)


def _next(source: Iterator[Any] | AsyncIterator[Any]) -> Any:
    """The next piece, something to await for it, or `_END`: StopIteration can cross no thread and no coroutine."""
    return anext(source, _END) if isinstance(source, AsyncIterator) else next(source, _END)


def _close(source: Any) -> None:
    """Let the user's generator clean up, as far as that goes without waiting.

    One that is running in another thread is left to it, one that awaits while it cleans up to its event loop.
    """
    if getattr(source, "gi_running", False) or getattr(source, "ag_running", False):
        return
    if hasattr(source, "aclose"):
        closing = source.aclose().__await__()
        with suppress(StopIteration):
            closing.send(None)
            closing.close()
    elif hasattr(source, "close"):
        source.close()


class _PieceReader:
    """Makes items of what a generator yields."""

    def __init__(self, scope: Scope) -> None:
        self._maker = ItemMaker(Filling(scope, literal=True))
        self._written = 0
        self._form: str | None = None

    def pieces(self, value: Any) -> Iterator[Piece]:
        """The items of one yielded value; ReplyError for what is none."""
        if kind_of(value) == CHUNK:
            self._keep_to("the SDK's chunks")
            yield VerbatimChunk(json_text(plain(value)).encode())
            return
        for item in self._items(value):
            if isinstance(item, Text):
                self._written += len(item.text)
            if not isinstance(item, CustomEvent | Hold):  # these two go with chunks too
                self._keep_to("items")
            yield item

    def _keep_to(self, form: str) -> None:
        if self._form not in (None, form):
            raise ReplyError(f"a Python reply yielded {form} after {self._form}; it has to keep to one of them")
        self._form = form

    def _items(self, value: Any) -> Iterator[Item]:
        if isinstance(value, str):
            yield Text(value)
        elif isinstance(value, _ITEMS):
            yield value
        elif isinstance(value, Mapping | ItemSpec):
            spec = _item_spec(value)
            yield from self._maker.item(spec)
            if spec.citation is not None:
                cited = self._maker.citation(spec.citation, self._written)
                yield Text("", (_moved(cited, -self._written),))
        else:
            raise ReplyError(f"a Python reply yielded {shown(value)}; it can yield {_YIELDED}")


def _item_spec(value: Any) -> ItemSpec:
    try:
        return ItemSpec.model_validate(value)
    except InvalidValue as error:
        raise ReplyError(f"a Python reply yielded {shown(value)}, which is no item: {error.reasons}") from None


def shown(value: Any) -> str:
    """A value as an error names it: its type, and the beginning of how it prints."""
    text = " ".join(repr(value).split())
    return f"{type(value).__name__} {text if len(text) <= 80 else text[:77] + '...'}"
