"""Where options come from, which source wins, and what is said of values that cannot be meant."""

import pytest

from mockai.scenario.schema import LimitsSpec
from pytest_mockai.resolving import Options, resolve

pytest_plugins = ["pytester"]

CASES = [
    # command line, environment, marker, ini, expected
    ("mode", None, None, None, None, "server"),
    ("mode", None, None, None, "patch", "patch"),
    ("mode", None, None, "server", "patch", "server"),
    ("mode", None, "patch", "server", "server", "patch"),
    ("mode", "server", "patch", "patch", "patch", "server"),
    ("strict", None, None, None, None, False),
    ("strict", None, None, None, "yes", True),
    ("strict", None, None, False, "true", False),
    ("strict", None, "1", False, "no", True),
    ("strict", "true", "0", False, "no", True),
    ("seed", None, None, None, None, 0),
    ("seed", None, None, None, "-7", -7),
    ("seed", None, None, "apple", "7", "apple"),
    ("seed", None, "", 3, "7", 3),
    ("seed", "2", "1", 3, "7", 2),
    ("time_scale", None, None, None, None, 1.0),
    ("time_scale", None, None, 0, "0.5", 0.0),
    ("time_scale", "0.25", "2", 3, "4", 0.25),
    ("time", None, None, None, None, "real"),
    ("time", None, "real", "virtual", None, "real"),
    ("time", "virtual", "real", None, None, "virtual"),
    ("then", None, None, "cycle", "fail", "cycle"),
    ("then", "repeat_last", "cycle", None, None, "repeat_last"),
    ("on_unmatched", None, None, None, "auto", "auto"),
    ("validation", None, None, "lenient", "strict", "lenient"),
    ("models", None, None, "any", "known", "any"),
    ("limits", None, None, None, None, None),
    ("limits", None, "tier2", {"concurrent": 1}, "free", LimitsSpec(tier="tier2")),
    ("limits", None, None, {"concurrent": 1}, "free", LimitsSpec(concurrent=1)),
    ("on_unmatched", None, "echo", "error", "auto", "echo"),
    ("unknown_ids", None, None, None, None, "404"),
    ("unknown_ids", None, "synthesize", "404", "404", "synthesize"),
    ("unknown_ids", None, None, None, "synthesize", "synthesize"),
    ("api_key", None, None, "sk-marked", "sk-ini", "sk-marked"),
    ("api_key", "sk-line", "sk-env", "sk-marked", None, "sk-line"),
    ("provider", None, None, None, None, None),
    ("provider", None, "azure", "groq", "xai", "azure"),
]


class Config:
    """As much of a pytest.Config as options are read from."""

    def __init__(self, root, options=(), ini=()):
        self.rootpath = root
        self.options = dict(options)
        lists = ("scenarios", "allow_hosts", "base_urls", "quirks")
        self.ini = {**{f"mockai_{name}": [] for name in lists}, **dict(ini)}

    def getoption(self, name):
        return self.options.get(name)

    def getini(self, name):
        return self.ini.get(name, "")


class Item:
    """As much of a test as options are read from."""

    def __init__(self, *markers):
        self.markers = markers

    def iter_markers(self, name):
        return [mark.mark for mark in self.markers]


def given(**options):
    return {f"mockai_{name}": value for name, value in options.items() if value is not None}


@pytest.mark.parametrize(("name", "flag", "variable", "marked", "ini", "expected"), CASES)
def test_the_command_line_beats_the_environment_beats_the_marker_beats_the_ini_file(
    tmp_path, name, flag, variable, marked, ini, expected
):
    config = Config(tmp_path, given(**{name: flag}), given(**{name: ini}))
    environ = {} if variable is None else {f"MOCKAI_{name.upper()}": variable}
    item = Item() if marked is None else Item(pytest.mark.mockai(**{name: marked}))
    assert resolve(config, item, environ) == Options(**{name: expected})


def test_without_a_test_only_the_other_sources_count(tmp_path):
    assert resolve(Config(tmp_path, given(seed="5")), None, {}) == Options(seed=5)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("mode", "proxy", "expected server or patch"),
        ("strict", "maybe", "expected true or false"),
        ("time_scale", "fast", "expected a number from 0 up"),
        ("time_scale", "-1", "expected a number from 0 up"),
        ("time_scale", "inf", "expected a number from 0 up"),
        ("time_scale", True, "expected a number from 0 up"),
        ("time_scale", [], "expected a number from 0 up"),
        ("time", "none", "expected real or virtual"),
        ("then", "stop", "expected fail, repeat_last, cycle or fall_through"),
        ("on_unmatched", "pass", "expected error, auto or echo"),
        ("validation", "loose", "expected strict or lenient"),
        ("unknown_ids", "500", "expected 404 or synthesize"),
        ("limits", "tier9", "limits is a tier (free, tier1, tier2, tier3, tier4, tier5), a mapping or a file"),
    ],
)
def test_a_value_that_cannot_be_meant_is_refused_with_its_source(tmp_path, name, value, said):
    upper = name.upper()
    sources = {
        f"--mockai-{name.replace('_', '-')}": (Config(tmp_path, given(**{name: value})), Item(), {}),
        f"the environment variable MOCKAI_{upper}": (Config(tmp_path), Item(), {f"MOCKAI_{upper}": value}),
        "the mockai marker": (Config(tmp_path), Item(pytest.mark.mockai(**{name: value})), {}),
        f"mockai_{name} in the ini file": (Config(tmp_path, (), given(**{name: value})), Item(), {}),
    }
    for source, (config, item, environ) in sources.items():
        if value == [] and source != "the mockai marker":
            continue  # an empty text is the same as none, anywhere but in a marker
        with pytest.raises(pytest.UsageError) as caught:
            resolve(config, item, environ)
        assert str(caught.value) == f"mockai: {name} from {source}: {said}; seen {value!r}"


