"""What the plugin costs a run that does not use it."""

import subprocess
import sys

pytest_plugins = ["pytester"]

HEAVY = ["mockai", "openai", "yaml", "starlette", "respx", "faker", "uvicorn", "httpx", "httpx2", "pydantic", "jinja2"]


def test_an_unused_plugin_imports_nothing_of_mockai_and_nothing_heavy(pytester):
    pytester.makepyfile(
        f"""
        import sys

        def test_it(pytestconfig):
            assert pytestconfig.pluginmanager.has_plugin("pytest_mockai")
            assert {{name for name in {HEAVY} if name in sys.modules}} == set()
        """
    )
    # Other installed plugins import some of these themselves.
    pytester._monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    result = pytester.runpytest_subprocess("-p", "pytest_mockai", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)


def test_importing_the_plugin_takes_less_than_five_milliseconds():
    code = (
        "import pytest, dataclasses, time\n"
        "started = time.process_time()\n"
        "import pytest_mockai\n"
        "print(time.process_time() - started)"
    )
    times = [float(subprocess.check_output([sys.executable, "-c", code])) for _ in range(3)]
    assert min(times) < 0.005


def test_a_run_can_do_without_the_plugin(pytester):
    pytester.makepyfile("def test_one(): ...\ndef test_two(mock_openai): ...")
    result = pytester.runpytest_subprocess("-p", "no:mockai")
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["E       fixture 'mock_openai' not found"])
