import pytest

from mockai.faults import Fault, Place, Placed, apply
from mockai.faults.socket import Close, Garbage, Refuse, Reset, SlowHeaders, Stall
from mockai.wire import Abort, Body, Head, Step, Wait

HEAD = Head(200)
OPEN, ONE, TWO = Body(b"open", "open"), Body(b"one", "piece"), Body(b"two", "piece")
DONE = Body(b"done", "done")
STREAM = (HEAD, OPEN, ONE, TWO, DONE)
SIZED = Head(200, (("content-length", "8"),))
JSON = (SIZED, Body(b'{"a": 1}', "json"))

ABORTS = [
    (Reset(), Abort("reset")),
    (Close(), Abort("close")),
    (Stall(), Abort("stall")),
    (Refuse(), Abort("refuse", seconds=1.0)),
    (Refuse(0.5), Abort("refuse", seconds=0.5)),
    (Garbage(), Abort("close", b"\x15\x03\x01 This is not HTTP.\r\n\r\n")),
    (Garbage("no\n"), Abort("close", b"no\n")),
]


def bare(fault: Fault) -> Placed:
    return Placed(fault, fault.default_place)


@pytest.mark.parametrize("plan", [STREAM, JSON])
@pytest.mark.parametrize(("fault", "how"), ABORTS)
def test_bare_it_strikes_before_anything_is_sent(plan: tuple[Step, ...], fault: Fault, how: Abort) -> None:
    assert tuple(apply(plan, [bare(fault)])) == (how,)


@pytest.mark.parametrize(("fault", "how"), ABORTS)
def test_with_a_place_it_strikes_inside_a_stream(fault: Fault, how: Abort) -> None:
    assert tuple(apply(STREAM, [Placed(fault, Place("after", 1))])) == (HEAD, OPEN, ONE, how)


@pytest.mark.parametrize(("fault", "how"), ABORTS)
def test_with_a_place_it_strikes_inside_a_body(fault: Fault, how: Abort) -> None:
    assert tuple(apply(JSON, [Placed(fault, Place("after", 1))])) == (SIZED, Body(b'{"a"', "json"), how)


def test_slow_headers_hold_the_whole_reply() -> None:
    assert tuple(apply(STREAM, [bare(SlowHeaders())])) == (Wait(10.0), *STREAM)
    assert tuple(apply(JSON, [bare(SlowHeaders(0.5))])) == (Wait(0.5), *JSON)


def test_slow_headers_with_a_place_hold_the_reply_there() -> None:
    assert tuple(apply(STREAM, [Placed(SlowHeaders(2), Place("after", 1))])) == (*STREAM[:3], Wait(2), *STREAM[3:])


def test_slow_headers_of_no_time_are_no_fault() -> None:
    names: list[str] = []
    assert tuple(apply(STREAM, [bare(SlowHeaders(0))], names.append)) == STREAM
    assert names == []
