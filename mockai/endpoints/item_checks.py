"""The input of a response: the ids of its items, what they hold, and how calls and their results go together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise, zip_longest
from typing import Any

from mockai.api_errors import NAMES, RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.content_checks import check_file, check_file_id, check_image
from mockai.endpoints.json_values import objects_of, text_of
from mockai.endpoints.responses_history import whole_input
from mockai.endpoints.responses_input import item_kind
from mockai.endpoints.responses_record import RESPONSES
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.validation.wrong import Wrong, under

__all__ = ["check_files", "check_item", "check_json_word", "check_pairs"]

_ROLES = frozenset({"assistant", "system", "developer", "user"})
_PREFIXES = {
    "message": "msg",
    "reasoning": "rs",
    "function_call": "fc",
    "function_call_output": "fc",
    "custom_tool_call": "ctc",
    "web_search_call": "ws",
}
_NOTHING: Mapping[str, Any] = {"type": "nothing"}


def check_item(item: Mapping[str, Any]) -> None:
    """One item of an input by itself. Raises `Wrong`."""
    kind = item.get("type")
    if kind in (None, "message") and (kind or "id" not in item or "role" in item):  # a reference needs no type
        _check_message(item)
    prefix, id = _PREFIXES.get(item_kind(item)), text_of(item.get("id"))
    if prefix is not None and id and not id.startswith(prefix):
        raise Wrong("invalid_item_id", value=id, prefix=prefix).at("id")
    for key in ("content", "output"):
        for at, part in enumerate(objects_of(item.get(key))):
            with under(key), under(at):
                _check_part(part)


def _check_message(item: Mapping[str, Any]) -> None:
    role = item.get("role", "")
    if not isinstance(role, str) or role not in _ROLES:
        raise Wrong("responses_invalid_role", value=role)
    if item.get("content") is None:
        raise Wrong("missing_required_parameter").at("content")
    if role != "assistant" and "phase" in item:
        raise Wrong("responses_unknown_parameter", hint="").at("phase")
    name = "responses_invalid_assistant_part" if role == "assistant" else "responses_invalid_user_part"
    for at, part in enumerate(objects_of(item.get("content"))):
        if part.get("type") not in NAMES[name].defaults["supported"]:
            raise Wrong(name, value=part.get("type")).at(at).at("content")


def _check_part(part: Mapping[str, Any]) -> None:
    if part.get("type") == "input_image":
        with under("image_url"):
            check_image(part.get("image_url"), chat=False)
    elif part.get("type") == "input_file":
        with under("file_data"):
            check_file(part.get("file_data"))


def check_files(request: APIRequest, serving: Serving) -> None:
    """Files that items name were uploaded. Raises `RequestRefused`."""
    for at, item in enumerate(objects_of(request.body.get("input"))):
        for key in ("content", "output"):
            for number, part in enumerate(objects_of(item.get(key))):
                if part.get("type") in ("input_image", "input_file"):
                    check_file_id(part.get("file_id"), f"input[{at}].{key}[{number}].file_id", serving)


def check_json_word(request: APIRequest, serving: Serving) -> None:
    """Where JSON of any shape is asked for, somebody says so. Raises `RequestRefused`."""
    format = request.response_format
    if format is None or format.kind != "json_object":
        return
    if not any("json" in message.text.lower() for message in request.messages):
        raise RequestRefused(named("responses_json_word_missing"))


# --------------------------------------------------------------------------------------------- pairs


def check_pairs(request: APIRequest, serving: Serving) -> None:
    """Items are there once, every call of a function has a result, every result a call, and thoughts lead to
    something. Raises `RequestRefused`."""
    if isinstance(request.body.get("input"), str) and _REMEMBERED.isdisjoint(request.body):
        return
    items = whole_input(request, serving.resources)
    _check_once(items)
    _check_thoughts(items)
    _check_brought(items, serving.resources)
    called, answered = (list(_call_ids(items, kind)) for kind in ("function_call", "function_call_output"))
    for id in answered:
        if id not in called:
            raise RequestRefused(named("missing_tool_call", id=id))
    for id in called:
        if id not in answered:
            raise RequestRefused(named("missing_tool_output", id=id))


_REMEMBERED = frozenset({"previous_response_id", "conversation"})


def _call_ids(items: Sequence[Mapping[str, Any]], kind: str) -> Iterator[Any]:
    return (item.get("call_id") for item in items if item_kind(item) == kind)


def _check_once(items: Sequence[Mapping[str, Any]]) -> None:
    seen = set()
    for item in items:
        id = text_of(item.get("id"))
        if id and id in seen:
            raise RequestRefused(named("duplicate_item", id=id))
        seen.add(id)


def _check_thoughts(items: Sequence[Mapping[str, Any]]) -> None:
    for item, following in zip_longest(items, items[1:], fillvalue=_NOTHING):
        if item_kind(item) == "reasoning" and not _is_of_the_model(following):
            raise RequestRefused(named("reasoning_without_item", id=item.get("id")))


def _check_brought(items: Sequence[Mapping[str, Any]], resources: Resources) -> None:
    """A call that came with a thought is sent back with it; both go by the ids they had."""
    calls = {item["id"] for item in items if item_kind(item) == "function_call" and text_of(item.get("id"))}
    if not calls:
        return
    present = {text_of(item.get("id")) for item in items}
    for kept in reversed(resources.all(RESPONSES)):
        made = kept["response"]["output"]
        for thought, call in pairwise(made):
            led = thought["type"] == "reasoning" and call["type"] == "function_call" and call["id"] in calls
            if led and thought["id"] not in present:
                raise RequestRefused(named("item_without_reasoning", id=call["id"], reasoning=thought["id"]))


def _is_of_the_model(item: Mapping[str, Any]) -> bool:
    kind = item_kind(item)
    said = kind == "message" and item.get("role") == "assistant"
    return said or kind == "reasoning" or kind.endswith("_call") or kind.startswith("mcp_")
