"""A test under every fault: what is run, what is told, what passes and what fails."""

import json
import re
from pathlib import Path

import pytest

from pytest_mockai.faults_asked import OUTCOMES

pytest_plugins = ["pytester"]

ONE = """
    import app

    def test_it(mock_openai):
        mock_openai.when(user="Hello").replies("Hi!", "Hi again!")
        assert app.ask() == "Hi!"
        assert app.ask() == "Hi again!"
"""


@pytest.fixture
def rows(outcomes, project):
    """Run the project's tests under faults; the rows of the JSON by test and fault, and what the terminal said."""

    def run(*args):
        run.outcomes = outcomes("--mockai-faults-json=out.json", *args)
        run.text = outcomes.text
        run.json = json.loads((project.path / "out.json").read_text("utf-8"))
        return {(t["test"], row["fault"]): row for t in run.json["tests"] for row in t["faults"]}

    return run


def outcomes_of(rows):
    return {fault: row["raised"] or row["outcome"] for (_, fault), row in rows.items()}


def test_each_fault_of_a_set_is_a_run_and_a_row(project, rows):
    project.makepyfile(ONE)
    found = rows("--mockai-faults=socket")
    names = ["refuse", "reset", "close", "garbage", "stall", "slow_headers", "bad_chunk", "content_length_mismatch"]
    names += ["corrupt_gzip"]
    assert rows.outcomes == {f"test_it[{name}]": "PASSED" for name in ["healthy", *names]}
    assert outcomes_of(found) == dict.fromkeys(names, "recovered")
    assert rows.json["outcomes"] == {"recovered": 9}
    assert rows.json["failed"] == 0
    slow = next(row for row in found.values() if row["fault"] == "slow_headers")
    assert (slow["calls"], slow["seconds"], slow["findings"]) == (2, 10.0, [])


def test_the_terminal_shows_a_table_for_each_test(project, rows):
    project.makepyfile(ONE)
    rows("--mockai-faults=reset,malformed_json,insufficient_quota,bom")
    section = rows.text.split("= mockai faults =")[1].splitlines()
    shown = [re.sub(r"\d\.\d", "S", " ".join(line.split())) for line in section if line.strip()][1:8]
    assert shown[:7] == [
        "test_the_terminal_shows_a_table_for_each_test.py::test_it",
        "fault outcome calls seconds findings",
        "reset recovered 3 S",
        "F malformed_json raised json.JSONDecodeError 1 S",
        "insufficient_quota recovered 3 S",
        "bom recovered 2 S",
        "4 faults: 3 recovered, 1 raised",
    ]


def test_without_a_set_it_is_every_fault_there_is(project, rows):
    from mockai.faults.sets import sets

    project.makepyfile(ONE)
    found = rows("--mockai-faults")
    assert [fault for _, fault in found] == list(sets()["all"])
    assert len(found) >= 40


MARKED = """
    import json
    import openai
    import pytest
    import app

    class Down(Exception): ...

    @pytest.mark.mockai_faults("reset", "500", "invalid_api_key", "malformed_json", "truncate", "empty_content")
    def test_rules(mock_openai):
        mock_openai.reply("Hi!")
        assert app.ask() == "Hi!"

    @pytest.mark.mockai_faults("reset", "stall", expect={"socket": "recovered", "errors": "hung"})
    @pytest.mark.mockai_faults(
        "truncate", "error_event", "bom", "rate_limit_exceeded", "wrong_content_type",
        expect={"errors": ("recovered", openai.APIStatusError), "truncate": json.JSONDecodeError, "*": "raised"},
    )
    @pytest.mark.parametrize("name", ["a", "b"])
    def test_expected(mock_openai, name):
        mock_openai.reply("Hi!")
        assert app.ask() == "Hi!"

    @pytest.mark.mockai_faults("invalid_api_key", "model_not_found", raises=Down)
    def test_own_exceptions(mock_openai):
        mock_openai.reply("Hi!")
        try:
            assert app.ask() == "Hi!"
        except openai.APIStatusError as error:
            raise Down from error

    @pytest.mark.mockai_faults("reset")
    def test_own_exceptions_that_nobody_named(mock_openai):
        mock_openai.reply("Hi!")
        try:
            app.ask(max_retries=0)
        except openai.APIConnectionError as error:
            raise Down from error

    def test_unmarked(mock_openai):
        mock_openai.reply("Hi!")
        assert app.ask() == "Hi!"
"""


