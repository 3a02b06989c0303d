"""What the tests of a project used of its scenarios, told at the end of their run."""

import json
import re
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]

SCENARIO = """\
rules:
  - {name: hello, when: {user: Hello}, replies: [Hi!, Hi again!]}
  - {name: weather, when: {user: weather}, reply: Sunny.}
"""
TEST = """
    import app
    import pytest

    pytestmark = pytest.mark.mockai("scenarios/main.yaml")

    def test_hello(mock_openai):
        assert app.ask() == "Hi!"

    def test_hello_twice(mock_openai):
        assert [app.ask(), app.ask()] == ["Hi!", "Hi again!"]

    def test_weather(mock_openai):
        mock_openai.when(user="never").reply("Of no account.")
        assert app.ask("How is the weather?") == "Sunny."
"""


@pytest.fixture
def measured(project):
    """Run the project's tests; the section, and the exit status."""
    (project.path / "scenarios").mkdir()
    (project.path / "scenarios" / "main.yaml").write_text(SCENARIO)
    (project.path / "scenarios" / "spare.yaml").write_text("rules: [{reply: x}]")
    project.makepyfile(TEST)

    def run(*args):
        result = project.runpytest_subprocess(*args)
        text = result.stdout.str()
        if "= mockai coverage =" not in text:
            return [], result.ret
        section = text.split("= mockai coverage =")[1].partition("\n")[2].lstrip("\n")
        return re.split(r"\n=+ ", section)[0].splitlines(), result.ret

    return run


def test_all_that_was_used_is_told(measured):
    lines, status = measured("--mockai-coverage")
    assert lines[:3] == [
        "scenario             rules  replies  faults  phases  met",
        "scenarios/main.yaml  2/2    2/2                      100 %",
        "all                                                  100 %",
    ]
    assert status == 0


def test_without_an_option_nothing_is_measured(measured):
    assert measured() == ([], 0)


@pytest.mark.parametrize("processes", [[], ["-n2", "-p", "xdist"]], ids=["one process", "xdist"])
def test_less_than_is_required_fails_the_run(measured, project, processes):
    lines, status = measured(
        "--mockai-coverage-fail-under=90", "--mockai-coverage-json=out.json", "-k", "not twice", *processes
    )
    assert lines[1:5] == [
        "scenarios/main.yaml  2/2    1/2                      75 %",
        "  scenarios/main.yaml:2:5: reply 2 of rule `hello` was never given",
        "all                                                  75 %",
        "FAIL: of the scenarios 75 % was used, 90 % is required",
    ]
    assert status == 1
    written = json.loads((project.path / "out.json").read_text("utf-8"))
    assert (written["percent"], [file["file"] for file in written["files"]]) == (75.0, ["scenarios/main.yaml"])


def test_enough_is_enough(measured):
    lines, status = measured("--mockai-coverage-fail-under=75", "-k", "not twice")
    assert (lines[3].split(), status) == (["all", "75", "%"], 0)


def test_files_that_no_test_loads_count_where_they_are_named(measured):
    lines, _ = measured("--mockai-coverage=scenarios")
    assert lines[2:4] == [
        "scenarios/spare.yaml  0/1                             0 %",
        "  scenarios/spare.yaml:1:9: rule spare.yaml#1 was never used",
    ]


@pytest.mark.parametrize(
    ("option", "told"),
    [
        ("--mockai-coverage=scenario", "mockai: --mockai-coverage=scenario: "),
        ("--mockai-coverage-fail-under=many", "--mockai-coverage-fail-under: invalid _percentage value: 'many'"),
        ("--mockai-coverage-fail-under=101", "--mockai-coverage-fail-under: invalid _percentage value: '101'"),
    ],
)
def test_a_mistake_is_one_clean_error(measured, project, option, told):
    result = project.runpytest_subprocess(option)
    assert told in result.stderr.str() + result.stdout.str()
    assert "Traceback" not in result.stderr.str() + result.stdout.str()
    assert result.ret == 4


def test_the_page_shows_a_table_as_it_is_made():
    page = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text("utf-8").split("## Coverage of scenarios")[1]
    shown = re.search(r"```text\n(.*?)```", page, re.DOTALL)[1].splitlines()
    test = (Path(__file__).parents[1] / "test_coverage.py").read_text("utf-8")
    assert [line for line in shown if f'"{line}",' not in test] == []
