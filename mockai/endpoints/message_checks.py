"""The messages of a chat: what each may hold, and how calls and their results go together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.content_checks import check_file, check_file_id, check_image
from mockai.endpoints.json_values import object_of, objects_of
from mockai.request import APIRequest, CallMade
from mockai.validation.wrong import Wrong, under, wrong_type

__all__ = ["check_contents", "check_files", "check_message", "check_results"]

_LONGEST_CALL_ID = 40
_NAME = re.compile(r"[^\s<|\\/>]+")
_INSTEAD = ("tool_calls", "function_call", "refusal", "audio")


def check_message(message: Mapping[str, Any]) -> None:
    """One message whose types are right, by itself. Raises `Wrong`."""
    content = message.get("content")
    if content.__class__ is str and len(message) == 2:
        return  # a role and a text, as most messages are
    if content.__class__ is list:
        with under("content"):
            _check_parts(content)
    if content is None and message.get("role") == "developer":
        with under("content"):
            _refuse_without_content(message)
    if "tool_calls" in message:
        with under("tool_calls"):
            _check_calls(message["tool_calls"])
    _check_length(message.get("tool_call_id"), "tool_call_id")
    name = message.get("name")
    if isinstance(name, str) and _NAME.fullmatch(name) is None:
        raise Wrong("string_pattern_mismatch", pattern=f"^{_NAME.pattern}$").at("name")


def _refuse_without_content(message: Mapping[str, Any]) -> None:
    """The developer's messages have words of their own for what others are told last of all."""
    if "content" in message:
        raise wrong_type("one of a string or array of objects", None)
    raise Wrong("missing_required_parameter")


def check_contents(request: APIRequest, serving: Serving) -> None:
    """Every message has content, unless it is the assistant's and has something else; the API looks at this last."""
    for at, message in enumerate(objects_of(request.body.get("messages"))):
        if message.get("content") is not None or message.get("role") == "developer":
            continue
        if message.get("role") == "assistant" and any(message.get(key) is not None for key in _INSTEAD):
            continue
        raise RequestRefused(named("null_content", param=f"messages.[{at}].content"))


def check_files(request: APIRequest, serving: Serving) -> None:
    """Files that messages name were uploaded. Raises `RequestRefused`."""
    if not any("file" in message.has for message in request.messages):
        return
    for at, message in enumerate(objects_of(request.body.get("messages"))):
        for number, part in enumerate(objects_of(message.get("content"))):
            where = f"messages[{at}].content[{number}].file.file_id"
            check_file_id(object_of(part.get("file")).get("file_id"), where, serving)


# ------------------------------------------------------------------------------------- calls and results


def check_results(request: APIRequest, serving: Serving) -> None:
    """Tool messages follow the calls they answer, and every call is answered before anyone else speaks."""
    asked, made = 0, _NONE
    open: dict[str | None, None] = {}
    for at, message in enumerate(request.messages):
        if message.role == "tool":
            if message.call_id not in made:
                raise RequestRefused(named("tool_message_without_call", param=f"messages.[{at}].role"))
            open.pop(message.call_id, None)
            continue
        if open:
            _refuse_open(open, asked)
        made = _NONE
        if message.calls:
            asked, made = at, _made(message.calls, at)
            open = {id: None for id in made if id}
    _refuse_open(open, asked)


def _made(calls: Sequence[CallMade], at: int) -> Mapping[str | None, None]:
    """The ids of the calls of a message, in their order; each may be there once."""
    made: dict[str | None, None] = {call.id: None for call in calls}
    if len(made) < len(calls):
        ids = [call.id for call in calls]
        twice = next((id for id in ids if id and ids.count(id) > 1), None)
        if twice is not None:
            raise RequestRefused(named("duplicate_tool_call_id", id=twice, at=at))
    return made


def _refuse_open(open: Mapping[str | None, None], at: int) -> None:
    if open:
        ids = ", ".join(filter(None, open))
        raise RequestRefused(named("unanswered_tool_calls", ids=ids, param=f"messages.[{at}].role"))


_NONE: Mapping[str | None, None] = {}


def _check_calls(calls: Sequence[Mapping[str, Any]] | None) -> None:
    if calls is not None and not calls:
        raise Wrong("empty_array")
    for at, call in enumerate(calls or ()):
        _check_length(call["id"], "id", at)


def _check_length(id: str | None, *where: str | int) -> None:
    if id is not None and len(id) > _LONGEST_CALL_ID:
        wrong = Wrong("string_above_max_length", maximum=_LONGEST_CALL_ID, length=len(id))
        for key in where:
            wrong.at(key)
        raise wrong


# --------------------------------------------------------------------------------------------- parts


def _check_parts(parts: list[Any]) -> None:
    for at, part in enumerate(parts):
        kind = object_of(part).get("type")
        if kind == "image_url":
            with under(at), under(kind), under("url"):
                check_image(part[kind]["url"], chat=True)
        elif kind == "file":
            with under(at), under(kind), under("file_data"):
                check_file(part[kind].get("file_data"))
