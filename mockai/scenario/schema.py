"""What a user writes, as pydantic models: the one schema behind YAML files, the Python builder and the control API.

Short forms are normalised on the way in (`reply: Hello` becomes `Reply(text="Hello")`), so that everything
behind this module meets one shape. `dump` in `scenario.loading` writes the short forms back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from mockai.faults import FAULTS, Fault, Place, build

__all__ = [
    "REPLY_KINDS",
    "Amount",
    "ChoiceSpec",
    "Chunking",
    "Citation",
    "CountMatch",
    "Defaults",
    "ErrorSpec",
    "FaultSpec",
    "GateSpec",
    "ItemSpec",
    "Latency",
    "RawSpec",
    "Reply",
    "Rule",
    "Scenario",
    "StateSpec",
    "TextMatch",
    "ToolCallSpec",
    "ToolMatch",
    "ToolResultMatch",
    "UsageSpec",
    "When",
]

Then: TypeAlias = Literal["repeat_last", "fail", "cycle", "fall_through"]
Scalar: TypeAlias = str | int | float | bool | None


class _Written(BaseModel):
    """Base of everything written by hand: unknown keys are errors, values do not change afterwards."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, protected_namespaces=())


def _wrap(key: str, *kinds: type) -> BeforeValidator:
    """A short form: a bare value of these kinds stands for `{key: value}`."""

    def wrap(value: Any) -> Any:
        return {key: value} if isinstance(value, kinds) else value

    return BeforeValidator(wrap)


def _listed(value: Any) -> Any:
    return [value] if isinstance(value, str | int | Mapping | BaseModel) else value


def _pattern(value: str) -> str:
    try:
        re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return value


def _header_value(value: str) -> str:
    if "\r" in value or "\n" in value:
        raise ValueError("a header value cannot hold a line break")
    return value


HeaderValue = Annotated[str, BeforeValidator(lambda v: str(v) if type(v) in (int, float) else v), AfterValidator(_header_value)]
Listed = BeforeValidator(_listed)

# ---------------------------------------------------------------------------------------------- when


class TextMatch(_Written):
    """Text that must hold all of what is given. Case counts unless `ignore_case` is set."""

    contains: str | None = None
    equals: str | None = None
    starts_with: str | None = None
    ends_with: str | None = None
    regex: Annotated[str, AfterValidator(_pattern)] | None = None
    ignore_case: bool = False


class CountMatch(_Written):
    """A number: one of `one_of`, and within the bounds given (inclusive)."""

    one_of: tuple[int, ...] | None = None
    at_least: int | None = None
    at_most: int | None = None


class ToolMatch(_Written):
    """A tool the client offered: its name and, if given, a part of its parameters' JSON schema."""

    name: str
    parameters: dict[str, Any] | None = None


def _text(value: Any) -> Any:
    return {"contains": value} if isinstance(value, str) else value


def _exact(value: Any) -> Any:
    if isinstance(value, bool):
        return {"equals": "true" if value else "false"}
    return {"equals": str(value)} if isinstance(value, str | int | float) else value


