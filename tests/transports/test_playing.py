"""Played in memory, a plan ends for the client as it ends over a socket, and the journal says the same."""

import asyncio
import math
import threading
import time
from functools import partial

import anyio
import httpx
import httpx2
import pytest

from mockai.errors import PatchLimit
from mockai.state import Gate
from mockai.transports.asgi import ASGIApp
from mockai.transports.broken import Errors
from mockai.transports.httpx_patch import Patch
from mockai.transports.players import AsyncPlayer, Player
from mockai.transports.playing import Pause, Play, RealClock
from mockai.wire import Abort, Body, Call, Head, HTTPRequest, Wait

ASKED = HTTPRequest("POST", "/v1/chat/completions")

LIBRARIES = pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
STYLES = pytest.mark.parametrize("style", ["sync", "async"])

JSON = Head(200, (("content-type", "application/json"), ("content-length", "11")))
STREAM = Head(200, (("content-type", "text/event-stream"),))
OPEN = Body(b"data: open\n\n", "open")
PIECES = tuple(Body(b"data: %d\n\n" % n, "piece", tokens=1) for n in range(3))
DONE = Body(b"data: [DONE]\n\n", "done")
LONG = tuple(Body(b"data: " + b"x" * 50_000 + b"\n\n", "piece") for _ in range(3))

PLANS = {
    "a JSON reply": (JSON, Body(b'{"ok":true}', "json")),
    "a reply without a body": (Head(200, (("content-length", "0"),)),),
    "an empty body without a length": (Head(200),),
    "no content, with a body nobody may send": (Head(204), Body(b"", "raw")),
    "not modified": (Head(304), Body(b"", "raw")),
    "headers more than once": (Head(200, (("set-cookie", "a=1"), ("set-cookie", "b=2"), ("content-length", "0"))),),
    "a stream": (STREAM, OPEN, *PIECES, DONE),
    "a stream larger than a socket takes in": (STREAM, *LONG, DONE),
    "a stream that waits": (Wait(0.01), STREAM, OPEN, Wait(0.02), PIECES[0], Wait(0.01), PIECES[1], DONE),
    "a stream that waits at its end": (STREAM, OPEN, Wait(0.01)),
    "a late status line": (Wait(0.02), Wait(0.01), JSON, Body(b'{"ok":true}', "json")),
    "a reset instead of a reply": (Abort("reset"),),
    "a close instead of a reply": (Abort("close"),),
    "a reset after the status line": (STREAM, Abort("reset")),
    "a close after the status line": (STREAM, Abort("close")),
    "a reset within a stream": (STREAM, OPEN, PIECES[0], Wait(0.01), Abort("reset")),
    "a close within a stream": (STREAM, OPEN, PIECES[0], Abort("close")),
    "a close within a JSON body": (JSON, Body(b'{"ok"', "json"), Abort("close")),
    "a JSON body shorter than announced": (JSON, Body(b'{"ok"', "json")),
    "a close after the whole of a JSON body": (JSON, Body(b'{"ok":true}', "json"), Abort("close")),
}
TOO_SLOW = {
    "silence instead of a reply": (Abort("stall"),),
    "silence after the status line": (STREAM, Abort("stall")),
    "silence within a stream": (STREAM, OPEN, PIECES[0], Abort("stall")),
    "a status line later than the client waits": (Wait(30), JSON, Body(b'{"ok":true}', "json")),
    "two waits that are too long together": (Wait(0.2), Wait(0.2), Wait(0.2), JSON, Body(b'{"ok":true}', "json")),
    "a wait too long within a stream": (STREAM, OPEN, Wait(30), DONE),
}
PATIENCE = 0.25


def seen(error, depth=2):
    """The exception and its cause, as the client's author sees them."""
    chain = []
    while error is not None and len(chain) < depth:
        chain.append((type(error).__module__.partition(".")[0], type(error).__name__, str(error)))
        error = error.__cause__
    return chain


def told(entry):
    """What the journal says of an exchange, but for times."""
    return (entry.outcome, entry.status, entry.bodies, entry.events, entry.pieces, entry.sent_bytes, entry.waited)


