"""A test double for the OpenAI API: scripted replies, streams, errors, latency and faults.

from mockai import MockOpenAI

with MockOpenAI("scenarios/") as mock:
    mock.when(user="weather").reply("Sunny.")
    client = mock.client()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockai.version import __version__

if TYPE_CHECKING:
    from mockai.calls import Call
    from mockai.errors import (
        EgressBlocked,
        MockAIError,
        NotResilient,
        PatchLimit,
        PortInUse,
        Problem,
        ReplyError,
        ScenarioError,
        UnmatchedRequest,
        Unsatisfied,
        UsageError,
    )
    from mockai.mock import MockOpenAI
    from mockai.records import InvalidValue
    from mockai.request import APIRequest
    from mockai.scenario.schema import Reply, Rule, Scenario

__all__ = [
    "APIRequest",
    "Call",
    "EgressBlocked",
    "InvalidValue",
    "MockAIError",
    "MockOpenAI",
    "NotResilient",
    "PatchLimit",
    "PortInUse",
    "Problem",
    "Reply",
    "ReplyError",
    "Rule",
    "Scenario",
    "ScenarioError",
    "UnmatchedRequest",
    "Unsatisfied",
    "UsageError",
    "__version__",
]

_HOMES = {
    "APIRequest": "mockai.request",
    "Call": "mockai.calls",
    "InvalidValue": "mockai.records",
    "MockOpenAI": "mockai.mock",
    "Reply": "mockai.scenario.schema",
    "Rule": "mockai.scenario.schema",
    "Scenario": "mockai.scenario.schema",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that `import mockai` costs nothing."""
    if name not in __all__:
        raise AttributeError(f"module 'mockai' has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_HOMES.get(name, "mockai.errors")), name)
