"""What a prompt costs."""

from collections.abc import Iterable

import pytest

from mockai.request import APIRequest, CallMade, Message, Tool
from mockai.tokens import count, prompt_tokens
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
    ("o3-mini", CAPITAL, 13),
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


WEATHER = Tool(
    "get_current_weather",
    description="Get the current weather in a given location",
    parameters={
        "type": "object",
        "properties": {
            "location": {"type": "string", "description": "The city and state, e.g. San Francisco, CA"},
            "unit": {
                "type": "string",
                "description": "The unit of temperature to return",
                "enum": ["celsius", "fahrenheit"],
            },
        },
        "required": ["location"],
    },
)
ASKED = (
    Message("system", "You are a helpful assistant that can answer to questions about the weather."),
    Message("user", "What's the weather like in San Francisco?"),
)


@pytest.mark.parametrize(("model", "measured"), [("gpt-3.5-turbo", 105), ("gpt-4", 105), ("gpt-4o", 101)])
def test_a_conversation_with_a_tool_costs_what_the_api_says_give_or_take_two(model, measured):
    assert abs(tokens_of(*ASKED, tools=[WEATHER], model=model) - measured) <= 2


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


SCHEMA = {
    "type": "object",
    "properties": {
        "city": {"type": "string", "description": "Where"},
        "unit": {"enum": ["c", "f"], "default": "c"},
        "days": {"type": "array", "items": {"type": "integer"}},
        "raw": {"type": "array"},
        "at": {"anyOf": [{"type": "object", "properties": {"x": {"type": "number"}}}, {"type": "null"}, 1]},
        "odd": True,
    },
    "required": ["city"],
}

RENDERED = """namespace functions {

// Look it up
type weather = (_: {
// Where
city: string,
unit?: "c" | "f", // default: c
days?: number[],
raw?: any[],
at?: {
x?: number,
} | null,
odd?: any,
}) => any;

} // namespace functions"""

SYSTEM = Message("system", "Be brief.")
TOOLS = [
    ("gpt-4o", "chat.completions", (HELLO,), 8),
    ("gpt-4o", "chat.completions", (HELLO, SYSTEM), 3),
    ("gpt-4.1", "chat.completions", (HELLO, SYSTEM), 4),
    ("gpt-5-mini", "chat.completions", (HELLO,), 90),  # beside a prompt that costs one less: 89 over gpt-4o's
    ("gpt-5.4-mini", "chat.completions", (HELLO, SYSTEM), 90),
    ("gpt-4o", "responses", (HELLO,), 2),
    ("gpt-5", "responses", (HELLO,), 8),
    ("gpt-5.4", "responses", (HELLO, Message("developer", "Be brief.")), 7),
]


@pytest.mark.parametrize(("model", "endpoint", "messages", "constant"), TOOLS)
def test_a_tool_costs_what_its_rendering_costs_and_a_constant_of_the_family(model, endpoint, messages, constant):
    tool = Tool("weather", parameters=SCHEMA, description="Look it up")
    without = tokens_of(*messages, model=model, endpoint=endpoint)
    with_tool = tokens_of(*messages, tools=[tool], model=model, endpoint=endpoint)
    assert with_tool - without == constant + count(RENDERED)


@pytest.mark.parametrize(("number", "constant"), [(1, 90), (2, 89), (3, 88)])
def test_each_further_tool_costs_gpt_5_one_less(number, constant):
    tools = [WEATHER] * number
    texts = tokens_of(HELLO, tools=tools) - 8
    assert tokens_of(HELLO, tools=tools, model="gpt-5") - texts == constant - 1


@pytest.mark.parametrize("parameters", [None, {}, {"properties": [1]}, {"required": "city"}])
def test_a_tool_without_parameters_is_rendered_as_a_call_without_any_and_costs_one_more(parameters):
    rendered = "namespace functions {\n\ntype now = () => any;\n\n} // namespace functions"
    assert tokens_of(HELLO, tools=(Tool("now", parameters=parameters),)) == 10 + 8 + 1 + count(rendered)
