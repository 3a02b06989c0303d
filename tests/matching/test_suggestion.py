from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mockai.matching.rules import View, compile_rule, match
from mockai.matching.suggestion import suggest
from mockai.request import APIRequest, Message
from mockai.scenario.loading import load_text
from mockai.scenario.schema import Rule
from mockai.wire import HTTPRequest

CASES: list[tuple[dict[str, Any], str]] = [
    (
        {"messages": (Message("user", "Hello"),)},
        '- when:\n    endpoint: chat.completions\n    user: "Hello"\n  reply: Hello!\n',
    ),
    (
        {"messages": (Message("user", 'no: "é"\n'),)},
        '- when:\n    endpoint: chat.completions\n    user: "no: \\"é\\"\\n"\n  reply: Hello!\n',
    ),
    (
        {"messages": (Message("user", "a" * 121),)},
        f'- when:\n    endpoint: chat.completions\n    user:\n      starts_with: "{"a" * 80}"\n  reply: Hello!\n',
    ),
    (
        {"messages": (Message("user", "Go"), Message("tool", "1", call_id="call_1", name="add"))},
        '- when:\n    endpoint: chat.completions\n    user: "Go"\n    tool_result:\n      name: "add"\n'
        "  reply: Hello!\n",
    ),
    (
        {"messages": (Message("tool", "1", call_id="call_1"),)},
        '- when:\n    endpoint: chat.completions\n    tool_result:\n      id: "call_1"\n  reply: Hello!\n',
    ),
    (
        {"messages": (Message("user", ""), Message("tool", "1"))},
        "- when:\n    endpoint: chat.completions\n  reply: Hello!\n",
    ),
    (
        {"endpoint": "models", "operation": "list"},
        "- when:\n    endpoint: models.list\n  reply:\n    auto: true\n",
    ),
]


@pytest.mark.parametrize(("fields", "expected"), CASES)
def test_a_rule_is_suggested_that_names_what_was_asked(fields: dict[str, Any], expected: str, ask: Any) -> None:
    assert suggest(ask(**fields)) == expected


texts = st.text() | st.sampled_from(["no", "1e3", "12:30", "null", "~", "- a", "{{ x }}", "a: b", "#", "0o17", " x "])
messages = st.lists(
    st.builds(
        Message,
        st.sampled_from(["user", "system", "assistant", "tool"]),
        texts,
        call_id=st.none() | texts,
        name=st.none() | texts,
    ),
    max_size=4,
)


@given(messages, st.sampled_from([("chat.completions", "create"), ("models", "list"), ("embeddings", "create")]))
def test_the_rule_suggested_loads_and_matches_the_request(talk: list[Message], asked: tuple[str, str]) -> None:
    request = APIRequest(HTTPRequest("POST", "/v1/x"), *asked, messages=tuple(talk))
    (written,) = yaml.safe_load(suggest(request))
    rule = compile_rule(Rule.model_validate(written), "suggested", "here")
    assert match(rule, request, View()).matched is True


@given(messages)
def test_the_rule_suggested_can_be_pasted_into_a_scenario_file(talk: list[Message]) -> None:
    request = APIRequest(HTTPRequest("POST", "/v1/x"), "chat.completions", messages=tuple(talk))
    pasted = "rules:\n" + "".join(f"  {line}\n" for line in suggest(request).splitlines())
    (placed,) = load_text(pasted).rules
    assert match(compile_rule(placed.rule, placed.key, placed.where), request, View()).matched is True
