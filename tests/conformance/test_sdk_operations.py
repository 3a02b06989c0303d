"""Every operation of the installed SDK, with its strict validation: a new SDK that is answered wrongly fails here."""

import re
from typing import Any, cast

import httpx2
import openai
import pytest

from mockai.endpoints import operations
from mockai.engine import Engine
from mockai.settings import Settings
from mockai.surface.derive import Method, methods
from mockai.surface.installed import tables
from mockai.surface.places import Places, prefixes, shape_of
from mockai.wire import Body, HTTPRequest

EVERY = list(methods())
OWN = {(each.method, shape_of(each.path)) for each in operations()}
DERIVED = [each for each in EVERY if (each.sent.method, shape_of(each.sent.path)) not in OWN]


def client_of(engine: Engine) -> openai.OpenAI:
    """The SDK, strict, on an engine without a transport between them."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        headers = tuple((name.lower(), value) for name, value in request.headers.items())
        path, query = request.url.raw_path.decode().partition("?")[0], tuple(request.url.params.multi_items())
        exchange = engine.handle(HTTPRequest(request.method, path, query, headers, request.read()))
        head, *steps = exchange.plan
        exchange.end("complete")
        data = b"".join(step.data for step in steps if isinstance(step, Body))
        return httpx2.Response(head.status, headers=list(head.headers), content=data)

    transport = httpx2.Client(transport=httpx2.MockTransport(answer))
    return openai.OpenAI(
        api_key="sk-mockai",
        base_url="http://mockai/v1",
        http_client=transport,
        max_retries=0,
        _strict_response_validation=True,
    )


@pytest.fixture(scope="module")
def demo() -> openai.OpenAI:
    """Unknown ids are answered."""
    return client_of(Engine(settings=Settings(unknown_ids="synthesize", validation="lenient", on_unmatched="auto")))


@pytest.fixture
def real() -> openai.OpenAI:
    """Unknown ids are refused."""
    return client_of(Engine(settings=Settings(validation="lenient")))


def call(client: openai.OpenAI, method: Method, path: str, *, stream: bool = False) -> Any:
    """What the SDK makes of the answer, as the method itself would."""
    sent, given = method.sent, method.given
    query: dict[str, object] = {**sent.query, **({"stream": "true"} if stream else {})}
    options = openai._base_client.make_request_options(query=query)
    body = {"stream": stream} if sent.method in ("POST", "PUT", "PATCH") else None
    if given.kind == "page":
        return client.get_api_list(
            path, model=given.types[0], page=method.returned, options=options, method=sent.method.lower(), body=body
        )
    if given.kind == "bytes":
        cast_to: Any = openai._legacy_response.HttpxBinaryResponseContent
    else:
        cast_to = given.types[0] if given.types else type(None)
    more: dict[str, Any] = {"body": body} if body is not None else {}
    if stream:
        more |= {"stream": True, "stream_cls": openai.Stream[given.event]}
    return getattr(client, sent.method.lower())(path, cast_to=cast("Any", cast_to), options=options, **more)


def judge(method: Method, value: Any) -> None:
    """What was returned is what the method promises; the SDK has validated what is inside."""
    match method.given.kind:
        case "nothing":
            assert value is None
        case "bytes":
            assert value.content
        case "page":
            assert type(value) is method.returned
        case "object":
            assert value is not None


def only_streams(method: Method) -> bool:
    """Whether there is nothing but a stream to be had."""
    return method.given.kind == "nothing" and method.given.event is not None


def test_there_are_operations_to_walk():
    assert len(EVERY) > 350
    assert len(DERIVED) < len(EVERY)


@pytest.mark.parametrize("method", [each for each in EVERY if not only_streams(each)], ids=lambda method: method.name)
def test_the_sdk_accepts_every_answer(demo, method):
    judge(method, call(demo, method, re.sub(r"{\w+}", "x1", method.sent.path)))


STREAMS = [method for method in EVERY if method.given.event is not None]


@pytest.mark.parametrize("method", STREAMS, ids=lambda method: method.name)
def test_the_sdk_accepts_every_stream(demo, method):
    with call(demo, method, re.sub(r"{\w+}", "x1", method.sent.path), stream=True) as stream:
        assert list(stream) != []


# ------------------------------------------------------------------- what is derived, by ids that exist

PLACES = Places(tables()[0], frozenset(shape_of(each.path) for each in operations()))


def reach(client: openai.OpenAI, template: str) -> str:
    """The path with the ids of things that exist: created for it, or found in a list."""
    path = shape = ""
    for segment in template.split("/")[1:]:
        if segment.startswith("{"):
            path += f"/{key_in(client, shape, path) if PLACES.governed(shape) else 'x1'}"
            shape += "/{}"
        else:
            path, shape = f"{path}/{segment}", f"{shape}/{segment}"
    return path


def key_in(client: openai.OpenAI, collection: str, path: str) -> str:
    """The id of something in a collection."""
    name = PLACES.parameter(collection)
    if collection in PLACES.created:
        created = client.post(path, body={name: "x1"}, cast_to=cast("Any", dict[str, Any]))
        return str(created.get("id", "x1"))
    return str(client.get(path, cast_to=cast("Any", dict[str, Any]))["data"][0]["id"])


@pytest.mark.parametrize("method", DERIVED, ids=lambda method: method.name)
def test_what_is_derived_answers_for_what_exists_and_for_nothing_else(real, method):
    streams, path = only_streams(method), method.sent.path
    if not path.endswith("}") or PLACES.governed(path.rpartition("/")[0]):
        value = call(real, method, reach(real, path), stream=streams)
        assert list(value) if streams else judge(method, value) is None
    if any(PLACES.governed(each.rpartition("/")[0]) for each in prefixes(path)):
        with pytest.raises(openai.NotFoundError) as missed:
            call(real, method, re.sub(r"{\w+}", "nope", path))
        assert "nope" in missed.value.body["message"]
