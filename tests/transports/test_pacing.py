"""Streams that are due in the same millisecond share a timer."""

import asyncio
import gc
import weakref

import pytest

from mockai.transports.pacing import Paced, pacer


class Loop(asyncio.SelectorEventLoop):
    """Time stands still while anything is done, and is there as soon as it is waited for; counts its timers."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0
        self.timers: list[float] = []
        select = self._selector.select

        def skip(timeout: float | None) -> object:
            self.now += timeout or 0.0
            return select(0 if timeout is not None else None)

        self._selector.select = skip

    def time(self) -> float:
        return self.now

    def call_at(self, when, callback, *args, context=None):
        self.timers.append(when)
        return super().call_at(when, callback, *args, context=context)


def run(main) -> Loop:
    loop = Loop()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        runner.run(main)
    return loop


def ticking(struck: list[float], times: list[float | None]):
    left = iter(times)

    def tick() -> float | None:
        struck.append(asyncio.get_running_loop().time())
        return next(left)

    return tick


def test_those_of_one_millisecond_share_a_timer_and_strike_at_its_end():
    struck: list[float] = []

    async def main():
        paced = [Paced(pacer(), due, ticking(struck, [due + 1, None])) for due in (0.0101, 0.0105, 0.0109, 0.02)]
        await asyncio.gather(*(each.ended for each in paced))

    loop = run(main())
    assert loop.timers == pytest.approx([0.011, 0.02, 1.011, 1.02])
    assert struck == pytest.approx([0.011] * 3 + [0.02] + [1.011] * 3 + [1.02])


def test_a_schedule_does_not_drift():
    """Each time is counted from the one before as it was due, and not from when its timer struck."""
    dues = [0.0001 + n / 3 for n in range(1, 301)]
    struck: list[float] = []

    async def main():
        await Paced(pacer(), 0.0001, ticking(struck, [*dues, None])).ended

    run(main())
    late = [at - due for at, due in zip(struck, [0.0001, *dues], strict=True)]
    assert all(0 <= each <= 0.001001 for each in late)


def test_what_is_forgotten_strikes_no_more_and_a_timer_nobody_needs_is_cancelled():
    struck: list[float] = []

    async def main():
        first, second = (Paced(pacer(), 5.0, ticking(struck, [None])) for _ in range(2))
        other = Paced(pacer(), 1000.0, ticking(struck, [None]))
        first.forget()
        first.forget()
        other.forget()
        await second.ended
        second.forget()
        assert not any(
            handle._when > 5.0 and not handle.cancelled() for handle in asyncio.get_running_loop()._scheduled
        )

    loop = run(main())
    assert struck == [5.0]
    assert loop.now == 5.0


def test_what_has_ended_strikes_no_more():
    struck: list[float] = []

    async def main():
        ended, other = (Paced(pacer(), 1.0, ticking(struck, [None])) for _ in range(2))
        ended.end()
        ended.end()
        await ended.ended
        await other.ended

    run(main())
    assert struck == [1.0]


def test_what_fails_tells_whoever_waits_for_it_and_nobody_else():
    struck: list[float] = []

    def broken() -> float | None:
        raise ValueError("broken")

    async def main():
        failing, other = Paced(pacer(), 1.0, broken), Paced(pacer(), 1.0, ticking(struck, [None]))
        with pytest.raises(ValueError, match="broken"):
            await failing.ended
        await other.ended

    run(main())
    assert struck == [1.0]


def test_each_loop_has_its_own_and_none_is_kept_alive():
    found = []

    async def main():
        assert pacer() is pacer()
        found.append(pacer())
        await Paced(pacer(), 0.5, ticking([], [None])).ended

    loops = [weakref.ref(run(main())) for _ in range(2)]
    assert found[0] is not found[1]
    gc.collect()
    assert [loop() for loop in loops] == [None, None]
