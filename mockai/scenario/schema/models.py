"""What a scenario says of models: which there are, and what each takes."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic_core import CoreSchema, core_schema

from mockai.scenario.schema.written import JSON, TEXT, Listed, Whole, Written

__all__ = ["ModelSpec", "ModelStatus", "Models"]

ModelStatus: TypeAlias = Literal["current", "deprecated", "retired"]
Effort: TypeAlias = Literal["none", "minimal", "low", "medium", "high", "xhigh", "max"]
Names: TypeAlias = Annotated[tuple[str, ...], Listed]


class ModelSpec(Written):
    """What a model takes. What is left out is as MockAI knows it; of a model it does not know, everything is taken.

    Parameters go by their names in chat completions.
    """

    status: ModelStatus | None = Field(None, description="Retired models are unknown where only known ones are let in.")
    endpoints: Names | None = Field(None, description="Where it is served: chat, responses, completions, …")
    context: Annotated[Whole, Field(ge=1)] | None = Field(None, description="Tokens of prompt and reply together.")
    output: Annotated[Whole, Field(ge=1)] | None = Field(None, description="Tokens a reply may have at most.")
    unknown: Names | None = Field(None, description="Parameters that it does not know at all.")
    unsupported: Names | None = Field(None, description="Parameters it never takes.")
    fixed: Names | None = Field(None, description="Parameters that it takes at their default only.")
    while_reasoning: Names | None = Field(None, description="Parameters it takes only where it does not reason.")
    efforts: Annotated[tuple[Effort, ...], Listed] | None = Field(None, description="Its efforts of reasoning.")
    effort: Effort | None = Field(None, description="Its effort where none is asked for.")
    inputs: Names | None = Field(None, description="What a message may hold: text, image, audio, file.")
    formats: Names | None = Field(None, description="Its response formats: text, json_object, json_schema.")
    roles: Names | None = Field(None, description="The roles its messages may have.")
    empty_messages: bool | None = Field(None, description="Takes messages without content, whoever's they are.")
    choices: Annotated[Whole, Field(ge=1)] | None = Field(None, description="The largest `n`.")
    top_logprobs: Annotated[Whole, Field(ge=0)] | None = Field(None, description="The largest `top_logprobs`.")
    created: Annotated[Whole, Field(ge=0)] | None = Field(None, description="When it was made, in Unix seconds.")
    owned_by: str | None = Field(None, description="Whose it is.")

    def facts(self) -> dict[str, Any]:
        """What is written down, by name."""
        return {name: getattr(self, name) for name in self.given(*type(self).model_fields)}


def _by_name(value: Any) -> Any:
    names = [value] if isinstance(value, str) else value
    if isinstance(names, list | tuple) and all(isinstance(name, str) for name in names):
        return {name: {} for name in names}
    return value


class _ByName:
    """Marks models that may be written as names alone, of which nothing else is said."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_by_name, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JSON:
        return {"anyOf": [TEXT, {"type": "array", "items": TEXT}, handler(core)]}


Models = Annotated[dict[str, ModelSpec], _ByName()]
"""Models by name or glob."""
