"""A scenario back to YAML, in the short forms a person would write."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, get_args

import yaml

from mockai.errors import UsageError
from mockai.records import FieldInfo, Listed
from mockai.scenario.reading import plain
from mockai.scenario.schema import (
    Amount,
    ErrorSpec,
    FaultSpec,
    Latency,
    QuirkSpec,
    Reply,
    Rule,
    Scenario,
    TextMatch,
    ToolCallSpec,
    Written,
)

__all__ = ["as_data", "dump"]


def dump(scenario: Scenario) -> str:
    """The YAML of a scenario; loading it gives an equal one. Raises UsageError for a reply written in Python."""
    return yaml.dump(
        as_data(scenario), Dumper=_Dumper, sort_keys=False, allow_unicode=True, default_flow_style=False, width=110
    )


def as_data(model: Written) -> Any:
    """Plain data as a user writes it: short forms, and nothing that was left out."""
    if isinstance(model, FaultSpec):
        return _fault(model)
    if isinstance(model, QuirkSpec):
        return {model.name: model.options} if model.options else model.name
    if isinstance(model, Reply) and model.python is not None:
        raise UsageError("A reply written in Python (`python=`) cannot be written to a file.")
    fields = type(model).model_fields
    data = {field.key: _field(model, name) for name, field in fields.items() if _said(model, name)}
    if isinstance(model, Rule):
        return _rule(data)
    if isinstance(model, ErrorSpec) and set(data) == {"status"}:
        return model.status
    if isinstance(model, ToolCallSpec) and set(data) == {"name", "arguments"} and model.name not in fields:
        return {model.name: model.arguments}
    return _shortened(data, model)


def _rule(data: dict[str, Any]) -> dict[str, Any]:
    replies = data["replies"]
    one = len(replies) == 1
    return {"reply" if one and key == "replies" else key: value for key, value in data.items()} | (
        {"reply": replies[0]} if one else {}
    )


def _said(model: Written, name: str) -> bool:
    if name not in model.model_fields_set:
        return False
    return getattr(model, name) is not None or type(model).model_fields[name].annotation is Any


def _field(model: Written, name: str) -> Any:
    value = getattr(model, name)
    if name in ("headers", "query") and isinstance(value, dict):
        return {key: _exact(item) if isinstance(item, TextMatch) else item for key, item in value.items()}
    if isinstance(value, float) and isinstance(model, Amount | Latency) and value.is_integer():
        return int(value)
    data = _plain(value)
    if name == "models" and isinstance(data, dict) and not any(data.values()):
        data = list(data)
        return data[0] if len(data) == 1 else data
    return data[0] if _may_be_alone(type(model).model_fields[name]) and _stands_alone(data) else data


def _plain(value: Any) -> Any:
    if isinstance(value, Written):
        return as_data(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return {key: _plain(item) for key, item in value.items()} if isinstance(value, Mapping) else value


def _exact(match: TextMatch) -> Any:
    given = match.given(*type(match).model_fields)
    if given == ["equals"]:
        return match.equals
    data = as_data(match)
    return {"contains": data} if isinstance(data, str) else data


def _shortened(data: dict[str, Any], model: Written) -> Any:
    short = model.short
    if short is None or set(data) != {short.key}:
        return data
    value = data[short.key]
    return value if isinstance(value, short.kinds) and not isinstance(value, bool) else data


def _stands_alone(data: Any) -> bool:
    return isinstance(data, list) and len(data) == 1 and isinstance(data[0], str | int | Mapping)


@cache
def _may_be_alone(field: FieldInfo) -> bool:
    return _marked(field.annotation)


def _marked(annotation: Any) -> bool:
    marks = getattr(annotation, "__metadata__", ())
    return Listed in marks or any(_marked(part) for part in get_args(annotation) if part is not Any)


def _fault(fault: FaultSpec) -> Any:
    options: dict[str, Any] = fault.place.written() if fault.place else {}
    if fault.on is not None:
        options["on"] = fault.on[0] if len(fault.on) == 1 else list(fault.on)
    if fault.probability is not None:
        options["probability"] = fault.probability
    options |= fault.options
    return {fault.name: options} if options else fault.name


_OTHER_BREAKS = set("\x85\u2028\u2029")  # YAML 1.1 takes them for line breaks


class _Dumper(yaml.SafeDumper):
    """Quotes what YAML 1.2 would not read as text, and never writes aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        """Every value is written out."""
        return True


def _text(dumper: _Dumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=_style(text))


def _style(text: str) -> str | None:
    if not _is_text(text) or _OTHER_BREAKS & set(text):
        return '"'
    return "|" if "\n" in text.strip() else None


def _is_text(text: str) -> bool:
    try:
        return isinstance(plain(text), str)
    except ValueError:
        return False


_Dumper.add_representer(str, _text)
