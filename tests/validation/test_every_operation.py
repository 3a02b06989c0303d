"""Every operation of the SDK: what it needs must be there, what it does not know is refused, and whatever the SDK's
own types allow is taken."""

import random
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache
from typing import Any, Literal, get_args, get_origin, get_type_hints
from urllib.parse import parse_qsl

import orjson
import pytest
from openai._qs import Querystring

from mockai.api_errors import RequestRefused
from mockai.endpoints import chat_checks, responses_checks
from mockai.endpoints.base import Serving
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.surface.derive import methods
from mockai.surface.installed import shipped_bodies
from mockai.surface.ranges import ranges
from mockai.validation.bodies import BodyCheck
from mockai.validation.known import rules_of
from mockai.validation.limits import limits_of
from mockai.validation.queries import QueryCheck
from mockai.validation.rules import integer
from mockai.wire import HTTPRequest

BODIES = {body.name: body for body in shipped_bodies().bodies}
RULES = {"chat.completions.create": chat_checks.RULES, "responses.create": responses_checks.RULES}
EXAMPLES = 10


def checked(name: str, body: Any, **changes: Any) -> None:
    """Check a body by the types of an operation alone; raises `RequestRefused`."""
    place, rules = BODIES[name], RULES.get(name, rules_of(name))
    http = HTTPRequest(place.method, f"/v1{place.path}", tuple(place.query.items()), (), b"")
    rules = replace(rules, presence=(), also={}, **changes)
    BodyCheck(place.method, place.path, rules)(APIRequest(http, "x", body=body), Serving(Resources()))


def refusal(name: str, body: Any) -> tuple[str | None, str | int | None]:
    with pytest.raises(RequestRefused) as caught:
        checked(name, body)
    return caught.value.error.param, caught.value.error.code


@pytest.mark.parametrize("name", sorted(BODIES))
def test_what_an_operation_needs_must_be_there(name):
    needed = [each for each in BODIES[name].schema["required"] if each not in RULES.get(name, rules_of(name)).optional]
    if needed:
        order = [each for each in BODIES[name].schema["required"] if each in needed]
        assert refusal(name, {}) == (order[0], "missing_required_parameter")
    else:
        checked(name, {})


# ------------------------------------------------------------------------- what the types allow


class Maker:
    """Makes values of the SDK's own types, within the limits of an operation; knows nothing of MockAI's schemas."""

    def __init__(self, operation: str, seed: int) -> None:
        self.limits = limits_of(operation)
        self.needed = RULES.get(operation, rules_of(operation)).needed
        self.rng = random.Random(f"{operation} {seed}")

    def value(self, kind: Any, path: str, depth: int = 0) -> Any:
        origin, args = get_origin(kind), get_args(kind)
        if hasattr(kind, "__metadata__") or getattr(origin, "_name", "") in ("Required", "NotRequired"):
            return self.value(args[0], path, depth)
        if origin is Literal:
            return self.rng.choice(args)
        if hasattr(kind, "__required_keys__"):
            return self.fields(kind, path, depth)
        if bytes in args:
            return {"filename": "a.bin"}
        if args and (origin is None or not isinstance(origin, type) or origin.__name__ in ("Union", "UnionType")):
            simple = [each for each in args if depth < 6 or not hasattr(each, "__required_keys__")]
            return self.value(self.rng.choice(simple or args), path, depth)
        if isinstance(origin, type) and issubclass(origin, Mapping):
            return {f"k{at}": self.value(args[1], f"{path}.*", depth + 1) for at in range(self.rng.randint(0, 3))}
        if isinstance(origin, type) and issubclass(origin, Iterable):
            return [self.value(args[0], f"{path}[]", depth + 1) for _ in range(self.size(f"{path}[#]"))]
        return self.plain(kind, path)

    def plain(self, kind: Any, path: str) -> Any:
        if kind is type(None) or kind is None:
            return None
        if kind is bool:
            return self.rng.random() < 0.5
        if kind in (int, float):
            limit = self.limits.get(path)
            least = -10 if limit is None or limit.least is None else limit.least
            most = least + 10 if limit is None or limit.most is None else limit.most
            number = self.rng.uniform(least, most)
            return int(least + (number - least) // 1) if kind is int else number
        return "".join(self.rng.choice("abc_-09") for _ in range(1 + self.size(path)))

    def size(self, path: str) -> int:
        limit = self.limits.get(path)
        least = int(limit.least or 0) if limit is not None else 0
        most = 3 if limit is None or limit.most is None else min(int(limit.most), least + 3)
        return self.rng.randint(least, max(least, most - (not path.endswith("[#]"))))

    def fields(self, kind: Any, path: str, depth: int = 0, only: Iterable[str] = ()) -> dict[str, Any]:
        hints = _hints(kind)
        names = {name: _sent_as(name, hint) for name, hint in hints.items() if not only or name in only}
        needed = kind.__required_keys__ | {name for name in hints if "Required[" in str(hints[name])[:60]}
        dot = f"{path}." if path else ""
        needed |= {name for name in names if f"{dot}{names[name]}" in self.needed}
        kept = [each for each in names if each in needed or (depth < 6 and self.rng.random() < 0.4)]
        return {names[each]: self.value(hints[each], f"{dot}{names[each]}", depth + 1) for each in kept}


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind, vars(sys.modules[kind.__module__]), include_extras=True)


