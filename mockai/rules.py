"""Rules written in Python: `when(...).reply(...)`, the same objects as a scenario file's."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

from mockai.errors import UsageError
from mockai.scenario.schema import Reply, Then

__all__ = ["ReplyLike", "RuleBuilder", "caller"]

ReplyLike: TypeAlias = "str | Mapping[str, Any] | Reply | Callable[..., Any]"
"""What `reply` takes: text, a mapping as in YAML, a Reply, or a function."""


class RuleBuilder:
    """A rule whose conditions are given and whose replies are to come."""

    def __init__(self, add: Callable[[Mapping[str, Any], str], str], conditions: Mapping[str, Any]) -> None:
        self._add_rule = add
        self._conditions = {("not" if key == "not_" else key): value for key, value in conditions.items()}

    def reply(
        self,
        reply: ReplyLike | None = None,
        /,
        *,
        name: str | None = None,
        priority: int | None = None,
        required: bool | None = None,
        **content: Any,
    ) -> str:
        """Answer with this: text, a mapping as in YAML, keywords with the keys of one, a Reply, or a function.

        A function is called with the request (or nothing, if it takes no argument) and returns any of
        these, a generator of pieces, or the SDK's own objects; it may be async. Returns the rule's key.
        """
        return self._add([_written(reply, content)], name=name, priority=priority, required=required)

    def replies(
        self,
        *replies: ReplyLike,
        then: Then | None = None,
        name: str | None = None,
        priority: int | None = None,
        required: bool | None = None,
    ) -> str:
        """Answer with these in turn; `then` is what follows the last: fail, repeat_last, cycle or fall_through."""
        written = [_written(reply, {}) for reply in replies]
        return self._add(written, name=name, priority=priority, required=required, then=then)

    def _add(self, replies: list[Any], **rest: Any) -> str:
        rule = {"replies": replies, **{key: value for key, value in rest.items() if value is not None}}
        if self._conditions:
            rule["when"] = self._conditions
        return self._add_rule(rule, caller())


def caller() -> str:
    """The line, `file:line`, outside of MockAI that this was called for; files below the working directory
    are named from there."""
    frame: FrameType = sys._getframe(1)
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] == "mockai":
        frame = frame.f_back
    here = os.getcwd()  # noqa: PTH109  each rule of a test pays for it, and a Path costs ten times as much
    return f"{_shown(frame.f_code.co_filename, here)}:{frame.f_lineno}"


@lru_cache(maxsize=256)
def _shown(file: str, here: str) -> Path:
    path = Path(file)
    return path.relative_to(here) if path.is_relative_to(here) else path


def _written(reply: ReplyLike | None, content: Mapping[str, Any]) -> Any:
    """One reply in the form the schema reads."""
    if reply is None:
        return dict(content)
    if callable(reply) and not isinstance(reply, Reply):
        reply = {"python": reply}
    if not content:
        return reply
    if isinstance(reply, Reply):
        raise UsageError("reply(Reply(...), key=...) has two sources; put the keywords into the Reply")
    given = {"text": reply} if isinstance(reply, str) else reply
    twice = [key for key in content if key in given]
    if twice:
        raise UsageError(f"reply({_short(reply)}, {twice[0]}=...) says {twice[0]!r} twice; leave one of them out")
    return {**given, **content}


def _short(reply: Any) -> str:
    return repr(reply) if isinstance(reply, str) else "{...}"
