"""Responses that are kept: retrieved, replayed, cancelled, deleted, and the input they answered."""

from __future__ import annotations

from collections.abc import Mapping

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.endpoints.base import Decode, Operation, Serve, Serving
from mockai.endpoints.conversations_kept import ITEM
from mockai.endpoints.cursors import cursor_page
from mockai.endpoints.heads import json_plan, stream_head
from mockai.endpoints.json_body import attempt_of
from mockai.endpoints.life_cycles import may_step
from mockai.endpoints.responses_record import RESPONSES, advanced, cancelled, finished, moved, record, shown
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.wire import Body, HTTPRequest, Kind, Plan

__all__ = ["OPERATIONS"]

_OPENING = 3
"""Events that tell of the queue and the start: all there is of a response that was cancelled."""


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id = request.params["response_id"]
    record(serving.resources, id, mint.created)
    if request.query.get("stream") == "true":
        return _replayed(id, request, serving, mint)
    if may_step(serving, id):
        moved(serving.resources, mint, id, advanced)
    return json_plan(shown(record(serving.resources, id)), mint)


def _replayed(id: str, request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    """The events after `starting_after`; what was still to be made is made at once."""
    events = record(serving.resources, id).get("events")
    if events is None:
        message = "This response cannot be streamed because it was not created with background=true."
        raise RequestRefused(ErrorReply(400, message))
    kept = moved(serving.resources, mint, id, finished)
    until = _OPENING if kept["state"] == "cancelled" else len(events)
    after = request.query.get("starting_after", "")
    first = int(after) + 1 if after.isascii() and after.isdigit() else 0
    bodies = (Body(data, _kind(at, len(events))) for at, data in enumerate(events[:until]))
    return (stream_head(mint), *tuple(bodies)[first:])


def _kind(at: int, events: int) -> Kind:
    if at < _OPENING:
        return "open"
    return "finish" if at == events - 1 else "piece"


def _cancel(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id = request.params["response_id"]
    if "events" not in record(serving.resources, id, mint.created):
        raise RequestRefused(named("response_not_cancellable"))
    return json_plan(shown(moved(serving.resources, mint, id, cancelled)), mint)


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id = request.params["response_id"]
    record(serving.resources, id, mint.created)
    serving.resources.delete(RESPONSES, id)
    return json_plan({"id": id, "object": "response", "deleted": True}, mint)


def _list_input(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    kept = record(serving.resources, request.params["response_id"], mint.created)
    return json_plan(cursor_page(kept["input"], request.query, ITEM), mint)


def _decoder(endpoint: str, operation: str) -> Decode:
    def decode(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        stream = operation == "retrieve" and ("stream", "true") in http.query
        return APIRequest(http, endpoint, operation, params=params, stream=stream, attempt=attempt_of(http))

    return decode


def _operation(endpoint: str, name: str, method: str, path: str, serve: Serve) -> Operation:
    return Operation(endpoint, name, method, path, _decoder(endpoint, name), serve=serve)


_ONE = "/responses/{response_id}"

OPERATIONS = (
    _operation("responses", "retrieve", "GET", _ONE, _retrieve),
    _operation("responses", "cancel", "POST", f"{_ONE}/cancel", _cancel),
    _operation("responses", "delete", "DELETE", _ONE, _delete),
    _operation("responses.input_items", "list", "GET", f"{_ONE}/input_items", _list_input),
)
