"""How a provider words an error that is OpenAI's everywhere else in MockAI: data, and one function that applies it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from mockai.api_errors import NAMES, ErrorReply, Slot
from mockai.request import APIRequest, key_of

__all__ = ["OPENAI_SHAPE", "ErrorShape"]

_OWN = "mockai_"
_OPENAIS = "openai.com"
_NEUTRAL = {400: "The request body is not valid JSON.", 401: "Invalid API key", 404: "Not Found"}
_ENVELOPE = {"error": {name.value: name for name in (Slot.MESSAGE, Slot.TYPE, Slot.PARAM, Slot.CODE)}}


@dataclass(frozen=True, slots=True)
class ErrorShape:
    """The JSON around an error, and what its fields become.

    `layout` is as in `NamedError`. `types` and `codes` are by status, their last word under 0; a status that neither
    has keeps what OpenAI says. `code` says what it is: as OpenAI has it, the status as a number or as text, or
    nothing. `named` are errors of the catalogue sent in place of OpenAI's, by OpenAI's code or by status, `reworded`
    those that a message of OpenAI's becomes, with the values that the pattern's groups find in it; both take what the
    request has of model, key, method and path. `message` is what the message is put into, `neutral` what is said by
    status where OpenAI speaks of itself; `as_openai` are the statuses that keep OpenAI's layout. An error that has a
    shape of its own is left as it is.
    """

    layout: Any = field(default_factory=lambda: _ENVELOPE)
    types: Mapping[int, str] = field(default_factory=dict)
    codes: Mapping[int, str] = field(default_factory=dict)
    code: Literal["own", "number", "text", "none"] = "own"
    param: Literal["own", "null", "None"] = "own"
    named: Mapping[str, str] = field(default_factory=dict)
    reworded: tuple[tuple[re.Pattern[str], str], ...] = ()
    message: Mapping[int, str] = field(default_factory=dict)
    neutral: Mapping[int, str] = field(default_factory=lambda: _NEUTRAL)
    as_openai: frozenset[int] = frozenset()
    content_type: str | None = None
    pretty: bool = False

    def applied(self, error: ErrorReply, request: APIRequest, *, own_message: bool = False) -> ErrorReply:
        """The error as this provider sends it; `own_message` says that somebody has written its message."""
        if error.body is not None or error.layout is not None:
            return error
        for pattern, name in () if own_message else self.reworded:
            if found := pattern.fullmatch(error.message):
                return replace(_instead(name, error, request, found.groupdict()), type=error.type)
        instead = self.named.get(str(error.code)) or self.named.get(str(error.status))
        if instead is not None and not own_message and not str(error.code).startswith(_OWN):
            return _instead(instead, error, request, {})
        said = self.neutral.get(error.status, error.message) if _OPENAIS in error.message else error.message
        return replace(
            error,
            message=_of(self.message, error.status, "{}").format(said),
            type=_of(self.types, error.status, error.type),
            param={"own": error.param, "null": None, "None": "None"}[self.param],
            code=self._code(error),
            layout=None if error.status in self.as_openai else self.layout,
            pretty=self.pretty,
            content_type=self.content_type or error.content_type,
        )

    def _code(self, error: ErrorReply) -> str | int | None:
        if self.code == "number":
            return error.status
        if self.code == "none":
            return None
        own = error.code if str(error.code).startswith(_OWN) else _of(self.codes, error.status, error.code)
        return str(error.status) if self.code == "text" else own


OPENAI_SHAPE = ErrorShape(neutral={}, pretty=True)


def _of(table: Mapping[int, str], status: int, otherwise: Any) -> Any:
    return table.get(status, table.get(0, otherwise))


def _instead(name: str, error: ErrorReply, request: APIRequest, values: Mapping[str, Any]) -> ErrorReply:
    """An error of the catalogue that asks to wait as long as the one it stands for."""
    http = request.http
    asked = {"model": request.model or None, "key": key_of(http) or None, "method": http.method, "path": http.path}
    waiting = {"wait": _wait(dict(error.headers))}
    return NAMES[name].reply({**asked, **waiting, **values}).with_headers(error.headers)


def _wait(headers: Mapping[str, str]) -> float | None:
    for name, unit in (("retry-after-ms", 1000), ("retry-after", 1)):
        if headers.get(name, "").replace(".", "", 1).isdecimal():
            return float(headers[name]) / unit
    return None
