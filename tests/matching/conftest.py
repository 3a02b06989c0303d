"""Rules and requests for the tests of matching, built directly."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mockai.matching.rules import CompiledRule, View, compile_rule, explain
from mockai.request import APIRequest
from mockai.scenario.schema import Rule
from mockai.wire import Headers, HTTPRequest

Ask = Callable[..., APIRequest]
Reasons = Callable[..., list[str]]
MakeRule = Callable[..., CompiledRule]


@pytest.fixture(scope="session")
def ask() -> Ask:
    """A request: `ask(model="gpt-4o", headers=(...))`, a chat completion unless it says otherwise."""

    def build(headers: Headers = (), query: tuple[tuple[str, str], ...] = (), **fields: Any) -> APIRequest:
        http = HTTPRequest("POST", "/v1/chat/completions", query, headers)
        return APIRequest(http, **{"endpoint": "chat.completions", **fields})

    return build


@pytest.fixture(scope="session")
def make_rule() -> MakeRule:
    """A compiled rule with this `when`; further fields are those of the rule."""

    def build(when: Mapping[str, Any] | None = None, key: str = "rule", **fields: Any) -> CompiledRule:
        written = {"when": when or {}, "replies": ["Hello!"], **fields}
        return compile_rule(Rule.model_validate(written), key, "rules.yaml:1:3")

    return build


@pytest.fixture(scope="session")
def reasons(ask: Ask, make_rule: MakeRule) -> Reasons:
    """Why a rule with this `when` does not match a request with these fields; empty when it does."""

    def explained(when: Mapping[str, Any], fields: Mapping[str, Any], view: View | None = None) -> list[str]:
        found = explain(make_rule(when), ask(**fields), view or View())
        return [mismatch.sentence() for mismatch in found.mismatches]

    return explained
