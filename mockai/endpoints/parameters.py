"""Parameters of a JSON body, read strictly: refused in the API's words where they are missing or of a wrong type."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockai.api_errors import RequestRefused, kind_of, named

__all__ = [
    "choice",
    "expiry",
    "listing",
    "mapping",
    "metadata",
    "needed_text",
    "number",
    "number_of",
    "required",
    "text",
    "texts",
]

_MOST_KEYS = 16
_LONGEST_KEY = 64
_LONGEST_VALUE = 512


def required(body: Mapping[str, Any], name: str) -> Any:
    """The value, which must be there."""
    value = body.get(name)
    if value is None:
        raise RequestRefused(named("missing_required_parameter", param=name))
    return value


def text(body: Mapping[str, Any], name: str, *, longest: int | None = None) -> str | None:
    """A text, or None where it is left out."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise _wrong(name, "a string", value)
    if longest is not None and len(value) > longest:
        raise RequestRefused(named("string_above_max_length", param=name, maximum=longest, length=len(value)))
    return value


def needed_text(body: Mapping[str, Any], name: str) -> str:
    """A text that must be there."""
    required(body, name)
    return text(body, name) or ""


def choice(body: Mapping[str, Any], name: str, choices: Sequence[str], default: str | None = None) -> str:
    """One of these words; where it is left out `default`, without which it is required."""
    value = body.get(name, default)
    if value is None:
        value = required(body, name)
    if not isinstance(value, str):
        raise _wrong(name, f"one of {' or '.join(map(repr, choices))}", value)
    if value not in choices:
        raise RequestRefused(named("invalid_value", param=name, value=value, supported=choices))
    return value


def number(body: Mapping[str, Any], name: str, *, least: int, most: int | None = None) -> int | None:
    """A whole number within bounds, or None where it is left out."""
    value = body.get(name)
    if value is None:
        return None
    if type(value) is not int:
        raise _wrong(name, "an integer", value)
    if value < least:
        raise RequestRefused(named("integer_below_min_value", param=name, minimum=least, value=value))
    if most is not None and value > most:
        raise RequestRefused(named("integer_above_max_value", param=name, maximum=most, value=value))
    return value


def mapping(body: Mapping[str, Any], name: str) -> dict[str, Any] | None:
    """An object, or None where it is left out."""
    value = body.get(name)
    if value is None or isinstance(value, dict):
        return value
    raise _wrong(name, "an object", value)


def listing(body: Mapping[str, Any], name: str, *, most: int | None = None) -> list[dict[str, Any]]:
    """A list of objects, empty where it is left out."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise _wrong(name, "an array of objects", value)
    return _bounded(value, name, most)


def texts(body: Mapping[str, Any], name: str, *, most: int | None = None) -> list[str]:
    """A list of texts, empty where it is left out."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise _wrong(name, "an array of strings", value)
    return _bounded(value, name, most)


def metadata(body: Mapping[str, Any], name: str = "metadata") -> dict[str, str] | None:
    """The metadata, or None where it is left out: at most 16 keys of 64 characters, with texts of 512."""
    value = body.get(name)
    if value is None:
        return None
    if not isinstance(value, dict):
        raise _wrong(name, "a metadata object", value)
    if len(value) > _MOST_KEYS:
        error = named("object_above_max_properties", param=name, maximum=_MOST_KEYS, length=len(value))
        raise RequestRefused(error)
    for key, each in value.items():
        if len(key) > _LONGEST_KEY:
            error = named(
                "property_name_above_max_length", param=name, property=key, maximum=_LONGEST_KEY, length=len(key)
            )
            raise RequestRefused(error)
        text({f"{name}.{key}": each}, f"{name}.{key}", longest=_LONGEST_VALUE)
    return value


def expiry(body: Mapping[str, Any], name: str, *, least: int = 3600, most: int = 2_592_000) -> int | None:
    """The seconds after its creation at which a file ends (`expires_after`, in a form too), or None."""
    written = mapping(body, name)
    if written is None:
        return None
    flat = {f"{name}.{key}": value for key, value in written.items()}
    choice(flat, f"{name}.anchor", ("created_at",))
    seconds = required(flat, f"{name}.seconds")
    if isinstance(seconds, str):  # as a form sends it
        if not seconds.isdecimal():
            raise RequestRefused(named("not_convertible_to_integer", param=f"{name}.seconds"))
        flat = {f"{name}.seconds": int(seconds)}
    return number(flat, f"{name}.seconds", least=least, most=most)


def _bounded(value: list[Any], name: str, most: int | None) -> list[Any]:
    if most is not None and len(value) > most:
        raise RequestRefused(named("array_above_max_length", param=name, maximum=most, length=len(value)))
    return value


def _wrong(name: str, expected: str, value: Any) -> RequestRefused:
    return RequestRefused(named("invalid_type", param=name, expected=expected, got=kind_of(value)))


def number_of(value: Any, default: float = 0.0) -> float:
    """A number, or the default for anything else."""
    return value if isinstance(value, int | float) and not isinstance(value, bool) else default
