"""`/models`: the models that scenarios name, those of the API, and those that were trained in the session."""

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
from mockai.state import Resources
from mockai.wire import HTTPRequest, Plan

__all__ = ["OPERATIONS", "add_trained"]

_TRAINED = "models"
_DELETED = "models.deleted"


def add_trained(resources: Resources, name: str, created: int, owner: str) -> None:
    """List a model that a fine-tuning job has made."""
    resources.put(_TRAINED, name, {"id": name, "object": "model", "created": created, "owned_by": owner})


def _model(name: str, facts: Facts) -> dict[str, Any]:
    """A model as the API shows it; when it was made is when the clock of a session starts, if it is not known."""
    created = EPOCH if facts.created is None else facts.created
    return {"id": name, "object": "model", "created": created, "owned_by": facts.owned_by}


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    catalogue = serving.catalogue
    every = [_model(name, catalogue.facts(name)) for name in catalogue.names()]
    named_already = {each["id"] for each in every}
    trained = [each for each in serving.resources.all(_TRAINED) if each["id"] not in named_already]
    return json_plan({"object": "list", "data": [*every, *trained]}, mint)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    name, resources = request.params["model"], serving.resources
    trained, facts = resources.get(_TRAINED, name), serving.catalogue.facts(name)
    if trained is not None:
        return json_plan(trained, mint)
    if facts.status in ("unknown", "retired") or resources.get(_DELETED, name) is not None:
        raise RequestRefused(named("model_not_found_retrieve", model=name))
    return json_plan(_model(name, facts), mint)


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    """Forget a model that was trained; there is no other that can be deleted."""
    name, resources = request.params["model"], serving.resources
    if resources.delete(_TRAINED, name) is None:
        raise RequestRefused(named("model_not_found_retrieve", model=name))
    resources.put(_DELETED, name, {"id": name})
    return json_plan({"id": name, "object": "model", "deleted": True}, mint)


def _decoder(operation: str) -> Decode:
    def decode(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        attempt = attempt_of(http)
        return APIRequest(http, "models", operation, params=params, model=params.get("model"), attempt=attempt)

    return decode


OPERATIONS = (
    Operation("models", "list", "GET", "/models", _decoder("list"), serve=_list),
    Operation("models", "retrieve", "GET", "/models/{model}", _decoder("retrieve"), serve=_retrieve),
    Operation("models", "delete", "DELETE", "/models/{model}", _decoder("delete"), serve=_delete),
)
