"""What a scenario says of models: which there are, and what each takes."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from mockai.records import After, Before, Field, Listed
from mockai.scenario.schema.written import Whole, Written

__all__ = ["ModelSpec", "ModelStatus", "Models"]

ModelStatus: TypeAlias = Literal["current", "deprecated", "retired"]
Effort: TypeAlias = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
Endpoint: TypeAlias = Literal[
    "chat", "responses", "completions", "embeddings", "images", "moderations", "realtime", "speech", "transcriptions",
    "videos",
]  # fmt: skip
Input: TypeAlias = Literal["text", "image", "audio", "file"]
Format: TypeAlias = Literal["text", "json_object", "json_schema"]
Role: TypeAlias = Literal["developer", "system", "user", "assistant", "tool", "function"]
Sampling: TypeAlias = Literal[
    "temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs"
]
WhileReasoning: TypeAlias = Literal[
    "tools", "temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs"
]
Unsupported: TypeAlias = Literal[
    "tools", "parallel_tool_calls", "max_tokens", "logit_bias", "stop", "prediction", "web_search_options",
    "reasoning_effort", "temperature", "top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs",
]  # fmt: skip


class ModelSpec(Written):
    """What a model takes. What is left out is as MockAI knows it; of a model it does not know, everything is taken.

    Parameters go by their names in chat completions.
    """

    status: ModelStatus | None = Field(
        default=None, description="Retired models are unknown where only known ones are let in."
    )
    endpoints: Annotated[tuple[Endpoint, ...], Listed] | None = Field(
        default=None, description="Where it is served: chat, responses, completions, …"
    )
    context: Annotated[Whole, Field(ge=1)] | None = Field(
        default=None, description="Tokens of prompt and reply together."
    )
    output: Annotated[Whole, Field(ge=1)] | None = Field(default=None, description="Tokens a reply may have at most.")
    unknown: Annotated[tuple[str, ...], Listed] | None = Field(
        default=None, description="Parameters that it does not know at all."
    )
    unsupported: Annotated[tuple[Unsupported, ...], Listed] | None = Field(
        default=None, description="Parameters it never takes."
    )
    fixed: Annotated[tuple[Sampling, ...], Listed] | None = Field(
        default=None, description="Parameters that it takes at their default only."
    )
    while_reasoning: Annotated[tuple[WhileReasoning, ...], Listed] | None = Field(
        default=None, description="Parameters it takes only where it does not reason."
    )
    beside_tools: Annotated[tuple[Literal["parallel_tool_calls"], ...], Listed] | None = Field(
        default=None, description="Parameters it takes beside `tools` only."
    )
    retentions: Annotated[tuple[Literal["in_memory", "24h"], ...], Listed] | None = Field(
        default=None, description="How long it keeps prompts in its cache: in_memory, 24h."
    )
    efforts: Annotated[tuple[Effort, ...], Listed] | None = Field(default=None, description="Its efforts of reasoning.")
    effort: Effort | None = Field(default=None, description="Its effort where none is asked for.")
    inputs: Annotated[tuple[Input, ...], Listed] | None = Field(
        default=None, description="What a message may hold: text, image, audio, file."
    )
    formats: Annotated[tuple[Format, ...], Listed] | None = Field(
        default=None, description="Its response formats: text, json_object, json_schema."
    )
    roles: Annotated[tuple[Role, ...], Listed] | None = Field(
        default=None, description="The roles its messages may have."
    )
    choices: Annotated[Whole, Field(ge=1)] | None = Field(default=None, description="The largest `n`.")
    top_logprobs: Annotated[Whole, Field(ge=0)] | None = Field(default=None, description="The largest `top_logprobs`.")
    created: Annotated[Whole, Field(ge=0)] | None = Field(
        default=None, description="When it was made, in Unix seconds."
    )
    owned_by: str | None = Field(default=None, description="Whose it is.")

    def facts(self) -> dict[str, Any]:
        """What is written down, by name."""
        return {name: getattr(self, name) for name in self.given(*type(self).model_fields)}


def _thinking(spec: ModelSpec) -> ModelSpec:
    """With an effort that it makes, where both are written."""
    if spec.efforts and spec.effort and spec.effort not in spec.efforts:
        raise ValueError(f"effort is one of its efforts ({', '.join(spec.efforts)}); seen {spec.effort}")
    return spec


def _by_name(value: Any) -> Any:
    names = [value] if isinstance(value, str) else value
    if isinstance(names, list | tuple) and all(isinstance(name, str) for name in names):
        return {name: {} for name in names}
    return value


_Checked: TypeAlias = Annotated[ModelSpec, After(_thinking)]
Models = Annotated[dict[str, _Checked], Before(_by_name, form=str | tuple[str, ...] | dict[str, ModelSpec])]
"""Models by name or glob."""
