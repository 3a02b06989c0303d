"""What every part of the schema shares: strictness, short forms, and the kinds of plain values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    Strict,
    WithJsonSchema,
    model_validator,
)
from pydantic_core import CoreSchema, core_schema

__all__ = ["Flag", "HeaderValue", "Listed", "Number", "Scalar", "Short", "Whole", "Written", "as_list"]

JSON: TypeAlias = dict[str, Any]

TEXT: JSON = {"type": "string"}
ONE_KEY: JSON = {"minProperties": 1, "maxProperties": 1}
SECONDS: JSON = {"type": "number", "minimum": 0}


@dataclass(frozen=True, slots=True)
class Short:
    """A short form: a bare value of these kinds stands for `{key: value}`; `form` is its JSON schema."""

    key: str
    kinds: tuple[type, ...] = (str,)
    form: Mapping[str, Any] | None = None


class Written(BaseModel):
    """Base of everything written by hand: unknown keys are errors, values do not change afterwards."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, populate_by_name=True, protected_namespaces=(), allow_inf_nan=False
    )
    short: ClassVar[Short | None] = None

    @model_validator(mode="before")
    @classmethod
    def _from_short(cls, value: Any) -> Any:
        if cls.short and isinstance(value, cls.short.kinds) and not isinstance(value, bool):
            return {cls.short.key: value}
        return value

    @classmethod
    def short_forms(cls) -> list[JSON]:
        """The JSON schemas of what may stand in for the whole mapping."""
        if cls.short is None:
            return []
        return [dict(cls.short.form or TEXT)]

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JSON:
        reference = handler(core)
        whole = handler.resolve_ref_schema(reference)
        whole.pop("title", None)
        whole["description"] = " ".join(whole.get("description", "").split())
        inner = dict(whole)
        forms = cls.short_forms()
        if forms:
            described = {"description": inner.pop("description")}
            whole.clear()
            whole.update({**described, "anyOf": [*forms, inner]})
        return reference

    def given(self, *names: str) -> list[str]:
        """Which of these fields were written down with a value."""
        return [name for name in names if name in self.model_fields_set and getattr(self, name) is not None]


def as_list(value: Any) -> Any:
    """A lone value as a list of one."""
    return [value] if isinstance(value, str | int | Mapping | BaseModel) else value


class _Listed:
    """Marks a list that may be written as its only element."""

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(as_list, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JSON:
        many = handler(core)
        return {"anyOf": [many["items"], many]}


Listed = _Listed()


def _scalar(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    raise ValueError("must be text, a number, true, false or null")


def _number_as_text(value: Any) -> Any:
    return str(value) if type(value) in (int, float) else value


def _one_line(value: str) -> str:
    if "\r" in value or "\n" in value:
        raise ValueError("a header value cannot hold a line break")
    return value


Scalar = Annotated[
    str | int | float | bool | None,
    BeforeValidator(_scalar),
    WithJsonSchema({"type": ["string", "number", "boolean", "null"]}),
]
Flag = Annotated[bool, Strict()]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict()]
HeaderValue = Annotated[
    str,
    BeforeValidator(_number_as_text),
    AfterValidator(_one_line),
    WithJsonSchema({"type": ["string", "number"], "pattern": "^[^\\r\\n]*$"}),
]
