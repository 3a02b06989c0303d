"""Functions as replies: what they are called with."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

__all__ = ["check_function", "takes_request"]


def takes_request(function: Callable[..., Any]) -> bool:
    """Whether a function is called with the request, or with nothing. Raises ValueError if it is neither's."""
    try:
        signature = inspect.signature(function)
    except ValueError:  # some built-in functions have none
        return True
    for arguments in ((object(),), ()):
        try:
            signature.bind(*arguments)
        except TypeError:
            continue
        return bool(arguments)
    name = getattr(function, "__qualname__", repr(function))
    raise ValueError(f"{name}{signature} cannot be a reply; it is called with the request, or with nothing")


def check_function(function: Callable[..., Any]) -> Callable[..., Any]:
    """The function itself. Raises ValueError if it cannot be called as a reply."""
    takes_request(function)
    return function
