"""Attributes taken and given back."""

import pytest

from mockai.transports import seats as place
from mockai.transports.seats import Lingering, Seat, Seats


@pytest.fixture(autouse=True)
def lingering(monkeypatch):
    """Nothing lingers unless the test says so, whatever the run that it is part of has entered."""
    fresh = Lingering()
    monkeypatch.setattr(place, "LINGERING", fresh)
    return fresh


class Base:
    def greet(self):
        return "hello"


class Heir(Base):
    def own(self):
        return "own"


def test_what_a_class_has_is_put_back():
    before = Heir.__dict__["own"]
    with Seats(lambda: [Seat(Heir, "own", lambda self: "other")]):
        assert Heir().own() == "other"
    assert Heir.__dict__["own"] is before


def test_what_a_class_inherits_is_inherited_again():
    with Seats(lambda: [Seat(Heir, "greet", lambda self: "other")]):
        assert (Heir().greet(), Base().greet()) == ("other", "hello")
    assert "greet" not in vars(Heir)
    assert Heir().greet() == "hello"


def test_seats_are_given_back_in_the_other_order_and_after_an_error():
    with pytest.raises(LookupError), Seats(lambda: [Seat(Heir, "own", 1), Seat(Heir, "own", 2)]):
        assert Heir.own == 2
        raise LookupError
    assert Heir().own() == "own"


def test_seats_are_shared_by_all_who_have_entered_them():
    made = []

    def seats():
        made.append(Seat(Heir, "own", lambda self: "other"))
        return made[-1:]

    shared = Seats(seats)
    with shared:
        with shared:
            assert Heir().own() == "other"
        assert Heir().own() == "other"
    assert (Heir().own(), len(made)) == ("own", 1)


def test_what_lingers_stays_until_the_end_and_is_taken_once(lingering):
    made = []

    def seats():
        made.append(Seat(Heir, "own", lambda self: "other"))
        return made[-1:]

    shared = Seats(seats)
    with lingering:
        for _ in range(2):
            with lingering, shared:
                assert Heir().own() == "other"
            assert Heir().own() == "other"
    assert (Heir().own(), len(made)) == ("own", 1)


def test_what_is_needed_when_lingering_ends_is_given_back_when_it_is_not(lingering):
    shared = Seats(lambda: [Seat(Heir, "own", lambda self: "other")])
    with lingering:
        with shared:
            pass
        shared.__enter__()
    assert Heir().own() == "other"
    shared.__exit__(None, None, None)
    assert Heir().own() == "own"


def test_what_is_given_back_twice_while_lingering_is_given_back_once(lingering):
    given = []

    def give_back():
        given.append(len(given))

    with lingering:
        lingering.done_with(give_back)
        lingering.done_with(give_back)
        assert given == []
    assert given == [0]
    lingering.done_with(give_back)
    assert given == [0, 1]
