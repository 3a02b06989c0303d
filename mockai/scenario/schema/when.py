"""Conditions on a request."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from mockai.records import JSON, After, Before, Field, Listed
from mockai.scenario.schema.written import Flag, Scalar, Short, Whole, Written

__all__ = ["CountMatch", "TextMatch", "ToolMatch", "ToolResultMatch", "When"]


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


class TextMatch(Written):
    """Text that must hold all of what is given. Case counts unless `ignore_case` is set."""

    short = Short("contains")

    contains: str | None = None
    equals: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    regex: Annotated[str, After(_pattern)] | None = None
    ignore_case: Flag = False


class CountMatch(Written):
    """A number: one of `one_of`, and within the bounds given (inclusive)."""

    short = Short("one_of", (int, list, tuple))

    one_of: Annotated[tuple[Whole, ...], Listed] | None = None
    at_least: Whole | None = None
    at_most: Whole | None = None

    def holds(self, number: int) -> bool:
        """Whether this number is one of them, and within the bounds."""
        return (
            (self.one_of is None or number in self.one_of)
            and (self.at_least is None or number >= self.at_least)
            and (self.at_most is None or number <= self.at_most)
        )

    @classmethod
    def short_forms(cls) -> list[JSON]:
        """A number, or a list of them."""
        return [{"type": "integer"}, {"type": "array", "items": {"type": "integer"}}]


class ToolMatch(Written):
    """A tool the client offered: its name and, if given, a part of its parameters' JSON schema."""

    short = Short("name")

    name: str
    parameters: dict[str, Any] | None = None


def _exact(value: Any) -> Any:
    if isinstance(value, bool):
        return {"equals": "true" if value else "false"}
    return {"equals": str(value)} if isinstance(value, str | int | float) else value


Exact = Annotated[TextMatch, Before(_exact, form=str | float | bool | TextMatch)]


class ToolResultMatch(Written):
    """A tool message the model has not answered yet. A bare string is the tool's name."""

    short = Short("name")

    name: str | None = Field(default=None, description="The tool's name.")
    id: str | None = Field(default=None, description="The id of the call it answers.")
    text: TextMatch | None = Field(default=None, description="Its text.")
    json_: Any = Field(default=None, alias="json", description="A part of its text, read as JSON.")


class When(Written):
    """Conditions on a request; all must hold."""

    endpoint: Annotated[tuple[str, ...], Listed] | None = Field(
        default=None, description="The SDK's name of what is called: `chat.completions`, `responses` …, one or a list."
    )
    model: str | None = Field(default=None, description="The model asked for; `*` and `?` stand for anything.")
    user: TextMatch | None = Field(default=None, description="Text of the last user message.")
    system: TextMatch | None = Field(default=None, description="Text of the last system or developer message.")
    assistant: TextMatch | None = Field(default=None, description="Text of the last assistant message.")
    last: TextMatch | None = Field(default=None, description="Text of the last message, whoever it is from.")
    any_message: TextMatch | None = Field(default=None, description="Text of any of the messages.")
    tools: Annotated[tuple[ToolMatch, ...], Listed] | None = Field(
        default=None, description="Tools the client offers, by name or by name and a part of their parameters' schema."
    )
    tool_choice: str | None = Field(
        default=None, description="The tool choice: `auto`, `required`, `none` or a tool's name."
    )
    tool_result: ToolResultMatch | None = Field(
        default=None, description="A tool message the model has not answered yet."
    )
    turn: CountMatch | None = Field(
        default=None, description="How many assistant messages the conversation holds so far."
    )
    has: Annotated[tuple[Literal["image", "audio", "file"], ...], Listed] | None = Field(
        default=None, description="What the messages hold besides text."
    )
    response_format: str | None = Field(
        default=None,
        description="The kind of response format (`json_schema`, `json_object`, `text`), or its schema's name.",
    )
    stream: Flag | None = Field(default=None, description="Whether a stream is asked for.")
    attempt: CountMatch | None = Field(default=None, description="The SDK's retry count, 0 at first.")
    call: CountMatch | None = Field(default=None, description="Which call of this rule it is, 1 at first.")
    headers: dict[str, Exact] | None = Field(default=None, description="Headers the request must have, in any case.")
    query: dict[str, Exact] | None = Field(default=None, description="Query parameters the request must have.")
    upstream: str | None = Field(default=None, description="The upstream asked; `*` and `?` stand for anything.")
    body: dict[str, Any] | None = Field(default=None, description="A part of the JSON body.")
    jmespath: str | None = Field(default=None, description="A JMESPath expression over the body that must be true.")
    state: dict[str, Scalar] | None = Field(default=None, description="Named states that must have these values.")
    all: tuple[When, ...] | None = Field(default=None, description="Conditions that must all hold.")
    any: tuple[When, ...] | None = Field(default=None, description="Conditions of which one must hold.")
    not_: When | None = Field(default=None, alias="not", description="Conditions that must not hold together.")

    def _check(self) -> None:
        if self.jmespath is not None:
            check_jmespath("jmespath", self.jmespath)


def check_jmespath(key: str, expression: str) -> None:
    """Raise ValueError if this is not a JMESPath expression."""
    import jmespath

    try:
        jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError as error:
        reason = " ".join(str(error).split())
        raise ValueError(f"{key} is not a JMESPath expression: {reason}") from None
