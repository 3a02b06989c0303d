"""`GET /models`: the models the scenarios name, and those an application is likely to look for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Decode, Operation, Serving
from mockai.endpoints.heads import json_plan
from mockai.endpoints.json_body import attempt_of
from mockai.ids import EPOCH, Mint
from mockai.request import APIRequest
from mockai.wire import HTTPRequest, Plan

__all__ = ["OPERATIONS"]

_KNOWN: tuple[tuple[str, int, str], ...] = (
    ("gpt-3.5-turbo", 1_677_610_602, "openai"),
    ("gpt-4", 1_687_882_411, "openai"),
    ("gpt-4-turbo", 1_712_361_441, "system"),
    ("gpt-4o", 1_715_367_049, "system"),
    ("gpt-4o-2024-08-06", 1_722_814_719, "system"),
    ("gpt-4o-mini", 1_721_172_741, "system"),
    ("gpt-4o-mini-2024-07-18", 1_721_172_717, "system"),
    ("gpt-4.1", 1_744_316_542, "system"),
    ("gpt-4.1-mini", 1_744_318_173, "system"),
    ("gpt-4.1-nano", 1_744_321_707, "system"),
    ("o1", 1_734_375_816, "system"),
    ("o3", 1_744_225_308, "system"),
    ("o3-mini", 1_737_146_383, "system"),
    ("o4-mini", 1_744_225_351, "system"),
    ("gpt-5", 1_754_425_777, "system"),
    ("gpt-5-mini", 1_754_425_928, "system"),
    ("gpt-5-nano", 1_754_426_384, "system"),
    ("text-embedding-3-small", 1_705_948_997, "system"),
    ("text-embedding-3-large", 1_705_953_180, "system"),
    ("text-embedding-ada-002", 1_671_217_299, "openai-internal"),
    ("omni-moderation-latest", 1_731_689_265, "system"),
    ("whisper-1", 1_677_532_384, "openai-internal"),
    ("tts-1", 1_681_940_951, "openai-internal"),
    ("dall-e-3", 1_698_785_189, "system"),
    ("gpt-image-1", 1_745_517_030, "system"),
)
"""Id, Unix time of creation, owner."""


def _models(serving: Serving) -> dict[str, dict[str, Any]]:
    """Every model by id; those of the scenarios first, made when the clock of a session starts."""
    own = ((name, EPOCH, "system") for name in serving.models if all(name != known for known, _, _ in _KNOWN))
    return {
        name: {"id": name, "object": "model", "created": created, "owned_by": owner}
        for name, created, owner in (*own, *_KNOWN)
    }


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    return json_plan({"object": "list", "data": list(_models(serving).values())}, mint)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    name = request.params["model"]
    found = _models(serving).get(name)
    if found is None:
        raise RequestRefused(named("model_not_found_retrieve", model=name))
    return json_plan(found, mint)


def _decoder(operation: str) -> Decode:
    def decode(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        attempt = attempt_of(http)
        return APIRequest(http, "models", operation, params=params, model=params.get("model"), attempt=attempt)

    return decode


OPERATIONS = (
    Operation("models", "list", "GET", "/models", _decoder("list"), serve=_list),
    Operation("models", "retrieve", "GET", "/models/{model}", _decoder("retrieve"), serve=_retrieve),
)
