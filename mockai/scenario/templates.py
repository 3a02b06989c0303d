"""Strings of a reply as Jinja2 templates: sandboxed, strict about names, and rendered on parsed values."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches
from functools import cache, lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias
from uuid import UUID

from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.faking import faker, methods
from mockai.request import APIRequest

if TYPE_CHECKING:
    from jinja2 import nodes
    from jinja2.sandbox import SandboxedEnvironment

__all__ = ["NAMES", "Scope", "faulty", "render", "templated"]

NAMES = ("request", "match", "tool_result", "state", "call", "attempt", "now", "uuid", "faker")
"""What a template can name."""

_Names: TypeAlias = Mapping[str, Any]


@dataclass(slots=True)
class Scope:
    """What a template sees. `match` holds the named groups of the rule's patterns, `now` is in Unix seconds."""

    request: APIRequest
    match: Mapping[str, Any]
    state: Mapping[str, Any]
    call: int
    attempt: int
    mint: Mint
    now: int


def templated(value: Any) -> bool:
    """Whether a value holds a template anywhere."""
    if isinstance(value, str):
        return "{{" in value or "{%" in value
    if isinstance(value, Mapping):
        return any(templated(item) for item in value.values())
    return isinstance(value, list | tuple) and any(templated(item) for item in value)


def render(value: Any, scope: Scope, *, native: bool = False) -> Any:
    """A value with its templates filled in; keys stay as they are.

    With `native`, a string that is one `{{ expression }}` and nothing else becomes what the expression gives
    (a number, a list, a mapping), else its text. Raises ReplyError.
    """
    return _filled(value, _names(scope), native) if templated(value) else value


def _filled(value: Any, names: _Names, native: bool) -> Any:
    if isinstance(value, str):
        return _rendered(value, names, native) if templated(value) else value
    if isinstance(value, Mapping):
        return {key: _filled(item, names, native) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_filled(item, names, native) for item in value)
    return value


def _rendered(text: str, names: _Names, native: bool) -> Any:
    try:
        return _compiled(text, native)(names)
    except Exception as error:
        raise ReplyError(_failure(text, error, names)) from error


def _failure(text: str, error: Exception, names: _Names) -> str:
    reason = getattr(error, "message", None) or str(error) or type(error).__name__
    inside = [f"{name} ({', '.join(value)})" if _listable(value) else name for name, value in names.items()]
    return f"The template {text!r} failed: {reason}. It can name {', '.join(inside)}."


def _listable(value: Any) -> bool:
    return isinstance(value, Mapping) and bool(value) and all(isinstance(key, str) for key in value)


@lru_cache(maxsize=2048)
def faulty(text: str) -> tuple[str, str] | None:
    """What is wrong with a template and what to do, as far as can be told before it is used; None if nothing is."""
    if not templated(text):
        return None
    from jinja2 import TemplateError
    from jinja2.meta import find_undeclared_variables

    try:
        parsed = _environment().parse(text)
        unknown = find_undeclared_variables(parsed)
        _compiled(text, native=False)
    except TemplateError as error:
        return f"the template cannot be read: {error.message}", _PLAIN_BRACES
    unknown -= {*NAMES, *_environment().globals}
    return _unknown(min(unknown), NAMES) if unknown else _not_faked(parsed)


def _not_faked(template: nodes.Template) -> tuple[str, str] | None:
    """The first thing the template asks of Faker that it cannot make."""
    from jinja2.nodes import Getattr, Name

    asked = (
        found.attr
        for found in template.find_all(Getattr)
        if isinstance(found.node, Name) and found.node.name == "faker"
    )
    unknown = next((name for name in asked if name not in methods()), None)
    return None if unknown is None else _unknown(unknown, methods(), "faker.")


def _unknown(name: str, known: Collection[str], owner: str = "") -> tuple[str, str]:
    close = get_close_matches(name, known, n=1)
    listed = f"It can name {', '.join(known)}." if not owner else "Faker's documentation lists what there is."
    hint = f"Did you mean `{owner}{close[0]}`?" if close else listed
    return f"the template names `{owner}{name}`, which there is not", hint


_PLAIN_BRACES = "Braces that are meant as text stand between {% raw %} and {% endraw %}."


# --------------------------------------------------------------------------------------- compiling


