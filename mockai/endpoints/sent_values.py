"""Parameters as JSON bodies and forms send them, checked in the API's words; forms write numbers and booleans as text.

`null` is as good as none given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockai.api_errors import RequestRefused, kind_of, named

__all__ = ["choice_of", "flag_of", "integer_of", "model_of", "number_of", "string_of"]

_LONGEST_NUMBER = 18


def model_of(body: Mapping[str, Any]) -> str:
    """The model, which must be named."""
    if body.get("model") in (None, ""):
        raise RequestRefused(named("missing_model"))
    return string_of(body, "model") or ""


def string_of(body: Mapping[str, Any], name: str, *, required: bool = False) -> str | None:
    """A text."""
    value = body.get(name)
    if value is None and not required:
        return None
    if value is None:
        raise RequestRefused(named("missing_required_parameter", param=name))
    if not isinstance(value, str):
        raise _wrong(name, "a string", value)
    return value


def choice_of(body: Mapping[str, Any], name: str, supported: Sequence[str]) -> str | None:
    """One of these words."""
    value = string_of(body, name)
    if value is not None and value not in supported:
        raise RequestRefused(named("invalid_value", param=name, value=value, supported=tuple(supported)))
    return value


def flag_of(body: Mapping[str, Any], name: str) -> bool:
    """A boolean, false where none is given."""
    value = body.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    if value in ("true", "false"):
        return bool(value == "true")
    raise _wrong(name, "a boolean", value)


def integer_of(body: Mapping[str, Any], name: str, minimum: int, maximum: int) -> int | None:
    """A whole number within these bounds."""
    value = body.get(name)
    if value is None:
        return None
    number = _whole(value, name)
    if number < minimum:
        raise RequestRefused(named("integer_below_min_value", param=name, minimum=minimum, value=number))
    if number > maximum:
        raise RequestRefused(named("integer_above_max_value", param=name, maximum=maximum, value=number))
    return number


def _whole(value: Any, name: str) -> int:
    if isinstance(value, str):
        digits = value.removeprefix("-")
        if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
            raise RequestRefused(named("not_convertible_to_integer", param=name))
        return int(value)
    if type(value) is not int:
        raise _wrong(name, "an integer", value)
    return value


def number_of(body: Mapping[str, Any], name: str, minimum: float, maximum: float) -> float | None:
    """A number within these bounds."""
    value = body.get(name)
    if value is None:
        return None
    number = _decimal(value)
    if number is None:
        raise _wrong(name, "a decimal", value)
    if number < minimum:
        raise RequestRefused(named("decimal_below_min_value", param=name, minimum=f"{minimum:g}", value=f"{number:g}"))
    if number > maximum:
        raise RequestRefused(named("decimal_above_max_value", param=name, maximum=f"{maximum:g}", value=f"{number:g}"))
    return number


def _decimal(value: Any) -> float | None:
    """The number, or None where it is none; what is no number at all ("nan") is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        number = float(value)
    except (ValueError, OverflowError):
        return None
    return number if number == number else None


def _wrong(name: str, expected: str, value: Any) -> RequestRefused:
    return RequestRefused(named("invalid_type", param=name, expected=expected, got=kind_of(value)))
