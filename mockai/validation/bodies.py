"""The check of an operation's body: the SDK's types and the rules of the API, in the API's order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from typing import TypeAlias

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.endpoints.base import Check, Serving
from mockai.request import APIRequest
from mockai.surface.bodies import Bodies
from mockai.surface.installed import own_bodies, shipped_bodies
from mockai.surface.places import shape_of
from mockai.validation.compiling import Compiler
from mockai.validation.known import rules_of
from mockai.validation.limits import limits_of
from mockai.validation.objects import Fields
from mockai.validation.rules import Body, Rules
from mockai.validation.wrong import Wrong, wrong_type
from mockai.wire import HTTPRequest

__all__ = ["BodyCheck", "derived_check"]

_Kind: TypeAlias = tuple[bool, str | None]
"""Whether a body came as a form, and the query that tells one operation of a path from another."""


class BodyCheck:
    """The check of the body of one operation, by the types that come with MockAI. What these refuse and the types of
    another SDK that is installed accept is accepted: a new parameter is known by itself. Without `rules`, those of
    `known` hold."""

    def __init__(self, method: str, path: str, rules: Rules | None = None) -> None:
        self._place = method, shape_of(path)
        self._rules = rules
        self._shipped: dict[_Kind, Check | None] = {}
        self._own: dict[_Kind, Check | None] = {}

    def __call__(self, request: APIRequest, serving: Serving) -> None:
        """Raise `RequestRefused` for what is wrong, the first thing first."""
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
            check(request, serving)
        except RequestRefused:
            again = self._again(kind)
            if again is None:
                raise
            again(request, serving)

    def _again(self, kind: _Kind) -> Check | None:
        bodies = own_bodies()
        if bodies is None:
            return None
        if kind not in self._own:
            self._own[kind] = self._made(bodies, kind)
        return self._own[kind]

    def _made(self, bodies: Bodies, kind: _Kind) -> Check | None:
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


def _in_order(fields: Fields, rules: Rules) -> Check:
    """What must be there, then unknown keys, then each field with all that belongs to it: the quick way, and where
    that finds something the slow one, which finds what the API finds first."""
    presence, types, needed, unknown_to = rules.presence, fields.known, fields.needed, rules.unknown_to
    also = [(name, (*rules.before.get(name, ()), *rules.also.get(name, ()))) for name in {**rules.before, **rules.also}]

    def quick(request: APIRequest, serving: Serving) -> None:
        body = request.body
        for name, value in body.items():
            inner = types[name]
            if value is not None and inner is not None:
                inner(value)
        for name in needed:
            if body[name] is None:
                raise KeyError(name)
        if unknown_to is not None and not unknown_to(request, serving).isdisjoint(body):
            raise KeyError
        for name, checks in also:
            if body.get(name) is not None:
                for check in checks:
                    check(request, serving)

    def check(request: APIRequest, serving: Serving) -> None:
        for ask in presence:
            ask(request.body)
        try:
            quick(request, serving)
        except (KeyError, Wrong, RequestRefused):
            errors = list(_faults(request, serving, fields, rules))
            if errors:
                raise RequestRefused(*errors) from None

    return check


def _faults(request: APIRequest, serving: Serving, fields: Fields, rules: Rules) -> Iterator[ErrorReply]:
    """Everything that is wrong, in the order in which the API looks: of each field what its checks find, the first
    thing of each, once its type is right."""
    body = request.body
    missing = fields.missing(body)
    if missing is not None and not (missing in body and missing in rules.not_null):
        yield named("missing_required_parameter", param=missing)
    strange = frozenset[str]() if rules.unknown_to is None else rules.unknown_to(request, serving)
    for name in body:
        if name in strange or (name not in fields.known and not fields.open):
            yield _unknown(name, body, fields, rules)
    for name, inner in fields.known.items():
        if name not in body or name in strange:
            continue
        if body[name] is None:
            if name in rules.not_null:
                yield wrong_type(rules.not_null[name], None).at(name).refused().error
            continue
        early = list(_found(rules.before.get(name, ()), request, serving))
        if early:
            yield from early
            continue
        try:
            if inner is not None:
                inner(body[name])
        except Wrong as wrong:
            yield wrong.at(name).refused().error
        else:
            yield from _found(rules.also.get(name, ()), request, serving)


def _found(checks: Iterable[Check], request: APIRequest, serving: Serving) -> Iterator[ErrorReply]:
    for check in checks:
        try:
            check(request, serving)
        except RequestRefused as refused:
            yield refused.error


def _unknown(name: str, body: Body, fields: Fields, rules: Rules) -> ErrorReply:
    made = rules.unknown
    return named("unknown_parameter", param=name) if made is None else made(name, body, tuple(fields.known))
