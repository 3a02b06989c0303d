"""What is sent while nothing is to be said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from mockai import sse
from mockai.providers.base import Asked, Quirk, register
from mockai.wire import Body, Head, Plan, Step, Wait

__all__: list[str] = []


@register
@dataclass(frozen=True, slots=True)
class CommentKeepalive(Quirk):
    """Comments until the first token."""

    name = "comment_keepalive"
    summary = (
        "A stream begins with a comment (`: OPENROUTER PROCESSING`, or another `text`), again `every` so many "
        "seconds until the first piece of content; clients that parse every line as data break."
    )

    text: str = "OPENROUTER PROCESSING"
    every: float = 0.5

    def __post_init__(self) -> None:
        if "\n" in self.text or "\r" in self.text:
            raise ValueError(f"comment_keepalive: text is one line; seen {self.text!r}")
        if self.every <= 0:
            raise ValueError(f"comment_keepalive: every is more than 0 seconds; seen {self.every!r}")

    def late(self, plan: Plan, asked: Asked) -> Plan:
        """With the comments."""
        waiting = False
        for step in plan:
            if waiting and isinstance(step, Wait) and step.gate is None:
                yield from self._passing(step.seconds)
                continue
            yield step
            if isinstance(step, Head):
                waiting = is_stream(step)
                if waiting:
                    yield self._comment()
            elif isinstance(step, Body):
                waiting = waiting and step.kind != "piece"

    def _passing(self, seconds: float) -> Iterator[Step]:
        while seconds > self.every:
            yield Wait(self.every)
            yield self._comment()
            seconds -= self.every
        yield Wait(seconds)

    def _comment(self) -> Body:
        return Body(sse.comment(self.text), "part")


@register
class BlankLineKeepalive(Quirk):
    """Empty lines before a reply in one piece."""

    name = "blank_line_keepalive"
    summary = "Empty lines stand before the JSON of a completion in one piece; clients that read it line by line break."
    evidence = "documented"

    def late(self, plan: Plan, asked: Asked) -> Plan:
        """With the lines, and a length nobody could have known."""
        for step in plan:
            if isinstance(step, Head) and step.status == 200 and not is_stream(step):
                yield step.without("content-length")
                yield Body(b"\n\n", "part")
            else:
                yield step


def is_stream(head: Head) -> bool:
    """Whether events follow."""
    return any(name == "content-type" and value.startswith("text/event-stream") for name, value in head.headers)
