"""What comes again is known by its bytes, within bounds."""

from mockai.transports.repeats import Repeats


def test_a_request_is_known_from_the_second_time_on():
    repeats: Repeats[str] = Repeats()
    assert (repeats.get(b"asked"), repeats.met(b"asked", "head", b"body")) == (None, None)
    again = repeats.met(b"asked", "head", b"body")
    assert again is not None
    assert repeats.get(b"asked") == ("head", b"body", again)
    assert repeats.get(b"asked too") is None


def test_a_long_request_is_not_kept():
    repeats: Repeats[str] = Repeats()
    longest, longer = b"x" * 16_384, b"x" * 16_385
    found = [[repeats.met(data, "head", b"") is not None for _ in range(3)] for data in (longest, longer)]
    assert found == [[False, True, True], [False, False, False]]


def test_so_many_requests_are_known_and_no_more():
    repeats: Repeats[str] = Repeats()
    asked = [b"%d" % number for number in range(257)]
    for data in asked:
        for _ in range(2):
            repeats.met(data, "head", b"")
    assert [data for data in asked if repeats.get(data) is not None] == [b"256"]


def test_those_that_came_once_are_forgotten_when_there_are_many():
    repeats: Repeats[str] = Repeats()
    for number in range(4097):
        repeats.met(b"%d" % number, "head", b"")
    assert repeats.met(b"0", "head", b"") is None
    assert repeats.met(b"4096", "head", b"") is not None


def test_so_many_heads_are_known_and_no_more():
    repeats: Repeats[str] = Repeats()
    for number in range(1025):
        repeats.learn(b"%d" % number, "head")
    assert (repeats.head(b"0"), repeats.head(b"1024")) == (None, "head")
