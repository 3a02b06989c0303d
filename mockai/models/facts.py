"""What is known of one model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from mockai.tokens import Rules, rules_of

__all__ = ["Facts", "Family"]


@dataclass(frozen=True, slots=True)
class Family:
    """What one family of models sends differently.

    `logprobs_null`: choices hold `logprobs: null` where others leave the key out. `fingerprint`: what
    `system_fingerprint` looks like. `tier`: replies name their `service_tier`. `cache_write` and `modalities`:
    the further token details in `usage`. `named_choice_stops`: a call that `tool_choice` names ends with `stop`.
    `tokens`: how they count.
    """

    logprobs_null: bool = True
    fingerprint: Literal["fp", "null", "empty"] = "fp"
    tier: bool = True
    cache_write: bool = False
    modalities: bool = False
    named_choice_stops: bool = True
    tokens: Rules = field(default_factory=lambda: rules_of(""))


_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Facts:
    """What a model takes; None and the empty set mean that nothing is known to be refused.

    `status` is `unknown` for a name that is on no list. `snapshot` is how replies name the model, `family` what it
    sends. The others are as in `ModelSpec`, by the names of chat completions.
    """

    status: Literal["current", "deprecated", "retired", "unknown"] = "unknown"
    endpoints: frozenset[str] | None = None
    context: int | None = None
    output: int | None = None
    unknown: frozenset[str] = _NONE
    unsupported: frozenset[str] = _NONE
    fixed: frozenset[str] = _NONE
    while_reasoning: frozenset[str] = _NONE
    efforts: tuple[str, ...] = ()
    effort: str | None = None
    inputs: frozenset[str] | None = None
    formats: frozenset[str] | None = None
    roles: frozenset[str] | None = None
    beside_tools: frozenset[str] = _NONE
    retentions: frozenset[str] | None = None
    choices: int = 128
    top_logprobs: int = 20
    created: int | None = None
    owned_by: str = "system"
    snapshot: str | None = None
    family: Family = field(default_factory=Family)

    @classmethod
    def of(cls, written: Mapping[str, Any], family: Family) -> Facts:
        """The facts as they are written in JSON or YAML."""
        given = {name: value for name, value in written.items() if value is not None}
        sets = {name: frozenset(given[name]) for name in _SETS & given.keys()}
        return cls(**{**given, **sets, "efforts": tuple(given.get("efforts", ())), "family": family})

    @property
    def reasons(self) -> bool:
        """Whether the model can think before it answers."""
        return bool(self.efforts)


_SETS = {"endpoints", "unknown", "unsupported", "fixed", "while_reasoning", "beside_tools", "inputs"}
_SETS |= {"formats", "roles", "retentions"}
