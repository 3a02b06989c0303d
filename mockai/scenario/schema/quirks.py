"""Quirks of providers, as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import Field, GetJsonSchemaHandler, model_validator
from pydantic_core import CoreSchema

from mockai.providers import QUIRKS, Quirk, quirk
from mockai.scenario.schema.timing import one_key, option_schemas
from mockai.scenario.schema.written import JSON, Written

__all__ = ["QuirkSpec"]


class QuirkSpec(Written):
    """A way to differ from OpenAI: a name, or `{name: {options}}`."""

    name: str
    options: dict[str, Any] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and isinstance(value.get("name"), str):
            return value
        found = quirk(value)
        options = next(iter(value.values())) if isinstance(value, Mapping) else None
        return {"name": found.name, "options": options or {}}

    @model_validator(mode="after")
    def _known(self) -> QuirkSpec:
        self.quirk()
        return self

    def quirk(self) -> Quirk:
        """The quirk itself, with its options checked."""
        return quirk({self.name: self.options})

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JSON:
        reference = handler(core)
        whole = handler.resolve_ref_schema(reference)
        whole.clear()
        whole.update(
            description="How a reply differs from OpenAI's: a name, or a name with its options.",
            anyOf=[{"enum": sorted(QUIRKS)}, one_key({name: _options(found) for name, found in QUIRKS.items()})],
        )
        return reference


def _options(found: type[Quirk]) -> JSON:
    return {
        "description": found.summary,
        "type": ["object", "null"],
        "properties": option_schemas(found),
        "additionalProperties": False,
    }
