"""The plugin with each major version of the SDK, and frameworks that know nothing of it, each in a venv of its own.

Skipped unless asked for, since pip downloads them: MOCKAI_ENVIRONMENTS=1 pytest tests/plugin/test_environments.py
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent.parent

pytestmark = [
    pytest.mark.environments,
    pytest.mark.skipif(
        os.environ.get("MOCKAI_ENVIRONMENTS") != "1",
        reason="makes venvs with pip; MOCKAI_ENVIRONMENTS=1 pytest tests/plugin/test_environments.py runs it",
    ),
]

SDK = """
import asyncio
import openai
import pytest

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}


def test_sync(mock_openai):
    mock_openai.when(user="Hello").replies({"error": 500, "retry_after_ms": 5}, "Hi there.")
    with openai.OpenAI() as client:
        assert client.chat.completions.create(**ASK).choices[0].message.content == "Hi there."
    mock_openai.assert_retried(times=1)


def test_async_stream(mock_openai):
    async def text():
        async with openai.AsyncOpenAI() as client:
            stream = await client.chat.completions.create(**ASK, stream=True)
            return [chunk.choices[0].delta.content async for chunk in stream]

    mock_openai.reply(text="one two")
    assert "".join(filter(None, asyncio.run(text()))) == "one two"


@pytest.mark.parametrize(
    ("reply", "error"),
    [
        ({"error": "insufficient_quota"}, openai.RateLimitError),
        ({"error": "context_length_exceeded"}, openai.BadRequestError),
        ({"text": "never", "faults": ["reset"]}, openai.APIConnectionError),
        ({"text": "late", "faults": ["stall"]}, openai.APITimeoutError),
    ],
)
def test_errors(mock_openai, reply, error):
    mock_openai.reply(reply)
    with openai.OpenAI(max_retries=0, timeout=0.3) as client, pytest.raises(error):
        client.chat.completions.create(**ASK)


@pytest.mark.xfail(strict=True, raises=AssertionError)
def test_unmatched(mock_openai):
    with openai.OpenAI() as client, pytest.raises(openai.NotFoundError):
        client.chat.completions.create(**ASK)
"""

LANGCHAIN = '''
import asyncio
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI


@tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"Sunny in {city}"


def test_invoke_and_stream(mock_openai):
    mock_openai.reply(text="one two three")
    model = ChatOpenAI(model="gpt-4o")
    assert model.invoke("Count!").content == "one two three"
    assert "".join(chunk.content for chunk in model.stream("Count!")) == "one two three"
    assert asyncio.run(model.ainvoke("Count!")).content == "one two three"
    mock_openai.assert_called(times=3, user="Count!")


def test_a_tool_is_called(mock_openai):
    mock_openai.when(tools="get_weather").reply(tool_calls=[{"get_weather": {"city": "Paris"}}])
    (call,) = ChatOpenAI(model="gpt-4o").bind_tools([get_weather]).invoke("Weather?").tool_calls
    assert (call["name"], call["args"]) == ("get_weather", {"city": "Paris"})
'''

PYDANTIC_AI = """
from pydantic_ai import Agent


def test_an_agent_calls_a_tool_and_answers(mock_openai):
    agent = Agent("openai-chat:gpt-4o")

    @agent.tool_plain
    def get_weather(city: str) -> str:
        return f"Sunny in {city}"

    mock_openai.when(tools="get_weather").reply(tool_calls=[{"get_weather": {"city": "Paris"}}])
    mock_openai.when(tool_result={"name": "get_weather"}).reply("Take a hat: {{ tool_result }}.")
    assert agent.run_sync("What is the weather in Paris?").output == "Take a hat: Sunny in Paris."
    mock_openai.assert_called(times=2)
    mock_openai.assert_all_used()
"""

LLMOCK = (Path(__file__).parent / "llmock_side_by_side.py").read_text()
"""What both can do comes out alike for the client, and what llmock finds about it MockAI finds too."""
PROVIDERS = (Path(__file__).parent / "clients_of_providers.py").read_text(encoding="utf-8")

ENVIRONMENTS = {
    "openai-3": (["openai>=3,<4"], SDK, "6 passed, 1 xfailed"),
    "openai-2": (["openai>=2,<3"], SDK, "6 passed, 1 xfailed"),
    "openai-1": (["openai>=1.100,<2"], SDK, "6 passed, 1 xfailed"),
    "langchain": (["langchain-openai"], LANGCHAIN, "2 passed"),
    "pydantic-ai": (["pydantic-ai-slim[openai]"], PYDANTIC_AI, "1 passed"),
    "llmock": (["llmock==0.2.2", "openai>=3,<4"], LLMOCK, "23 passed"),
    "providers": (["langchain-openai", "pydantic-ai-slim[openai]", "litellm"], PROVIDERS, "19 passed"),
}


@pytest.fixture(scope="module", params=list(ENVIRONMENTS))
def environment(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The Python of a new venv with MockAI and these packages, with a test file beside it, and what becomes of that."""
    requirements, code, expected = ENVIRONMENTS[request.param]
    folder = tmp_path_factory.mktemp(request.param)
    subprocess.run([sys.executable, "-m", "venv", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "-q", ROOT, "pytest", "respx", *requirements], check=True)
    (folder / "test_it.py").write_text(code)
    return python, expected


@pytest.mark.parametrize("mode", ["server", "patch"])
def test_the_fixture_serves_every_sdk_and_framework_as_it_is(environment, mode):
    python, expected = environment
    folder = python.parent.parent.parent
    command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--mockai-mode={mode}", "test_it.py"]
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "MOCKAI_", "PYTHON"))}
    done = subprocess.run(command, cwd=folder, env=clean, capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1].startswith(f"{expected} in "), done.stdout + done.stderr
