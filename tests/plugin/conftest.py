"""Small projects whose tests use the plugin, each run by a pytest of its own."""

import re
from collections.abc import Callable

import pytest

APP = '''
"""The code under test: it asks OpenAI, and knows nothing of a mock."""
import openai

ASK = {"model": "gpt-4o"}


def asking(question):
    return {"model": "gpt-4o", "messages": [{"role": "user", "content": question}]}


def ask(question="Hello", client=None, **options):
    with client or openai.OpenAI(**options) as client:
        return client.chat.completions.create(**asking(question)).choices[0].message.content


def ask_and_hide(question="Hello", **options):
    """Swallows every error, as applications do."""
    try:
        return ask(question, **options)
    except openai.OpenAIError:
        return None


async def ask_async(question="Hello", **options):
    async with openai.AsyncOpenAI(**options) as client:
        return (await client.chat.completions.create(**asking(question))).choices[0].message.content
'''

INI = """
[pytest]
addopts = -p no:cacheprovider -p no:hypothesispytest -p no:faker -p no:pytest_cov -p no:respx
filterwarnings = error
asyncio_mode = auto
asyncio_default_fixture_loop_scope = function
"""


def pytest_configure(config: pytest.Config) -> None:
    """The marker of tests that make venvs."""
    config.addinivalue_line("markers", "environments: makes venvs with pip; run with MOCKAI_ENVIRONMENTS=1")


@pytest.fixture(autouse=True)
def nothing_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The options of the run that runs these tests are none of theirs."""
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    for name in ("MODE", "STRICT", "SEED", "TIME_SCALE", "TIME", "THEN", "ON_UNMATCHED", "VALIDATION"):
        monkeypatch.delenv(f"MOCKAI_{name}", raising=False)


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with an application to test."""
    pytester.makeini(INI)
    pytester.makepyfile(app=APP)
    return pytester


@pytest.fixture
def outcomes(project: pytest.Pytester) -> Callable[..., dict[str, str]]:
    """Run the project's tests; what became of each, by its name. A test that both fails and errors has both."""

    def run(*args: str) -> dict[str, str]:
        found: dict[str, str] = {}
        for status, name in re.findall(r"^(\w+) \S+?\.py::(\S+)", said(*args), re.MULTILINE):
            found[name] = f"{found[name]} and {status}" if name in found else status
        return found

    def said(*args: str) -> str:
        run.text = project.runpytest_subprocess("-rA", *args).stdout.str()  # type: ignore[attr-defined]
        return run.text  # type: ignore[attr-defined,no-any-return]

    return run
