"""What fails a test, when, how often, and what its report says."""

import re

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import openai
import pytest
from app import ask, ask_and_hide
from mockai import ReplyError, UnmatchedRequest


def broken(request):
    return {}["missing"]


def test_everything_answered(mock_openai):
    mock_openai.when(user="Hello").reply("Hi.")
    assert ask() == "Hi."


def test_unmatched_and_hidden_by_the_application(mock_openai):
    mock_openai.when(user="Goodbye").reply("Bye.")
    assert ask_and_hide() is None


def test_unmatched_and_expected_by_the_test(mock_openai):
    with pytest.raises(openai.NotFoundError):
        ask()


def test_unmatched_and_asked_for_the_verdict(mock_openai):
    ask_and_hide()
    with pytest.raises(UnmatchedRequest):
        mock_openai.check()


def test_unmatched_and_failing_by_itself(mock_openai):
    assert ask_and_hide() == "Hi."


def test_broken_reply(mock_openai):
    mock_openai.reply(broken)
    ask_and_hide()


def test_rule_never_used(mock_openai):
    mock_openai.reply("Hi.")


def test_required_rule_never_used(mock_openai):
    mock_openai.reply("Hi.", required=True)


@pytest.mark.mockai(strict=True)
def test_strict_and_rule_never_used(mock_openai):
    mock_openai.reply("Hi.", name="greeting")


@pytest.mark.xfail
def test_xfail_and_unmatched(mock_openai):
    ask_and_hide()


@pytest.mark.xfail(strict=True, raises=UnmatchedRequest)
def test_xfail_for_being_unmatched(mock_openai):
    ask_and_hide()


@pytest.mark.xfail(raises=ReplyError)
def test_xfail_for_another_reason(mock_openai):
    ask_and_hide()


@pytest.mark.xfail
def test_xfail_and_fails_by_itself(mock_openai):
    ask_and_hide()
    assert False


@pytest.mark.xfail(strict=True)
def test_xfail_strict_and_passes(mock_openai):
    mock_openai.reply("Hi.")
    ask()


def test_skipped_inside(mock_openai):
    ask_and_hide()
    pytest.skip("not today")


def test_blocked(mock_openai):
    ask_and_hide(base_url="https://api.groq.com/openai/v1", max_retries=0)


def test_two_mocks_one_unmatched(make_mock_openai):
    first, second = make_mock_openai(), make_mock_openai()
    first.reply("one")
    assert ask() == "one"
    ask_and_hide(base_url=second.base_url)
"""

EXPECTED = {
    "test_everything_answered": "PASSED",
    "test_unmatched_and_hidden_by_the_application": "FAILED",
    "test_unmatched_and_expected_by_the_test": "FAILED",
    "test_unmatched_and_asked_for_the_verdict": "PASSED",
    "test_unmatched_and_failing_by_itself": "FAILED",
    "test_broken_reply": "FAILED",
    "test_rule_never_used": "PASSED",
    "test_required_rule_never_used": "FAILED",
    "test_strict_and_rule_never_used": "FAILED",
    "test_xfail_and_unmatched": "XFAIL",
    "test_xfail_for_being_unmatched": "XFAIL",
    "test_xfail_for_another_reason": "FAILED",
    "test_xfail_and_fails_by_itself": "XFAIL",
    "test_xfail_strict_and_passes": "FAILED",
    "test_blocked": "FAILED",
    "test_two_mocks_one_unmatched": "FAILED",
}


REPORTS = {
    "test_unmatched_and_hidden_by_the_application": [
        "No rule answers this request:",
        '    user         "Hello"',
        "    1. rule+1 (test_all.py:17)",
        '       - user: expected text containing "Goodbye", seen "Hello"',
        "*- mockai traffic -*",
        "mode *, seed 0, 1 call",
        "1. chat.completions.create 'Hello' attempt 0 -> no rule, 404, complete in * ms",
    ],
    "test_unmatched_and_failing_by_itself": [
        "E*assert None == 'Hi.'",
        "*- mockai unmatched -*",
        "No rule answers this request:",
        "There are no rules.",
        "*- mockai traffic -*",
        "1. chat.completions.create 'Hello' attempt 0 -> no rule, 404, *",
    ],
    "test_broken_reply": [
        "rule+1 failed: KeyError: 'missing'",
        "*- error in a reply -*",
        "def broken(request):",
        ">*return*missing*",
        "E*KeyError: 'missing'",
    ],
    "test_required_rule_never_used": [
        "1 rule never used:",
        "    rule+1 (test_all.py:46)",
        "*- mockai traffic -*",
        "mode *, seed 0, 0 calls",
    ],
}
JUDGED = ["test_unmatched_and_hidden_by_the_application", "test_broken_reply", "test_required_rule_never_used"]


@pytest.mark.parametrize("mode", ["server", "patch"])
def test_each_test_fails_once_for_what_it_should_and_its_report_says_why(project, outcomes, mode):
    project.makepyfile(test_all=TESTS)
    assert outcomes(f"--mockai-mode={mode}") == EXPECTED
    # An error at teardown would be counted here, and a test that fails would be one that passes too.
    assert re.search(r"= (.+) in [\d.]+s", outcomes.text)[1] == "10 failed, 3 passed, 1 skipped, 3 xfailed"
    for name, lines in REPORTS.items():
        pytest.LineMatcher(report(outcomes.text, name)).fnmatch_lines(lines)
    for name in JUDGED:
        said = "\n".join(report(outcomes.text, name))
        assert "pytest_mockai" not in said
        assert "assertions.py" not in said


def report(text, name):
    """What was said of a failing test."""
    lines = text.splitlines()
    start = next(number for number, line in enumerate(lines) if line.strip("_ ") == name)
    end = next(number for number, line in enumerate(lines) if number > start and line.startswith(("____", "====")))
    return lines[start + 1 : end]


def test_setting_up_wrongly_is_one_clean_error(project, outcomes):
    project.makefile(".yaml", bad="rules:\n  - reply:\n      tex: Hello\n")
    project.makepyfile(
        test_one="""
        import pytest

        @pytest.mark.mockai("bad.yaml")
        def test_key(mock_openai): ...

        @pytest.mark.mockai("nowhere.yaml")
        def test_path(mock_openai): ...

        @pytest.mark.mockai(sead=1)
        def test_marker(mock_openai): ...

        @pytest.mark.mockai(time="virtual")
        def test_together(mock_openai): ...

        def test_inside(make_mock_openai):
            with pytest.raises(pytest.UsageError, match="which is not at"):
                make_mock_openai("nowhere.yaml")
        """
    )
    assert outcomes() == {
        "test_inside": "PASSED",
        "test_key": "ERROR",
        "test_path": "ERROR",
        "test_marker": "ERROR",
        "test_together": "ERROR",
    }
    text = outcomes.text
    assert "Traceback" not in text
    assert "During handling" not in text
    for part in (
        "bad.yaml:3:7: `reply` has no key `tex`\n    Did you mean `text`?",
        "mockai: the mockai marker names nowhere.yaml, which is not at ",
        "mockai: the marker has no sead; it takes scenarios and mode, strict, seed, ",
        "time='virtual' needs mode='patch'",
    ):
        assert part in text
