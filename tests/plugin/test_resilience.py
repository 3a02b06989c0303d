"""The verdict in a test: asked for by the test itself, and told in the report of one that fails."""

import re

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import openai
import pytest
from app import asking


def hammer(times=3):
    with openai.OpenAI(max_retries=0) as client:
        for _ in range(times):
            try:
                return client.chat.completions.create(**asking("Hello"))
            except openai.OpenAIError:
                continue


@pytest.fixture
def down(mock_openai):
    mock_openai.when().replies({"error": 503}, {"error": 503}, "Hi.")
    return mock_openai


def test_that_asks_for_it(down):
    hammer()
    down.assert_resilient()


def test_that_ignores_it(down):
    hammer()
    down.assert_resilient(ignore=["no_backoff"])


def test_that_does_not_ask(down):
    hammer()


def test_that_fails_for_another_reason(down):
    hammer()
    assert False


def test_that_fails_and_has_a_good_client(mock_openai):
    mock_openai.reply("Hi.")
    hammer(1)
    assert False


def test_of_one_finding(down):
    hammer()
    assert [(found.kind, found.severity) for found in down.verdict] == [("no_backoff", "error")]
"""


@pytest.mark.parametrize("mode", ["server", "patch"])
def test_a_test_asks_for_the_verdict_and_a_failing_one_is_told(project, outcomes, mode):
    project.makepyfile(test_all=TESTS)
    assert outcomes(f"--mockai-mode={mode}") == {
        "test_that_asks_for_it": "FAILED",
        "test_that_ignores_it": "PASSED",
        "test_that_does_not_ask": "PASSED",
        "test_that_fails_for_another_reason": "FAILED",
        "test_that_fails_and_has_a_good_client": "FAILED",
        "test_of_one_finding": "PASSED",
    }
    sections = re.findall(r"^-+ mockai verdict -+\n(.*)\n\n(.*)", outcomes.text, re.MULTILINE)
    assert sections == [("1 call, 3 attempts: 1 error", "error: Retried without back-off (no_backoff)")] * 2
    assert "NotResilient: the client did not take it well: 1 call, 3 attempts: 1 error" in outcomes.text
