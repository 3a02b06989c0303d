"""Clients of other makers against every provider, and those that a quirk is known to break; run by
test_environments.py in a venv that has them."""

import litellm
import pytest
from langchain_core.tools import tool
from langchain_openai import ChatOpenAI
from pydantic_ai import Agent
from pydantic_ai.models.openai import OpenAIChatModel
from pydantic_ai.providers.openai import OpenAIProvider

pytestmark = pytest.mark.filterwarnings("ignore")  # of the clients themselves

CALL = {"tool_calls": [{"get_weather": {"city": "Paris"}}]}
PROVIDERS = ["openai", "azure", "openrouter", "groq", "ollama", "vllm", "litellm", "vercel", "anthropic", "gemini",
             "mistral", "deepseek", "together", "fireworks", "xai", "perplexity"]  # fmt: skip


@tool
def get_weather(city: str) -> str:
    """The weather of a city."""
    return f"Sunny in {city}"


def weather(city: str) -> str:
    return f"Sunny in {city}"


def chat(mock):
    return ChatOpenAI(model="m", base_url=mock.base_url, api_key="k", max_retries=0)


def joined(stream):
    whole = None
    for chunk in stream:
        whole = chunk if whole is None else whole + chunk
    return whole


def called(mock):
    mock.reply(CALL)
    return [
        (call["name"], call["args"]) for call in joined(chat(mock).bind_tools([get_weather]).stream("?")).tool_calls
    ]


def built(mock):
    mock.reply(CALL)
    tools = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object"}}}]
    parts = litellm.completion(
        model="openai/m", api_base=mock.base_url, api_key="k", stream=True, tools=tools,
        messages=[{"role": "user", "content": "?"}],
    )  # fmt: skip
    return litellm.stream_chunk_builder(list(parts)).choices[0].message.tool_calls


@pytest.mark.parametrize("provider", PROVIDERS)
def test_clients_cope_with_every_provider(make_mock_openai, provider):
    mock = make_mock_openai(provider=provider, then="repeat_last")
    mock.when(user="?").reply(CALL)
    mock.when(user="text").reply("one two")
    mock.when(tool_result={"name": "get_weather"}).reply("Take a hat.")
    assert joined(chat(mock).stream("text")).text == "one two"
    agent = Agent(OpenAIChatModel("m", provider=OpenAIProvider(base_url=mock.base_url, api_key="k")))
    agent.tool_plain(weather, name="get_weather")
    assert agent.run_sync("?").output == "Take a hat."


def test_langchain_loses_the_arguments_of_calls_without_an_index(make_mock_openai):
    assert called(make_mock_openai()) == [("get_weather", {"city": "Paris"})]
    assert called(make_mock_openai(quirks=["no_tool_index"]))[0] == ("get_weather", {})
    assert called(make_mock_openai(quirks=["no_tool_index", "whole_tool_calls"])) == [
        ("get_weather", {"city": "Paris"})
    ]


def test_langchain_adds_up_usage_that_comes_with_every_chunk(make_mock_openai):
    mock = make_mock_openai(quirks=["usage_on_every_chunk"])
    mock.reply("one two three")
    paid = chat(mock).invoke("text").usage_metadata["total_tokens"]
    assert joined(chat(mock).stream("text", stream_usage=True)).usage_metadata["total_tokens"] > 2 * paid


def test_litellm_loses_calls_without_an_id(make_mock_openai):
    assert len(built(make_mock_openai())) == 1
    assert not built(make_mock_openai(quirks=["empty_tool_ids"]))
