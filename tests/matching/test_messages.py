from typing import Any

import pytest

from mockai.matching.rules import View, match
from mockai.request import CallMade, Message

TALK = (
    Message("system", "Be brief."),
    Message("user", "Hello there"),
    Message("assistant", "Hi."),
    Message("user", "What about Paris?", frozenset({"image"})),
)
TOLD = (Message("developer", "Be nice."), Message("user", "Go"))
LOOP = (
    Message("user", "Weather?"),
    Message("assistant", calls=(CallMade("call_1", "get_weather"), CallMade("call_2", "get_time"))),
    Message("tool", '{"temp": 20, "sky": "blue"}', call_id="call_1", name="get_weather"),
    Message("tool", "noon", call_id="call_2", name="get_time"),
)
ANSWERED = (*LOOP, Message("assistant", "20 degrees at noon."))

CASES: list[tuple[dict[str, Any], tuple[Message, ...], list[str]]] = [
    ({"user": "Paris"}, TALK, []),
    (
        {"user": "Hello"},
        TALK,
        ['user: expected text containing "Hello", seen "What about Paris?"'],
    ),
    ({"user": {}}, TALK, []),
    ({"user": "x"}, (), ['user: expected text containing "x", seen none']),
    ({"user": {}}, (), ["user: expected any text, seen none"]),
    ({"system": "brief"}, TALK, []),
    ({"system": "nice"}, TOLD, []),
    ({"assistant": {"equals": "Hi."}}, TALK, []),
    ({"assistant": "Hi"}, TOLD, ['assistant: expected text containing "Hi", seen none']),
    ({"last": "Paris"}, TALK, []),
    ({"last": {"equals": "noon"}}, LOOP, []),
    ({"last": "zebra"}, LOOP, ['last: expected text containing "zebra", seen "noon"']),
    ({"last": {}}, (), ["last: expected any text, seen none"]),
    ({"any_message": "Hello"}, TALK, []),
    ({"any_message": {"starts_with": "Hello", "ends_with": "there"}}, TALK, []),
    (
        {"any_message": {"starts_with": "Hello", "ends_with": "Paris?"}},
        TALK,
        [
            'any_message: expected a message with text starting with "Hello" and ending with "Paris?", '
            'seen none in 4; the nearest is "What about Paris?"; at character 1 it has "What about Paris?" '
            'instead of "Hello"'
        ],
    ),
    (
        {"any_message": "hello"},
        TALK,
        [
            'any_message: expected a message with text containing "hello", seen none in 4; '
            'the nearest is "Hello there"; only the case differs: add `ignore_case: true`'
        ],
    ),
    (
        {"any_message": "zebra"},
        TOLD,
        ['any_message: expected a message with text containing "zebra", seen none in 2; the nearest is "Go"'],
    ),
    ({"any_message": "x"}, (), ['any_message: expected a message with text containing "x", seen no messages']),
    ({"has": "image"}, TALK, []),
    ({"has": ["image", "audio"]}, TALK, ["has: expected image, audio, seen image"]),
    ({"has": "image"}, TOLD, ["has: expected image, seen text only"]),
    ({"tool_result": {}}, LOOP, []),
    ({"tool_result": "get_weather"}, LOOP, []),
    ({"tool_result": {"name": "get_weather", "json": {"temp": 20}}}, LOOP, []),
    ({"tool_result": {"id": "call_2", "text": "noon"}}, LOOP, []),
    ({"tool_result": {"name": "get_time", "json": "noon"}}, LOOP, []),
    (
        {"tool_result": "get_weather"},
        TALK,
        ["tool_result: expected a tool result at the end of the conversation, seen none"],
    ),
    (
        {"tool_result": "get_weather"},
        ANSWERED,
        ["tool_result: expected a tool result at the end of the conversation, seen none"],
    ),
    (
        {"tool_result": "get_wether"},
        LOOP,
        ['tool_result.name: expected "get_wether", seen "get_weather"; the nearest of 2 results'],
    ),
    (
        {"tool_result": {"name": "get_weather", "text": "noon"}},
        LOOP,
        ['tool_result.name: expected "get_weather", seen "get_time"; the nearest of 2 results'],
    ),
    (
        {"tool_result": {"id": "call_9"}},
        LOOP[:3],
        ['tool_result.id: expected "call_9", seen "call_1"'],
    ),
    (
        {"tool_result": {"text": "dark"}},
        LOOP[:3],
        ['tool_result.text: expected text containing "dark", seen "{\\"temp\\": 20, \\"sky\\": \\"blue\\"}"'],
    ),
    (
        {"tool_result": {"json": {"sky": "blue", "temp": 21}}},
        LOOP[:3],
        ["tool_result.json.temp: expected 21, seen 20"],
    ),
    ({"tool_result": {"json": None}}, (Message("tool", "null"),), []),
    ({"tool_result": {"json": None}}, (Message("tool", "0"),), ["tool_result.json: expected null, seen 0"]),
    ({"tool_result": "f"}, (Message("tool", "0"),), ['tool_result.name: expected "f", seen none']),
]


@pytest.mark.parametrize(("when", "messages", "expected"), CASES)
def test_a_condition_on_messages_holds_or_says_why_not(
    when: dict[str, Any], messages: tuple[Message, ...], expected: list[str], reasons: Any
) -> None:
    assert reasons(when, {"messages": messages}) == expected


def test_the_latest_message_that_meets_the_condition_is_captured(ask: Any, make_rule: Any) -> None:
    rule = make_rule({"any_message": {"regex": r"(?P<word>\w+)"}})
    assert match(rule, ask(messages=TALK), View()).captures == {"word": "What"}


def test_a_tool_result_that_fails_another_part_captures_nothing(ask: Any, make_rule: Any) -> None:
    text = {"regex": r"(?P<word>\w+)(?P<rest>.*)"}
    rule = make_rule({"tool_result": {"text": text, "json": {"temp": 20}}})
    assert match(rule, ask(messages=LOOP), View()).captures == {"word": "temp", "rest": '": 20, "sky": "blue"}'}


@pytest.mark.parametrize(("kinds", "closeness"), [(["audio"], 0.0), (["audio", "image"], 0.5)])
def test_attachments_are_the_closer_the_more_of_them_there_are(
    kinds: list[str], closeness: float, ask: Any, make_rule: Any
) -> None:
    (mismatch,) = match(make_rule({"has": kinds}), ask(messages=TALK), View()).mismatches
    assert mismatch.closeness == closeness


def test_a_conversation_without_tool_results_is_not_close(ask: Any, make_rule: Any) -> None:
    (mismatch,) = match(make_rule({"tool_result": "f"}), ask(messages=TALK), View()).mismatches
    assert mismatch.closeness == 0.0
