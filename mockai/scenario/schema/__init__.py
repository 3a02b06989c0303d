"""What a user writes, as records: the one schema behind YAML files, the Python builder and the control API.

Short forms are normalised on the way in (`reply: Hello` becomes `Reply(text="Hello")`), so that everything
behind this module meets one shape. `dump` in `scenario.writing` writes the short forms back.
"""

from __future__ import annotations

from mockai.scenario.schema.brownout import BrownoutSpec, PhaseName, PhaseSpec, Upstreams, UpstreamSpec
from mockai.scenario.schema.keys import KeySpec
from mockai.scenario.schema.limits import LimitSpec, LimitsSpec
from mockai.scenario.schema.media import (
    CATEGORIES,
    OWN_ENDPOINTS,
    EmbeddingSpec,
    ImageSpec,
    ModerationSpec,
    SegmentSpec,
    TranscriptSpec,
)
from mockai.scenario.schema.models import ModelSpec
from mockai.scenario.schema.parts import AudioSpec, Citation, EventSpec, ItemSpec, ToolCallSpec
from mockai.scenario.schema.quirks import QuirkSpec
from mockai.scenario.schema.reply import (
    REPLY_KINDS,
    ChoiceSpec,
    Chunking,
    ErrorSpec,
    LogprobSpec,
    RawSpec,
    Reply,
    UsageSpec,
)
from mockai.scenario.schema.rule import Defaults, Rule, Scenario, StateSpec, Then, WebhookSpec
from mockai.scenario.schema.timing import Amount, FaultSpec, GateSpec, Latency
from mockai.scenario.schema.when import CountMatch, TextMatch, ToolMatch, ToolResultMatch, When
from mockai.scenario.schema.written import Scalar, Written

__all__ = [
    "CATEGORIES",
    "OWN_ENDPOINTS",
    "REPLY_KINDS",
    "Amount",
    "AudioSpec",
    "BrownoutSpec",
    "ChoiceSpec",
    "Chunking",
    "Citation",
    "CountMatch",
    "Defaults",
    "EmbeddingSpec",
    "ErrorSpec",
    "EventSpec",
    "FaultSpec",
    "GateSpec",
    "ImageSpec",
    "ItemSpec",
    "KeySpec",
    "Latency",
    "LimitSpec",
    "LimitsSpec",
    "LogprobSpec",
    "ModelSpec",
    "ModerationSpec",
    "PhaseName",
    "PhaseSpec",
    "QuirkSpec",
    "RawSpec",
    "Reply",
    "Rule",
    "Scalar",
    "Scenario",
    "SegmentSpec",
    "StateSpec",
    "TextMatch",
    "Then",
    "ToolCallSpec",
    "ToolMatch",
    "ToolResultMatch",
    "TranscriptSpec",
    "UpstreamSpec",
    "Upstreams",
    "UsageSpec",
    "WebhookSpec",
    "When",
    "Written",
]