def _count(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return {"one_of": [value]}
    return {"one_of": value} if isinstance(value, list | tuple) else value


Text = Annotated[TextMatch, BeforeValidator(_text)]
Exact = Annotated[TextMatch, BeforeValidator(_exact)]
Count = Annotated[CountMatch, BeforeValidator(_count)]


class ToolResultMatch(_Written):
    """A tool message the model has not answered yet. A bare string is the tool's name."""

    name: str | None = None
    id: str | None = None
    text: Text | None = None
    json_: Any = Field(None, alias="json")


class When(_Written):
    """Conditions on a request; all must hold."""

    endpoint: Annotated[tuple[str, ...], Listed] | None = None
    model: str | None = None
    user: Text | None = None
    system: Text | None = None
    assistant: Text | None = None
    last: Text | None = None
    any_message: Text | None = None
    tools: Annotated[tuple[Annotated[ToolMatch, _wrap("name", str)], ...], Listed] | None = None
    tool_choice: str | None = None
    tool_result: Annotated[ToolResultMatch, _wrap("name", str)] | None = None
    turn: Count | None = None
    has: Annotated[tuple[Literal["image", "audio", "file"], ...], Listed] | None = None
    response_format: str | None = None
    stream: bool | None = None
    attempt: Count | None = None
    call: Count | None = None
    headers: dict[str, Exact] | None = None
    query: dict[str, Exact] | None = None
    body: dict[str, Any] | None = None
    jmespath: str | None = None
    state: dict[str, Scalar] | None = None
    all: tuple[When, ...] | None = None
    any: tuple[When, ...] | None = None
    not_: When | None = Field(None, alias="not")

    @model_validator(mode="after")
    def _expression(self) -> When:
        if self.jmespath is not None:
            import jmespath

            try:
                jmespath.compile(self.jmespath)
            except jmespath.exceptions.JMESPathError as error:
                raise ValueError(f"jmespath: {error}") from None
        return self


# ------------------------------------------------------------------------------------------- timing


class Amount(_Written):
    """Seconds: fixed, or drawn from a log-normal distribution (`[median, sigma]`) or a uniform one (`[a, b]`)."""

    fixed: Annotated[float, Field(ge=0, le=86_400)] | None = None
    lognormal: tuple[Annotated[float, Field(gt=0)], Annotated[float, Field(ge=0)]] | None = None
    uniform: tuple[Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)]] | None = None

    @model_validator(mode="after")
    def _one(self) -> Amount:
        if sum(value is not None for value in (self.fixed, self.lognormal, self.uniform)) != 1:
            raise ValueError("give a number, {lognormal: [median, sigma]} or {uniform: [low, high]}")
        if self.uniform and self.uniform[0] > self.uniform[1]:
            raise ValueError("uniform: [low, high] needs low <= high")
        return self


Duration = Annotated[Amount, _wrap("fixed", int, float)]


class Latency(_Written):
    """How slowly a reply comes, in seconds. A bare number is `total`.

    `headers` before the status line, `first_token` before the first piece of content, `per_token` (or its
    inverse, `tokens_per_second`) between tokens, `total` for the whole reply. `jitter` varies every wait by
    up to that fraction either way.
    """

    headers: Duration | None = None
    first_token: Duration | None = None
    per_token: Duration | None = None
    tokens_per_second: Annotated[Amount, _wrap("fixed", int, float)] | None = None
    total: Duration | None = None
    jitter: Annotated[float, Field(ge=0, le=1)] = 0.0

    @model_validator(mode="after")
    def _one_pace(self) -> Latency:
        if self.per_token is not None and self.tokens_per_second is not None:
            raise ValueError("per_token and tokens_per_second say the same thing; give one of them")
        if self.tokens_per_second is not None and self.tokens_per_second.fixed == 0:
            raise ValueError("tokens_per_second must be greater than 0")
        return self


class GateSpec(_Written):
    """A stream is held at a gate until it is opened: before the first piece, or `after` so many pieces."""

    name: str
    after: Annotated[int, Field(ge=0)] = 0


class FaultSpec(_Written):
    """A fault, where it strikes (its own default if `place` is None), on which calls of the rule, how often."""

    name: str
    place: Place | None = None
    on: tuple[Annotated[int, Field(ge=1)], ...] | None = None
    probability: Annotated[float, Field(ge=0, le=1)] | None = None
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = {value: {}}
        if not isinstance(value, Mapping):
            raise ValueError("a fault is a name or {name: {options}}")
        if len(value) != 1 and "name" in value:
            return value
        if len(value) != 1:
            raise ValueError(f"a fault is a name or {{name: {{options}}}}; seen the keys {', '.join(map(str, value))}")
        ((name, options),) = value.items()
        if options is None:
            options = {}
        if not isinstance(options, Mapping):
            raise ValueError(f"the options of {name} are a mapping, such as {{after: 3}}")
        rest = dict(options)
        on = rest.pop("on", None)
        return {
            "name": name,
            "place": Place.read(rest),
            "on": _listed(on) if on is not None else None,
            "probability": rest.pop("probability", None),
            "options": rest,
        }

    @model_validator(mode="after")
    def _known(self) -> FaultSpec:
        self.fault()
        return self

    def fault(self) -> Fault:
        """The fault itself, with its options checked."""
        return build(self.name, self.options)

    def where(self) -> Place:
        """The place given, or the fault's own."""
        return self.place or FAULTS[self.name].default_place


