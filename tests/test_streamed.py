"""What is kept of a stream while it is sent."""

import pytest

from mockai import streamed
from mockai.streamed import Streamed


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    now = [100.0]
    monkeypatch.setattr(streamed.time, "monotonic", lambda: now[0])
    return now


def test_nothing_was_sent():
    sent = Streamed()
    assert (sent.kept, sent.last, sent.finished, sent.is_closed, list(sent.writes)) == (b"", None, False, True, [])


@pytest.mark.parametrize(
    ("kinds", "finished", "is_closed"),
    [
        (["open"], False, False),
        (["open", "piece"], False, False),
        (["open", "piece", "finish"], True, True),
        (["open", "finish", "usage"], True, True),
        (["finish", "done"], True, True),
        (["finish", "piece"], True, False),
        (["event"], False, True),
        (["part"], False, False),
    ],
)
def test_how_far_it_came(kinds, finished, is_closed):
    sent = Streamed()
    for kind in kinds:
        sent.add(b"x", kind)
    assert (sent.finished, sent.is_closed, sent.kept) == (finished, is_closed, b"x" * len(kinds))


def test_64_kb_are_kept_and_the_last_event():
    sent = Streamed()
    for number in range(70):
        sent.add(b"%03d" % number * 333 + b"\n" * 25, "piece")
    assert len(sent.kept) == 64 * 1024 + 1024
    assert sent.kept[:1024].startswith(b"000000")
    assert sent.kept[-1024:].startswith(b"069069")


def test_only_the_times_outlast_it(clock):
    sent = Streamed()
    sent.mark()
    sent.add(b"x", "piece")
    sent.add(b"y", "finish")
    sent.forget()
    assert (sent.kept, sent.last, sent.finished, list(sent.writes)) == (b"", None, True, [100.0])


def test_writes_within_a_millisecond_are_one(clock):
    sent = Streamed()
    for now in (100.0, 100.0005, 100.0011, 100.5):
        clock[0] = now
        sent.mark()
    assert list(sent.writes) == [100.0, 100.0011, 100.5]


def test_of_many_writes_every_second_is_kept_but_always_the_first_and_the_last(clock):
    sent = Streamed()
    for number in range(2000):
        clock[0] = 100.0 + number
        sent.mark()
        assert (sent.writes[0], sent.writes[-1]) == (100.0, 100.0 + number)
        assert len(sent.writes) <= 512
