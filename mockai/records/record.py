"""The base of records."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Mapping
from dataclasses import FrozenInstanceError
from typing import Any, ClassVar, NamedTuple, Self, dataclass_transform

from mockai.records.fields import MISSING, Field, FieldInfo
from mockai.records.schemas import JSON, Definitions
from mockai.records.wrong import InvalidValue, Location, Wrong

__all__ = ["Record"]


class _Layout(NamedTuple):
    """What is worked out of a class once."""

    fields: Mapping[str, FieldInfo]
    by_key: Mapping[str, FieldInfo]
    defaults: Mapping[str, Any]
    factories: Mapping[str, Callable[[], Any]]
    required: tuple[FieldInfo, ...]


class _Fields:
    def __get__(self, instance: Any, owner: type[Record]) -> Mapping[str, FieldInfo]:
        return _layout(owner).fields


@dataclass_transform(kw_only_default=True, frozen_default=True, field_specifiers=(Field,))
class Record:
    """Base of records: unknown keys are wrong, values do not change afterwards.

    A record is equal to another of its class with the same values, whichever of them were given.
    """

    model_fields: ClassVar[Mapping[str, FieldInfo]] = _Fields()  # type: ignore[assignment]  # worked out once
    """The fields by their names."""
    model_fields_set: ClassVar[frozenset[str]]
    """The names of those that were given."""
    _declared: ClassVar[Mapping[str, FieldInfo]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        own = {}
        for name, annotation in inspect.get_annotations(cls).items():
            if str(annotation).partition("[")[0].endswith("ClassVar"):
                continue
            default = vars(cls).get(name, MISSING)
            own[name] = default if isinstance(default, FieldInfo) else FieldInfo(default, None, None, {})
            if default is not MISSING:
                delattr(cls, name)
        cls._declared = {**cls._declared, **own}

    def __init__(self, /, **given: Any) -> None:
        wrongs: list[Wrong] = []
        if not self._take(given, (), wrongs):
            raise InvalidValue(type(self).__name__, wrongs)

    @classmethod
    def model_validate(cls, value: Any) -> Self:
        """The record of this mapping or short form; a record as it is. Raises InvalidValue."""
        wrongs: list[Wrong] = []
        made = cls.read_as_part(value, (), wrongs)
        if made is None:
            raise InvalidValue(cls.__name__, wrongs)
        return made

    @classmethod
    def read_as_part(cls, value: Any, where: Location, wrongs: list[Wrong]) -> Self | None:
        """The record of a value that stands in another; what is wrong with it is added to `wrongs`."""
        if isinstance(value, cls):
            return value
        made = cls.__new__(cls)
        return made if made._take(value, where, wrongs) else None

    @classmethod
    def _read(cls, value: Any) -> Any:
        """The mapping that a value is short for. A ValueError refuses the value."""
        return value

    def _check(self) -> None:
        """Raise ValueError if the values, each of which fits, do not go together."""

    def _take(self, value: Any, where: Location, wrongs: list[Wrong]) -> bool:
        """Take over a value; False if something is wrong with it."""
        try:
            written = self._read(value)
        except ValueError as error:
            wrongs.append(Wrong(where, "own", value, str(error)))
            return False
        if not isinstance(written, Mapping):
            wrongs.append(Wrong(where, "record", value, f"must be {self.described()}", type(self)))
            return False
        return self._fill(written, value, where, wrongs)

    def _fill(self, written: Mapping[str, Any], value: Any, where: Location, wrongs: list[Wrong]) -> bool:
        layout = _layout(type(self))
        values, given, before = {**layout.defaults}, set(), len(wrongs)
        for key, each in written.items():
            field = layout.by_key.get(key)
            if field is None or field.name in given:
                wrongs.append(Wrong((*where, key), "unknown", each, "there is no such key"))
            else:
                values[field.name] = field.kind.read(each, (*where, key), wrongs)
                given.add(field.name)
        wrongs += [
            Wrong((*where, field.key), "missing", value, "is missing")
            for field in layout.required
            if field.name not in given
        ]
        values |= {name: make() for name, make in layout.factories.items() if name not in given}
        if len(wrongs) > before:
            return False
        vars(self).update(values, model_fields_set=frozenset(given))
        try:
            self._check()
        except ValueError as error:
            wrongs.append(Wrong(where, "own", value, str(error)))
        return len(wrongs) == before

    def given(self, *names: str) -> list[str]:
        """Which of these fields were given with a value."""
        return [name for name in names if name in self.model_fields_set and getattr(self, name) is not None]

    def model_copy(self, *, update: Mapping[str, Any] | None = None) -> Self:
        """The same with other values, which are not checked."""
        update = update or {}
        copy = type(self).__new__(type(self))
        vars(copy).update(vars(self), **update, model_fields_set=self.model_fields_set | update.keys())
        return copy

    def model_dump(
        self, *, by_alias: bool = False, exclude_unset: bool = False, exclude: Collection[str] = ()
    ) -> dict[str, Any]:
        """The values as plain data, lists for tuples; under the keys as written, or only what was given, if asked."""
        return {
            field.key if by_alias else name: _plain(getattr(self, name), by_alias, exclude_unset)
            for name, field in type(self).model_fields.items()
            if not (field.exclude or name in exclude or (exclude_unset and name not in self.model_fields_set))
        }

    @classmethod
    def written_keys(cls) -> list[str]:
        """The keys that may be written."""
        return [field.key for field in cls.model_fields.values() if not field.exclude]

    @classmethod
    def described(cls) -> str:
        """What it is made of, as messages say it."""
        return f"a mapping with keys such as {', '.join(cls.written_keys()[:4])}"

    @classmethod
    def schema(cls, definitions: Definitions) -> JSON:
        """The JSON Schema of what it is made of."""
        fields = [field for field in cls.model_fields.values() if not field.exclude]
        required = [field.key for field in fields if field.is_required]
        return {
            "additionalProperties": False,
            "description": " ".join((cls.__doc__ or "").split()),
            "properties": {field.key: field.schema(definitions) for field in fields},
            **({"required": required} if required else {}),
            "type": "object",
        }

    def __setattr__(self, name: str, value: Any = None) -> None:
        raise FrozenInstanceError(f"{type(self).__name__} does not change; model_copy(update=...) makes another")

    __delattr__ = __setattr__

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return _values(self) == _values(other)

    def __hash__(self) -> int:
        return hash((type(self), *_values(self)))

    def __repr__(self) -> str:
        given = (f"{name}={getattr(self, name)!r}" for name in type(self).model_fields if name in self.model_fields_set)
        return f"{type(self).__name__}({', '.join(given)})"


def _values(record: Any) -> list[Any]:
    return [getattr(record, name) for name in type(record).model_fields]


def _plain(value: Any, by_alias: bool, exclude_unset: bool) -> Any:
    if isinstance(value, Record):
        return value.model_dump(by_alias=by_alias, exclude_unset=exclude_unset)
    if isinstance(value, Mapping):
        return {key: _plain(item, by_alias, exclude_unset) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item, by_alias, exclude_unset) for item in value]
    written = getattr(value, "written", None)  # what stands for another class among those a record may hold
    return value if written is None else written()


def _layout(cls: type[Record]) -> _Layout:
    layout: _Layout | None = vars(cls).get("_layout")
    if layout is None:
        layout = cls._layout = _worked_out(cls)  # type: ignore[attr-defined]
    return layout


def _worked_out(cls: type[Record]) -> _Layout:
    types: dict[str, Any] = {}
    for base in reversed(cls.__mro__):
        if issubclass(base, Record) and base is not Record:
            types |= inspect.get_annotations(base, eval_str=True)
    fields = {name: field.bound(name, types[name]) for name, field in cls._declared.items()}
    every = fields.values()
    return _Layout(
        fields,
        {key: field for field in every for key in (field.key, field.name)},
        {field.name: field.default for field in every if field.default is not MISSING},
        {field.name: field.default_factory for field in every if field.default_factory is not None},
        tuple(field for field in every if field.is_required),
    )