def test_the_marker_says_which_faults_and_what_may_come_of_them(project, rows):
    project.makepyfile(MARKED)
    found = rows()
    rules = {fault: (row["outcome"], row["passed"]) for (test, fault), row in found.items() if "test_rules" in test}
    assert rules == {
        "reset": ("recovered", True),
        "500": ("recovered", True),
        "invalid_api_key": ("raised", True),
        "malformed_json": ("raised", False),
        "truncate": ("raised", False),
        "empty_content": ("wrong result", False),
    }
    assert {name: status for name, status in rows.outcomes.items() if name.startswith("test_rules")} == {
        "test_rules[healthy]": "PASSED",
        **{f"test_rules[{name}]": "PASSED" if passed else "FAILED" for name, (_, passed) in rules.items()},
    }
    expected = {f"{test.rpartition('::')[2]} {fault}": row for (test, fault), row in found.items()}
    assert expected["test_expected[a] reset"]["passed"]
    assert expected["test_expected[b] truncate"]["passed"]
    assert expected["test_expected[b] error_event"]["passed"]
    assert not expected["test_expected[b] bom"]["passed"]
    assert expected["test_expected[a] rate_limit_exceeded"]["passed"]
    assert not expected["test_expected[a] wrong_content_type"]["passed"]
    assert expected["test_own_exceptions model_not_found"]["raised"].endswith(".Down")
    assert expected["test_own_exceptions model_not_found"]["passed"]
    assert not expected["test_own_exceptions_that_nobody_named reset"]["passed"]
    assert "test_unmarked" in rows.outcomes
    assert "mockai: with the fault empty_content the outcome is: wrong result" in rows.text


HARD = """
    import asyncio
    import time
    import openai
    import pytest
    import app

    ASK = app.asking("Hello")

    @pytest.mark.mockai_faults("stall", "reset")
    def test_sync_without_a_timeout(mock_openai):
        mock_openai.reply("Hi!")
        try:
            assert app.ask(timeout=None, max_retries=0) == "Hi!"
        except openai.APIConnectionError:
            assert app.ask() == "Hi!"

    @pytest.mark.mockai_faults("stall")
    async def test_async_without_a_timeout(mock_openai):
        mock_openai.reply("Hi!")
        assert await app.ask_async(timeout=None) == "Hi!"

    @pytest.mark.mockai_faults("reset")
    def test_too_patient(mock_openai):
        mock_openai.reply("Hi!")
        try:
            app.ask(max_retries=0)
        except openai.APIConnectionError:
            time.sleep(4000)

    @pytest.mark.mockai_faults("reset")
    def test_another_question(mock_openai):
        mock_openai.when(user="Hello").reply("Hi!")
        try:
            app.ask(max_retries=0)
        except openai.APIConnectionError:
            app.ask_and_hide("Are you well?")

    @pytest.mark.mockai_faults("reset", "crlf")
    def test_calls_are_counted(mock_openai):
        mock_openai.reply("Hi!")
        assert app.ask() == "Hi!"
        mock_openai.assert_called(times=1)

    @pytest.mark.mockai_faults("reset", "late_error")
    def test_nothing_is_asked(mock_openai):
        assert True

    @pytest.mark.mockai_faults("crlf")
    def test_not_met_and_failed(mock_openai):
        assert False

    @pytest.mark.mockai_faults("reset")
    def test_skipped(mock_openai):
        pytest.skip("not today")

    @pytest.mark.mockai_faults("rate_limit_exceeded", strict=True)
    def test_a_finding(mock_openai):
        mock_openai.reply("Hi!")
        while app.ask_and_hide(max_retries=0) is None:
            pass

    @pytest.mark.mockai_faults("reset")
    def test_resilience_is_asserted(mock_openai):
        mock_openai.reply("Hi!")
        for _ in range(2):
            app.ask_and_hide(max_retries=0)
        mock_openai.when(attempt=0, user="Hello").reply(error=429, retry_after=60)
        app.ask_and_hide(max_retries=0)
        app.ask_and_hide(max_retries=0)
        mock_openai.assert_resilient()

    @pytest.mark.mockai_faults("html_502")
    def test_two_mocks(make_mock_openai):
        first, second = make_mock_openai(), make_mock_openai()
        first.reply("one")
        second.reply({"text": "two", "latency": 30})
        assert app.ask() == "one"
        assert app.ask(client=second.client()) == "two"

    @pytest.fixture
    def warm(mock_openai):
        mock_openai.reply("Hi!")
        app.ask(max_retries=0)

    @pytest.mark.mockai_faults("reset")
    def test_set_up(warm): ...

    @pytest.mark.mockai(mode="server")
    @pytest.mark.mockai_faults("reset", "bad_chunk")
    def test_over_a_socket(mock_openai):
        mock_openai.reply("Hi!")
        assert mock_openai.mode == "server"
        assert app.ask() == "Hi!"

    @pytest.mark.mockai_faults("reset")
    @pytest.mark.xfail(raises=ZeroDivisionError, strict=True)
    def test_expected_to_fail(mock_openai):
        mock_openai.reply("Hi!")
        app.ask()
        1 / 0
"""


