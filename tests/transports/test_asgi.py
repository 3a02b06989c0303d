"""The mock as an ASGI application: mounted, told who asks, and played message by message."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.routing import Mount

from mockai import MockOpenAI
from mockai.transports.asgi import ASGIApp

ASK: dict[str, Any] = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}


async def play(
    app: Any,
    body: dict,
    *,
    path: str = "/v1/chat/completions",
    leave_after: int | None = None,
    slowness: float = 0,
    sending: Callable[[], None] = lambda: None,
    **scope: Any,
):
    """Every message the app sends; the client leaves after so many of them, if told to. Whoever takes them says
    when, and then takes so many seconds for each."""
    sent: list[dict[str, Any]] = []
    asked, left = [json.dumps(body).encode()], asyncio.Event()

    async def receive():
        if asked:
            return {"type": "http.request", "body": asked.pop(), "more_body": False}
        await left.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        sent.append(message)
        sending()
        if len(sent) == leave_after:
            left.set()
        if slowness:
            await asyncio.sleep(slowness)

    given = {"type": "http", "method": "POST", "path": path, "headers": [], "query_string": b"", **scope}
    await app(given, receive, send)
    return sent


async def timed(play: Any, *args: Any, **kwargs: Any) -> tuple[list[dict[str, Any]], list[float]]:
    """What `play` returns, and the loop's time at each message."""
    times: list[float] = []
    loop = asyncio.get_running_loop()
    return await play(*args, **kwargs, sending=lambda: times.append(loop.time())), times


async def test_events_with_nothing_between_them_share_a_write():
    mock = MockOpenAI()
    mock.reply("one two three four five six")
    head, body = await play(mock.app, {**ASK, "stream": True})
    assert (head["type"], head["status"]) == ("http.response.start", 200)
    assert (body["body"].count(b"data: "), body["more_body"]) == (9, False)


def test_a_pace_sends_each_event_at_its_time(in_loop_time):
    mock = MockOpenAI(time_scale=0.5)
    mock.reply(text="one two three", latency={"per_token": 1})
    sent, times = in_loop_time(timed(play, mock.app, {**ASK, "stream": True}))
    assert [message["body"].count(b"data: ") for message in sent[1:]] == [2, 1, 3]
    assert times[1:] == [0.0, 0.5, 1.0]
    assert mock.last.scripted_wait == 2.0


def test_waits_follow_a_schedule_that_does_not_drift(in_loop_time):
    mock = MockOpenAI()
    mock.reply(text=" ".join("x" * 50), latency={"per_token": 0.25})
    # Whoever takes the events takes a tenth of a second for each: so much later is each of them, and no more.
    _, times = in_loop_time(timed(play, mock.app, {**ASK, "stream": True}, slowness=0.1))
    assert [round(at - number * 0.25, 6) for number, at in enumerate(times[1:])] == [0.1] + [0.0] * 49


def test_what_is_late_shares_a_write_with_what_follows(in_loop_time):
    mock = MockOpenAI()
    mock.reply(text=" ".join("x" * 9), latency={"per_token": 0.25})
    sent, times = in_loop_time(timed(play, mock.app, {**ASK, "stream": True}, slowness=0.6))
    assert [message["body"].count(b"data: ") for message in sent[1:]] == [2, 4, 3, 3]
    assert [round(at, 6) for at in times[1:]] == [0.6, 1.2, 1.8, 2.4]


async def test_a_client_that_leaves_ends_the_reply():
    mock = MockOpenAI()
    mock.reply(text="one two three", latency={"per_token": 5})
    await play(mock.app, {**ASK, "stream": True}, leave_after=2)
    assert (mock.last.outcome, mock.last.pieces) == ("client_left", 1)


async def test_release_lets_open_streams_come_to_their_end():
    mock = MockOpenAI()
    mock.reply(text="one two three", latency={"per_token": 60})
    playing = asyncio.ensure_future(play(mock.app, {**ASK, "stream": True}))
    while not mock.calls:
        await asyncio.sleep(0.01)
    mock.app.release()
    sent = await asyncio.wait_for(playing, 2)
    assert sent[-1]["more_body"] is False
    assert b"[DONE]" in b"".join(message.get("body", b"") for message in sent)
    assert mock.last.outcome == "complete"


