"""What a scenario says of models: which there are, and what each takes."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from mockai.records import Before, Field, Listed
from mockai.scenario.schema.written import Whole, Written

__all__ = ["ModelSpec", "ModelStatus", "Models"]

ModelStatus: TypeAlias = Literal["current", "deprecated", "retired"]
Effort: TypeAlias = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
Names: TypeAlias = Annotated[tuple[str, ...], Listed]


class ModelSpec(Written):
    """What a model takes. What is left out is as MockAI knows it; of a model it does not know, everything is taken.

    Parameters go by their names in chat completions.
    """

    status: ModelStatus | None = Field(
        default=None, description="Retired models are unknown where only known ones are let in."
    )
    endpoints: Names | None = Field(default=None, description="Where it is served: chat, responses, completions, …")
    context: Annotated[Whole, Field(ge=1)] | None = Field(
        default=None, description="Tokens of prompt and reply together."
    )
    output: Annotated[Whole, Field(ge=1)] | None = Field(default=None, description="Tokens a reply may have at most.")
    unknown: Names | None = Field(default=None, description="Parameters that it does not know at all.")
    unsupported: Names | None = Field(default=None, description="Parameters it never takes.")
    fixed: Names | None = Field(default=None, description="Parameters that it takes at their default only.")
    while_reasoning: Names | None = Field(
        default=None, description="Parameters it takes only where it does not reason."
    )
    beside_tools: Names | None = Field(default=None, description="Parameters it takes beside `tools` only.")
    retentions: Names | None = Field(
        default=None, description="How long it keeps prompts in its cache: in_memory, 24h."
    )
    efforts: Annotated[tuple[Effort, ...], Listed] | None = Field(default=None, description="Its efforts of reasoning.")
    effort: Effort | None = Field(default=None, description="Its effort where none is asked for.")
    inputs: Names | None = Field(default=None, description="What a message may hold: text, image, audio, file.")
    formats: Names | None = Field(default=None, description="Its response formats: text, json_object, json_schema.")
    roles: Names | None = Field(default=None, description="The roles its messages may have.")
    choices: Annotated[Whole, Field(ge=1)] | None = Field(default=None, description="The largest `n`.")
    top_logprobs: Annotated[Whole, Field(ge=0)] | None = Field(default=None, description="The largest `top_logprobs`.")
    created: Annotated[Whole, Field(ge=0)] | None = Field(
        default=None, description="When it was made, in Unix seconds."
    )
    owned_by: str | None = Field(default=None, description="Whose it is.")

    def facts(self) -> dict[str, Any]:
        """What is written down, by name."""
        return {name: getattr(self, name) for name in self.given(*type(self).model_fields)}


def _by_name(value: Any) -> Any:
    names = [value] if isinstance(value, str) else value
    if isinstance(names, list | tuple) and all(isinstance(name, str) for name in names):
        return {name: {} for name in names}
    return value


Models = Annotated[dict[str, ModelSpec], Before(_by_name, form=str | tuple[str, ...] | dict[str, ModelSpec])]
"""Models by name or glob."""