def test_what_can_come_of_a_fault(project, rows):
    project.makepyfile(HARD)
    project.makefile(".ini", pytest=(project.path / "tox.ini").read_text() + "\nmockai_faults_timeout = 8\n")
    found = rows()
    told = {
        f"{test.rpartition('::')[2]} {fault}": (row["outcome"], row["raised"], row["passed"])
        for (test, fault), row in found.items()
    }
    assert told == {
        "test_sync_without_a_timeout stall": ("hung", "mockai.PatchLimit", False),
        "test_sync_without_a_timeout reset": ("recovered", None, True),
        "test_async_without_a_timeout stall": ("hung", "pytest_mockai.Hung", False),
        "test_too_patient reset": ("hung", None, False),
        "test_another_question reset": ("unscripted", "mockai.UnmatchedRequest", False),
        "test_calls_are_counted reset": ("other calls", "mockai.Unsatisfied", True),
        "test_calls_are_counted crlf": ("not met", None, True),
        "test_nothing_is_asked reset": ("not met", None, True),
        "test_nothing_is_asked late_error": ("not met", None, True),
        "test_not_met_and_failed crlf": ("not met", "AssertionError", False),
        "test_a_finding rate_limit_exceeded": ("recovered", None, False),
        "test_resilience_is_asserted reset": ("wrong result", "mockai.NotResilient", False),
        "test_two_mocks html_502": ("recovered", None, True),
        "test_set_up reset": ("failed in set-up", None, False),
        "test_over_a_socket reset": ("recovered", None, True),
        "test_over_a_socket bad_chunk": ("recovered", None, True),
        "test_expected_to_fail reset": ("raised", "ZeroDivisionError", False),
    }
    assert "SKIPPED [2]" in rows.text
    assert rows.outcomes["test_set_up[reset]"] == "ERROR"
    assert rows.outcomes["test_expected_to_fail[reset]"] == "XFAIL"
    assert found[next(key for key in found if "two_mocks" in key[0])]["seconds"] > 30
    assert found[next(key for key in found if "a_finding" in key[0])]["findings"] == ["retried_too_early"]
    assert found[next(key for key in found if "socket" in key[0])]["seconds"] is None


