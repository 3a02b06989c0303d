"""The models there are, and what each takes and sends: `models.json`, and what scenarios say beside it."""

from __future__ import annotations

from mockai.models.catalogue import BUILT_IN, Catalogue, Mode
from mockai.models.facts import Facts, Family

__all__ = ["BUILT_IN", "Catalogue", "Facts", "Family", "Mode"]
