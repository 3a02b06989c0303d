"""`POST /images/generations`, `/images/edits`, `/images/variations`, and the files their URLs lead to."""

from __future__ import annotations

from collections.abc import Mapping

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Operation, Serving
from mockai.endpoints.heads import json_head
from mockai.endpoints.images_made import mimetype_of, painted
from mockai.endpoints.images_reply import CONTENT_PATH, PATHS, encode, remember
from mockai.endpoints.images_request import decode_edit, decode_generate, decode_variation
from mockai.endpoints.json_body import attempt_of
from mockai.endpoints.own_content import ALWAYS
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.wire import Body, HTTPRequest, Plan

__all__ = ["OPERATIONS"]


def _decode_content(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    return APIRequest(http, "images", "content", params=params, attempt=attempt_of(http))


def _content(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    name = request.params["name"]
    kept = serving.resources.get("image", name)
    data = painted(name) if kept is None else kept["data"]
    if data is None:
        raise RequestRefused(named("not_found_empty"))
    return (json_head(len(data), mint, {"content-type": mimetype_of(name)}), Body(data, "raw"))


OPERATIONS = (
    *(
        Operation("images", name, "POST", PATHS[name], decode, encode=encode, remember=remember, takes=ALWAYS)
        for name, decode in (
            ("generate", decode_generate),
            ("edit", decode_edit),
            ("create_variation", decode_variation),
        )
    ),
    Operation("images", "content", "GET", f"{CONTENT_PATH}/{{name}}", _decode_content, serve=_content, public=True),
)