def ask(library, style, url, *, method="GET", timeout=5.0):
    """Status, headers that matter, bytes and error of one request, by a client of this library."""

    def of(reply, data, error):
        kept = {"content-type", "content-length", "set-cookie"}
        headers = sorted(pair for pair in reply.headers.multi_items() if pair[0] in kept) if reply is not None else []
        return (None if reply is None else reply.status_code, headers, b"".join(data), seen(error))

    def sync():
        reply, data = None, []
        with library.Client(timeout=timeout, trust_env=False, verify=False) as client:
            try:
                with client.stream(method, url) as reply:
                    data.extend(reply.iter_raw())
            except library.HTTPError as error:
                return of(reply, data, error)
        return of(reply, data, None)

    async def in_loop():
        reply, data = None, []
        async with library.AsyncClient(timeout=timeout, trust_env=False, verify=False) as client:
            try:
                async with client.stream(method, url) as reply:
                    async for part in reply.aiter_raw():
                        data.append(part)
            except library.HTTPError as error:
                return of(reply, data, error)
        return of(reply, data, None)

    return sync() if style == "sync" else asyncio.run(in_loop())


def both_ways(plan, library, style, timeout, scripted, shared_server):
    """What a client and the journal say of a plan, over a socket and in memory."""
    served, engine = scripted(plan), scripted(plan)
    url = shared_server.connect(ASGIApp(served))
    over_socket = ask(library, style, f"{url}/v1/models", timeout=timeout)
    served.session.journal.wait(1, 5)
    shared_server.disconnect(url)
    with Patch(engine):
        in_memory = ask(library, style, "https://api.openai.com/v1/models", timeout=timeout)
    return (over_socket, told(served.entry)), (in_memory, told(engine.entry))


@STYLES
@LIBRARIES
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_ends_as_over_a_socket(name, library, style, scripted, shared_server):
    over_socket, in_memory = both_ways(PLANS[name], library, style, 5.0, scripted, shared_server)
    assert in_memory == over_socket
    assert in_memory[1][0] in ("complete", "aborted")


@STYLES
@pytest.mark.parametrize("name", TOO_SLOW)
def test_a_plan_too_slow_for_its_client_ends_as_over_a_socket(name, style, scripted, shared_server):
    over_socket, in_memory = both_ways(TOO_SLOW[name], httpx2, style, PATIENCE, scripted, shared_server)
    assert in_memory == over_socket
    assert in_memory[1][0] == "client_left"


@STYLES
@LIBRARIES
def test_a_reply_to_head_has_no_body(library, style, scripted, json_plan):
    engine = scripted(json_plan)
    with Patch(engine):
        found = ask(library, style, "https://api.openai.com/v1/models", method="HEAD")
    assert found == (200, [("content-length", "11"), ("content-type", "application/json")], b"", [])
    assert engine.entry.outcome == "complete"


def test_a_reset_of_a_reply_to_head_is_a_reset(scripted):
    with Patch(scripted((Abort("reset"),))):
        *_, chain = ask(httpx, "sync", "https://api.openai.com/v1/models", method="HEAD")
    assert [name for _, name, _ in chain] == ["ReadError", "ReadError"]


@STYLES
def test_pieces_come_one_by_one(style, scripted):
    engine, taken = scripted((STREAM, OPEN, *PIECES, DONE)), []
    with Patch(engine):
        if style == "sync":
            with httpx.stream("GET", "https://api.openai.com/v1/x") as reply:
                taken = list(reply.iter_raw())
        else:

            async def main():
                async with httpx2.AsyncClient() as client, client.stream("GET", "https://api.openai.com/v1/x") as reply:
                    return [part async for part in reply.aiter_raw()]

            taken = asyncio.run(main())
    assert taken == [body.data for body in (OPEN, *PIECES, DONE)]


@STYLES
def test_nothing_after_a_wait_is_played_before_the_client_asks(style, scripted):
    engine = scripted((STREAM, OPEN, Wait(0.001), *PIECES, DONE))

    async def main():
        async with httpx.AsyncClient() as client, client.stream("GET", "https://api.openai.com/v1/x") as reply:
            await anext(reply.aiter_raw())
            return told(engine.entry)

    with Patch(engine):
        if style == "sync":
            with httpx.stream("GET", "https://api.openai.com/v1/x") as reply:
                next(reply.iter_raw())
                found = told(engine.entry)
        else:
            found = asyncio.run(main())
    assert found == ("running", 200, 1, 1, 0, len(OPEN.data), 0.0)
    assert engine.entry.outcome == "client_left"


