"""What holds for every mixture of faults in every reply."""

from hypothesis import given
from hypothesis import strategies as st

from mockai.faults import FAULTS, Place, Placed, apply
from mockai.faults.socket import SlowHeaders
from mockai.wire import Abort, Body, Head, Step, Wait

HEAD = Head(200, (("content-length", "8"),))


def body(kind: str) -> Body:
    data = b"data: [DONE]\n\n" if kind == "done" else b'data: {"a": 1}\n\n'
    return Body(data, kind)  # type: ignore[arg-type]


EVENTS = st.lists(st.sampled_from(["open", "piece", "finish", "usage", "event"]).map(body), max_size=8)
STREAMS = st.tuples(EVENTS, st.booleans()).map(lambda made: (HEAD, *made[0], *([body("done")] if made[1] else [])))
WHOLE = st.sampled_from([(HEAD,), (HEAD, Body(b'{"a": 1}', "json")), (HEAD, Body(b"", "raw")), (Wait(1), HEAD)])
PLACES = st.one_of(
    st.sampled_from([Place("before"), Place("after_headers"), Place("at_end")]),
    st.builds(Place, st.sampled_from(["after", "after_events"]), st.integers(0, 9)),
    st.builds(Place, st.just("at"), st.integers(1, 9)),
)
FAULTS_PLACED = st.lists(
    st.builds(Placed, st.sampled_from(sorted(FAULTS)).map(lambda name: FAULTS[name]()), PLACES), max_size=4
)


@given(plan=STREAMS | WHOLE, faults=FAULTS_PLACED)
def test_a_plan_with_faults_is_still_a_plan(plan: tuple[Step, ...], faults: list[Placed]) -> None:
    steps = tuple(apply(plan, faults))
    heads = [index for index, step in enumerate(steps) if isinstance(step, Head)]
    bodies = [index for index, step in enumerate(steps) if isinstance(step, Body)]
    assert len(heads) <= 1
    assert not bodies or heads[0] < bodies[0]
    assert [step for step in steps[:-1] if isinstance(step, Abort)] == []


@given(plan=STREAMS | WHOLE, faults=FAULTS_PLACED)
def test_a_plan_that_no_fault_struck_sends_what_it_would_have_sent(
    plan: tuple[Step, ...], faults: list[Placed]
) -> None:
    struck: list[str] = []
    steps = tuple(apply(plan, faults, struck.append))
    bodies = tuple(step for step in plan if isinstance(step, Body))
    if not struck:
        assert tuple(step for step in steps if isinstance(step, Body)) == bodies
    assert len(struck) <= len(faults)


@given(plan=STREAMS, place=PLACES)
def test_a_fault_that_only_waits_leaves_a_stream_whole(plan: tuple[Step, ...], place: Place) -> None:
    struck: list[str] = []
    steps = tuple(apply(plan, [Placed(SlowHeaders(2), place)], struck.append))
    at = steps.index(Wait(2))
    assert steps[:at] + steps[at + 1 :] == plan
    assert struck == ["slow_headers"]
