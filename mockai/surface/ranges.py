"""Between what a number may be, as the SDK's own words on a parameter tell it: `Limit can range between 1 and 100`."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

__all__ = ["ranges"]

_RANGE = re.compile(r"\bbetween\s+(\d[\d,]*)\s+and\s+(\d[\d,]*)")


def ranges(kind: Any) -> dict[str, tuple[int, int]]:
    """The least and the most of each parameter of a `TypedDict` whose words name both."""
    found = ((name, _RANGE.search(words)) for name, words in _words(kind))
    return {name: (_number(told[1]), _number(told[2])) for name, told in found if told is not None}


def _words(kind: Any) -> Iterator[tuple[str, str]]:
    """Each parameter that has a text below it, and the text."""
    tree = ast.parse(inspect.getsource(inspect.getmodule(kind) or kind))
    own = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == getattr(kind, "__name__", ""))
    for node in own:
        for field, told in pairwise(node.body):
            match field, told:
                case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(words))):
                    yield name, words


def _number(written: str) -> int:
    return int(written.replace(",", ""))