@pytest.mark.parametrize(
    ("code", "args", "told"),
    [
        (
            ONE,
            ["--mockai-faults=stal"],
            "--mockai-faults: no fault, error or set of them is called 'stal'; did you mean",
        ),
        (ONE, ["--mockai-faults", "test_it.py"], "called 'test_it.py'; the sets are all, socket"),
        (
            "import pytest\n@pytest.mark.mockai_faults('bm')\ndef test_it(mock_openai): ...",
            [],
            "the mockai_faults marker of test_it.py::test_it: no fault, error or set of them is called 'bm'; did you",
        ),
        (
            "import pytest\n@pytest.mark.mockai_faults(expects={})\ndef test_it(mock_openai): ...",
            [],
            "it has no expects; it takes faults and expect, raises, strict, patience",
        ),
        (
            "import pytest\n@pytest.mark.mockai_faults(expect={'bom': 'fine'})\ndef test_it(mock_openai): ...",
            [],
            "expect is an exception or one of recovered, raised, wrong result, hung",
        ),
        (
            "import pytest\n@pytest.mark.mockai_faults(expect='hung')\ndef test_it(mock_openai): ...",
            [],
            "expect maps faults to what may come of them; seen 'hung'",
        ),
        (
            "import pytest\n@pytest.mark.mockai_faults(raises='Down')\ndef test_it(mock_openai): ...",
            [],
            "raises is an exception or several; seen 'Down'",
        ),
        (
            "import pytest\n@pytest.mark.mockai_faults(patience='long')\ndef test_it(mock_openai): ...",
            [],
            "patience is a number of seconds above 0; seen 'long'",
        ),
        (
            ONE,
            ["-o", "mockai_faults_timeout=soon"],
            "mockai_faults_timeout is a number of seconds above 0; seen 'soon'",
        ),
        (
            "import pytest\n@pytest.mark.mockai_faults(expect={'bmo': 'hung'})\ndef test_it(mock_openai): ...",
            [],
            "called 'bmo'; did you mean bom?",
        ),
        (
            "import pytest\n@pytest.mark.mockai_faults('bom')\ndef test_it(): ...",
            [],
            "test_it.py::test_it is to be run with faults, but does not use mock_openai",
        ),
    ],
)
def test_a_mistake_is_one_clean_error(project, code, args, told):
    project.makepyfile(test_it=code)
    result = project.runpytest_subprocess(*args)
    assert told in result.stdout.str() + result.stderr.str()
    assert "Traceback" not in result.stdout.str() + result.stderr.str()
    assert result.ret != 0


def test_tests_without_a_mock_run_once_and_as_they_are(project, rows):
    project.makepyfile("def test_it(): ...\ndef test_other(mock_openai): ...")
    found = rows("--mockai-faults=bom")
    assert set(rows.outcomes) == {"test_it", "test_other[healthy]", "test_other[bom]"}
    assert len(found) == 1


def test_rows_come_from_every_process_of_xdist(project, rows):
    project.makepyfile(test_one=ONE, test_two=ONE)
    found = rows("--mockai-faults=errors", "-n2", "-p", "xdist")
    assert len(found) == 30
    assert {test for test, _ in found} == {"test_one.py::test_it", "test_two.py::test_it"}
    assert rows.text.count("15 faults:") == 2


def test_the_file_is_written_without_a_terminal_too(project):
    project.makepyfile(ONE)
    project.runpytest_subprocess("-p", "no:terminal", "--mockai-faults=bom", "--mockai-faults-json=out.json")
    written = json.loads((project.path / "out.json").read_text("utf-8"))
    assert [row["fault"] for test in written["tests"] for row in test["faults"]] == ["bom"]


def test_the_table_on_the_page_is_what_the_block_above_it_gives(project, rows):
    page = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text("utf-8").split("## The fault matrix")[1]
    code, table = (re.search(rf"```{language}\n(.*?)```", page, re.DOTALL)[1] for language in ("python", "text"))
    project.makepyfile(test_block=code)
    rows()
    shown = rows.text.split("= mockai faults =")[1].partition("\n")[2].strip("\n")
    back_off = re.compile(r"\b(2?0)\.[345]\b")  # which is drawn
    assert back_off.sub(r"\1.x", shown).startswith(back_off.sub(r"\1.x", table.rstrip("\n")))


def test_the_outcomes_on_the_page_are_all_there_are():
    page = (Path(__file__).parents[2] / "docs" / "pytest.md").read_text("utf-8")
    section = page.split("| outcome | what it means | passes |")[1].split("\n\n")[0]
    assert re.findall(r"^\| ([a-z ]+) \|", section, re.MULTILINE) == list(OUTCOMES)


def test_a_mock_of_the_tests_own_gets_no_fault(project, rows):
    project.makepyfile(
        """
        import pytest

        @pytest.fixture
        def mock_openai():
            return "mine"

        def test_fine(mock_openai): ...

        def test_wrong(mock_openai):
            assert mock_openai == "yours"
        """
    )
    assert rows("--mockai-faults=bom") == {}
    assert rows.outcomes == {
        "test_fine[healthy]": "PASSED",
        "test_fine[bom]": "PASSED",
        "test_wrong[healthy]": "FAILED",
        "test_wrong[bom]": "FAILED",
    }
