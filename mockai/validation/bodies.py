"""The check of an operation's body: the SDK's types and the rules of the API, in the API's order."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import TypeAlias

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.request import APIRequest
from mockai.surface.bodies import Bodies
from mockai.surface.installed import own_bodies, shipped_bodies
from mockai.surface.places import shape_of
from mockai.validation.compiling import Compiler
from mockai.validation.known import rules_of
from mockai.validation.limits import limits_of
from mockai.validation.objects import Fields
from mockai.validation.rules import Body, Rules
from mockai.validation.wrong import Wrong
from mockai.wire import HTTPRequest

__all__ = ["BodyCheck", "derived_check"]

_Checked: TypeAlias = Callable[[Body], None]
_Kind: TypeAlias = tuple[bool, str | None]
"""Whether a body came as a form, and the query that tells one operation of a path from another."""


class BodyCheck:
    """The check of the body of one operation, by the types that come with MockAI. What these refuse and the types of
    another SDK that is installed accept is accepted: a new parameter is known by itself. Without `rules`, those of
    `known` hold."""

    def __init__(self, method: str, path: str, rules: Rules | None = None) -> None:
        self._place = method, shape_of(path)
        self._rules = rules
        self._shipped: dict[_Kind, _Checked | None] = {}
        self._own: dict[_Kind, _Checked | None] = {}

    def __call__(self, request: APIRequest, serving: Serving) -> None:
        """Raise `RequestRefused` for the first thing that is wrong."""
        http = request.http
        if http.body and not request.body and _is_content(http):
            return
        kind = (
            (http.header("content-type") or "").startswith("multipart/"),
            dict(http.query).get("beta") if http.query else None,
        )
        if kind not in self._shipped:
            self._shipped[kind] = self._made(shipped_bodies(), kind)
        check = self._shipped[kind]
        if check is None:
            return
        try:
            check(request.body)
        except RequestRefused:
            again = self._again(kind)
            if again is None:
                raise
            again(request.body)

    def _again(self, kind: _Kind) -> _Checked | None:
        bodies = own_bodies()
        if bodies is None:
            return None
        if kind not in self._own:
            self._own[kind] = self._made(bodies, kind)
        return self._own[kind]

    def _made(self, bodies: Bodies, kind: _Kind) -> _Checked | None:
        form, beta = kind
        rows = [row for row in bodies.bodies if (row.method, shape_of(row.path)) == self._place]
        rows.sort(key=lambda row: row.query.get("beta") != beta)
        if not rows:
            return None
        name = rows[0].name
        rules = rules_of(name) if self._rules is None else self._rules
        compiler = Compiler(bodies.definitions, rules, limits_of(name), form=form)
        return _in_order(compiler.body(rows[0].schema), rules)


def _is_content(http: HTTPRequest) -> bool:
    """Whether a body is no parameters at all, but a file as it is, such as the SDP of a call."""
    kind = (http.header("content-type") or "").partition(";")[0].strip().lower()
    return kind not in ("", "application/json", "multipart/form-data")


@cache
def derived_check(method: str, path: str) -> BodyCheck:
    """The check of an operation whose own file says nothing of its body."""
    return BodyCheck(method, path)


def _in_order(fields: Fields, rules: Rules) -> _Checked:
    """What must be there, then unknown keys, then each field: the quick way, and where that finds something the slow
    one, which finds what the API finds first."""
    known = {name: (inner, rules.also.get(name)) for name, inner in fields.known.items()}
    presence, needed = rules.presence, fields.needed

    def quick(body: Body) -> None:
        for name, value in body.items():
            inner, also = known[name]
            if value is not None:
                if inner is not None:
                    inner(value)
                if also is not None:
                    also(body)
        for name in needed:
            if body[name] is None:
                raise KeyError(name)

    def check(body: Body) -> None:
        for ask in presence:
            ask(body)
        try:
            quick(body)
        except (KeyError, Wrong, RequestRefused):
            _slowly(body, fields, rules)

    return check


def _slowly(body: Body, fields: Fields, rules: Rules) -> None:
    missing, unknown = fields.missing(body), fields.unknown(body)
    if missing is not None:
        raise Wrong("missing_required_parameter").at(missing).refused()
    if unknown is not None:
        made = rules.unknown
        raise RequestRefused(
            named("unknown_parameter", param=unknown) if made is None else made(unknown, body, tuple(fields.known))
        )
    for name, inner in fields.known.items():
        value = body.get(name)
        if value is None:
            continue
        try:
            if inner is not None:
                inner(value)
        except Wrong as wrong:
            raise wrong.at(name).refused() from None
        if name in rules.also:
            rules.also[name](body)
