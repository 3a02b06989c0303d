"""JSON Schemas (2020-12) of records."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

__all__ = ["JSON", "Definitions"]

JSON: TypeAlias = dict[str, Any]


class Definitions:
    """The schemas of records by name, which others refer to."""

    def __init__(self) -> None:
        self.found: dict[str, JSON] = {}

    def reference(self, name: str, make: Callable[[Definitions], JSON]) -> JSON:
        """What refers to a schema, which is made when it is referred to first: it may refer to itself."""
        if name not in self.found:
            self.found[name] = {}
            self.found[name] = make(self)
        return {"$ref": f"#/$defs/{name}"}
