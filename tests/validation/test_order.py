"""Of two things that are wrong with a request the API names one first: for any two, in the order that was measured on
gpt-5.6. Whatever is wrong with a field, its type or how it hangs together with others, comes in the place of the field.
"""

from itertools import combinations
from typing import Any, TypeAlias

import orjson
import pytest

from mockai.engine import Engine
from mockai.scenario.loading import load_data
from mockai.wire import HTTPRequest

Body: TypeAlias = dict[str, Any]
Said: TypeAlias = tuple[str, str | None, str | None]

TERRA = "gpt-5.6-terra"
USER = {"role": "user", "content": "Hi"}
CALL = {"id": "call_1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CALLING = {"role": "assistant", "content": None, "tool_calls": [CALL]}
RESULT = {"role": "tool", "tool_call_id": "call_1", "content": "18"}
IMAGE = {"type": "image_url", "image_url": {"url": "cat.png"}}
ARRAY = {"type": "array", "items": {"type": "string"}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "x", "strict": True, "schema": ARRAY}}


@pytest.fixture(scope="module")
def engine():
    return Engine(load_data({"rules": [{"reply": "Yes."}]}, "test"))


def said(engine: Engine, path: str, body: Body) -> Said:
    """What the API says of a body: message, param and code."""
    sent = {key: value for key, value in body.items() if value is not ...}
    exchange = engine.handle(HTTPRequest("POST", f"/v1{path}", (), (), orjson.dumps(sent)))
    head, reply = exchange.plan
    exchange.end("complete")
    assert head.status in (400, 404)
    error = orjson.loads(reply.data)["error"]
    return error["message"], error["param"], error["code"]


def may_be_together(first: Body, second: Body) -> bool:
    """Whether two faults may stand in one request: keys of their own, which do not exclude one another."""
    keys = {*first, *second}
    return len(keys) == 2 and keys != {"conversation", "previous_response_id"}


def check_order(engine: Engine, path: str, whole: Body, steps: list[list[Body]]) -> None:
    """Of two faults of different steps the earlier is named, whichever is written first in the body."""
    alone = {id(fault): said(engine, path, {**whole, **fault}) for step in steps for fault in step}
    wrong = []
    for earlier, later in combinations(steps, 2):
        for first in earlier:
            for second in later:
                if may_be_together(first, second):
                    both = [{**whole, **first, **second}, {**whole, **second, **first}]
                    wrong += [(first, second) for body in both if said(engine, path, body) != alone[id(first)]]
    assert wrong == []


CHAT: list[list[Body]] = [
    [{"model": None}, {"model": ""}],
    [{"messages": ...}],
    [{"bogus": 1}, {"modalities": ["text"]}],  # which the model knows nothing of
    [
        {"messages": "Hi"},
        {"messages": []},
        {"messages": [{"role": "bogus", "content": "Hi"}]},
        {"messages": [{**USER, "content": [IMAGE]}]},
        {"messages": [USER, RESULT]},
        {"messages": [CALLING, USER]},
        {"messages": [CALLING]},
        {"messages": [{**CALLING, "tool_calls": []}]},
        {"messages": [{**USER, "name": "A B"}]},
    ],
    [{"functions": 7}, {"functions": [{"name": "a b"}]}, {"functions": [{"name": "f", "parameters": ARRAY}]}],
    [{"function_call": 7}],
    [
        {"tools": 7},
        {"tools": [{"type": "function"}]},
        {"tools": [{"type": "function", "function": {"name": "f", "parameters": ARRAY}}]},
        {"tools": [{"type": "function", "function": {"name": "f"}}] * 129},
    ],
    [{"tool_choice": "bogus"}, {"tool_choice": "auto"}],
    [{"parallel_tool_calls": "no"}],
    [{"max_completion_tokens": 0}],
    [{"n": 0}, {"n": 9}],
    [{"temperature": "hot"}],
    [{"top_p": "x"}],
    [{"presence_penalty": "x"}],
    [{"frequency_penalty": "x"}],
    [{"logprobs": 1}],
    [{"top_logprobs": "x"}, {"top_logprobs": 2}],
    [{"user": 7}],
    [{"seed": "x"}],
    [{"moderation": 7}],
    [{"safety_identifier": 7}],
    [{"prompt_cache_options": 7}],
    [{"prompt_cache_key": 7}],
    [{"prompt_cache_retention": 7}, {"prompt_cache_retention": "x"}, {"prompt_cache_retention": "in_memory"}],
    [{"response_format": {}}, {"response_format": SCHEMA}, {"response_format": {"type": "json_object"}}],
    [{"service_tier": "gold"}],
    [{"max_tokens": 32}],
    [{"reasoning_effort": "max"}, {"reasoning_effort": {"x": 1}}],
    [{"logit_bias": {"1": 1}}],
    [{"stop": "x"}],
    [{"stream": "yes"}],
    [{"stream_options": {}}, {"stream_options": 7}],
    [{"store": []}],
    [{"metadata": 7}],
    [{"prediction": {"type": "content", "content": "x"}}],
    [{"verbosity": "loud"}],
    [{"temperature": 0.2}, {"top_p": 0.5}, {"presence_penalty": 0.5}, {"frequency_penalty": 0.5}],
]
"""Presence, unknown keys, each field, then the values that the model does not take."""


