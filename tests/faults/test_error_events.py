import pytest

from mockai.faults import Fault, Place, Placed, apply
from mockai.faults.error_events import ErrorEvent, LateError
from mockai.wire import Abort, Body, Head, Plan, Step

HEAD = Head(200)
ONE = Body(b'data: {"content":"Hel"}\n\n', "piece", 1)
FINISH = Body(b'data: {"finish_reason":"stop"}\n\n', "finish")
DONE = Body(b"data: [DONE]\n\n", "done")
CHAT = (HEAD, ONE, FINISH, DONE)
DELTA = Body(b'event: delta\ndata: {"type":"delta","sequence_number":4}\n\n', "piece", 1)
COMPLETED = Body(b'event: completed\ndata: {"type":"completed","sequence_number":5}\n\n', "finish")
JSON = (HEAD, Body(b"{}", "json"))

FIELDS = b'{"message":"no","type":"server_error","param":null,"code":"busy"}'
NESTED = Body(b'data: {"error":' + FIELDS + b"}\n\n", "event")
FLAT = Body(b"data: " + FIELDS + b"\n\n", "event")
GIVEN = {"message": "no", "code": "busy"}


def numbered(number: int, rest: bytes) -> Body:
    return Body(b'event: error\ndata: {"type":"error","sequence_number":%d,%s}\n\n' % (number, rest), "event")


def struck_by(plan: Plan, fault: Fault, place: Place | None = None) -> tuple[tuple[Step, ...], list[str]]:
    names: list[str] = []
    return tuple(apply(plan, [Placed(fault, place or fault.default_place)], names.append)), names


@pytest.mark.parametrize(
    ("plan", "flat", "expected"),
    [
        (CHAT, False, (HEAD, ONE, NESTED)),
        (CHAT, True, (HEAD, ONE, FLAT)),
        ((HEAD, DELTA, COMPLETED), False, (HEAD, DELTA, numbered(5, b'"error":' + FIELDS))),
        ((HEAD, DELTA, COMPLETED), True, (HEAD, DELTA, numbered(5, b'"message":"no","param":null,"code":"busy"'))),
        (JSON, True, (HEAD, Body(FIELDS, "json"))),
    ],
)
def test_an_error_event_is_nested_or_flat(plan: Plan, flat: bool, expected: Plan) -> None:
    fault = ErrorEvent(message="no", code="busy", flat=flat)
    assert struck_by(plan, fault) == (expected, ["error_event"])


@pytest.mark.parametrize("place", [None, Place("at", 1), Place("after", 1)])
@pytest.mark.parametrize(
    ("plan", "flat", "expected"),
    [
        (CHAT, False, (*CHAT[:3], NESTED, DONE)),
        (CHAT, True, (*CHAT[:3], FLAT, DONE)),
        ((HEAD, DELTA, COMPLETED), False, (HEAD, DELTA, COMPLETED, numbered(6, b'"error":' + FIELDS))),
    ],
)
def test_a_late_error_stands_behind_everything_but_done(
    plan: Plan, flat: bool, expected: Plan, place: Place | None
) -> None:
    fault = LateError(message="no", code="busy", flat=flat)
    assert struck_by(plan, fault, place) == (expected, ["late_error"])


def test_a_late_error_in_a_stream_without_content_stands_before_done() -> None:
    assert struck_by((HEAD, DONE), LateError(message="no", code="busy"))[0] == (HEAD, NESTED, DONE)


@pytest.mark.parametrize("plan", [JSON, (HEAD, ONE, Abort("reset")), (HEAD,)])
def test_there_is_no_late_error_where_there_is_no_end_of_a_stream(plan: Plan) -> None:
    assert struck_by(plan, LateError()) == (plan, [])
