"""Where a fault strikes, whatever it is: shown with a mark that is put into the plan."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from mockai.faults import Fault, Place, Placed, apply
from mockai.faults.error_events import ErrorEvent
from mockai.faults.socket import Close, Stall
from mockai.faults.stream import Disconnect, MissingDone, Truncate
from mockai.wire import Abort, Body, Call, Head, Plan, Step, Wait

HEAD = Head(200)
OPEN = Body(b"open", "open")
ONE = Body(b"one", "piece", 1)
TWO = Body(b"two", "piece", 1)
FINISH = Body(b"finish", "finish")
DONE = Body(b"done", "done")
STREAM = (HEAD, OPEN, ONE, TWO, FINISH, DONE)
ENDLESS = STREAM[:-1]

MARK = Wait(gate="here")
SIZED = Head(200, (("content-type", "application/json"), ("content-length", "8")))
JSON = (SIZED, Body(b'{"a": 1}', "json", 5))


class Mark(Fault):
    """Leaves a mark and the rest as it is."""

    name = "mark"
    default_place = Place("before")
    needs_head = False

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        yield MARK
        yield from rest


class InnerMark(Mark):
    """A mark within a reply."""

    needs_head = True


class WholeMark(Mark):
    """A mark that leaves a body in one piece."""

    halves = False


@dataclass(frozen=True, slots=True)
class Silent(Fault):
    """Changes nothing."""

    name = "silent"

    def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
        return rest


def struck_by(plan: Plan, *faults: Placed) -> tuple[tuple[Step, ...], list[str]]:
    names: list[str] = []
    return tuple(apply(plan, faults, names.append)), names


def test_without_faults_the_plan_is_the_same_object() -> None:
    assert apply(STREAM, ()) is STREAM


@pytest.mark.parametrize(
    ("place", "index"),
    [
        (Place("before"), 0),
        (Place("after_headers"), 1),
        (Place("after", 0), 2),
        (Place("after", 1), 3),
        (Place("after", 2), 4),
        (Place("after_events", 0), 1),
        (Place("after_events", 1), 2),
        (Place("after_events", 4), 5),
        (Place("at", 1), 1),
        (Place("at", 2), 2),
        (Place("at", 5), 5),
        (Place("at_end"), 5),
    ],
)
def test_a_place_in_a_stream(place: Place, index: int) -> None:
    expected = (*STREAM[:index], MARK, *STREAM[index:])
    assert struck_by(STREAM, Placed(Mark(), place)) == (expected, ["mark"])


def test_the_last_event_counts_where_events_are_counted() -> None:
    assert struck_by(STREAM, Placed(Mark(), Place("after_events", 5))) == ((*STREAM, MARK), ["mark"])


BEYOND = [Place("after", 3), Place("after_events", 6), Place("at", 6), Place("at_end")]


@pytest.mark.parametrize("place", BEYOND)
def test_a_place_that_is_never_reached_is_the_end_before_done(place: Place) -> None:
    assert struck_by(STREAM, Placed(Mark(), place)) == ((*ENDLESS, MARK, DONE), ["mark"])


@pytest.mark.parametrize("place", BEYOND)
def test_a_stream_without_done_ends_after_its_last_event(place: Place) -> None:
    assert struck_by(ENDLESS, Placed(Mark(), place)) == ((*ENDLESS, MARK), ["mark"])


def test_before_the_first_piece_of_a_stream_without_pieces_is_its_end() -> None:
    plan = (HEAD, OPEN, FINISH, DONE)
    expected = (HEAD, OPEN, FINISH, MARK, DONE)
    assert struck_by(plan, Placed(Mark(), Place("after", 0))) == (expected, ["mark"])


def test_waits_and_calls_pass_and_are_not_counted() -> None:
    call, wait = Call(lambda: None), Wait(1.0)
    plan = (call, HEAD, wait, OPEN, call, wait, ONE, wait, call, TWO)
    expected = (call, HEAD, wait, OPEN, call, wait, ONE, MARK, wait, call, TWO)
    assert struck_by(plan, Placed(Mark(), Place("after", 1))) == (expected, ["mark"])


def test_the_plan_is_walked_step_by_step() -> None:
    def live() -> Iterator[Step]:
        yield HEAD
        call = Call(lambda: None)
        yield call
        yield Body(call.outcome(), "piece")
        raise AssertionError("walked too far")

    sent: list[Step] = []
    for step in apply(live(), [Placed(Disconnect(), Place("after", 1))]):
        if isinstance(step, Call):
            step.returned(b"live")
        else:
            sent.append(step)
    assert sent == [HEAD, Body(b"live", "piece"), Abort("close")]


@pytest.mark.parametrize("place", [Place("after", 1), Place("after_events", 3), Place("at", 2)])
def test_inside_a_reply_that_is_no_stream_is_the_middle_of_its_body(place: Place) -> None:
    expected = (SIZED, Body(b'{"a"', "json", 5), MARK, Body(b": 1}", "json"))
    assert struck_by(JSON, Placed(Mark(), place)) == (expected, ["mark"])


@pytest.mark.parametrize(
    "place", [Place("after_headers"), Place("after", 0), Place("after_events", 0)], ids=lambda place: place.kind
)
def test_before_any_content_of_a_reply_that_is_no_stream_is_before_its_body(place: Place) -> None:
    assert struck_by(JSON, Placed(Mark(), place)) == ((JSON[0], MARK, JSON[1]), ["mark"])


@pytest.mark.parametrize("place", [Place("after", 1), Place("after_events", 1), Place("at", 1)])
def test_a_fault_that_halves_nothing_gets_the_whole_body(place: Place) -> None:
    assert struck_by(JSON, Placed(WholeMark(), place)) == ((JSON[0], MARK, JSON[1]), ["mark"])


def test_the_end_of_a_reply_that_is_no_stream_is_after_its_body() -> None:
    assert struck_by(JSON, Placed(Mark(), Place("at_end"))) == ((*JSON, MARK), ["mark"])


def test_a_fault_within_a_reply_leaves_its_head() -> None:
    expected = (HEAD, MARK, *STREAM[1:])
    assert struck_by(STREAM, Placed(InnerMark(), Place("before"))) == (expected, ["mark"])


def test_faults_compose_in_the_order_given() -> None:
    error = Placed(ErrorEvent(message="no", type=None), Place("after", 1))
    sent = Body(b'data: {"error":{"message":"no","type":null,"param":null,"code":null}}\n\n', "event")
    expected = (HEAD, OPEN, ONE, sent, Abort("stall"))
    assert struck_by(STREAM, error, Placed(Stall(), Place("at_end"))) == (expected, ["error_event", "stall"])


def test_the_second_fault_counts_what_the_first_one_left() -> None:
    faults = Placed(Truncate(), Place("after", 2)), Placed(Disconnect(), Place("after", 1))
    assert struck_by(STREAM, *faults) == ((HEAD, OPEN, ONE, Abort("close")), ["disconnect"])


@pytest.mark.parametrize("second", [Stall(), Close(), MissingDone(), ErrorEvent(), Truncate()], ids=lambda f: f.name)
def test_nothing_strikes_after_an_abort(second: Fault) -> None:
    first = Placed(Disconnect(), Place("after", 1))
    for place in (Place("at_end"), Place("after", 2)):
        assert struck_by(STREAM, first, Placed(second, place)) == ((HEAD, OPEN, ONE, Abort("close")), ["disconnect"])


def test_a_fault_that_changes_nothing_has_not_struck() -> None:
    assert struck_by(STREAM, Placed(Silent(), Place("after", 1))) == (STREAM, [])


def test_a_fault_has_struck_before_its_last_step_is_sent() -> None:
    names: list[str] = []
    seen = [(step, tuple(names)) for step in apply((HEAD,), [Placed(Close(), Place("before"))], names.append)]
    assert seen == [(Abort("close"), ("close",))]


def test_nobody_need_listen() -> None:
    assert tuple(apply(STREAM, [Placed(Close(), Place("after_headers"))])) == (HEAD, Abort("close"))


@pytest.mark.parametrize("waits", [(Wait(2.0),), (Wait(2.0), Wait(gate="shut")), ()])
def test_what_strikes_before_anything_is_as_late_as_the_reply(waits):
    plan = tuple(apply((*waits, *JSON), [Placed(Close(), Place("before"))]))
    assert plan == (*waits, Abort("close"))


def test_where_nothing_follows_the_waits_it_strikes_all_the_same():
    assert tuple(apply((Wait(1.0),), [Placed(Close(), Place("before"))])) == (Wait(1.0), Abort("close"))
