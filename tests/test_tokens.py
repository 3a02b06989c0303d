"""Text to tokens, and the tokens of a prompt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockai.request import APIRequest, CallMade, Message, Tool
from mockai.tokens import count, prompt_tokens, split
from mockai.wire import HTTPRequest

PIECES = [
    ("", ()),
    ("Hello world.", ("Hello", " world", ".")),
    ("I'm here, you'll see", ("I", "'m", " here", ",", " you", "'ll", " see")),
    ("'still", ("'", "still")),
    ("in 20241", ("in", " ", "202", "41")),
    ('{"city":"Paris"}', ('{"', "city", '":"', "Paris", '"}')),
    ("snake_case", ("snake", "_", "case")),
    ("internationalization", ("intern", "ationa", "lization")),
    ("a  b\n\n  c", ("a", " ", " b", "\n\n", " ", " c")),
    ("end;\nnext", ("end", ";\n", "next")),
    ("你好 世界", ("你", "好", " ", "世", "界")),
    ("-" * 9, ("----", "----", "-")),
    ("trailing   ", ("trailing", "   ")),
]


@pytest.mark.parametrize(("text", "expected"), PIECES)
def test_a_text_is_cut_into_words_with_their_space_punctuation_and_digits_in_threes(text, expected):
    assert split(text) == expected


@given(st.text())
def test_tokens_are_the_text_and_count_says_how_many(text):
    tokens = split(text)
    assert "".join(tokens) == text
    assert "" not in tokens
    assert count(text) == len(tokens)


@pytest.mark.parametrize("text", [" " * 100_000, "a" * 100_000, "\n " * 50_000, "_" * 100_000, "é̩" * 50_000])
def test_odd_texts_take_linear_time(text):
    assert "".join(split(text)) == text


def tokens_of(*messages: Message, tools: tuple[Tool, ...] = ()) -> int:
    return prompt_tokens(APIRequest(HTTPRequest("POST", "/"), "chat.completions", messages=messages, tools=tools))


HELLO = Message("user", "Hello world.")  # 3 tokens, and 4 for being a message

PROMPTS = [
    ((), 3),
    ((HELLO,), 10),
    ((HELLO, Message("system", "Be brief.")), 10 + 4 + 3),
    ((Message("user", "Hello world.", name="Ann"),), 10 + 2),
    ((Message("tool", "Hello world.", call_id="c", name="weather"),), 10),
    ((HELLO, Message("assistant", calls=(CallMade("c", "weather", "{}"),))), 10 + 4 + 2 * 1 + 1 + 5),
]


@pytest.mark.parametrize(("messages", "expected"), PROMPTS)
def test_a_prompt_costs_three_tokens_and_each_message_four_and_its_text(messages, expected):
    assert tokens_of(*messages) == expected


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


def test_a_tool_costs_what_its_rendering_costs_and_eight():
    tool = Tool("weather", parameters=SCHEMA, description="Look it up")
    assert tokens_of(HELLO, tools=(tool,)) == 10 + 8 + count(RENDERED)


@pytest.mark.parametrize("parameters", [None, {}, {"properties": [1]}, {"required": "city"}])
def test_a_tool_without_parameters_is_rendered_as_a_call_without_any(parameters):
    rendered = "namespace functions {\n\ntype now = () => any;\n\n} // namespace functions"
    assert tokens_of(HELLO, tools=(Tool("now", parameters=parameters),)) == 10 + 8 + count(rendered)
