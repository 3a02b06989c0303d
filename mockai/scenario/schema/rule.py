"""A rule, and the file it stands in."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Annotated, Any, Literal, TypeAlias
from urllib.parse import urlsplit

from mockai.providers import ProviderName
from mockai.records import JSON, Definitions, Field, Listed
from mockai.scenario.schema.brownout import BrownoutSpec, Upstreams
from mockai.scenario.schema.keys import KeySpec
from mockai.scenario.schema.limits import LimitsSpec
from mockai.scenario.schema.models import Models
from mockai.scenario.schema.quirks import QuirkSpec
from mockai.scenario.schema.reply import Chunking, Reply
from mockai.scenario.schema.timing import FaultSpec, Latency
from mockai.scenario.schema.when import When, check_jmespath
from mockai.scenario.schema.written import Flag, HeaderValue, Number, Scalar, Whole, Written

__all__ = ["Defaults", "Rule", "Scenario", "StateSpec", "Then", "WebhookSpec"]

Then: TypeAlias = Literal["repeat_last", "fail", "cycle", "fall_through"]


class Rule(Written):
    """Which requests are answered, and how. `replies` are given in turn, `then` says what follows the last."""

    name: str | None = Field(default=None, description="What the rule is called in reports and in calls.")
    when: When = Field(default=When(), description="Conditions on the request; without any, every request matches.")
    replies: tuple[Reply, ...] = Field(min_length=1, description="Replies, given in turn.")
    then: Then | None = Field(default=None, description="What follows the last of the replies.")
    priority: Whole = Field(default=0, description="Higher stands above lower, whatever the order of the rules.")
    required: Flag = Field(default=False, description="Whether it is a failure if the rule is never used.")

    @classmethod
    def _read(cls, value: Any) -> Any:
        if not isinstance(value, Mapping) or "reply" not in value:
            return value
        if "replies" in value:
            raise ValueError("a rule has `reply` or `replies`, not both")
        rest = dict(value)
        rest["replies"] = [rest.pop("reply")]
        return rest

    @classmethod
    def written_keys(cls) -> list[str]:
        """Those of the fields, and `reply` for the only one of `replies`."""
        return ["reply", *super().written_keys()]

    @classmethod
    def mapping_schema(cls, definitions: Definitions) -> JSON:
        """With one reply or several."""
        whole = super().mapping_schema(definitions)
        one = whole["properties"]["replies"]["items"]
        whole["properties"] = {"reply": {"description": "The reply.", **one}, **whole["properties"]}
        del whole["required"]
        return {**whole, "oneOf": [{"required": ["reply"]}, {"required": ["replies"]}]}


class Defaults(Written):
    """What every reply of the file has unless it says otherwise."""

    model: str | None = Field(default=None, description="The model reported; else the one asked for.")
    headers: dict[str, HeaderValue] = Field(default_factory=dict, description="Headers to add.")
    chunks: Chunking | None = Field(default=None, description="How a stream is cut.")
    latency: Latency | None = Field(default=None, description="How slowly a reply comes, in seconds.")
    faults: Annotated[tuple[FaultSpec, ...], Listed] | None = Field(
        default=None, description="What goes wrong on the way."
    )
    then: Then | None = Field(default=None, description="What follows the last of a rule's replies.")


class StateSpec(Written):
    """Named states: their first values, and whose they are. `per` is a jmespath over the request body
    (`user`, `metadata.chat`) or `headers.NAME`; without it, states belong to the session."""

    initial: dict[str, Scalar] = Field(default_factory=dict, description="First values by name.")
    per: str | None = Field(default=None, description="Whose they are: a JMESPath over the body, or `headers.NAME`.")

    def _check(self) -> None:
        if self.per is not None and not self.per.lower().startswith("headers."):
            check_jmespath("per", self.per)


class WebhookSpec(Written):
    """Where events are sent when something ends in the background, signed with a secret."""

    url: str = Field(description="Where events are sent to, on this machine unless `remote` says otherwise.")
    secret: str = Field(description="What they are signed with: `whsec_` and base64, or any text.")
    events: Annotated[tuple[str, ...], Listed] = Field(
        default=("*",), description="Which events: `batch.completed`, `response.*` …; all, unless it is given."
    )
    remote: Flag = Field(default=False, description="Whether the URL may lead to another machine.")

    def _check(self) -> None:
        try:
            parts = urlsplit(self.url)
            parts.port  # noqa: B018 - raises where it is no number
        except ValueError as error:
            raise ValueError(f"url is not a URL: {error}") from None
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"url is http://… or https://…; seen {self.url!r}")
        if self.secret.startswith("whsec_") and not _is_base64(self.secret.removeprefix("whsec_")):
            raise ValueError("secret begins with whsec_, so that base64 must follow")
        if not self.remote and not _is_loopback(parts.hostname):
            raise ValueError(f"url leads off this machine, to {parts.hostname!r}; add `remote: true` if that is meant")


def _is_base64(text: str) -> bool:
    try:
        b64decode(text, validate=True)
    except ValueError:
        return False
    return True


def _is_loopback(host: str) -> bool:
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


class Scenario(Written):
    """One scenario file."""

    name: str | None = Field(default=None, description="What the scenario is called.")
    description: str | None = Field(default=None, description="What it is for.")
    include: Annotated[tuple[str, ...], Listed] = Field(default=(), description="Other files, relative to this one.")
    models: Models = Field(
        default_factory=dict, description="Models to list beside those rules name, and what each of them takes."
    )
    keys: dict[str, KeySpec] = Field(
        default_factory=dict, description="API keys, or globs of them: with any, only these are let in."
    )
    provider: ProviderName | None = Field(
        default=None, description="Whose API answers, where that differs from OpenAI's."
    )
    quirks: Annotated[tuple[QuirkSpec, ...], Listed] = Field(
        default=(), description="How replies differ from OpenAI's."
    )
    defaults: Defaults = Field(
        default=Defaults(), description="What holds for the file unless a reply or rule says otherwise."
    )
    state: StateSpec = Field(default=StateSpec(), description="Named states: first values, and whose they are.")
    step_seconds: Annotated[Number, Field(ge=0)] | None = Field(
        default=None,
        description="Seconds that each step in the life of a batch, a run or a job takes; without them, a look at it.",
    )
    validation: Literal["strict", "lenient"] | None = Field(
        default=None,
        description="What a request gets that the API would refuse: its error, or an answer, with the error noted.",
    )
    upstreams: Upstreams = Field(default_factory=dict, description="Providers by name: their paths, their models.")
    brownouts: tuple[BrownoutSpec, ...] = Field(
        default=(), description="Providers that fail for a while, by a schedule."
    )
    limits: LimitsSpec | None = Field(default=None, description="Rate limits and quotas; a bare word is a tier.")
    webhooks: tuple[WebhookSpec, ...] = Field(
        default=(), description="Where to tell that a batch, a job or a response ended."
    )
    rules: tuple[Rule, ...] = Field(default=(), description="The first rule that matches answers.")