@pytest.mark.parametrize("script", [{"faults": ["stall"]}, {"gate": "never"}], ids=["stall", "gate"])
async def test_release_ends_what_would_wait_for_ever(script):
    mock = MockOpenAI()
    mock.reply(text="one two", **script)
    playing = asyncio.ensure_future(play(mock.app, ASK))
    while not mock.calls:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    mock.app.release()
    sent = await asyncio.wait_for(playing, 2)
    assert sent[0]["status"] == (500 if "faults" in script else 200)
    assert mock.last.outcome == ("aborted" if "faults" in script else "complete")


@pytest.mark.parametrize("prefix", ["", "/llm", "/a/b"])
async def test_it_mounts_under_any_prefix(prefix):
    mock = MockOpenAI()
    mock.reply("Hi")
    host = Starlette(routes=[Mount(prefix or "/", app=mock.app)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(host), base_url="http://host") as client:
        for path in ("/v1/chat/completions", "/chat/completions", "/s/other/v1/chat/completions"):
            reply = await client.post(prefix + path, json=ASK)
            assert reply.status_code == (404 if "/s/" in path else 200), path
    assert mock.last.path == "/chat/completions"


async def test_what_the_host_passes_reaches_the_function():
    seen = {}

    class Dependencies:
        def __init__(self, app):
            self.app = app

        async def __call__(self, scope, receive, send):
            await self.app({**scope, "state": {"tenant": "acme"}}, receive, send)

    def reply(request):
        seen.update(
            tenant=request.context["tenant"], path=request.context["scope"]["path"], key=request.headers["x-key"]
        )
        return "Hi"

    mock = MockOpenAI()
    mock.reply(reply)
    host = Starlette(routes=[Mount("/llm", app=mock.app)], middleware=[Middleware(Dependencies)])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(host), base_url="http://host") as client:
        await client.post("/llm/v1/chat/completions", json=ASK, headers={"x-key": "k"})
    assert seen == {"tenant": "acme", "path": "/llm/v1/chat/completions", "key": "k"}


async def test_a_fault_that_needs_the_socket_says_so_where_there_is_none():
    mock = MockOpenAI()
    mock.reply(text="Hi", faults=["reset"])
    start, body = await play(mock.app, ASK)
    assert start["status"] == 500
    assert "needs the connection's socket" in json.loads(body["body"])["error"]["message"]


async def test_a_stream_that_breaks_is_broken_by_the_server_around_it():
    mock = MockOpenAI()
    mock.reply(text="one two three", faults=["disconnect"])
    with pytest.raises(ConnectionAbortedError):
        await play(mock.app, {**ASK, "stream": True})
    assert mock.last.outcome == "aborted"


async def test_an_error_in_the_server_around_it_is_in_the_journal():
    mock = MockOpenAI()
    mock.reply("Hi")

    async def receive():
        return {"type": "http.request", "body": json.dumps(ASK).encode()}

    async def send(message):
        raise OSError("the wire is cut")

    scope = {"type": "http", "method": "POST", "path": "/chat/completions", "headers": [], "query_string": b""}
    with pytest.raises(OSError, match="the wire is cut"):
        await mock.app(scope, receive, send)
    assert mock.last.outcome != "running"


async def test_it_starts_and_stops_with_its_host():
    sent, messages = [], [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

    async def receive():
        return messages.pop(0)

    async def send(message):
        sent.append(message["type"])

    await ASGIApp(MockOpenAI().engine)({"type": "lifespan"}, receive, send)
    assert sent == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


async def test_a_websocket_is_refused():
    with pytest.raises(RuntimeError, match="MockAI serves HTTP; a websocket connection was opened at /v1/realtime"):
        await MockOpenAI().app({"type": "websocket", "path": "/v1/realtime"}, None, None)


async def test_query_and_headers_reach_the_rules():
    mock = MockOpenAI()
    mock.when(query={"tier": "gold"}, headers={"X-Plan": "pro"}).reply("matched")
    scope = {"query_string": b"tier=gold&empty=", "headers": [(b"X-Plan", b"pro")]}
    _, body = await play(mock.app, ASK, **scope)
    assert json.loads(body["body"])["choices"][0]["message"]["content"] == "matched"
