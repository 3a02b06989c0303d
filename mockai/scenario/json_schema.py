"""The JSON Schema of a scenario file, for editors."""

from __future__ import annotations

from typing import Any

from mockai.records import Definitions
from mockai.scenario.schema import Scenario

__all__ = ["json_schema"]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schema() -> dict[str, Any]:
    """The schema (JSON Schema 2020-12) that scenario files, short forms included, are valid against."""
    definitions = Definitions()
    whole = Scenario.schema(definitions)
    head = {"$schema": _DIALECT, "$id": "urn:mockai:scenario", "title": "MockAI scenario"}
    return {**head, **whole, "$defs": definitions.found}
