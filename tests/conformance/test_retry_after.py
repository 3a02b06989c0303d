"""When openai-python comes back, by what `retry-after` and its relatives say: one scenario, told what to send."""

from email.utils import formatdate
from pathlib import Path

import openai
import pytest

from mockai import MockOpenAI

SCENARIO = Path(__file__).parents[2] / "scenarios" / "faults" / "retry-after.yaml"
pytestmark = pytest.mark.skipif(
    int(openai.__version__.partition(".")[0]) < 3, reason="older SDKs have other limits, and other words for them"
)
NOW = 1_800_000_000
BACK_OFF = (0.375, 0.5)
"""Seconds: the SDK's own first wait, less up to a quarter of it."""


def date(seconds: float) -> str:
    return formatdate(NOW + seconds, usegmt=True)


@pytest.fixture
def asked(monkeypatch):
    """Ask with these headers to be sent back; gives the waits of the SDK and what came of it."""
    with MockOpenAI(SCENARIO, mode="patch", time="virtual", set_env=False) as mock:
        monkeypatch.setattr("openai._base_client.time.time", lambda: float(NOW))

        def ask(**headers: str):
            sent = {f"x-ask-{name.replace('_', '-')}": value for name, value in headers.items()}
            with mock.client() as client:
                try:
                    made = client.chat.completions.create(
                        model="gpt-4o",
                        messages=[{"role": "user", "content": "fault: retry_after"}],
                        extra_headers=sent,
                    )
                    outcome = made.choices[0].message.content
                except openai.InternalServerError as error:
                    outcome = dict(error.response.headers)
            return [round(wait.seconds, 3) for wait in mock.clock.waits], outcome

        yield ask


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry_after": "2"}, 2.0),
        ({"retry_after": "2.5"}, 2.5),
        ({"retry_after": "120"}, 120.0),
        ({"retry_after": date(30)}, 30.0),
        ({"retry_after_ms": "1500"}, 1.5),
        ({"retry_after_ms": "1500", "retry_after": "7"}, 1.5),
        ({"retry_after_ms": "soon", "retry_after": "7"}, 7.0),
        ({"retry_after": "2", "should_retry": "true"}, 2.0),
    ],
)
def test_the_sdk_comes_back_when_it_is_told_to(asked, headers, seconds):
    assert asked(**headers) == ([seconds], "Here you are.")


@pytest.mark.parametrize(
    "headers",
    [
        {"retry_after": "0"},
        {"retry_after": "-1"},
        {"retry_after": date(-30)},
        {"retry_after": "soon"},
        {"retry_after": "inf"},
        {"retry_after_ms": "0"},
        {"retry_after_ms": "-5", "retry_after": "7"},
    ],
)
def test_the_sdk_comes_back_when_it_likes(asked, headers):
    (wait,), outcome = asked(**headers)
    assert BACK_OFF[0] <= wait <= BACK_OFF[1]
    assert outcome == "Here you are."


@pytest.mark.parametrize(
    "headers",
    [
        {"retry_after": "121"},
        {"retry_after": "1e400"},
        {"retry_after": date(3600)},
        {"retry_after_ms": "120001"},
        {"retry_after": "121", "should_retry": "true"},
        {"retry_after": "2", "should_retry": "false"},
        {"retry_after_ms": "1", "should_retry": "false"},
    ],
)
def test_the_sdk_does_not_come_back(asked, headers):
    waits, got = asked(**headers)
    assert waits == []
    expected = {"x-should-retry": "true", **{name.replace("_", "-"): value for name, value in headers.items()}}
    expected["x-should-retry"] = expected.pop("should-retry", "true")
    names = {"retry-after", "retry-after-ms", "x-should-retry"}
    assert {name: value for name, value in got.items() if name in names} == expected