def test_what_comes_without_a_wait_counts_as_sent_at_once(scripted):
    engine = scripted((STREAM, OPEN, *PIECES, DONE))
    with Patch(engine), httpx.stream("GET", "https://api.openai.com/v1/x"):
        assert engine.entry.outcome == "complete"


class Ticks:
    """A clock that moves when it is told to sleep, or by hand."""

    def __init__(self):
        self.time = 100.0

    def now(self):
        return self.time


@pytest.fixture
def play(scripted):
    def make(plan, clock=None, *, sync=True, **options):
        engine = scripted(plan)
        exchange = engine.handle(ASKED)
        for name, value in options.items():
            setattr(exchange.entry, name, value)
        return Play(exchange, clock or Ticks(), Errors(httpx, sync)), engine

    return make


def test_waits_follow_a_schedule_and_not_the_client(play):
    clock = Ticks()
    made, _ = play((STREAM, OPEN, Wait(1), PIECES[0], Wait(1), PIECES[1], Wait(1), DONE), clock)
    moves, pauses = made.moves(), []
    for move in moves:
        if isinstance(move, Pause):
            pauses.append(move.seconds)
            clock.time += move.seconds
        elif move == PIECES[0].data:
            clock.time += 1.75
    assert pauses == [1.0, 0.25]


def test_patience_begins_again_with_each_byte(play):
    clock = Ticks()
    made, engine = play((STREAM, OPEN, Wait(4), PIECES[0], Wait(4), DONE), clock, patience=5)
    for move in made.moves():
        clock.time += move.seconds if isinstance(move, Pause) else 0
    assert (clock.time, engine.entry.outcome) == (108.0, "complete")


def test_an_empty_body_does_not_renew_patience(play):
    clock = Ticks()
    made, engine = play((STREAM, OPEN, Wait(4), Body(b""), Wait(4), DONE), clock, patience=5)
    with pytest.raises(httpx.ReadTimeout):
        for move in made.moves():
            clock.time += move.seconds if isinstance(move, Pause) else 0
    assert (clock.time, engine.entry.outcome) == (105.0, "client_left")


def test_a_client_out_of_patience_is_not_paused_for(play):
    made, _ = play((STREAM, Wait(1), DONE), patience=0)
    moves = made.moves()
    assert next(moves) == STREAM
    with pytest.raises(httpx.ReadTimeout):
        next(moves)


def test_time_scale_shortens_waits_and_records_them_whole(play):
    made, engine = play((Wait(8), STREAM, DONE), time_scale=0.25)
    assert [move for move in made.moves() if isinstance(move, Pause)] == [Pause(2.0)]
    assert engine.entry.waited == 8


def test_time_scale_zero_waits_for_nothing(play):
    made, engine = play((Wait(8), STREAM, Wait(2), DONE), time_scale=0)
    assert list(made.moves()) == [STREAM, DONE.data]
    assert engine.entry.waited == 10


def test_time_scale_shortens_the_wait_a_client_is_asked_for(play):
    limited = Head(429, (("retry-after", "60"), ("content-length", "0")))
    made, engine = play((limited,), time_scale=0.5)
    assert list(made.moves()) == [Head(429, (*limited.headers, ("retry-after-ms", "30000")))]
    assert engine.entry.retry_after == 60


def test_work_that_takes_longer_than_the_client_waits_ends_in_its_timeout(play):
    clock = Ticks()
    made, engine = play((Call(str), STREAM, DONE), clock, patience=5)
    moves = made.moves()
    assert isinstance(next(moves), Call)
    clock.time += 5
    with pytest.raises(httpx.ReadTimeout):
        next(moves)
    assert engine.entry.outcome == "client_left"


def test_an_error_of_ours_is_recorded_as_failed(play):
    def broken():
        yield STREAM
        raise LookupError("a bug")

    made, engine = play(broken())
    with pytest.raises(LookupError, match="a bug"):
        list(made.moves())
    assert engine.entry.outcome == "failed"


def test_a_stall_without_an_end_is_refused(play):
    made, engine = play((STREAM, Abort("stall")))
    with pytest.raises(PatchLimit, match="give the client a timeout"):
        list(made.moves())
    assert engine.entry.outcome == "failed"
    assert isinstance(engine.entry.error, PatchLimit)


