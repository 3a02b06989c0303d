from collections.abc import Iterator

import pytest

from mockai.faults import FAULTS, Fault, Place, register
from mockai.faults.stream import Disconnect
from mockai.wire import Step

PLACES = [
    ({"before": True}, Place("before")),
    ({"after_headers": True}, Place("after_headers")),
    ({"after": 0}, Place("after", 0)),
    ({"after": 3}, Place("after", 3)),
    ({"after_events": 0}, Place("after_events", 0)),
    ({"after_events": 2}, Place("after_events", 2)),
    ({"at": 1}, Place("at", 1)),
    ({"at_end": True}, Place("at_end")),
]


@pytest.mark.parametrize(("options", "place"), PLACES)
def test_a_place_is_taken_out_of_the_options(options: dict[str, object], place: Place) -> None:
    rest = {**options, "message": "no"}
    assert Place.read(rest) == place
    assert rest == {"message": "no"}


@pytest.mark.parametrize(("options", "place"), PLACES)
def test_a_place_is_written_as_it_was_read(options: dict[str, object], place: Place) -> None:
    assert place.written() == options


def test_options_without_a_place_are_left_alone() -> None:
    options = {"message": "no"}
    assert Place.read(options) is None
    assert options == {"message": "no"}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"after": 1, "at_end": True}, "a fault strikes at one place; seen after and at_end"),
        ({"before": False}, "before is true or left out; seen False"),
        ({"at_end": 3}, "at_end is true or left out; seen 3"),
        ({"before": 1}, "before is true or left out; seen 1"),
        ({"after": None}, "after is a number (pieces of content), at least 0; seen None"),
        ({"after": -1}, "after is a number (pieces of content), at least 0; seen -1"),
        ({"after": True}, "after is a number (pieces of content), at least 0; seen True"),
        ({"after": 1.5}, "after is a number (pieces of content), at least 0; seen 1.5"),
        ({"after_events": "2"}, "after_events is a number (events), at least 0; seen '2'"),
        ({"at": 0}, "at is a number (the event, counted from 1), at least 1; seen 0"),
    ],
)
def test_a_wrong_place_says_what_was_seen_and_what_is_expected(options: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError) as caught:
        Place.read(options)
    assert str(caught.value) == text


@pytest.mark.parametrize(
    ("kind", "n", "text"),
    [
        ("at", 0, "at is a number (the event, counted from 1), at least 1; seen 0"),
        ("at_end", 2, "at_end takes no number; seen 2"),
    ],
)
def test_a_place_made_in_python_is_checked_too(kind: str, n: int, text: str) -> None:
    with pytest.raises(ValueError) as caught:
        Place(kind, n)  # type: ignore[arg-type]
    assert str(caught.value) == text


def test_a_name_belongs_to_one_fault() -> None:
    class Other(Fault):
        name = "disconnect"

        def strike(self, rest: Iterator[Step]) -> Iterator[Step]:
            return rest

    with pytest.raises(ValueError) as caught:
        register(Other)
    assert str(caught.value) == "two faults are called disconnect: Disconnect and Other"
    assert FAULTS["disconnect"] is Disconnect


def test_every_fault_says_in_one_line_what_happens_and_where() -> None:
    for name, fault in FAULTS.items():
        assert fault.name == name
        assert fault.summary.endswith(".")
        assert "\n" not in fault.summary
        assert isinstance(fault.default_place, Place)


def test_the_faults_are_these() -> None:
    before, one, headers, end = Place("before"), Place("after", 1), Place("after_headers"), Place("at_end")
    assert {name: fault.default_place for name, fault in FAULTS.items()} == {
        **dict.fromkeys(["refuse", "reset", "close", "garbage", "stall", "slow_headers"], before),
        **dict.fromkeys(["bad_chunk", "corrupt_gzip"], one),
        "content_length_mismatch": headers,
        **dict.fromkeys(["disconnect", "truncate", "error_event", "malformed_json", "keepalive_comments"], one),
        **dict.fromkeys(["duplicate", "drop", "reorder"], one),
        "late_error": headers,
        **dict.fromkeys(["missing_done", "double_done"], end),
        **dict.fromkeys(["split", "coalesce"], one),
        **dict.fromkeys(["crlf", "bom", "multi_line_data", "missing_last_blank_line"], headers),
        **dict.fromkeys(["malformed_arguments", "wrong_arguments", "unknown_tool", "endless_tool_loop"], before),
        **dict.fromkeys(["empty_content", "whitespace_flood", "repeated_text"], before),
        **dict.fromkeys(["prompt_injection", "wrong_schema"], before),
    }
