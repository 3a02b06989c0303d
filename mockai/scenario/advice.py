"""Where a key belongs that stands in the wrong place."""

from __future__ import annotations

from collections.abc import Mapping

from mockai.scenario import schema
from mockai.scenario.schema import Written

__all__ = ["PYTHON_ONLY", "misplaced"]

PYTHON_ONLY = (
    "`python` works in Python only, never in a scenario file",
    "A file holds data. Write `mock.when(...).reply(function)`, or `Reply(python=function)`, in a test.",
)

_ROOMS: Mapping[str, tuple[str, str]] = {
    "Scenario": ("at the top of the file", "{key}: …"),
    "Defaults": ("in `defaults` at the top of the file", "defaults: {{{key}: …}}"),
    "StateSpec": ("in `state` at the top of the file", "state: {{{key}: …}}"),
    "Rule": ("in a rule", "rules: [{{{key}: …}}]"),
    "When": ("in the rule's `when`", "when: {{{key}: …}}"),
    "TextMatch": ("under the text it looks at", "user: {{{key}: …}}"),
    "CountMatch": ("under the number it looks at", "turn: {{{key}: …}}"),
    "Reply": ("in the reply, beside its content", "reply: {{text: …, {key}: …}}"),
    "ErrorSpec": ("in the reply's `error`", "error: {{name: …, {key}: …}}"),
    "RawSpec": ("in the reply's `raw`", "raw: {{{key}: …}}"),
    "Latency": ("in `latency`", "latency: {{{key}: …}}"),
    "UsageSpec": ("in the reply's `usage`", "usage: {{{key}: …}}"),
    "Chunking": ("in the reply's `chunks`", "chunks: {{{key}: …}}"),
}

_NEAR: Mapping[str, tuple[str, ...]] = {
    "Scenario": ("Rule", "Defaults", "Reply", "When", "StateSpec", "Latency"),
    "Defaults": ("Latency", "Chunking", "Scenario", "Rule", "Reply"),
    "Rule": ("Reply", "When", "Scenario", "TextMatch", "Latency", "ErrorSpec"),
    "When": ("TextMatch", "CountMatch", "Rule", "Reply", "Latency"),
    "Reply": ("Rule", "ErrorSpec", "Latency", "RawSpec", "UsageSpec", "Chunking", "When", "Scenario"),
    "Latency": ("Reply",),
    "ErrorSpec": ("Reply", "Rule"),
    "RawSpec": ("Reply", "Rule"),
}

_OTHER_WORDS = {
    "response": "reply",
    "responses": "replies",
    "match": "when",
    "request": "when",
    "content": "text",
    "prompt": "user",
    "message": "user",
    "delay": "latency",
    "ttft": "first_token",
    "tps": "tokens_per_second",
    "status_code": "status",
    "scenarios": "rules",
    "fixtures": "rules",
    "functions": "tools",
}


def misplaced(key: str, owner: str) -> str:
    """What to do about a key that the model called `owner` does not have but another does; empty if none does."""
    word = _OTHER_WORDS.get(key, key)
    if word != key and word in _keys(owner):
        return f"Here it is called `{word}`."
    for room in _NEAR.get(owner, ("Reply", "Rule", "When")):
        if key in _keys(room):
            where, shape = _ROOMS[room]
            return f"`{key}` belongs {where}: {shape.format(key=key)}"
    return ""


def _keys(owner: str) -> set[str]:
    model: type[Written] = getattr(schema, owner)
    return {*model.written_keys(), *(field.key for field in model.model_fields.values())}
