"""Quirks of providers, as they are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.providers import QUIRKS, Quirk, quirk
from mockai.records import JSON, Definitions, Field
from mockai.scenario.schema.timing import one_key, option_schemas
from mockai.scenario.schema.written import Written

__all__ = ["QuirkSpec"]


class QuirkSpec(Written):
    """A way to differ from OpenAI: a name, or `{name: {options}}`."""

    name: str
    options: dict[str, Any] = Field(default_factory=dict)

    @classmethod
    def _read(cls, value: Any) -> Any:
        if isinstance(value, Mapping) and isinstance(value.get("name"), str):
            return value
        found = quirk(value)
        options = next(iter(value.values())) if isinstance(value, Mapping) else None
        return {"name": found.name, "options": options or {}}

    def _check(self) -> None:
        self.quirk()

    def quirk(self) -> Quirk:
        """The quirk itself, with its options checked."""
        return quirk({self.name: self.options})

    @classmethod
    def schema(cls, definitions: Definitions) -> JSON:
        """Every quirk with its options."""
        return {
            "description": "How a reply differs from OpenAI's: a name, or a name with its options.",
            "anyOf": [{"enum": sorted(QUIRKS)}, one_key({name: _options(found) for name, found in QUIRKS.items()})],
        }


def _options(found: type[Quirk]) -> JSON:
    return {
        "description": found.summary,
        "type": ["object", "null"],
        "properties": option_schemas(found),
        "additionalProperties": False,
    }
