"""Another installed plugin with a fixture named `mock_openai`, and a user's own."""

import warnings
from types import SimpleNamespace

import pytest

from pytest_mockai.clash import warn_of_rivals

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
WARNING = "*FixtureClash: mockai-openai and pytest-other each provide a fixture `mock_openai`; "


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
    chosen = "MockAI's" if "MockOpenAI" in result.stdout.str() else "that of pytest-other"
    said = f"{WARNING}pytest chose {chosen}. `mockai_openai` is MockAI's whatever else is installed*"
    result.stdout.fnmatch_lines([said])


def test_a_users_own_fixture_is_their_right(other):
    other.makeconftest(OTHER.replace("theirs", "mine"))
    other.runpytest_subprocess("-W", "error::pytest.PytestWarning").assert_outcomes(passed=3)


def installed(*plugins):
    """A configuration with these installed plugins: module name, distribution, and what else it holds."""
    pairs = [
        (SimpleNamespace(__name__=name, **rest), SimpleNamespace(project_name=dist)) for name, dist, rest in plugins
    ]
    return SimpleNamespace(stash=pytest.Stash(), pluginmanager=SimpleNamespace(list_plugin_distinfo=lambda: pairs))


OURS = ("pytest_mockai", "mockai-openai", {"mock_openai": ...})
THEIRS = ("other.plugin", "pytest-other", {"mock_openai": ...})
UNNAMED = ("other.plugin", "pytest-other", {"_fixture": ...})
UNRELATED = ("third", "pytest-third", {})


@pytest.mark.parametrize(
    ("plugins", "module", "chosen"),
    [
        ([OURS, UNRELATED], "pytest_mockai.fixtures", None),
        ([OURS, THEIRS], "pytest_mockai.fixtures", "MockAI's"),
        ([OURS, THEIRS], "other.fixtures", "that of pytest-other"),
        ([OURS, UNNAMED], "other.fixtures", "that of pytest-other"),
        ([OURS, UNNAMED], "pytest_mockai.fixtures", None),
        ([OURS, THEIRS], "conftest", None),
        ([OURS, THEIRS], "tests.test_it", None),
    ],
)
def test_only_a_choice_between_installed_plugins_is_told_and_only_once(plugins, module, chosen):
    config = installed(*plugins)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        warn_of_rivals(module, config)
        warn_of_rivals(module, config)
    assert [str(warning.message).partition("pytest chose ")[2].partition(".")[0] for warning in caught] == (
        [] if chosen is None else [chosen]
    )
