import pytest

from mockai.faults import FAULTS, Fault, build
from mockai.faults.error_events import ErrorEvent
from mockai.faults.socket import SlowHeaders
from mockai.faults.stream import Disconnect

ALL = ", ".join(sorted(FAULTS))
PLACES = "before, after_headers, after, after_events, at, at_end"


@pytest.mark.parametrize(
    ("name", "options", "fault"),
    [
        ("disconnect", {}, Disconnect()),
        ("slow_headers", {"seconds": 3}, SlowHeaders(3)),
        ("slow_headers", {"seconds": 0.5}, SlowHeaders(0.5)),
        ("error_event", {"message": "no", "code": 502}, ErrorEvent(message="no", code=502)),
        ("error_event", {"type": None, "code": "busy", "param": "n"}, ErrorEvent(type=None, code="busy", param="n")),
    ],
)
def test_a_name_and_options_make_a_fault(name: str, options: dict[str, object], fault: Fault) -> None:
    assert build(name, options) == fault


@pytest.mark.parametrize(
    ("name", "options", "text"),
    [
        ("diconnect", {}, f"no fault is called 'diconnect'; did you mean disconnect? The faults are {ALL}"),
        ("zzz", {}, f"no fault is called 'zzz'. The faults are {ALL}"),
        (
            "disconnect",
            {"afer": 3},
            f"disconnect has no option 'afer'; did you mean after? It takes on, probability, {PLACES}",
        ),
        (
            "slow_headers",
            {"secs": 3},
            f"slow_headers has no option 'secs'; did you mean seconds? It takes seconds, on, probability, {PLACES}",
        ),
        ("stall", {7: 3}, f"stall has no option 7. It takes on, probability, {PLACES}"),
        ("slow_headers", {"seconds": "ten"}, "slow_headers: seconds is a number; seen 'ten'"),
        ("slow_headers", {"seconds": True}, "slow_headers: seconds is a number; seen True"),
        ("slow_headers", {"seconds": -1}, "slow_headers: seconds is a number from 0 to 86400; seen -1"),
        ("slow_headers", {"seconds": float("nan")}, "slow_headers: seconds is a number from 0 to 86400; seen nan"),
        ("refuse", {"seconds": -1}, "refuse: seconds is a number from 0 to 86400; seen -1"),
        (
            "content_length_mismatch",
            {"by": 0},
            "content_length_mismatch: by is a whole number other than 0; seen 0",
        ),
        ("split", {"size": 0}, "split: size is at least 1; seen 0"),
        ("coalesce", {"events": 1}, "coalesce: events is at least 2, or left out; seen 1"),
        ("keepalive_comments", {"text": "a\nb"}, "keepalive_comments: text is one line; seen 'a\\nb'"),
        ("whitespace_flood", {"lines": 0}, "whitespace_flood: lines is a whole number from 1 to 100000; seen 0"),
        ("repeated_text", {"times": 10_001}, "repeated_text: times is a whole number from 1 to 10000; seen 10001"),
        ("error_event", {"message": 5}, "error_event: message is a text; seen 5"),
        ("error_event", {"code": 1.5}, "error_event: code is a text or a whole number or null; seen 1.5"),
    ],
)
def test_what_does_not_fit_is_named_with_what_would(name: str, options: dict[str, object], text: str) -> None:
    with pytest.raises(ValueError) as caught:
        build(name, options)
    assert str(caught.value) == text
