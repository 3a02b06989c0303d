"""`/models`."""

import pytest
from openai.types import Model

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.models import OPERATIONS
from mockai.ids import EPOCH, Mint
from mockai.models import Catalogue
from mockai.state import Resources
from mockai.wire import HTTPRequest

LIST, RETRIEVE, DELETE = OPERATIONS
SERVING = Serving(Resources(), Catalogue([("my-model", {}), ("gpt-4o", {}), ("gpt-*", {"context": 9})]))


def serve(operation, **params):
    request = operation.decode(HTTPRequest("GET", "/v1/models"), params)
    return operation.serve(request, SERVING, Mint(0))


def test_the_list_holds_the_scenarios_models_and_the_usual_ones_each_once(body_of):
    found = body_of(serve(LIST))
    assert list(found) == ["object", "data"]
    assert found["object"] == "list"
    assert found["data"][0] == {"id": "my-model", "object": "model", "created": EPOCH, "owned_by": "system"}
    names = [Model.model_validate(each).id for each in found["data"]]
    assert names.count("gpt-4o") == 1
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("name", "created"), [("my-model", EPOCH), ("gpt-4o", 1715367049)])
def test_a_model_is_retrieved_by_its_id(body_of, name, created):
    expected = {"id": name, "object": "model", "created": created, "owned_by": "system"}
    assert body_of(serve(RETRIEVE, model=name)) == expected


@pytest.mark.parametrize("name", ["gpt-99", "text-davinci-003"])
def test_a_model_that_is_unknown_or_retired_is_the_apis_404_and_not_listed(body_of, name):
    with pytest.raises(RequestRefused) as refused:
        serve(RETRIEVE, model=name)
    assert refused.value.error == named("model_not_found_retrieve", model=name)
    assert name not in [each["id"] for each in body_of(serve(LIST))["data"]]


def test_every_model_listed_can_be_retrieved(body_of):
    for model in body_of(serve(LIST))["data"]:
        assert body_of(serve(RETRIEVE, model=model["id"])) == model


def test_rules_can_match_on_the_model_asked_for():
    request = RETRIEVE.decode(HTTPRequest("GET", "/v1/models/x"), {"model": "x"})
    assert (request.endpoint, request.operation, request.model) == ("models", "retrieve", "x")


def test_a_model_that_was_trained_is_listed_until_it_is_deleted(api):
    lines = b'{"messages": []}\n' * 10
    job = api("POST", "/fine_tuning/jobs", {"model": "m", "training_file": api.upload("t.jsonl", lines, "fine-tune")})
    for _ in range(3):
        job = api("GET", f"/fine_tuning/jobs/{job['id']}")
    name, path = job["fine_tuned_model"], f"/models/{job['fine_tuned_model']}"
    trained = {"id": name, "object": "model", "created": job["finished_at"], "owned_by": job["organization_id"]}
    assert api("GET", path) == trained == api("GET", "/models")["data"][-1]
    assert api("DELETE", path) == {"id": name, "object": "model", "deleted": True}
    gone = named("model_not_found_retrieve", model=name)
    assert api.refused("GET", path) == api.refused("DELETE", path) == (404, gone.message)
    assert name not in [each["id"] for each in api("GET", "/models")["data"]]


def test_a_model_of_the_api_cannot_be_deleted(api):
    assert api.refused("DELETE", "/models/gpt-4o")[0] == 404
    assert api("GET", "/models/gpt-4o")["id"] == "gpt-4o"