# -------------------------------------------------------------------------------------------- reply


class ToolCallSpec(_Written):
    """A call of a tool. `arguments` of None are made up to fit the schema of the tool the client offered;
    a string is sent as it is, so that it may be broken JSON. A custom tool takes `input` instead."""

    name: str
    arguments: dict[str, Any] | list[Any] | str | None = None
    input: str | None = None
    id: str | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"name": value}
        if isinstance(value, Mapping) and len(value) == 1 and "name" not in value:
            ((name, arguments),) = value.items()
            return {"name": name, "arguments": {} if arguments is None else arguments}
        return value


class Citation(_Written):
    """A web citation; the indexes default to the whole text."""

    url: str
    title: str = ""
    start_index: int | None = None
    end_index: int | None = None


class AudioSpec(_Written):
    """Spoken content: what is said, and base64 audio (a short tone is made where there is none)."""

    transcript: str = ""
    data: str | None = None


class EventSpec(_Written):
    """An event of your own beside the chunks; `data` is sent as JSON (a string as it is)."""

    data: Any = None
    name: str | None = None


class ItemSpec(_Written):
    """One part of a reply, in the order it is sent. A bare string is `text`."""

    text: str | None = None
    reasoning: str | None = None
    refusal: str | None = None
    tool_calls: Annotated[tuple[ToolCallSpec, ...], BeforeValidator(_listed)] | None = None
    citation: Annotated[Citation, _wrap("url", str)] | None = None
    audio: Annotated[AudioSpec, _wrap("transcript", str)] | None = None
    event: EventSpec | None = None
    gate: str | None = None

    @model_validator(mode="after")
    def _one(self) -> ItemSpec:
        if len(self.model_fields_set) != 1:
            raise ValueError(f"an item is exactly one of {', '.join(type(self).model_fields)}")
        return self


Items = tuple[Annotated[ItemSpec, _wrap("text", str)], ...]


class ErrorSpec(_Written):
    """An error reply: a name from the catalogue (`mockai list errors`), a status, or both, and what to change."""

    name: str | None = None
    status: Annotated[int, Field(ge=300, le=599)] | None = None
    message: str | None = None
    type: str | None = None
    param: str | None = None
    code: str | int | None = None
    values: dict[str, Any] = Field(default_factory=dict)
    body: Any = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, value: Any) -> Any:
        if isinstance(value, str):
            return {"name": value}
        return {"status": value} if isinstance(value, int) and not isinstance(value, bool) else value


class RawSpec(_Written):
    """A reply byte for byte: `body` (text, or any value sent as JSON), `base64`, or `events` of a stream."""

    status: Annotated[int, Field(ge=200, le=599)] = 200
    headers: dict[str, HeaderValue] = Field(default_factory=dict)
    body: Any = None
    base64: str | None = None
    events: tuple[Any, ...] | None = None


class Chunking(_Written):
    """How a stream is cut: explicit `pieces`, `by` token, word or character, or every `size` characters."""

    pieces: tuple[str, ...] | None = None
    by: Literal["token", "word", "character"] | None = None
    size: Annotated[int, Field(ge=1)] | None = None


