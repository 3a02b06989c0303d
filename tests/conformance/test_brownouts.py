"""Clients with a fallback, a circuit breaker and a hedge, each against the scenario that is there for it."""

import contextlib
import importlib.util
import time
from pathlib import Path

import openai
import pytest

from mockai import MockOpenAI, UsageError

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
SPEC = importlib.util.spec_from_file_location("resilient", ROOT / "tests" / "apps" / "resilient.py")
app = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(app)


def virtual(scenario: str, **options) -> MockOpenAI:
    return MockOpenAI(SCENARIOS / scenario, mode="patch", time="virtual", set_env=False, **options)


def served_by(mock: MockOpenAI) -> list[str]:
    """Which model answered whom, calls in their order."""
    return [f"{call.model} {call.status}" for call in mock.calls]


def test_a_fallback_answers_while_the_model_fails(make_mock):
    mock = make_mock(SCENARIOS / "fallback-model.yaml")
    with mock.client(max_retries=0) as client:
        answers = [app.with_fallback(client, "Summarize my inbox", ("gpt-4o", "gpt-4o-mini")) for _ in range(13)]
    main, other = "Nothing urgent, says gpt-4o.", "Nothing urgent, says gpt-4o-mini."
    degraded = [answers[n] for n in range(4)]
    assert {main, other} == set(degraded)
    assert answers[4:8] == [other] * 4
    assert answers[11:] == [main] * 2
    assert [call.phase for call in mock.calls if call.model == "gpt-4o"] == (
        ["degraded"] * 4 + ["down"] * 4 + ["recovering"] * 4 + [None]
    )
    assert {call.phase for call in mock.calls if call.model == "gpt-4o-mini"} == {None}


def test_without_a_fallback_the_same_calls_fail():
    with virtual("fallback-model.yaml") as mock, mock.client(max_retries=0) as client:
        failed = 0
        for _ in range(8):
            try:
                app.ask(client, "Summarize my inbox")
            except openai.InternalServerError:
                failed += 1
    assert failed == sum(call.status == 503 for call in mock.calls) >= 5


def test_a_circuit_breaker_opens_tries_again_and_closes():
    with virtual("circuit-breaker.yaml") as mock:
        primary = mock.client(base_url=mock.base_url_of("primary"), max_retries=0)
        backup = mock.client(base_url=mock.base_url_of("backup"), max_retries=0)
        breaker = app.CircuitBreaker(primary, backup, failures=3, seconds=10, now=mock.clock.now)
        answers = []
        for _ in range(60):
            answers.append(breaker.ask("Is the service up?"))
            time.sleep(1)
        assert set(answers) == {"Yes, primary.", "Yes, backup."}
        asked = [(call.upstream, call.phase, call.status) for call in mock.calls if call.upstream == "primary"]
    assert asked[:2] == [("primary", "healthy", 200)] * 2
    # Three failures open it; while the upstream is down, it is tried twice more, ten seconds apart.
    assert asked[2:7] == [("primary", "down", 503)] * 5
    assert "down" not in {phase for _, phase, _ in asked[7:]}
    assert asked[-1] == ("primary", None, 200)
    assert answers[-1] == "Yes, primary."


def test_a_client_without_a_breaker_keeps_asking():
    with virtual("circuit-breaker.yaml") as mock:
        primary = mock.client(base_url=mock.base_url_of("primary"), max_retries=0)
        for _ in range(32):
            with contextlib.suppress(openai.InternalServerError):
                app.ask(primary, "Is the service up?")
            time.sleep(1)
        assert [call.phase for call in mock.calls] == ["healthy"] * 2 + ["down"] * 30
        assert {call.retry_after for call in mock.calls} == {None, 5.0}


async def test_a_hedge_is_done_when_the_faster_one_is():
    with virtual("hedging.yaml") as mock:
        async with mock.async_client(max_retries=0) as client:
            began = mock.clock.now()
            assert await app.hedged(client, "Where is my train?", after=1.0) == "Platform nine."
            assert mock.clock.now() - began == 2.0
        assert [(call.phase, call.outcome) for call in mock.calls] == [
            ("degraded", "client_left"),
            ("healthy", "complete"),
        ]


async def test_without_a_hedge_it_takes_as_long_as_the_slow_one():
    with virtual("hedging.yaml") as mock:
        async with mock.async_client(max_retries=0) as client:
            began = mock.clock.now()
            assert await app.hedged(client, "Where is my train?", after=60.0) == "Platform nine."
            assert mock.clock.now() - began == 20.0


def test_upstreams_are_reached_by_their_paths_in_both_modes(make_mock):
    mock = make_mock(SCENARIOS / "circuit-breaker.yaml", time_scale=0)
    assert mock.base_url_of("primary") == f"{mock.url}/primary/v1"
    answers = []
    for base_url in (mock.base_url_of("primary"), mock.base_url_of("backup"), mock.base_url):
        with mock.client(base_url=base_url) as client:
            answers.append(app.ask(client, "Is the service up?"))
    assert answers == ["Yes, primary.", "Yes, backup.", "Yes, all of it."]
    assert [(call.upstream, call.path) for call in mock.calls] == [
        ("primary", "/v1/chat/completions"),
        ("backup", "/v1/chat/completions"),
        (None, "/v1/chat/completions"),
    ]


@pytest.mark.parametrize("name", ["mian", "models only"])
def test_an_upstream_without_a_path_has_no_base_url(name):
    mock = MockOpenAI({"upstreams": {"main": "/main", "models only": {"models": "x"}}})
    with pytest.raises(UsageError, match=f"'{name}'; the scenarios' upstreams: main, models only"):
        mock.base_url_of(name)


def test_seconds_of_a_schedule_are_as_long_as_time_scale_makes_them():
    phases = [{"phase": "healthy", "seconds": 10}, "down"]
    with (
        MockOpenAI(
            {"brownouts": [{"phases": phases}], "rules": [{"reply": "Yes."}]},
            mode="patch",
            time="virtual",
            time_scale=0.1,
        ) as mock,
        mock.client(max_retries=0) as client,
    ):
        assert app.ask(client, "Hello") == "Yes."
        time.sleep(0.9)
        assert app.ask(client, "Hello") == "Yes."
        time.sleep(0.1)
        with pytest.raises(openai.InternalServerError):
            app.ask(client, "Hello")
