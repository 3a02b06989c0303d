from collections.abc import Callable, Iterator
from random import Random
from statistics import median

import pytest

from mockai.ids import Mint
from mockai.latency import Amount, Pace, apply, gate
from mockai.wire import Abort, Body, Call, Head, Plan, Step, Wait

HEAD = Head(200)
OPEN = Body(b"open", "open")
ONE, TWO, THREE = Body(b"one", "piece", 1), Body(b"two", "piece", 2), Body(b"three", "piece", 3)
FINISH, DONE = Body(b"finish", "finish"), Body(b"done", "done")
STREAM = (HEAD, OPEN, ONE, TWO, THREE, FINISH, DONE)
SHORT = (HEAD, OPEN, ONE, FINISH, DONE)
EMPTY = (HEAD, OPEN, FINISH, DONE)
JSON = (HEAD, Body(b"{}", "json", 4))
BARE = (Head(204),)
HELD = Wait(gate="go")


def fixed(seconds: float) -> Amount:
    return Amount(fixed=seconds)


def paced(plan: Plan, pace: Pace, seed: int = 0) -> tuple[Step, ...]:
    return tuple(apply(plan, pace, Mint(seed)))


def test_a_pace_without_waits_leaves_the_plan_alone() -> None:
    assert apply(STREAM, Pace(jitter=0.5), Mint(0)) is STREAM


@pytest.mark.parametrize(
    ("pace", "expected"),
    [
        (Pace(headers=fixed(1)), (Wait(1), *STREAM)),
        (Pace(first_token=fixed(2)), (HEAD, OPEN, Wait(2), ONE, TWO, THREE, FINISH, DONE)),
        (Pace(per_token=fixed(0.5)), (HEAD, OPEN, ONE, Wait(1), TWO, Wait(1.5), THREE, FINISH, DONE)),
        (Pace(tokens_per_second=fixed(4)), (HEAD, OPEN, ONE, Wait(0.5), TWO, Wait(0.75), THREE, FINISH, DONE)),
        (
            Pace(headers=fixed(1), first_token=fixed(2), per_token=fixed(0.5)),
            (Wait(1), HEAD, OPEN, Wait(2), ONE, Wait(1), TWO, Wait(1.5), THREE, FINISH, DONE),
        ),
        (Pace(total=fixed(6)), (HEAD, OPEN, Wait(2), ONE, Wait(2), TWO, Wait(2), THREE, FINISH, DONE)),
        (
            Pace(total=fixed(6), headers=fixed(1), first_token=fixed(2), per_token=fixed(9)),
            (Wait(1), HEAD, OPEN, Wait(2), ONE, Wait(1.5), TWO, Wait(1.5), THREE, FINISH, DONE),
        ),
        (
            Pace(total=fixed(2), headers=fixed(1), first_token=fixed(3)),
            (Wait(1), HEAD, OPEN, Wait(3), ONE, TWO, THREE, FINISH, DONE),
        ),
        (Pace(first_token=fixed(0), per_token=fixed(0)), STREAM),
    ],
)
def test_a_stream_waits_for_its_pieces(pace: Pace, expected: Plan) -> None:
    assert paced(STREAM, pace) == expected


@pytest.mark.parametrize(
    ("plan", "pace", "expected"),
    [
        (SHORT, Pace(total=fixed(6)), (HEAD, OPEN, Wait(6), ONE, FINISH, DONE)),
        (SHORT, Pace(total=fixed(6), first_token=fixed(2)), (HEAD, OPEN, Wait(6), ONE, FINISH, DONE)),
        (EMPTY, Pace(total=fixed(6), first_token=fixed(2)), (Wait(6), *EMPTY)),
        (EMPTY, Pace(total=fixed(6), headers=fixed(8)), (Wait(8), *EMPTY)),
        (EMPTY, Pace(first_token=fixed(2)), EMPTY),
    ],
)
def test_a_short_stream_takes_as_long_in_all(plan: Plan, pace: Pace, expected: Plan) -> None:
    assert paced(plan, pace) == expected


@pytest.mark.parametrize(
    ("pace", "seconds"),
    [
        (Pace(headers=fixed(1)), 1),
        (Pace(headers=fixed(1), first_token=fixed(2), per_token=fixed(0.5)), 5),
        (Pace(tokens_per_second=fixed(8)), 0.5),
        (Pace(total=fixed(6), headers=fixed(1), per_token=fixed(9)), 6),
        (Pace(total=fixed(2), headers=fixed(1), first_token=fixed(2)), 3),
    ],
)
def test_a_reply_that_is_no_stream_is_sent_when_it_is_generated(pace: Pace, seconds: float) -> None:
    assert paced(JSON, pace) == (Wait(seconds), *JSON)


def test_a_reply_without_a_body_waits_before_its_head() -> None:
    assert paced(BARE, Pace(headers=fixed(1), first_token=fixed(2), per_token=fixed(3))) == (Wait(3), *BARE)


def test_a_plan_without_a_head_is_left_alone() -> None:
    assert paced((Abort("reset"),), Pace(total=fixed(3))) == (Abort("reset"),)


