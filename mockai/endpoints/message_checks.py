"""The messages of a chat: what each may hold, and how calls and their results go together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockai.api_errors import NAMES, RequestRefused, kind_of, named
from mockai.endpoints.base import Serving
from mockai.endpoints.content_checks import check_file, check_file_id, check_image
from mockai.endpoints.json_values import object_of, objects_of
from mockai.request import APIRequest

__all__ = ["check_contents", "check_files", "check_messages", "check_results"]

_LONGEST_CALL_ID = 40
_NAME = re.compile(r"[^\s<|\\/>]+")
_PARTS = frozenset(NAMES["invalid_part_type"].defaults["supported"])
_SOUNDS = ("wav", "mp3")
_INSTEAD = ("tool_calls", "function_call", "refusal", "audio")


def check_messages(request: APIRequest, serving: Serving) -> None:
    """Each message by itself. Raises `RequestRefused` for the first that is wrong."""
    for at, message in enumerate(objects_of(request.body.get("messages"))):
        content = message.get("content")
        if content.__class__ is str and len(message) == 2:
            continue  # a role and a text, as most messages are
        where = f"messages[{at}]"
        if content.__class__ is list:
            _check_parts(content, f"{where}.content")
        if "tool_calls" in message:
            _check_calls(message["tool_calls"], at)
        if message.get("tool_call_id") is not None:
            _check_call_id(message["tool_call_id"], f"{where}.tool_call_id")
        name = message.get("name")
        if isinstance(name, str) and _NAME.fullmatch(name) is None:
            error = named("string_pattern_mismatch", param=f"{where}.name", pattern=f"^{_NAME.pattern}$")
            raise RequestRefused(error)


def check_contents(request: APIRequest, serving: Serving) -> None:
    """Every message has content, unless it is the assistant's and has something else, or the model does without."""
    if serving.catalogue.facts(request.model or "").empty_messages:
        return
    for at, message in enumerate(objects_of(request.body.get("messages"))):
        if message.get("content") is not None:
            continue
        if message.get("role") == "developer":
            raise _without_content(message, f"messages[{at}].content")
        if message.get("role") == "assistant" and any(message.get(key) is not None for key in _INSTEAD):
            continue
        raise RequestRefused(named("null_content", param=f"messages.[{at}].content"))


def _without_content(message: Mapping[str, Any], where: str) -> RequestRefused:
    """The developer's messages have words of their own."""
    if "content" in message:
        return RequestRefused(named("invalid_content", param=where, got="null"))
    return RequestRefused(named("missing_required_parameter", param=where))


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
            if message.call_id is None:
                raise RequestRefused(named("missing_required_parameter", param=f"messages[{at}].tool_call_id"))
            if message.call_id not in made:
                raise RequestRefused(named("tool_message_without_call", param=f"messages.[{at}].role"))
            open.pop(message.call_id, None)
            continue
        if open:
            _refuse_open(open, asked)
        made = _NONE
        if message.calls:
            asked, made = at, frozenset(call.id for call in message.calls)
            open = {call.id: None for call in message.calls if call.id}
    _refuse_open(open, asked)


def _refuse_open(open: Mapping[str | None, None], at: int) -> None:
    if open:
        ids = ", ".join(filter(None, open))
        raise RequestRefused(named("unanswered_tool_calls", ids=ids, param=f"messages.[{at}].role"))


_NONE = frozenset[str | None]()


def _check_calls(calls: Any, at: int) -> None:
    where = f"messages[{at}].tool_calls"
    if calls is None:
        return
    if not isinstance(calls, list):
        expected = "an array of objects"
        raise RequestRefused(named("invalid_type", param=where, expected=expected, got=kind_of(calls)))
    if not calls:
        raise RequestRefused(named("empty_array", param=where))
    seen = set()
    for number, call in enumerate(objects_of(calls)):
        id = call.get("id")
        _check_call_id(id, f"{where}[{number}].id")
        if isinstance(id, str) and id in seen:
            raise RequestRefused(named("duplicate_tool_call_id", id=id, at=at))
        seen.add(id if isinstance(id, str) else None)


def _check_call_id(id: Any, where: str) -> None:
    if isinstance(id, str) and len(id) > _LONGEST_CALL_ID:
        error = named("string_above_max_length", param=where, maximum=_LONGEST_CALL_ID, length=len(id))
        raise RequestRefused(error)


# --------------------------------------------------------------------------------------------- parts


def _check_parts(parts: list[Any], where: str) -> None:
    for at, part in enumerate(parts):
        place, what = f"{where}[{at}]", object_of(part)
        kind = what.get("type")
        if not isinstance(kind, str):
            raise RequestRefused(named("missing_required_parameter", param=f"{place}.type"))
        if kind not in _PARTS:
            raise RequestRefused(named("invalid_part_type", param=f"{place}.type", value=kind))
        if kind == "image_url":
            _check_image(what, place)
        elif kind == "input_audio":
            _check_sound(object_of(what.get(kind)), f"{place}.{kind}")
        elif kind == "file":
            check_file(object_of(what.get(kind)).get("file_data"), f"{place}.{kind}.file_data")


def _check_image(part: Mapping[str, Any], where: str) -> None:
    image, where = part.get("image_url"), f"{where}.image_url"
    if image is None:
        raise RequestRefused(named("missing_required_parameter", param=where))
    if not isinstance(image, dict):
        raise RequestRefused(named("invalid_type", param=where, expected="an object", got=kind_of(image)))
    if image.get("url") is None:
        raise RequestRefused(named("missing_required_parameter", param=f"{where}.url"))
    check_image(image["url"], f"{where}.url", chat=True)


def _check_sound(sound: Mapping[str, Any], where: str) -> None:
    kind = sound.get("format")
    if isinstance(kind, str) and kind not in _SOUNDS:
        raise RequestRefused(named("invalid_value", param=f"{where}.format", value=kind, supported=_SOUNDS))
