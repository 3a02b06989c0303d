"""`unknown_ids: synthesize`: everything the SDK can send is answered, with what its types accept."""

from dataclasses import replace

import pytest

from mockai.engine import Engine
from mockai.engine.access import Access
from mockai.scenario.loading import load_text
from mockai.settings import Settings
from mockai.surface.contract import Contract
from mockai.wire import Call, Head, HTTPRequest


def test_an_id_that_an_endpoint_file_does_not_know_is_made_up(demo, client):
    assert demo.get("/files/file-x")["id"] == "file-x"
    assert client.ask("GET", "/files/file-x")[0] == 404


def test_ids_are_made_up_where_values_are_refused(client):
    strict = type(client)(Engine(settings=Settings(unknown_ids="synthesize")))
    assert strict.get("/files/file-x")["id"] == "file-x"
    status, body = strict.ask("POST", "/embeddings", {"model": "text-embedding-3-small"})
    assert (status, body["error"]["param"]) == (400, "input")


def test_a_value_that_an_endpoint_file_refuses_is_let_through(demo, strict):
    request = ("POST", "/uploads", {"filename": "a", "bytes": 0, "purpose": "assistants", "mime_type": "text/plain"})
    status, made = demo.ask(*request)
    assert (status, made["bytes"], made["filename"], made["object"]) == (200, 0, "a", "upload")
    assert strict.ask(*request)[0] == 400


@pytest.mark.parametrize(
    ("http", "code"),
    [
        (HTTPRequest("POST", "/v1/chat/completions", (), (("content-type", "application/json"),), b"{"), None),
        (HTTPRequest("POST", "/v1/nothing/like/that"), "unknown_url"),
        (HTTPRequest("PUT", "/v1/files"), "method_not_supported"),
    ],
)
def test_what_the_sdk_cannot_send_is_refused_as_ever(demo, client, http, code):
    status, body = demo.send(http)
    assert (status, body["error"]["code"]) == (client.send(http)[0], code)


def test_keys_are_asked_for_as_ever(demo):
    demo.engine.script = replace(demo.engine.script, access=Access.of(["sk-right"]))
    assert demo.ask("GET", "/files/file-x")[0] == 401


def test_what_a_rule_says_stays_as_it_is():
    engine = Engine(
        load_text("rules: [{when: {endpoint: files.retrieve}, reply: {error: 404}}]"),
        Settings(unknown_ids="synthesize"),
    )
    assert next(iter(engine.handle(HTTPRequest("GET", "/v1/files/file-x")).plan)).status == 404


@pytest.mark.parametrize(("rules", "first"), [("[]", 1.0), ("[{reply: Hi}]", None)])
def test_what_stands_in_for_a_rule_is_as_the_sdk_types_it_and_what_a_rule_says_as_the_api_sends_it(
    client, rules, first
):
    settings = Settings(unknown_ids="synthesize", on_unmatched="auto")
    asked = {"model": "gpt-3.5-turbo-instruct", "prompt": "Say", "echo": True, "logprobs": 1, "max_tokens": 2}
    body = type(client)(Engine(load_text(f"rules: {rules}"), settings)).post("/completions", **asked)
    assert body["choices"][0]["logprobs"]["token_logprobs"][0] == first


def test_a_request_without_a_rule_is_told_so_as_ever(demo):
    status, body = demo.ask(
        "POST", "/chat/completions", {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
    )
    assert (status, body["error"]["code"]) == (404, "mockai_unmatched")


def test_a_vector_in_base64_is_sent_as_the_sdk_types_it(demo, client):
    request = {"model": "text-embedding-3-small", "input": "hello", "encoding_format": "base64"}
    (vector,) = demo.post("/embeddings", **request)["data"]
    assert len(vector["embedding"]) == 1536
    assert demo.headers()["content-length"] == str(len(demo.data))
    (vector,) = client.post("/embeddings", **request)["data"]
    assert isinstance(vector["embedding"], str)


def test_what_stands_in_for_a_rule_agrees_with_the_types_too(client):
    asked = {"model": "gpt-3.5-turbo-instruct", "prompt": "Hi there", "echo": True, "logprobs": 1}
    first = []
    for unknown_ids in ("synthesize", "404"):
        own = type(client)(Engine(settings=Settings(unknown_ids=unknown_ids, on_unmatched="auto")))
        first.append(own.post("/completions", **asked)["choices"][0]["logprobs"]["token_logprobs"][0])
    assert (type(first[0]), first[1]) == (float, None)  # the API sends null, which the SDK's type does not have


def test_what_is_not_json_is_passed_on():
    contract, http = Contract(), HTTPRequest("GET", "/v1/files")
    call = Call(lambda: None)
    for steps in [(call, Head(200)), (Head(200),), ()]:
        assert tuple(contract.kept(iter(steps), http, None)) == steps
    steps = (Head(200), call)
    assert tuple(contract.kept(iter(steps), HTTPRequest("GET", "/elsewhere"), None)) == steps
    assert tuple(contract.kept(iter(steps), http, None)) == steps
