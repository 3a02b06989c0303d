"""Safe YAML to plain values that know where they stand.

Only what JSON could say comes out: mappings with text keys, lists, text, numbers, true, false, null. Plain
scalars follow YAML 1.2, so that `no`, `on`, `12:30`, `1_000`, `007` and dates are text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

import yaml
from yaml.events import AliasEvent, Event, MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent

from mockai.errors import Problem
from mockai.records.wrong import Location
from mockai.scenario.positions import MAX_DEPTH, MAX_NODES, START, Document, Position

__all__ = ["plain", "read"]

_Merged: TypeAlias = dict[str, tuple[Any, Location]]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_KINDS: dict[str, tuple[type, ...]] = {
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
    "null": (type(None),),
}
_NULL = {"", "~", "null", "Null", "NULL"}
_BOOL = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_BASED = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_UNPRINTABLE = re.compile("[^\x09\x0a\x0d\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_TOO_DEEP = f"nested more than {MAX_DEPTH} levels deep"
_ADVICE = {
    "mapping values are not allowed": "Text that holds `: ` must be quoted.",
    "cannot start any token": "Indent with spaces, not tabs; text that starts with @, ` or % must be quoted.",
    "did not find expected key": "Are the lines above indented alike, and every quote and bracket closed?",
    "could not find expected ':'": "Is there a key without a colon, or a quote that is not closed?",
    "unexpected end of stream": "Is there a quote that is not closed?",
}


class _UnreadableError(Exception):
    """Reading cannot go on."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.message)
        self.problem = problem


def read(text: str, name: str = "<string>") -> Document:
    """The value a YAML (or JSON) text holds; never raises, what is wrong stands in `problems`."""
    document = Document(name)
    try:
        _refuse_unprintable(text, name)
        document.value = _Reader(document).read(text)
    except _UnreadableError as error:
        document.problems.append(error.problem)
    except yaml.YAMLError as error:
        document.problems.append(_syntax(error, name))
    return document


def plain(text: str) -> Any:
    """What an unquoted scalar means in YAML 1.2; ValueError for a number no float can hold."""
    if text in _NULL:
        return None
    if text in _BOOL:
        return _BOOL[text]
    if _INT.fullmatch(text):
        return int(text)
    if _BASED.fullmatch(text):
        return int(text, 0)
    if _FLOAT.fullmatch(text):
        return _finite(float(text))
    return text


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError("the number is too large")
    return number


def _refuse_unprintable(text: str, name: str) -> None:
    found = _UNPRINTABLE.search(text)
    if found is None:
        return
    before = text[: found.start()]
    position = Position(before.count("\n") + 1, found.start() - before.rfind("\n"))
    message = f"the character U+{ord(found.group()):04X} cannot stand in YAML"
    raise _UnreadableError(
        Problem(f"{name}:{position}", message, 'Write it as an escape in double quotes, such as "\\x07".')
    )


