"""Attributes taken and given back."""

import pytest

from mockai.transports.seats import Seat, Seats


class Base:
    def greet(self):
        return "hello"


class Heir(Base):
    def own(self):
        return "own"


def test_what_a_class_has_is_put_back():
    before = Heir.__dict__["own"]
    with Seats([Seat(Heir, "own", lambda self: "other")]):
        assert Heir().own() == "other"
    assert Heir.__dict__["own"] is before


def test_what_a_class_inherits_is_inherited_again():
    with Seats([Seat(Heir, "greet", lambda self: "other")]):
        assert (Heir().greet(), Base().greet()) == ("other", "hello")
    assert "greet" not in vars(Heir)
    assert Heir().greet() == "hello"


def test_seats_are_given_back_in_the_other_order_and_after_an_error():
    with pytest.raises(LookupError), Seats([Seat(Heir, "own", 1), Seat(Heir, "own", 2)]):
        assert Heir.own == 2
        raise LookupError
    assert Heir().own() == "own"
