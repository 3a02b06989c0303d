"""What can be done with an input without answering it: count its tokens, and compact it."""

from __future__ import annotations

from collections.abc import Mapping

from mockai.endpoints.base import Checks, Decode, Operation, Serving
from mockai.endpoints.families import family_of
from mockai.endpoints.heads import json_plan
from mockai.endpoints.json_body import read_object
from mockai.endpoints.responses_checks import check_compacted, check_counted, check_says_something
from mockai.endpoints.responses_frame import counted_usage
from mockai.endpoints.responses_history import enrich, whole_input
from mockai.endpoints.responses_input import item_kind, listed_items
from mockai.endpoints.responses_request import request_of
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.tokens import count, prompt_tokens
from mockai.wire import HTTPRequest, Plan

__all__ = ["OPERATIONS"]


def _count(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    return json_plan({"object": "response.input_tokens", "input_tokens": prompt_tokens(request)}, mint)


def _compact(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    """What the user said stays, everything else becomes one item that only the API can read."""
    own = mint.child("compaction")
    items = whole_input(request, serving.resources)
    said = [item for item in items if item_kind(item) == "message" and item.get("role") == "user"]
    content = f"gAAAAA{own.child('content').alnum(122)}=="
    compaction = {"id": own.child("item").id("cmp_"), "type": "compaction", "encrypted_content": content}
    reply = {
        "id": own.id("resp_"),
        "object": "response.compaction",
        "created_at": mint.created,
        "output": [*listed_items(said, own.child("said")), compaction],
        "usage": counted_usage(prompt_tokens(request), count(content), 0, family_of(request.model or "")),
    }
    return json_plan(reply, mint)


def _decoder(endpoint: str, operation: str) -> Decode:
    def decode(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        return request_of(http, params, read_object(http), endpoint, operation)

    return decode


OPERATIONS = (
    Operation(
        "responses.input_tokens",
        "count",
        "POST",
        "/responses/input_tokens",
        _decoder("responses.input_tokens", "count"),
        serve=_count,
        enrich=enrich,
        checks=Checks((check_counted,)),
    ),
    Operation(
        "responses",
        "compact",
        "POST",
        "/responses/compact",
        _decoder("responses", "compact"),
        serve=_compact,
        enrich=enrich,
        checks=Checks((check_compacted,), (check_says_something,)),
    ),
)