def _sent_as(name: str, hint: Any) -> str:
    for each in (hint, *get_args(hint)):
        for more in getattr(each, "__metadata__", ()):
            if getattr(more, "alias", None):
                return str(more.alias)
    return name


METHODS = {method.name: method for method in methods() if method.takes and method.name in BODIES}


@pytest.mark.parametrize("name", sorted(METHODS))
def test_what_the_sdk_s_types_allow_is_taken(name):
    method = METHODS[name]
    for seed in range(EXAMPLES):
        maker = Maker(name, seed)
        kind = maker.rng.choice(method.takes)
        options = [each for each in get_args(kind) if hasattr(each, "__required_keys__")] or [kind]
        body = maker.fields(maker.rng.choice(options), "", only=method.sent.fields)
        try:
            checked(name, orjson.loads(orjson.dumps(body)))
        except RequestRefused as refused:
            raise AssertionError(f"{refused}: {body}") from None


@pytest.mark.parametrize("name", sorted(METHODS))
def test_a_key_that_nobody_knows_is_refused(name):
    method, maker = METHODS[name], Maker(name, 0)
    kind = method.takes[0]
    options = [each for each in get_args(kind) if hasattr(each, "__required_keys__")] or [kind]
    body = maker.fields(options[0], "", only=method.sent.fields)
    assert refusal(name, {**body, "zzzzzzzz": 1}) == ("zzzzzzzz", "unknown_parameter")


ASKED = {method.name: method for method in methods() if method.asks}


@pytest.mark.parametrize("name", sorted(ASKED))
def test_a_query_that_the_sdk_s_types_allow_is_taken(name):
    method = ASKED[name]
    for seed in range(EXAMPLES):
        maker = Maker(name, seed)
        kind = maker.rng.choice([each for each in get_args(method.asks[0]) if _hints(each)] or method.asks)
        maker.limits = {each: integer(*bounds) for each, bounds in ranges(kind).items()}
        written = Querystring(array_format="brackets").stringify(maker.fields(kind, "", only=method.sent.asked))
        pairs = (*method.sent.query.items(), *parse_qsl(written, keep_blank_values=True))
        http = HTTPRequest(method.sent.method, f"/v1{method.sent.path}", pairs)
        try:
            QueryCheck(method.sent.method, method.sent.path)(APIRequest(http, "x"), Serving(Resources()))
        except RequestRefused as refused:
            raise AssertionError(f"{refused}: {written}") from None
