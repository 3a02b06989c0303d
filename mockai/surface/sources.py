"""The requests that the methods of the SDK send, read from their source."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl

from mockai.surface.table import Sends

__all__ = ["Sent", "methods_of"]

_VERBS = {"_get": "GET", "_post": "POST", "_put": "PUT", "_patch": "PATCH", "_delete": "DELETE", "_get_api_list": "GET"}


@dataclass(frozen=True, slots=True)
class Sent:
    """The request that a method sends; `path` has its parameters in braces, `headers` those that are constant.

    `fields` are the keys of the body in the order of the source, `types` the expressions of the types that the
    body is made after: one, or several of which the method takes one or another. `asked` and `asked_types` are the
    same of the query.
    """

    method: str
    path: str
    query: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    sends: Sends = "nothing"
    security: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    asked_types: tuple[str, ...] = ()


def methods_of(resource: type) -> Iterator[tuple[str, Sent]]:
    """The public methods of a resource class, its own and inherited, that send a request, as the source has them."""
    found: dict[str, ast.FunctionDef] = {}
    for owner in reversed(resource.__mro__[:-1]):
        for node in _classes(inspect.getmodule(owner))[owner.__name__].body:
            if isinstance(node, ast.FunctionDef) and not node.name.startswith("_"):
                found[node.name] = node  # overloads come before what they overload
    for name, node in found.items():
        sent = _sent(node)
        if sent is not None:
            yield name, sent


@cache
def _classes(module: ModuleType | None) -> dict[str, ast.ClassDef]:
    tree = ast.parse("" if module is None else inspect.getsource(module))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}


def _sent(method: ast.FunctionDef) -> Sent | None:
    for node in ast.walk(method):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="self"), attr=verb), args=[path, *_]) if verb in _VERBS:
                return _request(method, node, verb, path)
    return None


def _request(method: ast.FunctionDef, call: ast.Call, verb: str, where: ast.expr) -> Sent:
    keywords = {keyword.arg: keyword.value for keyword in call.keywords}
    path, _, query = _template(where).partition("?")
    return Sent(
        str(_constant(keywords.get("method")) or _VERBS[verb]).upper(),
        path,
        dict(parse_qsl(query)),
        _headers(method),
        _sends(keywords),
        _security(call),
        *_made_after(method, keywords.get("body")),
        *_made_after(method, _query(call)),
    )


def _query(call: ast.Call) -> ast.expr | None:
    """The query within the options of a call."""
    return next((each.value for each in ast.walk(call) if isinstance(each, ast.keyword) and each.arg == "query"), None)


def _made_after(method: ast.FunctionDef, body: ast.expr | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of a body or a query, and its types: `body=maybe_transform({"a": a}, Params)`, or a name that stands
    for parts of that."""
    made = _assigned(method, body)
    match made:
        case ast.Call(func=ast.Name(id="maybe_transform"), args=[fields, params]):
            return tuple(_keys(method, fields)), tuple(_options(params))
    return (), ()


def _assigned(method: ast.FunctionDef, node: ast.expr | None) -> ast.expr | None:
    """What was first assigned to a name; any other expression as it is."""
    if not isinstance(node, ast.Name):
        return node
    for each in ast.walk(method):
        if isinstance(each, ast.Assign) and ast.unparse(each.targets[0]) == node.id:
            return each.value
    return None


def _keys(method: ast.FunctionDef, fields: ast.expr) -> Iterator[str]:
    for node in ast.walk(_assigned(method, fields) or fields):
        if isinstance(node, ast.Dict):
            yield from (str(_constant(key)) for key in node.keys)
            return


def _options(params: ast.expr) -> Iterator[str]:
    if isinstance(params, ast.IfExp):
        yield from _options(params.body)
        yield from _options(params.orelse)
    else:
        yield ast.unparse(params)


def _sends(keywords: dict[str | None, ast.expr]) -> Sends:
    if "files" in keywords:
        return "multipart"
    if "content" in keywords:
        return "content"
    return "json" if "body" in keywords else "nothing"


def _template(node: ast.expr) -> str:
    """The path a request goes to: a text, an f-string, or a call whose first argument is one of these."""
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.Call(args=[first, *_]):
            return _template(first)
        case ast.JoinedStr(values=values):
            return "".join(map(_segment, values))
    raise ValueError(f"no path: {ast.unparse(node)}")


def _segment(node: ast.expr) -> str:
    if isinstance(node, ast.FormattedValue):
        return "{" + ast.unparse(node.value) + "}"
    return str(_constant(node))


def _constant(node: ast.expr | None) -> Any:
    return node.value if isinstance(node, ast.Constant) else None


def _headers(method: ast.FunctionDef) -> dict[str, str]:
    """The constant headers that the method writes into `extra_headers`, names in lower case."""
    found: dict[str, str] = {}
    for node in ast.walk(method):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "extra_headers":
            found |= _pairs(node.value)
    return found


def _pairs(value: ast.expr) -> dict[str, str]:
    pairs = [
        pair
        for node in ast.walk(value)
        if isinstance(node, ast.Dict)
        for pair in zip(node.keys, node.values, strict=True)
    ]
    texts = [(_constant(name), _constant(value)) for name, value in pairs]
    return {name.lower(): value for name, value in texts if isinstance(name, str) and isinstance(value, str)}


def _security(call: ast.Call) -> tuple[str, ...]:
    for node in ast.walk(call):
        match node:
            case ast.keyword(arg="security", value=ast.Dict(keys=keys)):
                return tuple(str(_constant(key)) for key in keys)
    return ()
