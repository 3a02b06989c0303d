"""Records of what people write: classes of typed fields whose values are checked when one is made.

Nothing is turned into another kind of value, every fault of a value is found at once, and what a class checks is worked
out when the first of its records is made: of some sixty classes a scenario uses a few, and a start pays for no others.
"""

from __future__ import annotations

from mockai.records.fields import Field, FieldInfo
from mockai.records.kinds import Kind
from mockai.records.marks import After, Before, Listed, Schema
from mockai.records.record import Record
from mockai.records.schemas import JSON, Definitions
from mockai.records.wrong import InvalidValue, Wrong

__all__ = [
    "JSON",
    "After",
    "Before",
    "Definitions",
    "Field",
    "FieldInfo",
    "InvalidValue",
    "Kind",
    "Listed",
    "Record",
    "Schema",
    "Wrong",
]