MERGED = """
import pytest

pytestmark = pytest.mark.mockai("module.yaml", mode="patch", seed=1, allow_hosts="module.example")

@pytest.mark.mockai({"rules": []}, seed=2, base_urls=["https://class.example/v1"])
class TestIt:
    @pytest.mark.mockai("function.yaml", allow_hosts=["function.example", "ini.example"])
    def test_func(self): ...
"""


def test_the_function_stands_above_its_class_above_its_module_above_the_ini_file(pytester):
    pytester.makeini(
        "[pytest]\nasyncio_default_fixture_loop_scope = function\n"
        "mockai_scenarios =\n    scenarios\nmockai_allow_hosts = ini.example\n"
        "mockai_base_urls = https://ini.example/v1"
    )
    pytester.mkdir("scenarios")
    for name in ("module", "function"):
        pytester.makefile(".yaml", **{name: "rules: []"})
    item = pytester.getitem(MERGED)
    config = pytester.parseconfig()
    assert resolve(config, item, {}) == Options(
        mode="patch",
        seed=2,
        allow_hosts=("function.example", "ini.example", "module.example"),
        base_urls=("https://class.example/v1", "https://ini.example/v1"),
        scenarios=(
            pytester.path / "function.yaml",
            {"rules": []},
            pytester.path / "module.yaml",
            pytester.path / "scenarios",
        ),
    )


@pytest.mark.parametrize("seed", [[1], 1.5, True])
def test_a_seed_in_a_marker_is_a_number_or_a_word(tmp_path, seed):
    with pytest.raises(pytest.UsageError) as caught:
        resolve(Config(tmp_path), Item(pytest.mark.mockai(seed=seed)), {})
    assert str(caught.value) == f"mockai: seed from the mockai marker: expected a number or a word; seen {seed!r}"


@pytest.mark.parametrize("key", [5, " "])
def test_a_key_is_refused_without_being_shown(tmp_path, key):
    with pytest.raises(pytest.UsageError) as caught:
        resolve(Config(tmp_path), Item(pytest.mark.mockai(api_key=key)), {})
    said = "mockai: api_key from the mockai marker: expected a key that is not empty; seen one that is not shown"
    assert str(caught.value) == said


def test_quirks_add_up_each_once(tmp_path):
    keepalive = {"comment_keepalive": {"text": "hm"}}
    item = Item(pytest.mark.mockai(quirks=[keepalive, "no_tool_index"]), pytest.mark.mockai(quirks="no_refusal"))
    config = Config(tmp_path, (), {"mockai_quirks": ["no_tool_index"]})
    assert resolve(config, item, {}).quirks == (keepalive, "no_tool_index", "no_refusal")


def test_a_scenario_is_looked_for_beside_the_test_and_then_under_the_root(tmp_path):
    beside = tmp_path / "tests"
    beside.mkdir()
    for path in (tmp_path / "root.yaml", tmp_path / "both.yaml", beside / "both.yaml"):
        path.write_text("rules: []")
    item = Item(pytest.mark.mockai("both.yaml", beside / "both.yaml"), pytest.mark.mockai("root.yaml"))
    item.path, item.config = beside / "test_here.py", Config(tmp_path)
    assert resolve(item.config, item, {}).scenarios == (
        beside / "both.yaml",
        beside / "both.yaml",
        tmp_path / "root.yaml",
    )


def test_a_scenario_that_is_nowhere_is_refused_with_the_places_tried(tmp_path):
    with pytest.raises(pytest.UsageError) as caught:
        resolve(Config(tmp_path, (), {"mockai_scenarios": ["gone"]}), None, {})
    said = f"mockai: there is no gone at {tmp_path / 'gone'}; mockai_scenarios in the ini file names it"
    assert str(caught.value) == said
    item = Item(pytest.mark.mockai("gone"))
    item.path, item.config = tmp_path / "tests" / "test_here.py", Config(tmp_path)
    with pytest.raises(pytest.UsageError) as caught:
        resolve(item.config, item, {})
    places = f"{tmp_path / 'tests' / 'gone'} nor at {tmp_path / 'gone'}"
    assert str(caught.value) == f"mockai: the mockai marker names gone, which is not at {places}"
    item.path = tmp_path / "test_here.py"
    with pytest.raises(pytest.UsageError) as caught:
        resolve(item.config, item, {})
    assert str(caught.value) == f"mockai: the mockai marker names gone, which is not at {tmp_path / 'gone'}"


def test_a_module_may_override_the_options(project, outcomes):
    project.makepyfile(
        test_it="""
        from dataclasses import replace
        import pytest

        @pytest.fixture
        def mockai_options(mockai_options):
            return replace(mockai_options, seed="mine", mode="patch")

        def test_it(mock_openai):
            assert (mock_openai.engine.seed, mock_openai.mode, mock_openai.time_scale) == ("mine", "patch", 0.5)
        """
    )
    assert outcomes("--mockai-seed=1", "--mockai-time-scale=0.5") == {"test_it": "PASSED"}


@pytest.mark.parametrize(
    ("flag", "lines"),
    [
        ("--help", ["*--mockai-mode=MODE*", "*--mockai-strict *", "*--mockai-time-scale=TIME_SCALE*"]),
        ("--markers", ["@pytest.mark.mockai(*scenarios, mode=None,*"]),
        (
            "--fixtures",
            [f"{name} *" for name in ("mockai_options", "make_mock_openai", "mockai_openai", "mock_openai")],
        ),
    ],
)
def test_help_and_markers_and_fixtures_are_documented(pytester, flag, lines):
    pytester.runpytest_subprocess(flag).stdout.fnmatch_lines_random(lines)