def test_a_task_may_wait_for_ever_since_it_can_be_cancelled(play):
    made, _ = play((Abort("stall"),), sync=False)
    assert next(made.moves()) == Pause(math.inf)


def test_a_fault_that_needs_a_socket_is_refused(play):
    made, engine = play((Abort("smoke"),))
    with pytest.raises(PatchLimit, match="no socket to break by 'smoke'; run this scenario in server mode"):
        list(made.moves())
    assert (engine.entry.outcome, type(engine.entry.error)) == ("failed", PatchLimit)


def test_a_plan_without_a_head_is_a_bug(play):
    made, _ = play((DONE,))
    with pytest.raises(RuntimeError, match="a plan begins with its head; this one began with b'data"):
        Player(made, RealClock()).head()


# ------------------------------------------------------------------------------------------ gates


class OpenedElsewhere(Gate):
    """A gate that another thread opens as soon as someone waits at it."""

    def when_open(self, tell):
        withdraw = super().when_open(tell)
        threading.Thread(target=self.open).start()
        return withdraw


def opened_elsewhere(engine):
    gate = OpenedElsewhere()
    engine.session.gate = lambda name: gate


@STYLES
def test_a_gate_holds_a_stream_until_another_thread_opens_it(style, scripted):
    engine = scripted((STREAM, OPEN, Wait(gate="go"), DONE))
    opened_elsewhere(engine)
    with Patch(engine):
        _, _, data, chain = ask(httpx2, style, "https://api.openai.com/v1/x")
    assert (data, chain, engine.entry.outcome) == (OPEN.data + DONE.data, [], "complete")


@STYLES
def test_an_open_gate_holds_nothing(style, scripted):
    engine = scripted((STREAM, OPEN, Wait(gate="go"), DONE))
    engine.session.gate("go").open()
    with Patch(engine):
        _, _, data, _ = ask(httpx2, style, "https://api.openai.com/v1/x")
    assert data == OPEN.data + DONE.data


@STYLES
def test_a_gate_nobody_opens_ends_in_the_read_timeout(style, scripted):
    engine = scripted((STREAM, OPEN, Wait(gate="go"), DONE))
    with Patch(engine):
        _, _, data, chain = ask(httpx, style, "https://api.openai.com/v1/x", timeout=0.05)
    assert (data, [name for _, name, _ in chain]) == (OPEN.data, ["ReadTimeout", "ReadTimeout"])
    assert engine.entry.outcome == "client_left"


@STYLES
def test_a_client_without_a_timeout_waits_at_a_gate(style, scripted):
    engine = scripted((Wait(gate="go"), STREAM, DONE))
    opened_elsewhere(engine)
    with Patch(engine):
        _, _, data, _ = ask(httpx, style, "https://api.openai.com/v1/x", timeout=None)
    assert data == DONE.data


def test_a_gate_opened_when_the_loop_is_gone_tells_nobody(scripted):
    engine = scripted((Wait(gate="go"), STREAM, DONE))
    telling = []

    class Watched:
        is_open = False

        def when_open(self, tell):
            telling.append(tell)
            return lambda: None

    engine.session.gate = lambda name: Watched()
    with Patch(engine):
        ask(httpx, "async", "https://api.openai.com/v1/x", timeout=0.02)
    (tell,) = telling
    assert tell() is None


def test_gates_and_waits_work_on_trio(scripted):
    engine = scripted((Wait(0.01), STREAM, OPEN, Wait(gate="go"), DONE))

    async def main():
        async with httpx2.AsyncClient() as client:
            return (await client.get("https://api.openai.com/v1/x")).content

    opened_elsewhere(engine)
    with Patch(engine):
        data = anyio.run(main, backend="trio")
    assert data == OPEN.data + DONE.data


# ------------------------------------------------------------------------------------- user's work


def working(*functions):
    """A plan that sends what the user's functions return, or the error they raise."""
    calls = [Call(function) for function in functions]

    def plan():
        yield STREAM
        for call in calls:
            yield call
            try:
                yield Body(repr(call.outcome()).encode(), "piece")
            except Exception as error:
                yield Body(repr(error).encode(), "piece")

    return plan()


async def coroutine():
    await asyncio.sleep(0)
    return "from a coroutine"


def failing():
    raise ValueError("no")


async def failing_later():
    raise ValueError("later")


