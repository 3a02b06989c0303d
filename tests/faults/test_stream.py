import pytest

from mockai.faults import Fault, Place, Placed, apply
from mockai.faults.error_events import ErrorEvent
from mockai.faults.stream import (
    Disconnect,
    DoubleDone,
    Drop,
    Duplicate,
    KeepaliveComments,
    MalformedJSON,
    MissingDone,
    Reorder,
    Truncate,
)
from mockai.wire import Abort, Body, Call, Head, Plan, Step, Wait

HEAD = Head(200, (("content-type", "text/event-stream; charset=utf-8"),))
OPEN = Body(b'data: {"role":"assistant"}\n\n', "open")
ONE = Body(b'data: {"content":"Hel"}\n\n', "piece", 1)
TWO = Body('data: {"content":"lö"}\n\n'.encode(), "piece", 1)
FINISH = Body(b'data: {"finish_reason":"stop"}\n\n', "finish")
DONE = Body(b"data: [DONE]\n\n", "done")
CHAT = (HEAD, OPEN, ONE, TWO, FINISH, DONE)

DELTA = Body(b'event: delta\ndata: {"type":"delta","sequence_number":4}\n\n', "piece", 1)
COMPLETED = Body(b'event: completed\ndata: {"type":"completed","sequence_number":5}\n\n', "finish")
RESPONSES = (HEAD, DELTA, COMPLETED)

TYPE = ("content-type", "application/json")
SIZED, UNSIZED = Head(200, (TYPE, ("content-length", "10"))), Head(200, (TYPE,))
JSON = (SIZED, Body(b'{"a": "bc"}', "json", 3))
HTML = (SIZED, Body(b"<p>{1}</p>", "raw"))
PRETTY = (SIZED, Body(b'\n{"a": 1}\n', "raw"))

DEFAULT = (
    b'{"message":"The server had an error while processing your request. Sorry about that!",'
    b'"type":"server_error","param":null,"code":null}'
)
ERROR = Body(b'data: {"error":' + DEFAULT + b"}\n\n", "event")
NAMED_ERROR = b'event: error\ndata: {"type":"error","sequence_number":%d,"error":' + DEFAULT + b"}\n\n"


def struck_by(plan: Plan, fault: Fault, place: Place | None = None) -> tuple[tuple[Step, ...], list[str]]:
    names: list[str] = []
    return tuple(apply(plan, [Placed(fault, place or fault.default_place)], names.append)), names


def test_disconnect_closes_in_the_middle_of_a_stream() -> None:
    assert struck_by(CHAT, Disconnect()) == ((HEAD, OPEN, ONE, Abort("close")), ["disconnect"])


def test_disconnect_closes_in_the_middle_of_a_body_of_announced_length() -> None:
    expected = (SIZED, Body(b'{"a":', "json", 3), Abort("close"))
    assert struck_by(JSON, Disconnect()) == (expected, ["disconnect"])


def test_disconnect_within_a_reply_sends_at_least_the_headers() -> None:
    assert struck_by(CHAT, Disconnect(), Place("before")) == ((HEAD, Abort("close")), ["disconnect"])


def test_truncate_ends_a_stream_cleanly() -> None:
    assert struck_by(CHAT, Truncate()) == ((HEAD, OPEN, ONE), ["truncate"])


def test_truncate_at_the_end_leaves_done_out() -> None:
    assert struck_by(CHAT, Truncate(), Place("at_end")) == (CHAT[:-1], ["truncate"])


def test_truncate_sends_half_a_body_and_announces_no_length() -> None:
    assert struck_by(JSON, Truncate()) == ((UNSIZED, Body(b'{"a":', "json", 3)), ["truncate"])


def test_truncate_after_the_headers_sends_no_body() -> None:
    assert struck_by(JSON, Truncate(), Place("before")) == ((UNSIZED,), ["truncate"])


def test_truncate_where_nothing_is_left_changes_nothing() -> None:
    assert struck_by(RESPONSES, Truncate(), Place("at_end")) == (RESPONSES, [])


