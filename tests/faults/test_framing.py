import zlib

import pytest

from mockai.faults import Fault, Place, Placed, apply
from mockai.faults.framing import BadChunk, ContentLengthMismatch, CorruptGzip
from mockai.wire import Abort, Body, Head, Plan, Step, Wait

HEAD = Head(200, (("content-type", "text/event-stream"),))
OPEN, ONE, TWO, DONE = Body(b"open", "open"), Body(b"one", "piece"), Body(b"two", "piece"), Body(b"done", "done")
STREAM = (HEAD, OPEN, ONE, TWO, DONE)
SIZED, UNSIZED = Head(200, (("x", "y"), ("content-length", "8"))), Head(200, (("x", "y"),))
JSON = (SIZED, Body(b'{"a": 1}', "json"))


def struck_by(plan: Plan, fault: Fault, place: Place | None = None) -> tuple[tuple[Step, ...], list[str]]:
    names: list[str] = []
    return tuple(apply(plan, [Placed(fault, place or fault.default_place)], names.append)), names


def sized(length: int, *before: tuple[str, str]) -> Head:
    return Head(200, (*before, ("content-length", str(length))))


NO_SIZE = Abort("close", b"no size\r\n")


@pytest.mark.parametrize(
    ("plan", "expected"),
    [(STREAM, (HEAD, OPEN, ONE, NO_SIZE)), (JSON, (UNSIZED, Body(b'{"a"', "json"), NO_SIZE))],
)
def test_a_bad_chunk_comes_where_a_chunk_would(plan: Plan, expected: Plan) -> None:
    assert struck_by(plan, BadChunk()) == (expected, ["bad_chunk"])


@pytest.mark.parametrize(
    ("plan", "by", "expected"),
    [
        (JSON, 100, (sized(108, ("x", "y")), JSON[1], Abort("close"))),
        (JSON, 1, (sized(9, ("x", "y")), JSON[1], Abort("close"))),
        (JSON, -3, (sized(5, ("x", "y")), Body(b'{"a":', "json"), Abort("close", b" 1}"))),
        (JSON, -9, (sized(0, ("x", "y")), Body(b"", "json"), Abort("close", b'{"a": 1}'))),
        (STREAM, 7, (sized(1_000_000, *HEAD.headers), *STREAM[1:], Abort("close"))),
    ],
)
def test_another_length_is_announced_than_is_sent(plan: Plan, by: int, expected: Plan) -> None:
    assert struck_by(plan, ContentLengthMismatch(by)) == (expected, ["content_length_mismatch"])


@pytest.mark.parametrize(("plan", "by"), [(STREAM, -3), ((SIZED,), -1)])
def test_a_reply_without_a_known_body_cannot_be_longer_than_announced(plan: Plan, by: int) -> None:
    steps, names = struck_by(plan, ContentLengthMismatch(by))
    assert (steps[1:], names) == (tuple(plan)[1:], [])


def test_a_plan_that_was_cut_before_ends_as_it_did() -> None:
    cut = (SIZED, Body(b"{", "json"), Abort("reset"))
    expected = (sized(108, ("x", "y")), *cut[1:])
    assert struck_by(cut, ContentLengthMismatch()) == (expected, [])


def expanded(bodies: list[Body]) -> bytes:
    expander = zlib.decompressobj(wbits=31)
    return b"".join(expander.decompress(body.data) for body in bodies)


def test_corrupt_gzip_can_be_expanded_up_to_the_place() -> None:
    steps, names = struck_by(STREAM, CorruptGzip())
    head, *rest = steps
    assert head == Head(200, (*HEAD.headers, ("content-encoding", "gzip")))
    assert [step for step in rest if isinstance(step, Wait)] == [Wait()]
    assert rest.index(Wait()) == 2
    bodies = [step for step in rest if isinstance(step, Body)]
    assert [body.kind for body in bodies] == ["open", "piece", "piece", "done"]
    assert expanded(bodies[:2]) == b"openone"
    with pytest.raises(zlib.error, match="invalid block type"):
        expanded(bodies[:3])
    assert names == ["corrupt_gzip"]


def test_corrupt_gzip_spoils_a_whole_body_behind_the_head_of_the_format() -> None:
    steps, names = struck_by(JSON, CorruptGzip())
    head, wait, body = steps
    assert (head, wait) == (Head(200, (("x", "y"), ("content-encoding", "gzip"))), Wait())
    assert isinstance(body, Body)
    assert body.data[:2] == b"\x1f\x8b"
    with pytest.raises(zlib.error, match="invalid block type"):
        expanded([body])
    assert names == ["corrupt_gzip"]


def test_corrupt_gzip_with_nothing_left_to_spoil_adds_what_cannot_be_expanded() -> None:
    steps, _ = struck_by(STREAM, CorruptGzip(), Place("after_events", 4))
    *bodies, last = steps[1:]
    assert expanded([body for body in bodies if isinstance(body, Body)]) == b"openonetwodone"
    assert last == Body(b"\xff", "part")


def test_corrupt_gzip_passes_waits_on_and_stops_at_an_abort() -> None:
    plan = (HEAD, Wait(1.0), Abort("reset"))
    steps, names = struck_by(plan, CorruptGzip(), Place("after_headers"))
    assert (steps[1:], names) == (plan[1:], [])
