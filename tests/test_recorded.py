"""Nothing is refused that a client in use sends: requests recorded from frameworks, and those of the SDK itself."""

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest

from mockai.endpoints.routing import Router
from mockai.engine import Engine
from mockai.replies.schema_fits import Fits
from mockai.settings import Settings
from mockai.surface.operations import derived
from mockai.wire import Body, Call, Head, HTTPRequest

RECORDED = {path.stem: json.loads(path.read_text()) for path in sorted(Path(__file__).parent.glob("recorded/*.json"))}
FRAMEWORKS = sorted(RECORDED.keys() - {"openai"})
WANTED = {
    "instructor",
    "langchain-openai",
    "litellm",
    "llama-index-llms-openai",
    "openai",
    "openai-agents",
    "pydantic-ai-slim",
}


def request_of(recorded: dict[str, Any]) -> HTTPRequest:
    """A recorded request as it came."""
    path, _, query = recorded["path"].partition("?")
    headers = (("content-type", "application/json"),)
    return HTTPRequest(
        recorded.get("method", "POST"), path, tuple(parse_qsl(query)), headers, orjson.dumps(recorded["body"])
    )


class Server:
    """As strict as it can be; it answers whatever it does not refuse."""

    def __init__(self, **settings: Any) -> None:
        self.engine = Engine(settings=Settings(**{"on_unmatched": "auto", "validation": "strict", **settings}))

    def send(self, recorded: dict[str, Any]) -> tuple[int, str, str]:
        """Status, the id of what came back, and the message of an error."""
        status, value = self.answer(request_of(recorded))
        told = value if isinstance(value, dict) else {}
        return status, str(told.get("id")), str((told.get("error") or {}).get("message", ""))

    def answer(self, http: HTTPRequest) -> tuple[int, Any]:
        """Status, and what came back if it was JSON."""
        exchange, status, data = self.engine.handle(http), 0, b""
        for step in exchange.plan:
            if isinstance(step, Call):
                step.returned(step.function())
            elif isinstance(step, Head):
                status = step.status
            elif isinstance(step, Body):
                data += step.data
        exchange.end("complete")
        return status, orjson.loads(data) if data[:1] == b"{" else None


def test_every_client_is_here_with_its_version_and_several_kinds_of_requests():
    assert RECORDED.keys() == WANTED
    for name, recorded in RECORDED.items():
        assert recorded["client"] == name
        assert recorded["version"][0].isdigit()
        assert len(recorded["requests"]) > 20
        paths = {each["path"] for each in recorded["requests"]}
        assert {"/v1/chat/completions", "/v1/responses"} <= paths


@pytest.mark.parametrize("client", FRAMEWORKS)
def test_what_a_framework_sends_is_accepted(client):
    server, known, refused = Server(), {"response": "", "conversation": ""}, []
    for at, recorded in enumerate(RECORDED[client]["requests"]):
        body = dict(recorded["body"])
        if body.get("previous_response_id"):  # an id of the recorded run: the last one of this run stands for it
            body["previous_response_id"] = known["response"]
        if body.get("conversation"):
            body["conversation"] = known["conversation"]
        status, id, message = server.send({**recorded, "body": body})
        known |= {kind: id for kind in known if id.startswith(kind[:4])}
        if status != 200:
            refused.append((at, recorded["path"], status, message))
    assert refused == []


TOO_SMALL = "Invalid '{}': integer below minimum value. Expected a value >= 1, but got 0 instead."
NO_OBJECT = (
    "Invalid schema for function '{}': schema must be a JSON Schema of 'type: \"object\"', got 'type: \"None\"'."
)
RIGHTLY = {
    ("/v1/completions", TOO_SMALL.format("best_of")),
    ("/v1/chat/completions", NO_OBJECT.format("name")),
    ("/v1/images/generations", "Missing required parameter: 'model'."),
    ("/v1/images/generations", "Unknown parameter: 'response_format'."),
    ("/v1/agents/environments/env_test/files", "Unknown parameter: 'synthetic'."),
    ("/v1/responses", "Missing required parameter: 'model'."),
    ("/v1/responses", NO_OBJECT.format("name")),
    ("/v1/responses", NO_OBJECT.format("lookup")),
    (
        "/v1/responses",
        "Response input messages must contain the word 'json' in some form to use 'text.format' of type 'json_object'.",
    ),
    ("/v1/responses/compact", "Missing required parameter: 'input'."),
    ("/v1/uploads", TOO_SMALL.format("bytes")),
}
"""What the SDK's tests send to mocks of their own, and the API refuses: 0 for every number, nothing for what its types
leave out, a key of their own, a prompt and a schema never meant to be answered."""


def test_what_the_sdk_sends_in_its_tests_and_examples_is_accepted():
    server, refused = Server(), set()
    for recorded in RECORDED["openai"]["requests"]:
        status, _, message = server.send(recorded)
        made_up_id = status == 404 and "Unknown request URL" not in message
        if status != 200 and not made_up_id and not message.startswith("Previous response with id"):
            refused.add((recorded["path"].partition("?")[0], message))
    assert refused == RIGHTLY


def test_what_the_sdk_sends_in_its_tests_gets_what_its_types_say_where_ids_are_synthesized():
    server, wrong, judged = Server(validation="lenient", unknown_ids="synthesize"), [], 0
    router = {(each.rows[-1].method, each.rows[-1].path): each for each in derived()}
    find = Router(each.operation() for each in router.values()).find
    for recorded in RECORDED["openai"]["requests"]:
        http = request_of(recorded)
        operation, _ = find(http.method, http.path)
        each = router[operation.method, operation.path]
        row, fits = each.row(http), Fits({"$defs": each.places.table.shapes})
        status, value = server.answer(http)
        if status != 200:
            wrong.append((http.path, status, value))
        elif row.kind == "object" and value is not None:
            judged += 1
            wrong += [] if any(fits(schema, value) for schema in row.gives) else [(http.path, recorded["body"])]
    assert wrong == []
    assert judged > 200
