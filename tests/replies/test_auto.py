"""Answers made up: which tool, which arguments, which text."""

import json

import jsonschema
import pytest

from mockai.ids import Mint
from mockai.replies.answer import Text, ToolCall
from mockai.replies.auto import auto, best_tool, made_arguments
from mockai.request import CallMade, Message, ResponseFormat, Tool

CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = Tool("get_weather", parameters=CITY, description="Current weather of a city")
TIME = Tool("current_time", parameters=CITY, description="The time in a city")
MAIL = Tool("sendEmail", parameters={"type": "object", "properties": {"to": {"type": "string", "format": "email"}}})
SHELL = Tool("shell", kind="custom", description="Run a command")
SEARCH = Tool("web_search", kind="web_search")
TOOLS = (WEATHER, TIME, MAIL, SHELL, SEARCH)
MINT = Mint(7, "rule", 1)


def text_of(items):
    (item,) = items
    assert isinstance(item, Text)
    return item.text


@pytest.mark.parametrize(
    ("text", "choice", "expected"),
    [
        ("What's the weather in Paris?", "auto", WEATHER),
        ("What's the weather in Paris?", None, WEATHER),
        ("What is the current time in Oslo?", "auto", TIME),
        ("Please send an e-mail: email Bob", "auto", MAIL),
        ("Run two commands", "required", SHELL),
        ("Tell me a joke", "auto", WEATHER),
        ("What's the weather in Paris?", "sendEmail", MAIL),
        ("What's the weather in Paris?", "none", None),
        ("Anything", "unknown", WEATHER),
    ],
)
def test_the_tool_called_is_the_chosen_one_or_the_one_that_suits_the_question(ask, text, choice, expected):
    assert best_tool(ask(text, tools=TOOLS, tool_choice=choice), text) == expected


@pytest.mark.parametrize("tools", [(), (SEARCH,)])
def test_without_a_tool_the_client_can_run_none_is_called(ask, tools):
    assert best_tool(ask(tools=tools), "Hi") is None


def test_a_tool_is_called_with_what_the_user_named(ask):
    items = auto(ask("Weather in Paris?", tools=TOOLS), MINT)
    assert items == (ToolCall("get_weather", '{"city":"Paris"}', MINT.child("call", 0).id("call_")),)


def test_a_custom_tool_is_called_with_text(ask):
    items = auto(ask("Run ls", tools=(SHELL,)), MINT)
    assert items == (ToolCall("shell", "Run ls", MINT.child("call", 0).id("call_"), "custom"),)


@pytest.mark.parametrize(
    ("tool", "expected"),
    [(None, "{}"), (Tool("f"), "{}"), (SHELL, "this"), (Tool("f", parameters={"properties": {}}), "{}")],
)
def test_a_tool_without_a_schema_gets_no_arguments(tool, expected):
    assert made_arguments(tool, MINT, "") == expected


def results(*texts, name="get_weather"):
    calls = tuple(CallMade(f"call_{n}", "get_weather") for n, _ in enumerate(texts))
    told = tuple(Message("tool", text, call_id=f"call_{n}", name=name) for n, text in enumerate(texts))
    return (Message("user", "Weather in Paris?"), Message("assistant", calls=calls), *told)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (
            ('{"temp": 21, "sky": "clear", "rain": false}',),
            "According to get_weather: temp is 21, sky is clear, rain is false.",
        ),
        (('["a", "b"]',), "According to get_weather: a, b."),
        (("It is\nsunny.",), "According to get_weather: It is sunny."),
        (("1", "{}"), "According to get_weather: 1. According to get_weather: nothing."),
        (("",), "According to get_weather: nothing."),
        (("[]",), "According to get_weather: nothing."),
        (("word " * 60,), f"According to get_weather: {'word ' * 40}…."),
    ],
)
def test_results_of_tools_are_told_in_prose_which_ends_the_loop(ask, texts, expected):
    for tools, choice in ((TOOLS, "auto"), ((WEATHER,), "required"), ((WEATHER, SEARCH), "required")):
        request = ask(messages=results(*texts), tools=tools, tool_choice=choice)
        assert text_of(auto(request, MINT)) == expected


def test_where_a_call_is_required_the_tools_not_called_yet_come_first(ask):
    output = Tool("final_result", parameters=CITY, description="The final response which ends this conversation")
    (call,) = auto(ask(messages=results("21"), tools=(WEATHER, output), tool_choice="required"), MINT)
    assert (call.name, call.arguments) == ("final_result", '{"city":"Paris"}')


def test_a_result_whose_tool_is_unknown_is_told_all_the_same(ask):
    assert text_of(auto(ask(messages=results("1", name=None)), MINT)) == "According to the tool: 1."


def test_a_new_question_after_the_results_calls_a_tool_again(ask):
    messages = (*results("21"), Message("assistant", "It is 21."), Message("user", "And in Rome?"))
    (call,) = auto(ask(messages=messages, tools=(WEATHER,)), MINT)
    assert call.arguments == '{"city":"Rome"}'


def test_a_response_format_is_filled_in_even_after_results(ask):
    schema = {
        "type": "object",
        "properties": {"city": {"type": "string"}, "temp": {"type": "integer"}},
        "required": ["temp"],
    }
    wanted = ResponseFormat("json_schema", "weather", schema, strict=True)
    for messages in (results("21"), results("21")[:1]):
        value = json.loads(text_of(auto(ask(messages=messages, response_format=wanted), MINT)))
        jsonschema.validate(value, schema)
        assert value["city"] == "Paris"


@pytest.mark.parametrize("wanted", [ResponseFormat("json_object"), ResponseFormat("json_schema", "nothing")])
def test_a_json_object_without_a_schema_is_a_small_one(ask, wanted):
    value = json.loads(text_of(auto(ask("What is a quark?", response_format=wanted), MINT)))
    assert list(value) == ["topic", "answer", "confidence"]
    assert (value["topic"], "quark" in value["answer"], 0.7 <= value["confidence"] <= 0.99) == ("quark", True, True)


def test_prose_is_about_the_question(ask):
    text = text_of(auto(ask("Tell me about espresso machines", response_format=ResponseFormat("text")), MINT))
    assert "espresso machines" in text
    assert 1 <= text.count(".") <= 8


def test_the_same_question_has_the_same_answer_on_every_call_and_other_ids(ask):
    request = ask("Who are you, Ann?", tools=(Tool("f", parameters={"properties": {"n": {"type": "number"}}}),))
    (one,), (other,) = auto(request, MINT), auto(request, Mint(7, "rule", 2))
    assert one.arguments == other.arguments
    assert one.id != other.id


def test_another_seed_says_something_else(ask):
    answers = {text_of(auto(ask("What is a quark?"), Mint(seed, "rule", 1))) for seed in range(8)}
    assert len(answers) > 4


def test_a_request_without_messages_is_answered_too(ask):
    assert "this" in text_of(auto(ask(None), MINT))