def test_no_pace_is_slower_than_a_token_a_day() -> None:
    assert paced(JSON, Pace(per_token=fixed(86_400))) == (Wait(86_400), *JSON)
    assert paced(JSON, Pace(tokens_per_second=fixed(1e-9))) == (Wait(86_400), *JSON)


def play(plan: Plan) -> tuple[Step, ...]:
    """Every step, with calls played as a transport does."""
    steps = []
    for step in plan:
        steps.append(step)
        if isinstance(step, Call):
            step.returned(step.function())
    return tuple(steps)


LIVE_TWO = Body(b"two", "piece", 2)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (lambda plan: apply(plan, Pace(per_token=fixed(1)), Mint(0)), (HEAD, Call, ONE, Call, Wait(2), LIVE_TWO)),
        (lambda plan: apply(plan, Pace(total=fixed(4)), Mint(0)), (HEAD, Call, Wait(4), ONE, Call, LIVE_TWO)),
        (lambda plan: gate(plan, "go", after=1), (HEAD, Call, ONE, HELD, Call, LIVE_TWO)),
    ],
)
def test_python_code_is_played_before_the_step_that_needs_it(
    change: Callable[[Plan], Plan], expected: tuple[object, ...]
) -> None:
    def live() -> Iterator[Step]:
        first, second = Call(lambda: b"one"), Call(lambda: b"two")
        yield HEAD
        yield first
        yield Body(first.outcome(), "piece", 1)
        yield second
        yield Body(second.outcome(), "piece", 2)

    assert tuple(Call if isinstance(step, Call) else step for step in play(change(live()))) == expected


def test_a_call_after_some_pieces_hides_how_many_there_are() -> None:
    call = Call(lambda: None)
    plan = (call, HEAD, OPEN, ONE, call, TWO)
    assert paced(plan, Pace(total=fixed(4))) == (call, HEAD, OPEN, Wait(4), ONE, call, TWO)


def waits(steps: Plan) -> list[float]:
    return [step.seconds for step in steps if isinstance(step, Wait)]


def test_jitter_varies_each_wait_within_its_fraction() -> None:
    seconds = waits(paced(STREAM, Pace(headers=fixed(1), first_token=fixed(1), jitter=0.1), seed=1))
    rng = Mint(1).rng
    assert seconds == [1 + 0.1 * rng.uniform(-1, 1), 1 + 0.1 * rng.uniform(-1, 1)]
    assert all(0.9 <= wait <= 1.1 for wait in seconds)


def test_one_seed_has_one_timing() -> None:
    pace = Pace(first_token=Amount(lognormal=(0.5, 0.4)), per_token=Amount(uniform=(0.1, 0.2)), jitter=0.2)
    assert paced(STREAM, pace, seed=3) == paced(STREAM, pace, seed=3)
    assert paced(STREAM, pace, seed=3) != paced(STREAM, pace, seed=4)


def test_a_uniform_amount_lies_between_its_bounds() -> None:
    rng = Random(0)
    drawn = [Amount(uniform=(1, 3)).draw(rng) for _ in range(1000)]
    assert 1 <= min(drawn) < 1.1
    assert 2.9 < max(drawn) <= 3


def test_a_lognormal_amount_has_its_median_and_its_spread() -> None:
    rng = Random(0)
    drawn = sorted(Amount(lognormal=(2, 0.5)).draw(rng) for _ in range(10_000))
    assert median(drawn) == pytest.approx(2, rel=0.03)
    assert drawn[8413] == pytest.approx(2 * 2.718281828**0.5, rel=0.05)


def test_an_amount_stays_within_a_day() -> None:
    rng = Random(0)
    assert max(Amount(lognormal=(1, 1e6)).draw(rng) for _ in range(100)) == pytest.approx(86_400)


def test_a_fixed_amount_draws_nothing() -> None:
    rng = Random(0)
    before = rng.getstate()
    assert Amount(fixed=2).draw(rng) == 2
    assert Amount().draw(rng) == 0
    assert rng.getstate() == before


def test_a_speed_of_nothing_falls_back_on_the_time_per_token() -> None:
    assert paced(JSON, Pace(tokens_per_second=Amount(uniform=(0, 0)), per_token=fixed(1))) == (Wait(4), *JSON)


@pytest.mark.parametrize(
    ("plan", "after", "expected"),
    [
        (STREAM, 0, (HEAD, OPEN, HELD, *STREAM[2:])),
        (STREAM, 2, (*STREAM[:4], HELD, *STREAM[4:])),
        (STREAM, 9, (*STREAM[:6], HELD, DONE)),
        (STREAM[:-1], 9, (*STREAM[:-1], HELD)),
        (JSON, 0, (HELD, *JSON)),
        (JSON, 5, (HELD, *JSON)),
        (BARE, 0, (HELD, *BARE)),
        ((Abort("close"),), 0, (Abort("close"),)),
        ((HEAD, OPEN, Abort("close")), 1, (HEAD, OPEN, Abort("close"))),
    ],
)
def test_a_gate_holds_the_plan(plan: Plan, after: int, expected: Plan) -> None:
    assert tuple(gate(plan, "go", after)) == expected


def test_a_gate_is_before_the_first_piece_unless_told_otherwise() -> None:
    assert tuple(gate(STREAM, "go")) == tuple(gate(STREAM, "go", 0))
