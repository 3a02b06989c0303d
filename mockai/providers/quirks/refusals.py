"""How what is wrong with a request is said, where it is not said as OpenAI says it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from mockai.api_errors import ErrorReply, Slot
from mockai.providers.base import Quirk, register
from mockai.providers.pydantic_words import detail_of
from mockai.providers.wrong import Path, Wrong, dotted, indexed, is_unreadable, syntax_fault, wrong_in
from mockai.request import APIRequest

__all__: list[str] = []

_ANY = ("*",)


@register
@dataclass(frozen=True, slots=True)
class DetailList(Quirk):
    """Mistral passes pydantic's list on, in an envelope or bare."""

    name = "detail_list"
    summary = (
        "What is missing, unknown or of a wrong type gets 422, and the `message` is an object whose `detail` is a list "
        "of `type`, `loc`, `msg` and `input`; `bare`, the body is that object alone."
    )
    endpoints = _ANY

    bare: bool = False

    def refused(self, error: ErrorReply, request: APIRequest) -> ErrorReply:
        """The 422."""
        detail = detail_of(request, error)
        if detail is None:
            return error
        found: dict[str, Any] = {"detail": [{**detail, "loc": _tagged(detail["loc"], request)}]}
        whole = {"object": "error", "message": found, "type": Slot.TYPE, "param": None, "code": None}
        return replace(error, status=422, layout=found if self.bare else whole, pretty=False)


def _tagged(loc: tuple[str | int, ...], request: APIRequest) -> list[str | int]:
    """A place in a message, whose role stands behind its number: `body, messages, 0, user, content`."""
    messages = request.body.get("messages")
    if len(loc) < 4 or loc[1] != "messages" or not isinstance(messages, list):
        return list(loc)
    at = loc[2]
    message = messages[at] if isinstance(at, int) and at < len(messages) else None
    role = message.get("role") if isinstance(message, Mapping) else None
    return [*loc[:3], *([role] if isinstance(role, str) else []), *loc[3:]]


@register
class PythonRepr(Quirk):
    """vLLM writes pydantic's list as Python does."""

    name = "python_repr"
    summary = (
        "What is missing, unknown or of a wrong type is told by pydantic's list as Python writes it, `1 validation "
        "error:` before it; the type is `Bad Request`."
    )
    endpoints = _ANY

    def refused(self, error: ErrorReply, request: APIRequest) -> ErrorReply:
        """With the list in the message."""
        detail = detail_of(request, error)
        if detail is None:
            return error
        text = f"1 validation error:\n  {detail!r} [{detail!r}]"
        layout = {"error": {"message": Slot.MESSAGE, "type": "Bad Request", "param": None, "code": 400}}
        return replace(error, message=text, layout=layout, pretty=False)


@register
class FieldAndValue(Quirk):
    """Fireworks names the field and shows the value."""

    name = "field_and_value"
    summary = (
        "What is missing, unknown or of a wrong type is told in pydantic's words, `field:` and `value:` behind them: "
        "`Extra inputs are not permitted, field: 'store', value: True`."
    )
    endpoints = _ANY

    def refused(self, error: ErrorReply, request: APIRequest) -> ErrorReply:
        """In these words."""
        detail = None if is_unreadable(error) else detail_of(request, error)
        if detail is None:
            return error
        field = indexed(detail["loc"][1:])
        return replace(error, message=f"{detail['msg']}, field: '{field}', value: {detail['input']!r}")


@register
class PathBeforeWords(Quirk):
    """Anthropic names the place, then what is wrong."""

    name = "path_before_words"
    summary = (
        "What is missing, unknown or of a wrong type is told in pydantic's words, its path before them: "
        "`messages.0.content: Field required`."
    )
    endpoints = _ANY

    def refused(self, error: ErrorReply, request: APIRequest) -> ErrorReply:
        """In these words."""
        fault = syntax_fault(request, error)
        if fault is not None:
            return replace(error, message=f"The request body is not valid JSON: {fault}")
        detail = detail_of(request, error)
        if detail is None:
            return error
        path = dotted(detail["loc"][1:])
        return replace(error, message=f"{path}: {detail['msg']}", param=None, code=None)