class UsageSpec(_Written):
    """Token counts to report instead of those MockAI counts."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    cached_tokens: int | None = None
    cache_write_tokens: int | None = None
    reasoning_tokens: int | None = None
    audio_tokens: int | None = None
    accepted_prediction_tokens: int | None = None
    rejected_prediction_tokens: int | None = None


class LogprobSpec(_Written):
    """The log probability of one token, and of the others it was chosen from."""

    token: str
    logprob: Annotated[float, Field(le=0)] = 0.0
    top: dict[str, float] = Field(default_factory=dict)


class ChoiceSpec(_Written):
    """One of several choices (`n` > 1). A bare string is `text`."""

    text: str | None = None
    json_: Any = Field(None, alias="json")
    refusal: str | None = None
    tool_calls: Annotated[tuple[ToolCallSpec, ...], BeforeValidator(_listed)] | None = None
    items: Items | None = None
    reasoning: str | None = None
    finish_reason: str | None = None


REPLY_KINDS = ("text", "json", "tool_calls", "refusal", "error", "audio", "auto", "echo", "items", "choices", "raw", "python")


class Reply(_Written):
    """What is answered: one kind of content, and what goes with it. A bare string is `text`."""

    text: str | None = None
    json_: Any = Field(None, alias="json")
    tool_calls: Annotated[tuple[ToolCallSpec, ...], BeforeValidator(_listed)] | None = None
    refusal: str | None = None
    error: ErrorSpec | None = None
    audio: Annotated[AudioSpec, _wrap("transcript", str)] | None = None
    auto: Literal[True] | None = None
    echo: Literal[True] | None = None
    items: Items | None = None
    choices: tuple[Annotated[ChoiceSpec, _wrap("text", str)], ...] | None = None
    raw: RawSpec | None = None
    python: Callable[..., Any] | None = Field(None, exclude=True)

    reasoning: str | None = None
    finish_reason: Literal["stop", "length", "tool_calls", "content_filter", "function_call"] | None = None
    usage: UsageSpec | None = None
    model: str | None = None
    id: str | None = None
    headers: dict[str, HeaderValue] = Field(default_factory=dict)
    logprobs: tuple[LogprobSpec, ...] | None = None
    annotations: tuple[Annotated[Citation, _wrap("url", str)], ...] | None = None
    chunks: Annotated[Chunking, _wrap("pieces", list, tuple)] | None = None
    latency: Annotated[Latency, _wrap("total", int, float)] | None = None
    gate: Annotated[GateSpec, _wrap("name", str)] | None = None
    faults: Annotated[tuple[FaultSpec, ...], BeforeValidator(_listed)] | None = None
    set: dict[str, Scalar] = Field(default_factory=dict)
    retry_after: HeaderValue | None = None
    retry_after_ms: HeaderValue | None = None
    service_tier: str | None = None
    system_fingerprint: str | None = None

    @property
    def kind(self) -> str:
        """Which kind of content this reply is: one of `REPLY_KINDS`."""
        return next(name for name in REPLY_KINDS if _field(name) in self.model_fields_set)

    @model_validator(mode="after")
    def _one_kind(self) -> Reply:
        kinds = [name for name in REPLY_KINDS if _field(name) in self.model_fields_set]
        if len(kinds) != 1:
            seen = f"seen {' and '.join(kinds)}" if kinds else "seen none of them"
            raise ValueError(f"a reply is exactly one of {', '.join(REPLY_KINDS[:-1])}; {seen}")
        return self


def _field(kind: str) -> str:
    return "json_" if kind == "json" else kind


Written = Annotated[Reply, _wrap("text", str)]


class Rule(_Written):
    """Which requests are answered, and how. `replies` are given in turn, `then` says what follows the last."""

    name: str | None = None
    when: When = When()
    replies: tuple[Written, ...] = Field(min_length=1)
    then: Then | None = None
    priority: int = 0
    required: bool = False

    @model_validator(mode="before")
    @classmethod
    def _reply_or_replies(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or "reply" not in value:
            return value
        if "replies" in value:
            raise ValueError("a rule has `reply` or `replies`, not both")
        rest = dict(value)
        rest["replies"] = [rest.pop("reply")]
        return rest


class Defaults(_Written):
    """What every reply of the file has unless it says otherwise."""

    model: str | None = None
    headers: dict[str, HeaderValue] = Field(default_factory=dict)
    chunks: Annotated[Chunking, _wrap("pieces", list, tuple)] | None = None
    latency: Annotated[Latency, _wrap("total", int, float)] | None = None
    faults: Annotated[tuple[FaultSpec, ...], BeforeValidator(_listed)] | None = None
    then: Then | None = None


class StateSpec(_Written):
    """Named states: their first values, and whose they are. `per` is a jmespath over the request body
    (`user`, `metadata.chat`) or `headers.NAME`; without it, states belong to the session."""

    initial: dict[str, Scalar] = Field(default_factory=dict)
    per: str | None = None


class Scenario(_Written):
    """One scenario file."""

    name: str | None = None
    description: str | None = None
    include: Annotated[tuple[str, ...], Listed] = ()
    models: tuple[str, ...] = ()
    defaults: Defaults = Defaults()
    state: StateSpec = StateSpec()
    rules: tuple[Rule, ...] = ()