def _syntax(error: yaml.YAMLError, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    position = Position(mark.line + 1, mark.column + 1) if mark else START
    reason = getattr(error, "problem", None) or str(error)
    if "maximum nesting depth" in reason:  # libyaml looks a thousand levels ahead of what is built here
        return Problem(f"{name}:{position}", _TOO_DEEP)
    hint = next((advice for sign, advice in _ADVICE.items() if sign in reason), "")
    return Problem(f"{name}:{position}", f"not YAML: {reason}", hint)


@dataclass(frozen=True, slots=True)
class _Anchor:
    path: Location
    value: Any
    nodes: int


class _Reader:
    """Builds values from parser events, one level of recursion per level of the document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._anchors: dict[str, _Anchor] = {}
        self._nodes = 0

    def read(self, text: str) -> Any:
        """The value of the only document in this text."""
        events: Iterator[Event] = yaml.parse(text, Loader=_LOADER)
        self._events = events
        next(events)
        first = next(events)
        if isinstance(first, yaml.StreamEndEvent):
            return None
        value = self._value(next(events), ())
        next(events)
        rest = next(events)
        if not isinstance(rest, yaml.StreamEndEvent):
            raise self._stop(rest, "a second document starts here", "Put each scenario into a file of its own.")
        return value

    def _value(self, event: Event, path: Location) -> Any:
        self._document.values[path] = _position(event)
        if isinstance(event, AliasEvent):
            return self._alias(event, path)
        self._count(event, 1)
        if len(path) > MAX_DEPTH:
            raise self._stop(event, _TOO_DEEP)
        before = self._nodes - 1
        value = self._built(event, path)
        if event.anchor:  # type: ignore[attr-defined]  # scalars and collections have one
            self._anchors[event.anchor] = _Anchor(path, value, self._nodes - before)  # type: ignore[attr-defined]
        return value

    def _built(self, event: Event, path: Location) -> Any:
        if isinstance(event, ScalarEvent):
            return self._scalar(event)
        if isinstance(event, MappingStartEvent):
            self._refuse_tag(event, "map")
            return self._mapping(path)
        self._refuse_tag(event, "seq")
        return self._sequence(path)

    def _sequence(self, path: Location) -> list[Any]:
        result: list[Any] = []
        while not isinstance(event := next(self._events), SequenceEndEvent):
            result.append(self._value(event, (*path, len(result))))
        return result

    def _mapping(self, path: Location) -> dict[str, Any]:
        result: dict[str, Any] = {}
        merged: _Merged = {}
        while not isinstance(event := next(self._events), MappingEndEvent):
            key = self._key(event, path)
            if key is None or (key in result and self._twice(event, key, path)):
                self._value(next(self._events), (*path, "?"))
                continue
            self._document.keys[(*path, key)] = _position(event)
            value = self._value(next(self._events), (*path, key))
            if key == "<<" and _is_plain(event):
                merged = self._merge(event, value, (*path, key), merged)
            else:
                result[key] = value
        return self._with_merged(result, merged, path)

    def _key(self, event: Event, path: Location) -> str | None:
        if not isinstance(event, ScalarEvent):
            hint = 'A template must be quoted: "{{ name }}".' if isinstance(event, MappingStartEvent) else ""
            self._problem(event, "a key must be text; seen a list or a mapping", hint)
            self._value(event, (*path, "?"))
            return None
        value = self._scalar(event)
        if isinstance(value, str):
            return value
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        self._problem(event, f"a key must be text; seen {event.value or 'nothing'}", f'Quote it: "{event.value}".')
        return None

    def _twice(self, event: Event, key: str, path: Location) -> bool:
        first = self._document.keys[(*path, key)]
        self._problem(event, f"the key `{key}` stands here a second time", f"The first is in line {first.line}.")
        return True

    def _merge(self, event: Event, value: Any, path: Location, merged: _Merged) -> _Merged:
        sources = {path: value} if isinstance(value, dict) else {}
        if isinstance(value, list):
            sources = {(*path, n): item for n, item in enumerate(value)}
        if not sources or not all(isinstance(item, dict) for item in sources.values()):
            self._problem(event, "`<<` takes a mapping or a list of mappings, such as `<<: *name`")
            return merged
        found = {key: (item[key], (*source, key)) for source, item in reversed(sources.items()) for key in item}
        return {**found, **merged}

    def _with_merged(self, result: dict[str, Any], merged: _Merged, path: Location) -> dict[str, Any]:
        for key, (value, source) in merged.items():
            if key not in result:
                result[key] = value
                self._document.aliases[(*path, key)] = source
        return result

    def _alias(self, event: AliasEvent, path: Location) -> Any:
        anchor = self._anchors.get(event.anchor or "")
        if anchor is None:
            raise self._stop(event, f"nothing above is marked &{event.anchor}", "An alias repeats a finished value.")
        self._count(event, anchor.nodes)
        self._document.aliases[path] = anchor.path
        return anchor.value

    def _scalar(self, event: ScalarEvent) -> Any:
        tag = event.tag or ""
        if tag in ("!", f"{_TAG}str") or (not tag and not _is_plain(event)):
            return event.value
        try:
            value = plain(event.value)
        except ValueError as error:
            self._problem(event, f"{_short(event.value)}: {error}")
            return None
        if tag:
            self._refuse_tag(event, *_KINDS)
            kinds = _KINDS.get(tag.removeprefix(_TAG), ())
            if kinds and type(value) not in kinds:
                self._problem(event, f"{_short(event.value)} is not what its tag {_written(tag)} says")
        return value

    def _refuse_tag(self, event: Any, *known: str) -> None:
        if event.tag and event.tag != "!" and event.tag.removeprefix(_TAG) not in known:
            self._problem(event, f"the tag {_written(event.tag)} is refused", "A scenario holds plain values only.")

    def _count(self, event: Event, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise self._stop(event, f"more than {MAX_NODES} values once aliases are expanded")

    def _problem(self, event: Event, message: str, hint: str = "") -> None:
        self._document.problems.append(Problem(f"{self._document.name}:{_position(event)}", message, hint))

    def _stop(self, event: Event, message: str, hint: str = "") -> _UnreadableError:
        return _UnreadableError(Problem(f"{self._document.name}:{_position(event)}", message, hint))


def _position(event: Event) -> Position:
    mark = event.start_mark
    return Position(mark.line + 1, mark.column + 1) if mark else START


def _is_plain(event: Event) -> bool:
    return isinstance(event, ScalarEvent) and bool(event.implicit[0])


def _written(tag: str) -> str:
    return f"!!{tag.removeprefix(_TAG)}" if tag.startswith(_TAG) else tag


def _short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:37]}..."
