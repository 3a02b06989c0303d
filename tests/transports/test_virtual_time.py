"""In virtual time every wait is over at once, and every clock says that it was waited for."""

import asyncio
import datetime
import math
import socket
import sys
import threading
import time
import types
from time import monotonic as real_monotonic

import anyio
import anyio.to_thread
import backoff
import httpx
import httpx2
import openai
import pytest
import tenacity
import uvloop

from mockai.errors import UsageError
from mockai.transports.httpx_patch import Patch
from mockai.transports.virtual_time import Slept, VirtualClock, patch_time
from mockai.wire import Abort, Body, Call, Head, Wait

HERE = __name__
URL = "https://api.openai.com/v1/models"
STREAM = Head(200, (("content-type", "text/event-stream"),))
LIMITED = (Head(429, (("retry-after", "60"), ("content-length", "2"))), Body(b"{}", "json"))


@pytest.fixture(autouse=True)
def at_once():
    """Whatever a test waits for in virtual time takes no real time."""
    began = real_monotonic()
    yield
    assert real_monotonic() - began < 5


@pytest.fixture
def clock():
    with patch_time(VirtualClock()) as clock:
        yield clock


# --------------------------------------------------------------------------------------- sleeping


def test_time_sleep_moves_the_clock(clock):
    time.sleep(60)
    time.sleep(0.5)
    assert clock.now() == 60.5
    assert clock.waits == ((60.0, HERE), (0.5, HERE))
    assert clock.waits[0] == Slept(60.0, HERE)


def test_asyncio_sleep_moves_the_clock_and_returns_its_result(clock):
    assert asyncio.run(asyncio.sleep(3600, "done")) == "done"
    assert (clock.now(), [wait.seconds for wait in clock.waits]) == (3600.0, [3600.0])


def test_anyio_sleep_moves_the_clock(clock):
    async def main():
        await anyio.sleep(0.25)
        await anyio.sleep(10)

    asyncio.run(main())
    assert (clock.now(), clock.waits) == (10.25, ((0.25, HERE), (10.0, HERE)))


@pytest.mark.parametrize("seconds", [0, 0.0, -0.0])
def test_a_sleep_of_nothing_is_no_wait(seconds, clock):
    async def main():
        await asyncio.sleep(seconds)
        await anyio.sleep(seconds)

    time.sleep(seconds)
    asyncio.run(main())
    assert (clock.now(), clock.waits) == (0.0, ())


def test_wrong_sleeps_are_the_errors_they_were(clock):
    with pytest.raises(ValueError, match="must be non-negative"):
        time.sleep(-1)
    with pytest.raises(ValueError, match="must be a non-negative number"):
        asyncio.run(anyio.sleep(-1))


def test_microseconds_do_not_pile_up_errors(clock):
    for _ in range(10):
        time.sleep(0.1)
    assert clock.now() == 1.0


def test_tasks_wake_in_the_order_of_their_times(clock):
    woken = []

    async def sleeper(name, *naps):
        for nap in naps:
            await asyncio.sleep(nap)
            woken.append((name, clock.now()))

    async def main():
        await asyncio.gather(sleeper("a", 10, 10), sleeper("b", 3, 3, 3, 3), sleeper("c", 11))

    asyncio.run(main())
    assert woken == [("b", 3.0), ("b", 6.0), ("b", 9.0), ("a", 10.0), ("c", 11.0), ("b", 12.0), ("a", 20.0)]
    assert clock.now() == 20.0


def test_timeouts_of_asyncio_and_anyio_fire_when_they_should(clock):
    async def main():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.sleep(30), 5)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await asyncio.sleep(30)
        with anyio.move_on_after(1):
            await anyio.sleep(30)
        async with asyncio.timeout(10):
            await asyncio.sleep(4)

    asyncio.run(main())
    assert clock.waits == ((5.0, "asyncio"), (2.0, HERE), (1.0, HERE), (4.0, HERE))
    assert clock.now() == 12.0


