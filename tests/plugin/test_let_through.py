"""The summary lists what lenient validation let through, from one process or several."""

import pytest

pytest_plugins = ["pytester"]

TESTS = """
import openai
import pytest


def ask(**options):
    return openai.OpenAI().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], **options
    )


@pytest.mark.mockai(validation="lenient")
@pytest.mark.parametrize("temperature", [3, 3, 1])
def test_lenient(mock_openai, temperature):
    mock_openai.reply("Hello.")
    assert ask(temperature=temperature).choices[0].message.content == "Hello."


def test_strict(mock_openai):
    mock_openai.reply("Hello.", name="unused")
    with pytest.raises(openai.BadRequestError):
        ask(temperature=3)
"""
MESSAGE = "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead."


@pytest.mark.parametrize("args", [(), ("-n2",)])
def test_the_summary_counts_what_was_let_through(project, args):
    if args:
        pytest.importorskip("xdist")
    project.makepyfile(test_modes=TESTS)
    result = project.runpytest_subprocess(*args)
    result.assert_outcomes(passed=4)
    result.stdout.fnmatch_lines(
        ["*= mockai: let through by lenient validation =*", f"2 x chat.completions.create: {MESSAGE}"]
    )


def test_there_is_no_summary_where_nothing_was_let_through(project):
    project.makepyfile(test_modes=TESTS)
    result = project.runpytest_subprocess("-k", "strict")
    result.assert_outcomes(passed=1, deselected=3)
    result.stdout.no_fnmatch_line("*let through*")