@STYLES
@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda: "plain", b"'plain'"),
        (coroutine, b"'from a coroutine'"),
        (lambda: coroutine(), b"'from a coroutine'"),
        (partial(coroutine), b"'from a coroutine'"),
        (failing, b"ValueError('no')"),
        (failing_later, b"ValueError('later')"),
    ],
    ids=["function", "coroutine function", "function returning a coroutine", "partial", "raises", "coroutine raises"],
)
def test_the_users_work_is_done_and_awaited(style, function, expected, scripted):
    with Patch(scripted(working(function))):
        _, _, data, _ = ask(httpx, style, "https://api.openai.com/v1/x")
    assert data == expected


def test_all_coroutines_of_a_sync_client_share_an_event_loop(scripted):
    loops = []

    async def where():
        loops.append(asyncio.get_running_loop())

    with Patch(scripted(working(where, where))):
        ask(httpx, "sync", "https://api.openai.com/v1/x")
    assert loops[0] is loops[1]
    assert loops[0].is_closed()


async def test_a_sync_client_in_a_running_loop_gets_its_coroutines_awaited_too(scripted):
    with Patch(scripted(working(coroutine))):
        _, _, data, _ = ask(httpx, "sync", "https://api.openai.com/v1/x")
    assert data == b"'from a coroutine'"


def test_blocking_work_does_not_block_the_event_loop(scripted):
    started, proceed = threading.Event(), threading.Event()

    def block():
        started.set()
        return proceed.wait(5)

    async def main():
        async with httpx.AsyncClient() as client:
            asking = asyncio.create_task(client.get("https://api.openai.com/v1/x"))
            await asyncio.to_thread(started.wait, 5)
            proceed.set()
            return (await asking).content

    with Patch(scripted(working(block))):
        assert asyncio.run(main()) == b"True"


# ----------------------------------------------------------------------------------- clients leave


def test_a_cancelled_task_has_left(scripted):
    engine = scripted((Wait(60), STREAM, DONE))

    async def main():
        async with httpx2.AsyncClient(timeout=None) as client:
            with anyio.move_on_after(0.02):
                await client.get("https://api.openai.com/v1/x")

    with Patch(engine):
        asyncio.run(main())
    assert engine.entry.outcome == "client_left"


def test_a_stalled_task_without_a_timeout_can_be_cancelled(scripted):
    engine = scripted((Abort("stall"),))

    async def main():
        async with httpx2.AsyncClient(timeout=None) as client:
            with anyio.move_on_after(0.02) as scope:
                await client.get("https://api.openai.com/v1/x")
            return scope.cancelled_caught

    with Patch(engine):
        assert asyncio.run(main()) is True
    assert engine.entry.outcome == "client_left"


def test_an_interrupted_wait_closes_the_exchange(play):
    class Interrupted(Ticks):
        def sleep(self, seconds):
            raise KeyboardInterrupt

    clock = Interrupted()
    made, engine = play((Wait(1), STREAM, DONE), clock)
    with pytest.raises(KeyboardInterrupt):
        Player(made, clock).head()
    assert engine.entry.outcome == "client_left"


def test_a_plan_is_closed_when_its_client_leaves(scripted):
    closed = []

    def plan():
        try:
            yield STREAM
            yield OPEN
            yield Wait(0.001)
            yield DONE
        finally:
            closed.append(True)

    engine = scripted(plan())
    with Patch(engine), httpx.stream("GET", "https://api.openai.com/v1/x") as reply:
        next(reply.iter_raw())
    assert (closed, engine.entry.outcome) == ([True], "client_left")


def test_real_time_is_real():
    clock = RealClock()
    before = time.monotonic()
    clock.sleep(0.01)
    asyncio.run(clock.asleep(0.01))
    assert clock.now() - before >= 0.02


def test_a_player_that_was_read_to_its_end_has_no_more(play):
    made, _ = play((STREAM, DONE))
    player = Player(made, RealClock())
    assert (player.head(), list(player), list(player)) == (STREAM, [DONE.data], [])


async def test_an_async_player_that_was_read_to_its_end_has_no_more(play):
    made, _ = play((STREAM, DONE), sync=False)
    player = AsyncPlayer(made, RealClock())
    assert await player.head() == STREAM
    assert [data async for data in player] == [DONE.data]
    assert [data async for data in player] == []
