"""The tables of operations and of their bodies, derived from the SDK that is installed: `python -m
mockai.surface.derive` ships them."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mockai.surface.bodies import Bodies, Body
from mockai.surface.parameters import Parameters
from mockai.surface.shapes import Given, Shapes, given
from mockai.surface.sources import Sent, methods_of
from mockai.surface.table import Row, Table

__all__ = ["Method", "derive", "derive_bodies", "main", "methods"]


@dataclass(frozen=True, slots=True)
class Method:
    """A method of the SDK that sends a request: its full name, what it sends, what it returns, and the types that
    its body and its query are made after."""

    name: str
    sent: Sent
    returned: Any
    takes: tuple[Any, ...] = ()
    asks: tuple[Any, ...] = ()

    @property
    def given(self) -> Given:
        """What it returns, told apart."""
        return given(self.returned)

    @property
    def request(self) -> tuple[Any, ...]:
        """What the method sends; methods that send the same are one operation."""
        return self.sent.method, self.sent.path, tuple(self.sent.query.items())


def derive() -> Table:
    """The table of the installed SDK. Imports it, which takes some 60 MB and two seconds."""
    import openai

    shapes = Shapes()
    rows = tuple(_row(method, aliases, shapes) for method, aliases in _operations(methods()))
    return Table(openai.__version__, rows, shapes.definitions)


def derive_bodies() -> Bodies:
    """What the operations of the installed SDK take. Imports it."""
    import openai

    parameters = Parameters()
    found = [
        Body(
            each.name, each.sent.method, each.sent.path, parameters.body(each.takes, each.sent.fields), each.sent.query
        )
        for each, _ in _operations(methods())
        if each.takes
    ]
    queries = [
        Body(each.name, each.sent.method, each.sent.path, parameters.query(each.asks, each.sent.asked), each.sent.query)
        for each, _ in _operations(methods())
        if each.asks
    ]
    return Bodies(openai.__version__, tuple(found), parameters.definitions, tuple(queries))


def _row(method: Method, aliases: Iterable[str], shapes: Shapes) -> Row:
    sent, given = method.sent, method.given
    return Row(
        method.name,
        sent.method,
        sent.path,
        given.kind,
        tuple(map(shapes.schema, given.types)),
        given.page,
        None if given.event is None else shapes.schema(given.event),
        sent.query,
        sent.sends,
        sent.headers.get("accept"),
        sent.headers.get("openai-beta"),
        sent.security,
        tuple(aliases),
    )


def _operations(found: Iterable[Method]) -> Iterator[tuple[Method, list[str]]]:
    """One method for each request, and the names of the others that send it. A list goes before a single object,
    which its page has room for; then the shorter name goes first."""
    groups: dict[tuple[Any, ...], list[Method]] = {}
    for method in found:
        groups.setdefault(method.request, []).append(method)
    for group in groups.values():
        group.sort(key=lambda method: (method.given.kind != "page", method.name.count(".")))
        yield group[0], [method.name for method in group[1:]]


def methods() -> Iterator[Method]:
    """Every method of the installed SDK that sends a request of its own."""
    import openai

    client = openai.OpenAI(api_key="sk-mockai", base_url="http://127.0.0.1")
    for name, resource in _resources(client, ""):
        for method, sent in methods_of(type(resource)):
            function = getattr(type(resource), method)
            takes = tuple(_evaluated(each, function) for each in sent.types)
            asks = tuple(_evaluated(each, function) for each in sent.asked_types)
            yield Method(f"{name}{method}", sent, _returned(function), takes, asks)


def _resources(owner: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    from openai._resource import SyncAPIResource

    for name in dir(owner):
        if not name.startswith(("_", "with_")):
            found = getattr(owner, name, None)
            if isinstance(found, SyncAPIResource):
                yield f"{prefix}{name}.", found
                yield from _resources(found, f"{prefix}{name}.")


def _returned(method: Any) -> Any:
    annotation = method.__annotations__.get("return")
    if not isinstance(annotation, str):
        return annotation
    return _evaluated(annotation, method)


def _evaluated(annotation: str, method: Any) -> Any:
    """A type as the module of a method writes it."""
    names = inspect.unwrap(method).__globals__
    return eval(annotation, dict(names))  # noqa: S307 - the SDK's own source


def main() -> None:
    """Write the tables that are shipped."""
    from mockai.surface.installed import SHIPPED, SHIPPED_BODIES, write

    write(derive(), SHIPPED)
    write(derive_bodies(), SHIPPED_BODIES)


if __name__ == "__main__":
    main()
