"""`GET /models`: the models that scenarios name, and those of the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Decode, Operation, Serving
from mockai.endpoints.heads import json_plan
from mockai.endpoints.json_body import attempt_of
from mockai.ids import EPOCH, Mint
from mockai.models import Facts
from mockai.request import APIRequest
from mockai.wire import HTTPRequest, Plan

__all__ = ["OPERATIONS"]


def _model(name: str, facts: Facts) -> dict[str, Any]:
    """A model as the API shows it; when it was made is when the clock of a session starts, if it is not known."""
    created = EPOCH if facts.created is None else facts.created
    return {"id": name, "object": "model", "created": created, "owned_by": facts.owned_by}


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    catalogue = serving.catalogue
    every = [_model(name, catalogue.facts(name)) for name in catalogue.names()]
    return json_plan({"object": "list", "data": every}, mint)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    name = request.params["model"]
    facts = serving.catalogue.facts(name)
    if facts.status in ("unknown", "retired"):
        raise RequestRefused(named("model_not_found_retrieve", model=name))
    return json_plan(_model(name, facts), mint)


def _decoder(operation: str) -> Decode:
    def decode(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        attempt = attempt_of(http)
        return APIRequest(http, "models", operation, params=params, model=params.get("model"), attempt=attempt)

    return decode


OPERATIONS = (
    Operation("models", "list", "GET", "/models", _decoder("list"), serve=_list),
    Operation("models", "retrieve", "GET", "/models/{model}", _decoder("retrieve"), serve=_retrieve),
)