@cache
def _environment() -> SandboxedEnvironment:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Environment(ImmutableSandboxedEnvironment):
        """`a.b` means the key `b` first, so that a key called `items` is not a method."""

        def getattr(self, obj: Any, attribute: str) -> Any:
            if isinstance(obj, Mapping) and attribute in obj:
                return obj[attribute]
            return super().getattr(obj, attribute)

    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True, finalize=_as_text)
    del environment.globals["lipsum"], environment.filters["random"]  # neither draws from the seed
    return environment


@lru_cache(maxsize=2048)
def _compiled(text: str, native: bool) -> Callable[[_Names], Any]:
    environment = _environment()
    expression = _only_expression(environment.parse(text.strip())) if native else None
    if expression is None:
        template = environment.from_string(text)
        return lambda names: template.render(names)
    return _expression(environment, expression)


def _only_expression(template: nodes.Template) -> nodes.Expr | None:
    """The expression of a template that is one expression and nothing else."""
    from jinja2.nodes import Output, TemplateData

    if len(template.body) != 1 or not isinstance(output := template.body[0], Output):
        return None
    only = output.nodes[0] if len(output.nodes) == 1 else None
    return None if isinstance(only, TemplateData) else only


def _expression(environment: SandboxedEnvironment, expression: nodes.Expr) -> Callable[[_Names], Any]:
    from jinja2 import Undefined
    from jinja2.environment import TemplateExpression
    from jinja2.nodes import Assign, Name, Template

    assignment = Assign(Name("result", "store"), expression, lineno=1)
    compiled = TemplateExpression(environment.from_string(Template([assignment], lineno=1)), undefined_to_none=False)

    def evaluate(names: _Names) -> Any:
        value = compiled(names)
        return str(value) if isinstance(value, Undefined) else _as_value(value)

    return evaluate


def _as_text(value: Any) -> Any:
    """What an expression writes into text: mappings, lists, true, false and null as JSON."""
    if value is None or isinstance(value, bool | Mapping | list | tuple):
        return json.dumps(_as_value(value), ensure_ascii=False)
    return value.isoformat() if isinstance(value, datetime) else value


def _as_value(value: Any) -> Any:
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(key): _as_value(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_as_value(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else str(value)


# ------------------------------------------------------------------------------------------- names


def _names(scope: Scope) -> _Names:
    results = scope.request.tool_results()
    return {
        "request": _request(scope.request),
        "match": scope.match,
        "tool_result": results[-1].json() if results else {},
        "state": scope.state,
        "call": scope.call,
        "attempt": scope.attempt,
        "now": datetime.fromtimestamp(scope.now, UTC),
        "uuid": _Drawn(lambda: str(UUID(int=scope.mint.rng.getrandbits(128), version=4))),
        "faker": _Faker(scope.mint),
    }


def _request(request: APIRequest) -> dict[str, Any]:
    user = request.last("user")
    return {
        **request.body,
        "body": request.body,
        "headers": request.headers,
        "query": request.query,
        "model": request.model,
        "user": user.text if user else "",
        "upstream": request.http.upstream,
    }


class _Drawn:
    """Something made anew each time it is used, with or without brackets behind its name."""

    __slots__ = ("_make",)

    def __init__(self, make: Callable[..., Any]) -> None:
        self._make = make

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._make(*args, **kwargs)

    def __str__(self) -> str:
        return str(self._make())

    def __len__(self) -> int:
        return len(self._make())

    def __getitem__(self, key: Any) -> Any:
        return self._make()[key]

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # asked for by Jinja2, not by the template
            raise AttributeError(name)
        return getattr(self._make(), name)


class _Faker:
    """What Faker can make, drawn from the seed; loaded when first needed."""

    __slots__ = ("_mint",)

    def __init__(self, mint: Mint) -> None:
        self._mint = mint

    def __getattr__(self, name: str) -> _Drawn:
        if name not in methods():
            raise AttributeError(name)  # which Jinja2 turns into its own words
        return _Drawn(partial(self._draw, name))

    def _draw(self, name: str, *args: Any, **kwargs: Any) -> Any:
        with faker(self._mint.rng) as fake:
            made = getattr(fake, name)(*args, **kwargs)
            return list(made) if isinstance(made, Iterator) else made  # while Faker is ours
