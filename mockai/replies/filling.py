"""How written values become final ones: templates filled in, or taken literally."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.errors import ReplyError
from mockai.scenario.schema import Defaults, Reply
from mockai.scenario.templates import Scope, render, templated

__all__ = ["Filling", "headers_of"]


class Filling:
    """Fills in the templates of a reply, unless it is literal: what Python code returns is final, braces included.

    All that a reply can depend on is in the scope, and this is the only way to it: a reply made without a look
    at the scope is `still`, the same for every request.
    """

    __slots__ = ("_scope", "literal", "still")

    def __init__(self, scope: Scope, literal: bool = False) -> None:
        self._scope = scope
        self.literal = literal
        self.still = True

    @property
    def scope(self) -> Scope:
        """The request, the states, the source of ids and whatever else replies are made of."""
        self.still = False
        return self._scope

    @property
    def keeps(self) -> bool:
        """Whether what was made of a reply so far is worth keeping: it is still, and may be given again."""
        return self.still and not self.literal

    def value(self, value: Any) -> Any:
        """A value whose strings may become numbers, lists and mappings."""
        return render(value, self.scope, native=True) if not self.literal and templated(value) else value

    def text(self, text: str) -> str:
        """A text."""
        return str(render(text, self.scope)) if not self.literal and templated(text) else text

    def maybe(self, text: str | None) -> str | None:
        """A text that need not be given."""
        return None if text is None else self.text(text)


def headers_of(reply: Reply, defaults: Defaults, filling: Filling, *own: Mapping[str, str]) -> dict[str, str]:
    """The headers of a reply by lower-case name: the defaults, then `own`, then the reply's, then when to retry."""
    retry = {"retry-after": reply.retry_after, "retry-after-ms": reply.retry_after_ms}
    written = (defaults.headers, *own, reply.headers, {name: value for name, value in retry.items() if value})
    pairs = [(name.lower(), value) for headers in written for name, value in headers.items()]
    return {name: _header(name, filling.text(value)) for name, value in pairs}


def _header(name: str, value: str) -> str:
    if "\r" in value or "\n" in value:
        raise ReplyError(f"the header {name} would hold a line break: {value!r}; a header value is one line")
    if not all(ord(character) < 256 for character in value):
        raise ReplyError(f"the header {name} cannot hold {value!r}; a header value is of Latin-1 characters")
    return value