def test_a_sleep_for_ever_ends_with_its_timeout(clock):
    async def main():
        with anyio.move_on_after(90):
            await asyncio.sleep(math.inf)
        with anyio.move_on_after(60):
            await anyio.sleep_forever()

    async def tick():
        for _ in range(2):
            await asyncio.sleep(100)

    async def both():
        await asyncio.gather(main(), tick())

    asyncio.run(both())
    assert clock.now() == 200.0


def test_a_loop_whose_timers_are_all_days_away_waits_for_what_may_come(clock):
    async def main():
        sleeping = asyncio.create_task(asyncio.sleep(math.inf))
        far = asyncio.get_running_loop().call_later(1e9, lambda: None)
        woken = asyncio.Event()
        threading.Timer(0.02, asyncio.get_running_loop().call_soon_threadsafe, [woken.set]).start()
        await woken.wait()
        far.cancel()
        sleeping.cancel()

    asyncio.run(main())
    assert clock.now() == 0.0


def test_blocking_in_a_loop_lets_the_loops_timers_come_due(clock):
    async def main():
        napping = asyncio.create_task(asyncio.sleep(5))
        await asyncio.sleep(0)
        time.sleep(8)
        await napping
        return clock.now()

    assert asyncio.run(main()) == 8.0


def test_event_loops_go_on_after_virtual_time():
    loop = asyncio.new_event_loop()
    try:
        for n in range(3):
            with patch_time(VirtualClock()) as clock:
                loop.run_until_complete(asyncio.sleep(1000))
                assert clock.now() == 1000.0
            before, really = loop.time(), real_monotonic()
            loop.run_until_complete(asyncio.sleep(0.02))
            assert 0.02 <= loop.time() - before < real_monotonic() - really + 0.01
            assert loop.time() - real_monotonic() == pytest.approx(1000 * (n + 1), abs=1)
    finally:
        loop.close()


async def test_a_running_loop_can_enter_virtual_time():
    with patch_time(VirtualClock()) as clock:
        async with asyncio.timeout(50):
            await asyncio.sleep(40)
    assert (clock.now(), clock.waits) == (40.0, ((40.0, HERE),))


def test_without_a_patch_only_the_clocks_own_waits_are_virtual():
    clock = VirtualClock()
    clock.sleep(3)
    asyncio.run(clock.asleep(4))
    assert (clock.now(), clock.waits) == (7.0, ((3.0, "mockai"), (4.0, "mockai")))
    clock.release()


# ---------------------------------------------------------------------------------- clocks move on


@pytest.mark.parametrize("name", ["time", "monotonic", "perf_counter"])
def test_clocks_move_with_the_sleeps(name, clock):
    read, read_ns = getattr(time, name), getattr(time, f"{name}_ns")
    before, before_ns = read(), read_ns()
    time.sleep(3600)
    assert 3600 <= read() - before < 3605
    assert 3600 * 10**9 <= read_ns() - before_ns < 3605 * 10**9
    assert isinstance(read_ns(), int)


def test_clocks_are_back_afterwards():
    before = time.time, time.monotonic, time.perf_counter, time.sleep, asyncio.sleep, anyio.sleep
    with patch_time(VirtualClock()):
        assert time.sleep is not before[3]
    assert (time.time, time.monotonic, time.perf_counter, time.sleep, asyncio.sleep, anyio.sleep) == before


def test_what_measures_real_waits_keeps_the_real_clock(clock):
    measuring = types.ModuleType("concurrent.futures.measuring")
    exec("import time\ndef now(): return time.monotonic()", measuring.__dict__)
    time.sleep(3600)
    assert abs(measuring.now() - real_monotonic()) < 5


def test_a_condition_times_out_in_real_time(clock):
    time.sleep(3600)
    assert threading.Event().wait(0.01) is False
    assert clock.now() == 3600.0


# ------------------------------------------------------------------------------- threads and loops


