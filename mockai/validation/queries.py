"""The check of an operation's query, by the SDK's types. Parameters that they do not know pass: nothing shows that the
API refuses them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeAlias

from mockai.api_errors import RequestRefused
from mockai.endpoints.base import Serving
from mockai.request import APIRequest
from mockai.surface.bodies import Bodies
from mockai.surface.installed import own_bodies, shipped_bodies
from mockai.surface.places import shape_of
from mockai.validation.compiling import Compiler
from mockai.validation.rules import NO_RULES, integer
from mockai.validation.values import Checker
from mockai.validation.wrong import Wrong

__all__ = ["QueryCheck", "query_check"]

_Pairs: TypeAlias = tuple[tuple[str, str], ...]
_Checked: TypeAlias = Callable[[_Pairs], None]


class QueryCheck:
    """The check of the query of one operation, by the types that come with MockAI. What these refuse and the types of
    another SDK that is installed accept is accepted."""

    def __init__(self, method: str, path: str) -> None:
        self._place = method, shape_of(path)
        self._shipped = _compiled(shipped_bodies(), self._place)

    def __call__(self, request: APIRequest, serving: Serving) -> None:
        """Raise `RequestRefused` for the first thing that is wrong."""
        if self._shipped is None:
            return
        try:
            self._shipped(request.http.query)
        except RequestRefused:
            bodies = own_bodies()
            again = None if bodies is None else _compiled(bodies, self._place)
            if again is None:
                raise
            again(request.http.query)


@cache
def query_check(method: str, path: str) -> QueryCheck:
    """The check of the query of an operation."""
    return QueryCheck(method, path)


def _compiled(bodies: Bodies, place: tuple[str, str]) -> _Checked | None:
    """The check of a query; None where no operation of the place takes one. Of several, the one that the query names
    (`beta=true`) is asked."""
    rows = [row for row in bodies.queries if (row.method, shape_of(row.path)) == place]
    rows.sort(key=lambda row: -len(row.query))
    made = [(row.query.items(), _of_operation(row.schema, bodies)) for row in rows]

    def check(pairs: _Pairs) -> None:
        given = dict(pairs).items()
        asked = next((checked for constant, checked in made if constant <= given), None)
        if asked is not None:
            asked(pairs)

    return check if made else None


def _of_operation(schema: Mapping[str, Any], bodies: Bodies) -> _Checked:
    fields = schema["properties"]
    limits = {name: integer(each["minimum"], each["maximum"]) for name, each in fields.items() if "minimum" in each}
    compiler = Compiler(bodies.definitions, NO_RULES, limits, form=True)
    checks = {name: compiler.value(each, name) for name, each in fields.items()}
    listed = frozenset(name for name, each in fields.items() if _is_list(each))
    return _in_order(checks, tuple(schema["required"]), listed)


def _in_order(checks: Mapping[str, Checker | None], needed: tuple[str, ...], listed: frozenset[str]) -> _Checked:
    def check(pairs: _Pairs) -> None:
        given = _read(pairs, listed)
        for name in needed:
            if name not in given:
                raise Wrong("missing_required_parameter").at(name).refused()
        for name, inner in checks.items():
            if inner is not None and name in given:
                try:
                    inner(given[name])
                except Wrong as wrong:
                    raise wrong.at(name).refused() from None

    return check


def _is_list(schema: Mapping[str, Any]) -> bool:
    """Whether a parameter can be nothing but a list."""
    return all(each.get("type") in ("array", "null") for each in schema.get("anyOf", [schema]))


def _read(pairs: _Pairs, listed: frozenset[str]) -> dict[str, Any]:
    """The parameters by name: `x[]=a` and `x[0]=a` are a list, `x[key]=a` is an object, which may hold more of these.
    What is empty counts as left out."""
    given: dict[str, Any] = {}
    for written, value in pairs:
        name, *keys = (part.removesuffix("]") for part in written.split("["))
        if value and (keys or name not in listed):
            _put(given, name, keys, value)
        elif value:
            _put(given, name, [""], value)
    return given


def _put(into: dict[str, Any], name: str, keys: list[str], value: str) -> None:
    if not keys:
        into[name] = value
    elif keys[0].isdecimal() or not keys[0]:
        found = into.setdefault(name, [])
        if isinstance(found, list):
            found.append(value)
    else:
        found = into.setdefault(name, {})
        if isinstance(found, dict):
            _put(found, keys[0], keys[1:], value)
