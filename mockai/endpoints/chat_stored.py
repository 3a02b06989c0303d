"""Completions kept with `store: true`: listed, retrieved, changed, deleted, and the messages they answered."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Decode, Operation, Serving
from mockai.endpoints.chat_reply import completion_json
from mockai.endpoints.cursors import cursor_page
from mockai.endpoints.heads import json_plan
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.resource import Kind
from mockai.ids import Mint
from mockai.replies.answer import Completion
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.wire import HTTPRequest, Plan

__all__ = ["OPERATIONS", "remember"]

_COMPLETIONS = "chat.completions"
_MESSAGES = "chat.completions.messages"
_COMPLETION = Kind(_COMPLETIONS, "chatcmpl-", "completion_not_found")
_MESSAGE = Kind(_MESSAGES, "chatcmpl-", "message_not_found")


def remember(completion: Completion, request: APIRequest, mint: Mint, resources: Resources) -> None:
    """Keep a completion and the messages it answers, if the client says `store: true`."""
    if request.body.get("store") is not True:
        return
    reply = completion_json(completion, request, mint)
    metadata = request.body.get("metadata")
    resources.put(_COMPLETIONS, reply["id"], {**reply, "metadata": metadata if isinstance(metadata, dict) else {}})
    messages = [_stored(each, f"{reply['id']}-{at}") for at, each in enumerate(request.body["messages"])]
    resources.put(_MESSAGES, reply["id"], {"messages": messages}, len(request.http.body))


def _stored(message: Mapping[str, Any], id: str) -> dict[str, Any]:
    content = message.get("content")
    text, parts = (None, content) if isinstance(content, list) else (content, None)
    others = {key: value for key, value in message.items() if key not in ("role", "content", "name")}
    name = message.get("name")
    return {"id": id, "role": message["role"], "content": text, "name": name, "content_parts": parts, **others}


# -------------------------------------------------------------------------------------------- serving


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    query = request.query
    wanted = {key[9:-1]: value for key, value in query.items() if key.startswith("metadata[") and key.endswith("]")}
    found = [
        each
        for each in serving.resources.all(_COMPLETIONS)
        if query.get("model") in (None, each["model"]) and wanted.items() <= each["metadata"].items()
    ]
    return json_plan(cursor_page(found, query, _COMPLETION, order="asc"), mint)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id = request.params["completion_id"]
    return json_plan(_found(serving.resources.get(_COMPLETIONS, id), id), mint)


def _update(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id, metadata = request.params["completion_id"], request.body.get("metadata")

    def change(stored: dict[str, Any]) -> dict[str, Any]:
        return {**stored, "metadata": metadata if isinstance(metadata, dict) else {}}

    return json_plan(_found(serving.resources.update(_COMPLETIONS, id, change), id), mint)


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id = request.params["completion_id"]
    _found(serving.resources.delete(_COMPLETIONS, id), id)
    serving.resources.delete(_MESSAGES, id)
    return json_plan({"object": "chat.completion.deleted", "id": id, "deleted": True}, mint)


def _list_messages(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id = request.params["completion_id"]
    stored = _found(serving.resources.get(_MESSAGES, id), id)
    return json_plan(cursor_page(stored["messages"], request.query, _MESSAGE, order="asc"), mint)


def _found(stored: dict[str, Any] | None, id: str) -> dict[str, Any]:
    if stored is None:
        raise RequestRefused(named("completion_not_found", id=id))
    return stored


def _decoder(endpoint: str, operation: str, *, with_body: bool = False) -> Decode:
    def decode(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        body = read_object(http) if with_body else {}
        return APIRequest(http, endpoint, operation, params=params, body=body, attempt=attempt_of(http))

    return decode


_ONE = "/chat/completions/{completion_id}"

OPERATIONS = (
    Operation(_COMPLETIONS, "list", "GET", "/chat/completions", _decoder(_COMPLETIONS, "list"), serve=_list),
    Operation(_COMPLETIONS, "retrieve", "GET", _ONE, _decoder(_COMPLETIONS, "retrieve"), serve=_retrieve),
    Operation(_COMPLETIONS, "update", "POST", _ONE, _decoder(_COMPLETIONS, "update", with_body=True), serve=_update),
    Operation(_COMPLETIONS, "delete", "DELETE", _ONE, _decoder(_COMPLETIONS, "delete"), serve=_delete),
    Operation(_MESSAGES, "list", "GET", f"{_ONE}/messages", _decoder(_MESSAGES, "list"), serve=_list_messages),
)
