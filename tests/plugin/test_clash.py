"""Another installed plugin with a fixture named `mock_openai`, and a user's own."""

import pytest

pytest_plugins = ["pytester"]

OTHER = """
import pytest

@pytest.fixture
def mock_openai():
    return "theirs"
"""
INFO = "Metadata-Version: 2.1\nName: pytest-other\nVersion: 1.0\n"
TESTS = """
import warnings

def test_it(mock_openai):
    print(type(mock_openai).__name__)

def test_again(mock_openai):
    ...

def test_ours(mockai_openai):
    assert type(mockai_openai).__name__ == "MockOpenAI"
"""
WARNING = "*FixtureClash: mockai-openai and pytest-other each provide a fixture `mock_openai`; pytest chose *"


@pytest.fixture
def other(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project beside which another plugin is installed, as far as entry points tell."""
    pytester.makeini("[pytest]\naddopts = -p no:cacheprovider\nasyncio_default_fixture_loop_scope = function")
    pytester.makepyfile(pytest_other=OTHER, test_it=TESTS)
    info = pytester.mkdir("pytest_other-1.0.dist-info")
    (info / "METADATA").write_text(INFO)
    (info / "entry_points.txt").write_text("[pytest11]\nother = pytest_other\n")
    return pytester


def test_a_clash_is_told_once_and_the_alias_is_always_ours(other):
    result = other.runpytest_subprocess("-s")
    result.assert_outcomes(passed=3, warnings=1)
    result.stdout.fnmatch_lines([WARNING, "*`mockai_openai` is MockAI's whatever else is installed*"])


def test_the_warning_says_whose_fixture_was_chosen(other):
    text = other.runpytest_subprocess("-s").stdout.str()
    chosen = "MockAI's" if "MockOpenAI" in text else "that of pytest-other"
    assert f"pytest chose {chosen}." in text


def test_a_fixture_under_another_attribute_is_found_when_pytest_chose_it(other):
    renamed = OTHER.replace("@pytest.fixture\ndef mock_openai", '@pytest.fixture(name="mock_openai")\ndef _theirs')
    other.makepyfile(pytest_other=renamed)
    result = other.runpytest_subprocess("-s")
    if "MockOpenAI" in result.stdout.str():
        result.assert_outcomes(passed=3)
    else:
        result.assert_outcomes(passed=3, warnings=1)


@pytest.mark.parametrize("file", ["conftest", "test_it"])
def test_a_users_own_fixture_is_their_right(other, file):
    own = OTHER.replace("theirs", "mine")
    other.makepyfile(**{file: own if file == "conftest" else own + TESTS})
    other.runpytest_subprocess("-W", "error::pytest.PytestWarning").assert_outcomes(passed=3)


def test_a_users_fixture_over_ours_is_told_that_ours_was_a_choice(other):
    other.makeconftest("import pytest\n@pytest.fixture\ndef mock_openai(mock_openai):\n    return mock_openai\n")
    other.runpytest_subprocess().assert_outcomes(passed=3, warnings=1)


def test_turning_the_other_off_ends_it(other):
    other.runpytest_subprocess("-p", "no:other").assert_outcomes(passed=3, warnings=0)