@register
class PropertyRules(Quirk):
    """Groq's validator names properties."""

    name = "property_rules"
    summary = (
        "What is missing, unknown or of a wrong type is told as `'temperature' : value must be a number`, in messages "
        "with their role; such errors have no `code`."
    )
    endpoints = _ANY

    def refused(self, error: ErrorReply, request: APIRequest) -> ErrorReply:
        """In these words."""
        wrong = wrong_in(request, error)
        if wrong is None:
            return error
        layout = {"error": {"message": Slot.MESSAGE, "type": Slot.TYPE}}
        return replace(error, message=_property(wrong, request), layout=layout, pretty=False)


_A = {"integer": "an integer", "array": "an array", "object": "an object"}


def _property(wrong: Wrong, request: APIRequest) -> str:
    where, name = dotted(wrong.path[:-1]), wrong.path[-1]
    if wrong.path[0] == "messages" and name == "role" and wrong.kind in ("missing", "choice"):
        return f"'{where}' : discriminator property 'role' has invalid value"
    if wrong.kind in ("missing", "unknown"):
        said = f"property '{name}' is {'missing' if wrong.kind == 'missing' else 'unsupported'}"
        rule = f"'{where}' : {said}" if where else said
    elif wrong.kind == "choice":
        options = ", ".join(f'"{choice}"' for choice in wrong.choices)
        rule = f"'{dotted(wrong.path)}' : value must be one of [{options}]"
    else:
        rule = f"'{dotted(wrong.path)}' : value must be {_A.get(wrong.expected, f'a {wrong.expected}')}"
    role = _role_at(wrong, request)
    if role is None:
        return rule
    return f"'{dotted(wrong.path[:2])}' : for 'role:{role}' the following must be satisfied[({rule})]"


def _role_at(wrong: Wrong, request: APIRequest) -> str | None:
    """The role of the message that something is wrong in."""
    loc = ("body", *wrong.path)
    tagged = _tagged(loc, request)
    return str(tagged[3]) if len(tagged) > len(loc) else None


@register
class FieldViolations(Quirk):
    """Google's gateway reads the body as a message of its own."""

    name = "field_violations"
    summary = (
        'An unknown parameter is told as `Invalid JSON payload received. Unknown name "store": Cannot find field.`, a '
        "value of a wrong type by its type, with `fieldViolations` in the `details`; what is missing by no name at all."
    )
    endpoints = _ANY

    def refused(self, error: ErrorReply, request: APIRequest) -> ErrorReply:
        """In these words."""
        fault = syntax_fault(request, error)
        if fault is not None:
            line = fault.doc.splitlines()[fault.lineno - 1 : fault.lineno] or [""]
            text = f"Invalid JSON payload received. Unexpected token.\n{line[0]}\n{' ' * (fault.colno - 1)}^"
            return _google(error, text, None)
        wrong = wrong_in(request, error)
        if wrong is None:
            return error
        violation = _violation(wrong)
        if violation is None:
            return replace(error, message=_UNSPECIFIED.get(wrong.path, "Request contains an invalid argument."))
        named = wrong.path[:-1] if wrong.kind == "unknown" else wrong.path
        return _google(error, violation, indexed(named))


_PROTO = {"string": "TYPE_STRING", "integer": "TYPE_INT32", "number": "TYPE_FLOAT", "boolean": "TYPE_BOOL"}
_UNSPECIFIED: Mapping[Path, str] = {
    ("messages",): "* GenerateContentRequest.contents: contents is not specified\n",
    ("model",): "* GenerateContentRequest.model: unexpected model name format\n",
}


def _violation(wrong: Wrong) -> str | None:
    where = indexed(wrong.path[:-1])
    if wrong.kind == "unknown":
        at = f" at '{where}'" if where else ""
        return f'Invalid JSON payload received. Unknown name "{wrong.path[-1]}"{at}: Cannot find field.'
    if wrong.kind == "type" and wrong.expected in _PROTO:
        value = orjson.dumps(wrong.value).decode()
        return f"Invalid value at '{indexed(wrong.path)}' ({_PROTO[wrong.expected]}), {value}"
    return None


def _google(error: ErrorReply, text: str, field: str | None) -> ErrorReply:
    violation = {"description": text} if not field else {"field": field, "description": text}
    details = [{"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": [violation]}]
    body = {"code": 400, "message": Slot.MESSAGE, "status": "INVALID_ARGUMENT", "details": details}
    return replace(error, message=text, layout=[{"error": body}])