def test_threads_that_were_there_before_keep_their_pace():
    go, done, slept = threading.Event(), threading.Event(), []

    def work():
        go.wait(5)
        began = real_monotonic()
        time.sleep(0.02)
        asyncio.run(asyncio.sleep(0.02))
        asyncio.run(anyio.sleep(0.02))
        asyncio.run(in_thread())
        slept.append((real_monotonic() - began >= 0.06, time.monotonic() - real_monotonic() < 1))
        done.set()

    async def in_thread():
        await anyio.to_thread.run_sync(lambda: None)

    thread = threading.Thread(target=work)
    thread.start()
    with patch_time(VirtualClock()) as clock:
        clock.sleep(100)
        go.set()
        done.wait(5)
    thread.join()
    assert (slept, clock.now()) == ([(True, True)], 100.0)


def test_threads_started_later_sleep_virtually(clock):
    threads = [threading.Thread(target=time.sleep, args=(60,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert clock.now() == 120.0


@pytest.mark.parametrize("run", [asyncio.to_thread, anyio.to_thread.run_sync], ids=["asyncio", "anyio"])
def test_a_loop_does_not_leap_while_a_thread_works_for_it(run, clock):
    begun = threading.Event()

    def work():
        begun.set()
        threading.Event().wait(0.05)
        return clock.now()

    async def main():
        napping = asyncio.create_task(asyncio.sleep(60))
        await asyncio.sleep(0)
        # Looked up again: what the patch put there.
        through = asyncio.to_thread if run is asyncio.to_thread else anyio.to_thread.run_sync
        found = await asyncio.wait_for(through(work), 30)
        await napping
        return found

    assert asyncio.run(main()) == 0.0
    assert clock.now() == 60.0


def test_a_timeout_around_a_thread_fires_in_real_time(clock):
    done = threading.Event()

    async def main():
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.to_thread(done.wait, 5), 0.02)
        done.set()

    asyncio.run(main())
    assert (clock.now(), clock.waits) == (0.0, ())


def test_work_in_threads_takes_none_of_a_timeout(clock):
    async def main():
        async with asyncio.timeout(7):
            await asyncio.to_thread(threading.Event().wait, 0.02)
            await asyncio.sleep(30)

    with pytest.raises(TimeoutError):
        asyncio.run(main())
    assert clock.now() == 7.0


def test_without_a_sleeper_timeouts_wait_for_real_events(clock):
    async def main():
        loop, event = asyncio.get_running_loop(), asyncio.Event()
        threading.Timer(0.02, loop.call_soon_threadsafe, [event.set]).start()
        await asyncio.wait_for(event.wait(), 30)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(asyncio.Event().wait(), 0.02)

    asyncio.run(main())
    assert (clock.now(), clock.waits) == (0.0, ())


def test_sockets_are_heard_before_the_loop_leaps(clock):
    async def main():
        ours, theirs = socket.socketpair()
        heard = asyncio.Event()
        asyncio.get_running_loop().add_reader(ours, heard.set)
        ticking = asyncio.create_task(asyncio.sleep(3600))
        await asyncio.sleep(0)
        theirs.send(b"hello")
        await heard.wait()
        at = clock.now()
        asyncio.get_running_loop().remove_reader(ours)
        await ticking
        ours.close()
        theirs.close()
        return at

    assert asyncio.run(main()) == 0.0
    assert clock.now() == 3600.0


def test_a_sleep_that_is_cancelled_as_it_ends_is_cancelled(clock):
    async def main():
        task = asyncio.create_task(asyncio.sleep(5))
        asyncio.get_running_loop().call_later(5, task.cancel)
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(main())
    assert clock.now() == 5.0


def test_uvloop_is_refused_when_something_sleeps(clock):
    with (
        asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner,
        pytest.raises(UsageError, match=r"own event loop, and this code runs on uvloop\.Loop"),
    ):
        runner.run(asyncio.sleep(1))


def test_uvloop_may_use_threads(clock):
    async def main():
        return await anyio.to_thread.run_sync(lambda: "done")

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(main()) == "done"


def test_trio_is_refused_when_something_sleeps(clock):
    with pytest.raises(UsageError, match="and this code runs on trio; use time_scale=0"):
        anyio.run(anyio.sleep, 1, backend="trio")


def test_trio_may_use_threads(clock):
    async def main():
        return await anyio.to_thread.run_sync(lambda: "done")

    assert anyio.run(main, backend="trio") == "done"


def test_a_second_clock_is_refused(clock):
    with pytest.raises(UsageError, match="time is virtual already"), patch_time(VirtualClock()):
        pass
    time.sleep(1)
    assert clock.now() == 1.0


# --------------------------------------------------------------------------------- retry libraries


def test_tenacity_waits_and_gives_up_by_virtual_time(clock):
    tried = []

    @tenacity.retry(wait=tenacity.wait_fixed(10), stop=tenacity.stop_after_delay(25), reraise=True)
    def flaky():
        tried.append(clock.now())
        raise ValueError

    with pytest.raises(ValueError):
        flaky()
    assert tried == [0.0, 10.0, 20.0, 30.0]
    assert {wait.where for wait in clock.waits} == {"tenacity.nap"}


def test_tenacity_waits_in_tasks_too(clock):
    tried = []

    @tenacity.retry(wait=tenacity.wait_exponential(multiplier=2), stop=tenacity.stop_after_attempt(4), reraise=True)
    async def flaky():
        tried.append(clock.now())
        raise ValueError

    with pytest.raises(ValueError):
        asyncio.run(flaky())
    assert tried == [0.0, 2.0, 6.0, 14.0]


@pytest.mark.parametrize("style", ["sync", "async"])
def test_backoff_waits_virtually(style, clock):
    tried = []

    def fail():
        tried.append(clock.now())
        raise ValueError

    async def afail():
        fail()

    policy = backoff.on_exception(backoff.expo, ValueError, max_tries=4, jitter=None, base=4)
    with pytest.raises(ValueError):
        policy(fail)() if style == "sync" else asyncio.run(policy(afail)())
    assert tried == [0.0, 1.0, 5.0, 21.0]


# ----------------------------------------------------------------------------------- with a patch


def client(**options):
    return openai.OpenAI(api_key="sk-x", **options)


def run_async(ask, **options):
    async def main():
        async with openai.AsyncOpenAI(api_key="sk-x", **options) as sdk:
            return await ask(sdk)

    return asyncio.run(main())


@pytest.mark.parametrize("style", ["sync", "async"])
def test_a_retry_after_of_a_minute_is_waited_for_and_takes_no_time(style, clock, scripted, json_plan):
    engine = scripted(LIMITED, json_plan)
    with Patch(engine, clock=clock):
        if style == "sync":
            client().models.with_raw_response.list()
        else:
            run_async(lambda sdk: sdk.models.with_raw_response.list())
    assert clock.waits == ((60.0, "openai._base_client"),)
    assert clock.now() == 60.0
    first, second = engine.entries
    assert 60 <= second.arrived - first.arrived < 65


@pytest.mark.parametrize("style", ["sync", "async"])
@pytest.mark.parametrize("plan", [(Abort("stall"),), (Wait(30), *LIMITED)], ids=["stall", "wait of 30 s"])
def test_a_client_timeout_is_raised_at_once_and_the_clock_shows_it(style, plan, clock, scripted):
    engine = scripted(plan)
    with Patch(engine, clock=clock), pytest.raises(openai.APITimeoutError) as caught:
        if style == "sync":
            client(timeout=5, max_retries=0).models.list()
        else:
            run_async(lambda sdk: sdk.models.list(), timeout=5, max_retries=0)
    assert type(caught.value.__cause__) is httpx2.ReadTimeout
    assert (clock.waits, clock.now()) == (((5.0, "mockai"),), 5.0)
    assert engine.entry.outcome == "client_left"


@pytest.mark.parametrize("style", ["sync", "async"])
def test_a_slow_stream_takes_its_virtual_time(style, clock, scripted):
    pieces = [Body(b"data: %d\n\n" % n, "piece") for n in range(3)]
    engine = scripted((Wait(2), STREAM, *(step for piece in pieces for step in (Wait(0.1), piece))))
    seen = []

    async def main():
        async with httpx.AsyncClient() as http, http.stream("GET", URL) as reply:
            seen.append(clock.now())
            async for _ in reply.aiter_raw():
                seen.append(clock.now())

    with Patch(engine, clock=clock):
        if style == "sync":
            with httpx.stream("GET", URL) as reply:
                seen.append(clock.now())
                seen.extend(clock.now() for _ in reply.iter_raw())
        else:
            asyncio.run(main())
    assert seen == [2.0, 2.1, 2.2, 2.3]
    assert engine.entry.waited == pytest.approx(2.3)


def test_an_applications_own_timeout_cancels_a_slow_reply(clock, scripted, json_plan):
    engine = scripted((Wait(30), *json_plan))

    async def ask(sdk):
        async with asyncio.timeout(7):
            await sdk.models.list()

    with Patch(engine, clock=clock), pytest.raises(TimeoutError):
        run_async(ask)
    assert (clock.waits, engine.entry.outcome) == (((7.0, "mockai"),), "client_left")


def test_replies_overtake_each_other_in_the_order_of_their_waits(clock, scripted, json_plan):
    engine = scripted(*((Wait(seconds), *json_plan) for seconds in (3, 1, 2)))
    arrived = []

    async def ask(sdk):
        async def one(n):
            await sdk.models.with_raw_response.list()
            arrived.append((n, clock.now()))

        await asyncio.gather(*(one(n) for n in range(3)))

    with Patch(engine, clock=clock):
        run_async(ask)
    assert arrived == [(1, 1.0), (2, 2.0), (0, 3.0)]


@pytest.mark.parametrize(("timeout", "expected"), [(30, b"x"), (5, httpx.ReadTimeout)])
def test_the_users_blocking_work_may_sleep_too(timeout, expected, clock, scripted):
    call = Call(lambda: time.sleep(20))

    async def main():
        async with httpx.AsyncClient(timeout=timeout) as http:
            try:
                return (await http.get(URL)).content
            except httpx.ReadTimeout as error:
                return type(error)

    with Patch(scripted((STREAM, call, Body(b"x", "piece"))), clock=clock):
        assert asyncio.run(main()) == expected
    assert (clock.now(), clock.waits) == (20.0, ((20.0, HERE),))


# --------------------------------------------------------------------------------- the SDK's seams


@pytest.mark.parametrize("module", ["openai._base_client", "openai._resource"])
@pytest.mark.parametrize("name", ["time", "anyio"])
def test_an_sdk_that_sleeps_elsewhere_is_refused(module, name, monkeypatch):
    monkeypatch.delattr(f"{module}.{name}")
    with pytest.raises(UsageError, match=f"to sleep by `time.sleep` and `anyio.sleep` in its module {module},"):
        patch_time(VirtualClock()).__enter__()
    assert "mockai" not in time.sleep.__class__.__module__


def test_an_sdk_without_the_module_is_refused(monkeypatch):
    monkeypatch.setitem(sys.modules, "openai._resource", None)
    with pytest.raises(UsageError, match=r"in its module openai\._resource, and the installed version does not"):
        patch_time(VirtualClock()).__enter__()


def test_without_the_sdk_time_can_be_virtual_all_the_same(monkeypatch):
    monkeypatch.setattr("mockai.transports.virtual_time.find_spec", lambda name: None)
    monkeypatch.setitem(sys.modules, "openai._base_client", None)
    with patch_time(VirtualClock()) as clock:
        time.sleep(3)
    assert clock.waits == ((3.0, HERE),)


def test_what_stays_real_is_what_the_module_says(clock):
    before = datetime.datetime.now(datetime.UTC)
    time.sleep(3600)
    assert (datetime.datetime.now(datetime.UTC) - before).total_seconds() < 60
