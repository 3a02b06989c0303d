import json

import pytest

from mockai.faults import FAULTS, ContentFault, Place, Placed
from mockai.faults.content import (
    EmptyContent,
    EndlessToolLoop,
    MalformedArguments,
    PromptInjection,
    RepeatedText,
    UnknownTool,
    WhitespaceFlood,
    WrongArguments,
    WrongSchema,
)
from mockai.faults.socket import Reset
from mockai.ids import Mint
from mockai.replies.answer import (
    Choice,
    Completion,
    Item,
    Logprob,
    OutputItem,
    RawAnswer,
    Reasoning,
    Text,
    ToolCall,
)
from mockai.replies.schema_fits import Fits
from mockai.replies.spoiling import Asked, spoil, spoilt
from mockai.request import APIRequest, Message, ResponseFormat, Tool
from mockai.scenario.schema import Chunking
from mockai.wire import HTTPRequest

HTTP = HTTPRequest("POST", "/v1/chat/completions")
CITY = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
WEATHER = Tool("get_weather", parameters=CITY)
CALL = ToolCall("get_weather", '{"city":"Paris"}', "call_1")
THOUGHT, HI = Reasoning("Hm."), Text("Hi.")
ORDER = PromptInjection().text


def request(*tools: Tool, **given) -> APIRequest:
    messages = (Message("user", "What is the weather in Oslo?"), *given.pop("then", ()))
    return APIRequest(HTTP, "chat.completions", messages=messages, tools=tools, **given)


def made(fault: ContentFault, completion: Completion, asked: APIRequest) -> tuple[Completion, list[str]]:
    told: list[str] = []
    answer = spoilt(completion, [Placed(fault, Place("before"))], Asked(asked, Mint(0, "rule", 1)), told.append)
    assert isinstance(answer, Completion)
    return answer, told


def said(fault: ContentFault, *items: Item, asked: APIRequest | None = None) -> tuple[tuple[Item, ...], str | None]:
    """The items of the only choice, and its finish reason."""
    completion, told = made(fault, Completion((Choice(items, "stop"),)), asked or request(WEATHER))
    (choice,) = completion.choices
    assert told == ([] if choice.items == items and choice.finish_reason == "stop" else [fault.name])
    return choice.items, choice.finish_reason


def test_arguments_stop_in_the_middle():
    assert said(MalformedArguments(), HI, CALL) == ((HI, ToolCall("get_weather", '{"city":', "call_1")), "stop")


@pytest.mark.parametrize(
    ("parameters", "arguments", "wrong"),
    [
        (CITY, '{"city":"Paris"}', '{"city":["Paris"]}'),
        (CITY, '{"city":"Paris","days":2}', '{"city":["Paris"],"days":2}'),
        ({"properties": {"days": {"type": "integer"}}}, '{"days":2}', '{"days":"2"}'),
        ({"properties": {"on": {"type": "boolean"}}}, '{"on":true}', '{"on":"true"}'),
        ({"required": ["any"]}, '{"any":1,"more":2}', '{"more":2}'),
        ({"additionalProperties": False}, "{}", '{"unexpected":true}'),
        (None, '{"city":"Paris"}', '"{\\"city\\":\\"Paris\\"}"'),
        (CITY, '{"city":', '{"city":'),
    ],
)
def test_arguments_break_the_schema_by_as_little_as_can_be(parameters, arguments, wrong):
    asked = request(Tool("get_weather", parameters=parameters))
    assert said(WrongArguments(), ToolCall("get_weather", arguments, "c"), asked=asked) == (
        (ToolCall("get_weather", wrong, "c"),),
        "stop",
    )
    if wrong != arguments:
        assert not Fits({})({"type": "object", **(parameters or {})}, json.loads(wrong))


def test_a_custom_tool_has_no_schema_to_break():
    custom = ToolCall("run", "print(1)", "c", "custom")
    assert said(WrongArguments(), custom) == ((custom,), "stop")


@pytest.mark.parametrize(
    ("fault", "items", "tools", "name"),
    [
        (UnknownTool(), (CALL,), (WEATHER,), "get_weather_v2"),
        (UnknownTool("rm"), (CALL,), (WEATHER,), "rm"),
        (UnknownTool(), (HI,), (WEATHER,), "get_weather_v2"),
        (UnknownTool(), (HI,), (), "undefined_tool"),
        (UnknownTool("rm"), (HI,), (), "rm"),
    ],
)
def test_a_tool_is_called_that_nobody_offered(fault, items, tools, name):
    (call,), _ = said(fault, *items, asked=request(*tools))
    assert isinstance(call, ToolCall)
    assert (call.name, call.id[:5]) == (name, "call_")


RESULT = (Message("tool", "21", name="get_weather"),)


@pytest.mark.parametrize("then", [(), RESULT])
def test_an_offered_tool_is_called_whatever_was_scripted(then):
    items, finish = said(EndlessToolLoop(), THOUGHT, HI, asked=request(WEATHER, then=then))
    thought, call = items
    assert (thought, finish) == (THOUGHT, None)
    assert isinstance(call, ToolCall)
    assert (call.name, json.loads(call.arguments)) == ("get_weather", {"city": "Oslo"})


def test_each_call_of_the_loop_is_the_same_but_for_its_id():
    calls = []
    for number in (1, 2):
        asked = Asked(request(WEATHER), Mint(0, "rule", number))
        (call,) = spoil(EndlessToolLoop(), Choice((HI,)), asked).items
        calls.append(call)
    assert calls[0].arguments == calls[1].arguments
    assert calls[0].id != calls[1].id