def test_an_error_event_ends_the_stream_without_done() -> None:
    assert struck_by(CHAT, ErrorEvent()) == ((HEAD, OPEN, ONE, ERROR), ["error_event"])


def test_an_error_event_says_what_it_is_told() -> None:
    fault = ErrorEvent(message="Nö", type="overloaded", param="model", code=529)
    data = 'data: {"error":{"message":"Nö","type":"overloaded","param":"model","code":529}}\n\n'
    expected = (HEAD, OPEN, ONE, Body(data.encode(), "event"))
    assert struck_by(CHAT, fault) == (expected, ["error_event"])


def test_an_error_event_comes_when_the_next_event_would_have_come() -> None:
    wait, call = Wait(0.5), Call(lambda: None)
    plan = (HEAD, OPEN, ONE, wait, call, TWO, DONE)
    assert struck_by(plan, ErrorEvent()) == ((HEAD, OPEN, ONE, wait, call, ERROR), ["error_event"])


def test_an_error_event_among_named_events_has_a_name_and_the_number_it_takes() -> None:
    expected = (HEAD, DELTA, Body(NAMED_ERROR % 5, "event"))
    assert struck_by(RESPONSES, ErrorEvent()) == (expected, ["error_event"])
    expected = (HEAD, Body(NAMED_ERROR % 4, "event"))
    assert struck_by(RESPONSES, ErrorEvent(), Place("before")) == (expected, ["error_event"])


def test_an_error_event_among_named_events_without_numbers_is_a_plain_one() -> None:
    plan = (HEAD, DELTA, Body(b"event: done\ndata: {}\n\n", "event"))
    assert struck_by(plan, ErrorEvent()) == ((HEAD, DELTA, ERROR), ["error_event"])


def test_an_error_event_can_follow_the_last_event() -> None:
    assert struck_by(CHAT, ErrorEvent(), Place("after_events", 5)) == ((*CHAT, ERROR), ["error_event"])


def test_an_error_event_stops_at_an_abort() -> None:
    plan = (HEAD, OPEN, Abort("reset"))
    assert struck_by(plan, ErrorEvent(), Place("after_events", 1)) == (plan, [])


@pytest.mark.parametrize("place", [None, Place("before"), Place("at", 1)])
def test_without_a_stream_the_error_is_the_body(place: Place | None) -> None:
    expected = (UNSIZED, Body(b'{"error":' + DEFAULT + b"}", "json"))
    assert struck_by(JSON, ErrorEvent(), place) == (expected, ["error_event"])


@pytest.mark.parametrize(
    ("plan", "place", "expected"),
    [
        (CHAT, None, (HEAD, OPEN, ONE, Body(b'data: {"conten\n\n', "piece", 1), FINISH, DONE)),
        (CHAT, Place("after", 2), (*CHAT[:4], Body(b'data: {"finish_rea\n\n', "finish"), DONE)),
        (CHAT, Place("before"), (HEAD, Body(b'data: {"role":"a\n\n', "open"), *CHAT[2:])),
        (RESPONSES, None, (HEAD, DELTA, Body(b'event: completed\ndata: {"type":"completed",\n\n', "finish"))),
        (JSON, None, (UNSIZED, Body(b'{"a":', "json", 3))),
        (JSON, Place("before"), (UNSIZED, Body(b'{"a":', "json", 3))),
        (PRETTY, None, (UNSIZED, Body(b'\n{"a"\n', "raw"))),
    ],
)
def test_malformed_json_stops_in_the_middle_and_the_rest_is_whole(
    plan: Plan, place: Place | None, expected: Plan
) -> None:
    assert struck_by(plan, MalformedJSON(), place) == (expected, ["malformed_json"])


def test_malformed_json_is_good_utf8() -> None:
    plan = (HEAD, Body('data: {"a":"ö"}\n\n'.encode(), "piece"), Body('data: {"äö":1}\n\n'.encode(), "piece"))
    expected = (HEAD, plan[1], Body('data: {"ä\n\n'.encode(), "piece"))
    assert struck_by(plan, MalformedJSON()) == (expected, ["malformed_json"])


