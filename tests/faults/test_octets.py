import pytest

from mockai.faults import Fault, Place, Placed, apply
from mockai.faults.octets import BOM, CRLF, Coalesce, MissingLastBlankLine, MultiLineData, Split
from mockai.faults.stream import Disconnect, MissingDone
from mockai.wire import Abort, Body, Call, Head, Plan, Step, Wait

HEAD = Head(200, (("content-type", "text/event-stream"),))
OPEN = Body(b'data: {"role":"assistant"}\n\n', "open")
ONE = Body(b'data: {"content":"Hel"}\n\n', "piece", 1)
TWO = Body('data: {"content":"lö"}\n\n'.encode(), "piece", 1)
DONE = Body(b"data: [DONE]\n\n", "done")
STREAM = (HEAD, OPEN, ONE, TWO, DONE)
NAMED = Body(b'event: delta\ndata: {"type":"delta"}\n\n', "piece")
SIZED, UNSIZED = Head(200, (("content-length", "8"),)), Head(200)
JSON = (SIZED, Body(b'{"a": 1}', "json", 2))


def struck_by(plan: Plan, fault: Fault, place: Place | None = None) -> tuple[tuple[Step, ...], list[str]]:
    names: list[str] = []
    return tuple(apply(plan, [Placed(fault, place or fault.default_place)], names.append)), names


def test_split_cuts_inside_a_character_or_else_in_the_middle() -> None:
    two = (Body(b'data: {"content":"l' + b"\xc3", "part"), Wait(), Body(b'\xb6"}\n\n', "piece", 1))
    done = (Body(b"data: [", "part"), Wait(), Body(b"DONE]\n\n", "done"))
    assert struck_by(STREAM, Split()) == ((HEAD, OPEN, ONE, *two, *done), ["split"])


def test_split_by_size_cuts_every_so_many_bytes() -> None:
    plan = (HEAD, Body(b"abcde", "event"), Body(b"f", "done"))
    parts = (Body(b"ab", "part"), Wait(), Body(b"cd", "part"), Wait(), Body(b"e", "event"))
    assert struck_by(plan, Split(2), Place("before")) == ((HEAD, *parts, plan[2]), ["split"])


def test_split_cuts_a_whole_body_and_keeps_its_length() -> None:
    expected = (SIZED, Body(b'{"a"', "part"), Wait(), Body(b": 1}", "json", 2))
    assert struck_by(JSON, Split()) == (expected, ["split"])


def test_parts_are_no_events_of_their_own() -> None:
    faults = [Placed(Split(), Place("before")), Placed(Disconnect(), Place("after", 1))]
    steps = tuple(apply(STREAM, faults))
    assert steps[-2:] == (Body(ONE.data[len(ONE.data) // 2 :], "piece", 1), Abort("close"))


@pytest.mark.parametrize(
    ("plan", "fault", "expected"),
    [
        (STREAM, Coalesce(), (HEAD, OPEN, ONE, Body(TWO.data + DONE.data, "done", 1))),
        (STREAM, Coalesce(2), (HEAD, OPEN, ONE, Body(TWO.data + DONE.data, "done", 1))),
        ((HEAD, ONE, TWO, TWO, DONE), Coalesce(2), (HEAD, ONE, Body(TWO.data * 2, "piece", 2), DONE)),
        ((HEAD, ONE, TWO, Wait(2), ONE), Coalesce(), (HEAD, ONE, Wait(2), Body(TWO.data + ONE.data, "piece", 2))),
        (
            (HEAD, ONE, TWO, DONE, Abort("reset")),
            Coalesce(),
            (HEAD, ONE, Body(TWO.data + DONE.data, "done", 1), Abort("reset")),
        ),
    ],
)
def test_coalesce_holds_events_back_and_joins_them(plan: Plan, fault: Fault, expected: Plan) -> None:
    assert struck_by(plan, fault) == (expected, ["coalesce"])


@pytest.mark.parametrize("plan", [JSON, (HEAD, ONE, DONE)])
def test_coalesce_of_one_body_changes_nothing(plan: Plan) -> None:
    assert struck_by(plan, Coalesce()) == (plan, [])


def test_crlf_ends_every_line() -> None:
    expected = (
        HEAD,
        Body(b'event: delta\r\ndata: {"type":"delta"}\r\n\r\n', "piece"),
        Body(b"data: [DONE]\r\n\r\n", "done"),
    )
    assert struck_by((HEAD, NAMED, DONE), CRLF()) == (expected, ["crlf"])


@pytest.mark.parametrize(
    ("plan", "place", "expected"),
    [
        (STREAM, None, (HEAD, Body(b"\xef\xbb\xbf" + OPEN.data, "open"), *STREAM[2:])),
        (STREAM, Place("at", 4), (*STREAM[:4], Body(b"\xef\xbb\xbf" + DONE.data, "done"))),
        ((HEAD, Wait(1), DONE), None, (HEAD, Wait(1), Body(b"\xef\xbb\xbf" + DONE.data, "done"))),
        (JSON, None, (UNSIZED, Body(b'\xef\xbb\xbf{"a": 1}', "json", 2))),
    ],
)
def test_a_byte_order_mark_comes_first(plan: Plan, place: Place | None, expected: Plan) -> None:
    assert struck_by(plan, BOM(), place) == (expected, ["bom"])


def test_data_is_spread_over_three_lines() -> None:
    one = Body(b'event: delta\ndata: {\ndata: "type":"delta"\ndata: }\n\n', "piece")
    assert struck_by((HEAD, NAMED, DONE), MultiLineData()) == ((HEAD, one, DONE), ["multi_line_data"])


def test_the_last_blank_line_is_missing() -> None:
    expected = (*STREAM[:-1], Body(b"data: [DONE]\n", "done"))
    assert struck_by(STREAM, MissingLastBlankLine())[0] == expected


def test_the_last_blank_line_is_that_of_what_is_really_sent_last() -> None:
    faults = [MissingDone(), CRLF(), MissingLastBlankLine()]
    steps = tuple(apply((HEAD, ONE, DONE), [Placed(fault, fault.default_place) for fault in faults]))
    assert steps == (HEAD, Body(b'data: {"content":"Hel"}\r\n', "piece", 1))


@pytest.mark.parametrize("last", [Wait(1), Abort("reset"), Call(lambda: 1)])
def test_no_event_waits_for_what_is_no_event(last: Step) -> None:
    plan = (HEAD, ONE, last)
    assert struck_by(plan, MissingLastBlankLine())[0] == plan


@pytest.mark.parametrize("fault", [CRLF(), MultiLineData(), MissingLastBlankLine()])
def test_what_is_about_events_leaves_other_replies_alone(fault: Fault) -> None:
    assert struck_by(JSON, fault) == (JSON, [])