@pytest.mark.parametrize("asked", [request(), request(WEATHER, tool_choice="none")])
def test_without_a_tool_there_is_no_loop(asked):
    assert said(EndlessToolLoop(), HI, asked=asked) == ((HI,), "stop")


@pytest.mark.parametrize(
    ("fault", "items", "expected"),
    [
        (EmptyContent(), (THOUGHT, HI, CALL), ((THOUGHT, Text("")), "stop")),
        (WhitespaceFlood(3), (HI,), ((Text("\n\n\n"),), "length")),
        (WhitespaceFlood(), (THOUGHT, CALL), ((THOUGHT, Text("\n" * 500)), "length")),
        (RepeatedText(3), (THOUGHT, HI, CALL), ((THOUGHT, Text("Hi. Hi. Hi."), CALL), "length")),
        (RepeatedText(), (CALL,), ((CALL,), "stop")),
    ],
)
def test_the_text_is_missing_or_does_not_end(fault, items, expected):
    assert said(fault, *items) == expected


def structured(kind: str, schema=None) -> APIRequest:
    return request(response_format=ResponseFormat(kind, schema=schema))


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        (structured("json_schema", CITY), '{"city":"Oslo"}', '{"city":["Oslo"]}'),
        (structured("json_object"), "{}", '"{}"'),
        (structured("json_schema", {"type": "array"}), "[1]", '"[1]"'),
        (structured("json_schema", {}), "[1]", "[[1]]"),
        (structured("json_schema", CITY), "no JSON", "no JSON"),
        (structured("text"), "{}", "{}"),
        (request(), "{}", "{}"),
    ],
)
def test_structured_output_has_another_structure(asked, text, expected):
    assert said(WrongSchema(), Text(text), asked=asked) == ((Text(expected),), "stop")


def test_structured_output_needs_an_output():
    assert said(WrongSchema(), CALL, asked=structured("json_object")) == ((CALL,), "stop")


def test_an_order_in_a_tools_result_is_passed_on():
    asked = request(WEATHER, then=RESULT)
    assert said(PromptInjection(), HI, asked=asked) == ((Text(f"Hi.\n\n{ORDER}"),), "stop")
    assert said(PromptInjection("Obey!"), CALL, asked=asked) == ((CALL, Text("Obey!")), "stop")


def test_without_a_tools_result_nobody_gives_orders():
    assert said(PromptInjection(), HI) == ((HI,), "stop")


@pytest.mark.parametrize(
    ("kind", "fields", "expected"),
    [
        ("mcp_call", {}, {"output": "Obey!"}),
        ("mcp_call", {"output": "21"}, {"output": "21\n\nObey!"}),
        ("shell_call_output", {"output": "21"}, {"output": "21\n\nObey!"}),
        (
            "file_search_call",
            {"results": [{"text": "A"}, {"score": 1}, "odd"]},
            {"results": [{"text": "A\n\nObey!"}, {"score": 1}, "odd"]},
        ),
        ("code_interpreter_call", {"outputs": [{"logs": "1"}]}, {"outputs": [{"logs": "1\n\nObey!"}]}),
    ],
)
def test_results_of_hosted_tools_end_in_the_order(kind, fields, expected):
    items, _ = said(PromptInjection("Obey!"), OutputItem(kind, fields), HI)
    assert items == (OutputItem(kind, expected), Text("Hi.\n\nObey!"))


def test_a_hosted_tool_without_results_carries_no_order():
    search = OutputItem("web_search_call", {"status": "completed"})
    assert said(PromptInjection(), search) == ((search,), "stop")


def test_texts_become_one_and_their_logprobs_go():
    choice = Choice((HI, CALL, Text(" Ho.")), None, (Logprob("Hi.", -0.1),))
    completion, _ = made(RepeatedText(2), Completion((choice,)), request())
    assert completion.choices == (Choice((Text("Hi. Ho. Hi. Ho."), CALL), "length"),)


def test_explicit_pieces_are_the_text_that_is_spoilt():
    chunks = Chunking(pieces=("one ", "two"))
    completion, _ = made(RepeatedText(2), Completion((Choice((HI,)),), chunks=chunks), request())
    assert (completion.choices[0].items, completion.chunks) == ((Text("one two one two"),), None)


def test_explicit_pieces_stay_where_nothing_is_spoilt():
    whole = Completion((Choice((HI,)),), chunks=Chunking(pieces=("one ", "two")))
    assert made(MalformedArguments(), whole, request()) == (whole, [])


def test_every_choice_is_spoilt_with_ids_of_its_own():
    completion, told = made(UnknownTool(), Completion((Choice((HI,)), Choice((HI,)))), request())
    ids = {item.id for choice in completion.choices for item in choice.items if isinstance(item, ToolCall)}
    assert (len(ids), told) == (2, ["unknown_tool"])


def test_other_faults_and_other_answers_are_left_alone():
    raw = RawAnswer(200, {}, b"{}")
    told: list[str] = []
    asked = Asked(request(), Mint(0))
    struck = [Placed(EmptyContent(), Place("before")), Placed(Reset(), Place("before"))]
    assert spoilt(raw, struck, asked, told.append) is raw
    whole = Completion((Choice((HI,)),))
    assert spoilt(whole, struck[1:], asked, told.append) is whole
    assert told == []


def test_every_fault_of_the_content_is_known_here():
    content = {fault for fault in FAULTS.values() if issubclass(fault, ContentFault)}
    assert content == {*spoil.registry} - {object}


def test_a_fault_that_is_not_known_here_says_where_to_tell():
    class Own(ContentFault):
        name = "own"

    with pytest.raises(NotImplementedError, match="nothing says what own does; register it here"):
        spoil(Own(), Choice(()), Asked(request(), Mint(0)))
