"""The JSON Schema of a scenario file, for editors."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from mockai.scenario.schema import Scenario

__all__ = ["json_schema"]


def json_schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) that scenario files, short forms included, are valid against."""
    schema = Scenario.model_json_schema(schema_generator=_Generator)
    head = {"$schema": _Generator.schema_dialect, "$id": "urn:mockai:scenario", "title": "MockAI scenario"}
    return {**head, **schema}


class _Generator(GenerateJsonSchema):
    """Leaves out what an editor would only repeat: titles, defaults, and null beside each optional key."""

    def field_title_should_be_set(self, schema: Any) -> bool:
        """No titles for fields."""
        return False

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """The schema without its default."""
        return self.generate_inner(schema["schema"])

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """The schema itself: a key that is not wanted is left out."""
        return self.generate_inner(schema["schema"])
