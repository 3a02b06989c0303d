"""Requests as they come over HTTP, and streams as the SDK reads them."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import parse_qsl

import orjson
import pytest

from mockai.endpoints import operations
from mockai.endpoints.base import Serving
from mockai.endpoints.chat_request import decode_create
from mockai.endpoints.derived import derived_operations
from mockai.endpoints.routing import Router
from mockai.engine import Engine
from mockai.engine.reading import Reading
from mockai.journal import Entry
from mockai.replies.answer import Choice, Completion, Item
from mockai.request import APIRequest
from mockai.scenario.loading import load_rule
from mockai.state import Resources
from mockai.wire import Body, Call, Head, HTTPRequest, Plan, Wait

JSON = (("content-type", "application/json"),)


@pytest.fixture(scope="session")
def post() -> Callable[..., HTTPRequest]:
    """A POST of a JSON value, or of bytes as they are."""

    def build(body: Any, path: str = "/v1/chat/completions", headers: Any = JSON) -> HTTPRequest:
        data = body if isinstance(body, bytes) else orjson.dumps(body)
        return HTTPRequest("POST", path, (), headers, data)

    return build


@pytest.fixture(scope="session")
def read() -> Callable[[HTTPRequest], APIRequest]:
    """A request as its operation reads it, checks included; raises `RequestRefused`."""
    router = Router(operations(), derived_operations)

    def reading(http: HTTPRequest, *, lenient: bool = False) -> APIRequest:
        operation, params = router.find(http.method, http.path)
        entry = Entry(1, "", http, 0.0, lenient=lenient)
        return Reading(operation, params, Serving(Resources()), entry).request(http)

    return reading


@pytest.fixture(scope="session")
def ask(post: Callable[..., HTTPRequest]) -> Callable[..., APIRequest]:
    """A chat completion request with these keys in its body."""

    def build(**body: Any) -> APIRequest:
        return decode_create(post({"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], **body}), {})

    return build


@pytest.fixture(scope="session")
def answer() -> Callable[..., Completion]:
    """A completion with one choice of these items; further fields by name."""

    def build(*items: Item, finish_reason: str | None = None, logprobs: Any = None, **fields: Any) -> Completion:
        return Completion((Choice(items, finish_reason, logprobs),), **fields)

    return build


@pytest.fixture(scope="session")
def body_of() -> Callable[[Plan], Any]:
    """The JSON a plan of head and body sends."""

    def read(plan: Plan) -> Any:
        head, body = plan
        assert isinstance(head, Head)
        assert isinstance(body, Body)
        assert dict(head.headers)["content-length"] == str(len(body.data))
        return orjson.loads(body.data)

    return read


@pytest.fixture(scope="session")
def sent_events() -> Callable[[Iterable[Any]], list[str]]:
    """The data of each event of a plan, as the SDK's own decoder reads the bytes."""
    from openai._streaming import SSEDecoder

    def read(plan: Iterable[Any]) -> list[str]:
        data = b"".join(step.data for step in plan if isinstance(step, Body))
        return [event.data for event in SSEDecoder().iter_bytes(iter([data]))]

    return read


@pytest.fixture(scope="session")
def chunks_of(sent_events: Callable[..., list[str]]) -> Callable[[Iterable[Any]], list[dict[str, Any]]]:
    """The chunks of a plan's stream, which must end with `[DONE]`."""

    def read(plan: Iterable[Any]) -> list[dict[str, Any]]:
        *chunks, done = sent_events(plan)
        assert done == "[DONE]"
        return [orjson.loads(chunk) for chunk in chunks]

    return read


class API:
    """One session of an engine, asked without a transport."""

    def __init__(self) -> None:
        self.engine = Engine()
        self.gates: list[str] = []

    @property
    def resources(self) -> Resources:
        return self.engine.store.session("").resources

    def rule(self, reply: Any, **when: Any) -> None:
        """Put a rule above those there are."""
        placed = load_rule({"when": when, "reply": reply}, "a test")
        self.engine.add_rule(self.engine.store.session(""), placed)

    def steps(self, request: HTTPRequest) -> list[Any]:
        """The plan of a request, its calls done on the way."""
        exchange = self.engine.handle(request)
        steps = []
        for step in exchange.plan:
            if isinstance(step, Call):
                step.returned(step.function())
            if isinstance(step, Wait) and step.gate is not None:
                self.gates.append(step.gate)
            steps.append(step)
        exchange.end("complete")
        return steps

    def raw(self, method: str, path: str, body: bytes = b"", headers: Any = JSON) -> tuple[int, bytes]:
        """Status and bytes of a reply."""
        path, _, query = path.partition("?")
        pairs = tuple(parse_qsl(query, keep_blank_values=True))
        steps = self.steps(HTTPRequest(method, f"/v1{path}", pairs, headers, body))
        head = next(step for step in steps if isinstance(step, Head))
        return head.status, b"".join(step.data for step in steps if isinstance(step, Body))

    def __call__(self, method: str, path: str, body: Any = None) -> Any:
        """The JSON of a reply, which must be a success."""
        status, data = self.raw(method, path, b"" if body is None else orjson.dumps(body))
        assert status == 200, data
        return orjson.loads(data)

    def refused(self, method: str, path: str, body: Any = None) -> tuple[int, str]:
        """Status and message of an error."""
        status, data = self.raw(method, path, b"" if body is None else orjson.dumps(body))
        return status, orjson.loads(data)["error"]["message"]

    def send_form(self, path: str, *parts: tuple[str, str | None, bytes]) -> tuple[int, Any]:
        """Status and JSON of the reply to a form; a part is its name, the name of a file or None, and its bytes."""
        data = b""
        for name, filename, content in parts:
            also = f'; filename="{filename}"' if filename is not None else ""
            data += f'--x\r\ncontent-disposition: form-data; name="{name}"{also}\r\n\r\n'.encode() + content + b"\r\n"
        headers = (("content-type", "multipart/form-data; boundary=x"),)
        status, reply = self.raw("POST", path, data + b"--x--\r\n", headers)
        return status, orjson.loads(reply)

    def upload(self, filename: str, data: bytes, purpose: str = "assistants") -> str:
        """The id of a new file."""
        parts = (("purpose", None, purpose.encode()), ("file", filename, data))
        status, file = self.send_form("/files", *parts)
        assert status == 200, file
        return str(file["id"])


@pytest.fixture
def api() -> API:
    """A session without rules, asked without a transport."""
    return API()