def test_malformed_json_waits_for_json() -> None:
    wait, comment = Wait(1.0), Body(b": keep-alive\n\n", "event")
    plan = (HEAD, ONE, wait, comment, TWO)
    expected = (HEAD, ONE, wait, comment, Body(b'data: {"conten\n\n', "piece", 1))
    assert struck_by(plan, MalformedJSON()) == (expected, ["malformed_json"])


@pytest.mark.parametrize(("plan", "place"), [(CHAT, Place("at_end")), (CHAT, Place("after", 9)), (HTML, None)])
def test_malformed_json_without_json_to_cut_changes_nothing(plan: Plan, place: Place | None) -> None:
    steps, names = struck_by(plan, MalformedJSON(), place)
    bodies = tuple(step for step in plan if isinstance(step, Body))
    assert (steps[1:], names) == (bodies, [])


@pytest.mark.parametrize("place", [None, Place("before"), Place("after", 1), Place("at", 5)])
def test_missing_done_leaves_only_done_out(place: Place | None) -> None:
    assert struck_by(CHAT, MissingDone(), place) == (CHAT[:-1], ["missing_done"])


@pytest.mark.parametrize("plan", [RESPONSES, JSON])
@pytest.mark.parametrize("place", [None, Place("after", 1)])
def test_missing_done_changes_nothing_where_there_is_no_done(plan: Plan, place: Place | None) -> None:
    assert struck_by(plan, MissingDone(), place) == (plan, [])


@pytest.mark.parametrize(
    ("fault", "place", "expected"),
    [
        (Duplicate(), None, (HEAD, OPEN, ONE, TWO, TWO, FINISH, DONE)),
        (Duplicate(), Place("at", 1), (HEAD, OPEN, OPEN, ONE, TWO, FINISH, DONE)),
        (Drop(), None, (HEAD, OPEN, ONE, FINISH, DONE)),
        (Drop(), Place("at", 4), (HEAD, OPEN, ONE, TWO, DONE)),
        (Reorder(), None, (HEAD, OPEN, ONE, FINISH, TWO, DONE)),
        (Reorder(), Place("after", 0), (HEAD, OPEN, TWO, ONE, FINISH, DONE)),
        (DoubleDone(), None, (*CHAT, DONE)),
        (DoubleDone(), Place("after", 1), (*CHAT, DONE)),
    ],
)
def test_events_come_twice_or_never_or_in_another_order(fault: Fault, place: Place | None, expected: Plan) -> None:
    assert struck_by(CHAT, fault, place) == (expected, [fault.name])


@pytest.mark.parametrize("fault", [Duplicate(), Drop(), Reorder(), DoubleDone(), KeepaliveComments()])
def test_what_is_about_events_leaves_other_replies_alone(fault: Fault) -> None:
    assert struck_by(JSON, fault) == (JSON, [])


@pytest.mark.parametrize("fault", [Duplicate(), Drop(), Reorder()])
def test_without_another_event_nothing_changes(fault: Fault) -> None:
    plan = (HEAD, ONE, Wait(1.0))
    assert struck_by(plan, fault) == (plan, [])


def test_events_change_places_around_a_wait() -> None:
    plan = (HEAD, ONE, TWO, Wait(1.0), FINISH)
    assert struck_by(plan, Reorder())[0] == (HEAD, ONE, Wait(1.0), FINISH, TWO)


@pytest.mark.parametrize("plan", [(HEAD, ONE, TWO, Abort("reset")), (HEAD, ONE, TWO)])
def test_an_event_without_a_partner_keeps_its_place(plan: Plan) -> None:
    assert struck_by(plan, Reorder())[0] == plan


def test_comments_stand_between_events() -> None:
    comment = Body(b": still here\n\n", "part")
    expected = (HEAD, OPEN, ONE, Wait(1.0), comment, TWO, comment, DONE)
    assert struck_by((HEAD, OPEN, ONE, Wait(1.0), TWO, DONE), KeepaliveComments("still here")) == (
        expected,
        ["keepalive_comments"],
    )
