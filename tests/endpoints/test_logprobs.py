"""Log probabilities."""

import pytest

from mockai.endpoints.logprobs import Logprobs
from mockai.ids import Mint
from mockai.replies.answer import Logprob

MINT = Mint(0, "rule", 1)


def test_made_up_entries_follow_from_the_seed():
    def found() -> list:
        return Logprobs(MINT, top=2).entries("Hé!", ("Hé", "!"))

    assert found() == found()
    assert [(each["token"], each["bytes"]) for each in found()] == [("Hé", [72, 195, 169]), ("!", [33])]
    assert list(found()[0]) == ["token", "logprob", "bytes", "top_logprobs"]


@pytest.mark.parametrize("top", [0, 1, 2, 5, 20, 21])
def test_as_many_alternatives_as_asked_for_the_token_itself_first_and_falling(top):
    for entry in Logprobs(MINT, top).entries(" the!", (" the", "!")):
        likely = [each["logprob"] for each in entry["top_logprobs"]]
        assert len(likely) == min(top, 20)
        assert likely == sorted(likely, reverse=True)
        assert all(each <= 0 for each in [entry["logprob"], *likely])
        assert [each["token"] for each in entry["top_logprobs"][:1]] == [entry["token"]][:top]
        assert len({each["token"] for each in entry["top_logprobs"]}) == len(likely)


def test_how_text_is_divided_makes_no_difference():
    whole, divided = Logprobs(MINT, 3), Logprobs(MINT, 3)
    expected = whole.entries("a b c", ("a", " b", " c"))
    assert [*divided.entries("a ", ("a",)), *divided.entries("b c", (" b", " c"))] == expected


SCRIPTED = (Logprob("Hel", -0.5, (("Hel", -0.5), ("Hal", -2.0))), Logprob("lo", -0.25), Logprob("!", -1.0))


def test_scripted_entries_are_given_once_their_text_is_sent():
    logprobs = Logprobs(MINT, 5, SCRIPTED)
    assert logprobs.entries("He", ()) == []
    assert logprobs.entries("llo", ("Hello",)) == [
        {
            "token": "Hel",
            "logprob": -0.5,
            "bytes": [72, 101, 108],
            "top_logprobs": [
                {"token": "Hel", "logprob": -0.5, "bytes": [72, 101, 108]},
                {"token": "Hal", "logprob": -2.0, "bytes": [72, 97, 108]},
            ],
        },
        {"token": "lo", "logprob": -0.25, "bytes": [108, 111], "top_logprobs": []},
    ]
    assert [each["token"] for each in logprobs.entries("! And more", ("!",))] == ["!"]
    assert logprobs.entries("nothing left", ()) == []
