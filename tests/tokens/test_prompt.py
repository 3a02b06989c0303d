"""What a prompt costs."""

from collections.abc import Iterable

import pytest

from mockai.request import APIRequest, CallMade, Message, Tool
from mockai.tokens import count, prompt_tokens
from mockai.tokens.tools import declared
from mockai.wire import HTTPRequest


def tokens_of(
    *messages: Message, tools: Iterable[Tool] = (), model: str = "gpt-4o", endpoint: str = "chat.completions"
) -> int:
    http = HTTPRequest("POST", "/")
    return prompt_tokens(APIRequest(http, endpoint, messages=messages, tools=tuple(tools), model=model))


# ---------------------------------------------------------------------------- what the API itself has said

JARGON = (
    Message(
        "system",
        "You are a helpful, pattern-following assistant that translates corporate jargon into plain English.",
    ),
    Message("system", "New synergies will help drive top-line growth.", name="example_user"),
    Message("system", "Things working well together will increase revenue.", name="example_assistant"),
    Message(
        "system",
        "Let's circle back when we have more bandwidth to touch base on opportunities for increased leverage.",
        name="example_user",
    ),
    Message("system", "Let's talk later when we're less busy about how to do better.", name="example_assistant"),
    Message("user", "This late pivot means we don't have time to boil the ocean for the client deliverable."),
)
CAPITAL = (Message("user", "What is the capital of France?"),)

MEASURED = [
    ("gpt-3.5-turbo", JARGON, 129),
    ("gpt-4-0613", JARGON, 129),
    ("gpt-4o", JARGON, 124),
    ("gpt-4o-mini", JARGON, 124),
    ("gpt-4o", CAPITAL, 14),
    ("ft:gpt-4o:org::abc", CAPITAL, 14),
    ("gpt-4.1", CAPITAL, 14),
    ("gpt-4.5-preview", CAPITAL, 14),
    ("o3-mini", CAPITAL, 13),
    (
        "o4-mini",
        (Message("system", "You are a helpful assistant."), Message("user", "What's the capital of France?")),
        22,
    ),
    ("gpt-5", CAPITAL, 13),
    ("gpt-5.6-sol", CAPITAL, 13),
    ("o1-mini", CAPITAL, 21),
    ("gpt-4o-search-preview", CAPITAL, 13),
    ("gpt-4o-search-preview", (*CAPITAL, Message("system", "Be brief.")), 13),
]


@pytest.mark.parametrize(("model", "messages", "expected"), MEASURED)
def test_a_plain_conversation_costs_what_the_api_says(model, messages, expected):
    assert tokens_of(*messages, model=model) == expected
    assert tokens_of(*messages, model=model, endpoint="responses") == expected


# ----------------------------------------------------------------------------------------- the rules, one by one

HELLO = Message("user", "Hello world.")  # 3 tokens, and 4 for being a message

PROMPTS = [
    ((), 3),
    ((HELLO,), 10),
    ((HELLO, Message("system", "Be brief.")), 10 + 4 + 3),
    ((Message("user", "Hello world.", name="Ann"),), 10 + 2),
    ((Message("tool", "Hello world.", call_id="c", name="weather"),), 10),
]


@pytest.mark.parametrize(("messages", "expected"), PROMPTS)
def test_a_prompt_costs_three_tokens_and_each_message_four_and_its_text(messages, expected):
    assert tokens_of(*messages) == expected


ONE = (CallMade("c", "weather", "{}"),)
TWO = (*ONE, CallMade("d", "weather", "{}"))

CALLS = [
    ("gpt-4o", ONE, 2 * 1 + 1 + 5),
    ("gpt-4o", TWO, 2 * (2 * 1 + 1) + 27),
    ("gpt-5", ONE, 2 * 1 + 1 + 10),
]


@pytest.mark.parametrize(("model", "calls", "expected"), CALLS)
def test_earlier_calls_cost_their_texts_and_what_was_measured(model, calls, expected):
    with_calls = tokens_of(HELLO, Message("assistant", calls=calls), model=model)
    assert with_calls - tokens_of(HELLO, Message("assistant"), model=model) == expected


TOOL = Tool("weather", parameters={"type": "object", "properties": {"city": {"type": "string"}}}, description="Look")
SYSTEM = Message("system", "Be brief.")
UNENDED = Message("system", "Be brief")

TOOLS = [
    ("gpt-4o", "chat.completions", (HELLO,), 9),
    ("gpt-4o", "chat.completions", (SYSTEM, HELLO), 5),
    ("gpt-4o", "chat.completions", (UNENDED, HELLO), 6),  # the line breaks after it are a token of their own
    ("gpt-4.1", "chat.completions", (HELLO,), 9),
    ("gpt-4.1", "chat.completions", (SYSTEM, HELLO), 5),
    ("gpt-4", "chat.completions", (HELLO, UNENDED, SYSTEM), 6),  # the first of them counts
    ("gpt-5-mini", "chat.completions", (HELLO,), 90),
    ("gpt-5.4-mini", "chat.completions", (SYSTEM, HELLO), 90),
    ("gpt-4o", "responses", (HELLO,), 3),
    ("gpt-4.1", "responses", (UNENDED, HELLO), 3),
    ("gpt-5", "responses", (HELLO,), 8),
    ("gpt-5.4", "responses", (HELLO, Message("developer", "Be brief.")), 8),
]


@pytest.mark.parametrize(("model", "endpoint", "messages", "constant"), TOOLS)
@pytest.mark.parametrize("number", [1, 2])
def test_tools_cost_their_declarations_and_a_constant_of_the_family(model, endpoint, messages, constant, number):
    tools = [TOOL] * number
    without = tokens_of(*messages, model=model, endpoint=endpoint)
    with_tools = tokens_of(*messages, tools=tools, model=model, endpoint=endpoint)
    assert with_tools - without == constant + count(declared(tools), model)


CHOICES = [(None, 0), ("auto", 0), ("required", 0), ("none", 1), ("weather", 7 + 1)]


@pytest.mark.parametrize(("choice", "expected"), CHOICES)
def test_a_tool_that_must_be_called_costs_its_name_and_seven_and_none_costs_one(choice, expected):
    http = HTTPRequest("POST", "/")
    asked = APIRequest(http, "chat.completions", messages=(HELLO,), tools=(TOOL,), model="gpt-4", tool_choice=choice)
    assert prompt_tokens(asked) - tokens_of(HELLO, tools=[TOOL], model="gpt-4") == expected
