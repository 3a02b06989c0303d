from typing import Any

import pytest

from mockai.matching.asked import names_operation
from mockai.matching.rules import View, match
from mockai.request import ResponseFormat, Tool

CITY = {"type": "object", "properties": {"city": {"type": "string"}, "days": {"type": "integer"}}}
TOOLS = (Tool("search"), Tool("get_weather", parameters=CITY))
SCHEMA = ResponseFormat("json_schema", "Person")

CASES: list[tuple[dict[str, Any], dict[str, Any], list[str]]] = [
    ({"endpoint": "chat.completions"}, {}, []),
    ({"endpoint": "chat.completions.create"}, {}, []),
    ({"endpoint": "chat.*"}, {}, []),
    ({"endpoint": "*"}, {"endpoint": "models", "operation": "list"}, []),
    ({"endpoint": "chat.completion?"}, {}, []),
    ({"endpoint": ["embeddings", "chat.completions"]}, {}, []),
    ({"endpoint": "chat.completions.list"}, {"operation": "list"}, []),
    (
        {"endpoint": "chat.completions"},
        {"operation": "list"},
        [
            "endpoint: expected chat.completions, seen chat.completions.list; "
            "`chat.completions` alone stands for its `create`, so name the operation: `chat.completions.list`"
        ],
    ),
    (
        {"endpoint": "chat.completion?"},
        {"operation": "list"},
        ["endpoint: expected chat.completion?, seen chat.completions.list"],
    ),
    (
        {"endpoint": ["embeddings", "completions"]},
        {},
        ["endpoint: expected embeddings or completions, seen chat.completions.create"],
    ),
    (
        {"endpoint": "chat.completion"},
        {},
        ['endpoint: expected chat.completion, seen chat.completions.create; did you mean "chat.completions"?'],
    ),
    ({"model": "gpt-4o"}, {"model": "gpt-4o"}, []),
    ({"model": "gpt-*"}, {"model": "gpt-4o-mini"}, []),
    ({"model": "gpt-[45]*"}, {"model": "gpt-5"}, []),
    ({"model": "gpt-4o"}, {"model": "gpt-4o-mini"}, ['model: expected "gpt-4o", seen "gpt-4o-mini"']),
    ({"model": "gpt-*"}, {"model": "GPT-4o"}, ['model: expected "gpt-*", seen "GPT-4o"']),
    ({"model": "*"}, {}, ['model: expected "*", seen none']),
    ({"tools": "search"}, {"tools": TOOLS}, []),
    ({"tools": ["get_weather", "search"]}, {"tools": TOOLS}, []),
    (
        {"tools": {"name": "get_weather", "parameters": {"properties": {"city": {"type": "string"}}}}},
        {"tools": TOOLS},
        [],
    ),
    ({"tools": {"name": "search", "parameters": {}}}, {"tools": TOOLS}, []),
    (
        {"tools": ["search", "get_wether"]},
        {"tools": TOOLS},
        [
            'tools: expected "get_wether" among the tools offered, seen "search", "get_weather"; '
            'did you mean "get_weather"?'
        ],
    ),
    ({"tools": "search"}, {}, ['tools: expected "search" among the tools offered, seen no tools']),
    (
        {"tools": {"name": "get_weather", "parameters": {"properties": {"days": {"type": "number"}}}}},
        {"tools": TOOLS},
        ['tools: the parameters of "get_weather" differ at .properties.days.type: expected "number", seen "integer"'],
    ),
    (
        {"tools": {"name": "search", "parameters": {"type": "object"}}},
        {"tools": TOOLS},
        ['tools: the parameters of "search" differ at .type: expected "object", seen nothing'],
    ),
    ({"tool_choice": "required"}, {"tool_choice": "required"}, []),
    ({"tool_choice": "get_weather"}, {"tool_choice": "get_weather"}, []),
    ({"tool_choice": "auto"}, {"tools": TOOLS}, []),
    ({"tool_choice": "none"}, {}, []),
    ({"tool_choice": "none"}, {"tools": TOOLS}, ['tool_choice: expected "none", seen "auto"']),
    ({"response_format": "json_schema"}, {"response_format": SCHEMA}, []),
    ({"response_format": "Person"}, {"response_format": SCHEMA}, []),
    ({"response_format": "text"}, {}, []),
    ({"response_format": "json_object"}, {"response_format": ResponseFormat("json_object")}, []),
    (
        {"response_format": "Persons"},
        {"response_format": SCHEMA},
        ['response_format: expected "Persons", seen "json_schema" named "Person"'],
    ),
    (
        {"response_format": "json_object"},
        {"response_format": ResponseFormat("json_schema")},
        ['response_format: expected "json_object", seen "json_schema"'],
    ),
    ({"stream": True}, {"stream": True}, []),
    ({"stream": False}, {}, []),
    ({"stream": True}, {}, ["stream: expected true, seen false"]),
]


@pytest.mark.parametrize(("when", "fields", "expected"), CASES)
def test_a_condition_on_what_is_asked_for_holds_or_says_why_not(
    when: dict[str, Any], fields: dict[str, Any], expected: list[str], reasons: Any
) -> None:
    assert reasons(when, fields) == expected


CLOSENESS: list[tuple[dict[str, Any], dict[str, Any], float]] = [
    ({"endpoint": "chat.completions.list"}, {}, 0.5),
    ({"endpoint": "embeddings"}, {}, 0.0),
    ({"model": "gpt-4"}, {"model": "gpt-5"}, 0.5 * 8 / 10),
    ({"model": "gpt-4"}, {}, 0.0),
    ({"tools": "searches"}, {"tools": TOOLS}, 0.5 * 12 / 14),
    ({"tools": "search"}, {}, 0.0),
    (
        {"tools": {"name": "get_weather", "parameters": {"type": "object", "required": []}}},
        {"tools": TOOLS},
        0.75,
    ),
    ({"response_format": "Persons"}, {"response_format": SCHEMA}, 0.5 * 12 / 13),
    ({"stream": True}, {}, 0.0),
]


@pytest.mark.parametrize(("when", "fields", "closeness"), CLOSENESS)
def test_a_mismatch_is_the_closer_the_more_agrees(
    when: dict[str, Any], fields: dict[str, Any], closeness: float, ask: Any, make_rule: Any
) -> None:
    (mismatch,) = match(make_rule(when), ask(**fields), View()).mismatches
    assert mismatch.closeness == pytest.approx(closeness)


@pytest.mark.parametrize(
    ("name", "full_name", "expected"),
    [
        ("models.list", "models.list", True),
        ("models", "models.list", False),
        ("models.*", "models.list", True),
        ("mod*", "models.list", True),
        ("response?", "responses.create", True),
        ("response?", "responses.cancel", False),
        ("chat", "chat.completions.create", False),
    ],
)
def test_a_bare_endpoint_stands_for_its_create_operation(name: str, full_name: str, expected: bool) -> None:
    assert names_operation(name, full_name) is expected


@pytest.mark.parametrize(
    "name", ["threads.runs", "beta.threads.runs", "beta.threads.runs.create", "threads.runs.create"]
)
def test_the_sdks_beta_may_be_left_out_or_not(name):
    assert names_operation(name, "threads.runs.create")
    assert not names_operation(name, "threads.runs.list")