def test_chat_looks_at_one_field_after_another(engine):
    check_order(engine, "/chat/completions", {"model": TERRA, "messages": [USER]}, CHAT)


RESPONSES: list[list[Body]] = [
    [{"model": None}],
    [{"input": ...}, {"input": None}],
    [{"bogus": 1}],
    [
        {"input": 7},
        {"input": [{"type": "bogus"}]},
        {"input": [{"role": "bogus", "content": "Hi"}]},
        {"input": [{"role": "assistant", "content": "Hi", "id": "rs_1"}]},
        {"input": [{"role": "user", "content": [{"type": "input_image", "image_url": "cat.png"}]}]},
    ],
    [{"previous_response_id": 7}],
    [{"prompt": 7}],
    [{"moderation": 7}],
    [{"include": ["bogus"]}],
    [
        {"tools": [{}]},
        {"tools": [{"type": "function", "name": "a b"}]},
        {"tools": [{"type": "function", "name": "f", "parameters": ARRAY}]},
    ],
    [{"metadata": 7}],
    [
        {"text": {"verbosity": "loud"}},
        {"text": {"format": {"type": "json_schema", "name": "x", "strict": True, "schema": ARRAY}}},
    ],
    [{"temperature": "hot"}],
    [{"top_p": "x"}],
    [{"presence_penalty": "x"}, {"frequency_penalty": 3}],
    [{"parallel_tool_calls": "no"}],
    [{"stream": "yes"}],
    [{"stream_options": 7}],
    [{"background": 7}],
    [{"max_output_tokens": 15}],
    [{"max_tool_calls": 0}],
    [{"reasoning": {"effort": "bogus"}}],
    [{"user": 7}],
    [{"safety_identifier": 7}],
    [{"prompt_cache_options": 7}],
    [{"prompt_cache_key": 7}],
    [{"prompt_cache_retention": 7}, {"prompt_cache_retention": "in_memory"}],
    [{"truncation": "bogus"}],
    [{"instructions": 7}],
    [{"store": []}],
    [{"service_tier": "gold"}],
    [{"top_logprobs": 21}],
    [{"context_management": 7}],
    [{"conversation": "conv_x"}],
    [{"previous_response_id": "resp_x"}],
    [{"input": []}, {"input": ""}],
    [{"temperature": 0.2}, {"top_p": 0.5}, {"presence_penalty": 0.5}],
    [{"include": ["message.output_text.logprobs"]}],
    [{"top_logprobs": 2}],
]
"""Presence, unknown keys, each field, the state of the server, an empty input, then what the model does not take."""


def test_responses_look_at_one_field_after_another_and_then_at_the_session(engine):
    check_order(engine, "/responses", {"model": TERRA, "input": "Hi"}, RESPONSES)
