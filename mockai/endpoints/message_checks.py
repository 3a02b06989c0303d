"""The messages of a chat: what each may hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from mockai.api_errors import NAMES, RequestRefused, kind_of, named
from mockai.endpoints.base import Serving
from mockai.endpoints.content_checks import check_file, check_file_id, check_image
from mockai.endpoints.json_values import object_of, objects_of
from mockai.request import APIRequest

__all__ = ["check_contents", "check_messages"]

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
            _check_parts(content, f"{where}.content", serving)
        if message.get("role") == "developer" and content is None:
            raise _without_content(message, f"{where}.content")
        if "tool_calls" in message:
            _check_calls(message["tool_calls"], at)
        if message.get("tool_call_id") is not None:
            _check_call_id(message["tool_call_id"], f"{where}.tool_call_id")
        name = message.get("name")
        if isinstance(name, str) and _NAME.fullmatch(name) is None:
            error = named("string_pattern_mismatch", param=f"{where}.name", pattern=f"^{_NAME.pattern}$")
            raise RequestRefused(error)


def _without_content(message: Mapping[str, Any], where: str) -> RequestRefused:
    """The developer's messages have words of their own for what others are told last of all."""
    if "content" in message:
        return RequestRefused(named("invalid_content", param=where, got="null"))
    return RequestRefused(named("missing_required_parameter", param=where))


def check_contents(request: APIRequest, serving: Serving) -> None:
    """Every message has content, unless it is the assistant's and has something else; the API looks at this last."""
    for at, message in enumerate(objects_of(request.body.get("messages"))):
        if message.get("content") is not None or message.get("role") == "developer":
            continue
        if message.get("role") == "assistant" and any(message.get(key) is not None for key in _INSTEAD):
            continue
        raise RequestRefused(named("null_content", param=f"messages.[{at}].content"))


# --------------------------------------------------------------------------------------------- calls


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


def _check_parts(parts: list[Any], where: str, serving: Serving) -> None:
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
            _check_file(object_of(what.get(kind)), f"{place}.{kind}", serving)


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


def _check_file(file: Mapping[str, Any], where: str, serving: Serving) -> None:
    check_file(file.get("file_data"), f"{where}.file_data")
    check_file_id(file.get("file_id"), f"{where}.file_id", serving)
