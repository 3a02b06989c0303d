"""Which operation a method and a path mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache, cached_property
from typing import TypeAlias
from urllib.parse import unquote

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Operation

__all__ = ["Router", "Sections"]

_Methods: TypeAlias = dict[str, Operation]


class _Pattern:
    """A path with parameters, cut into segments; those in braces stand for anything that is not empty."""

    def __init__(self, path: str) -> None:
        self.segments = path.split("/")
        self.methods: _Methods = {}
        self.rank = tuple(segment.startswith("{") for segment in self.segments)

    def match(self, segments: list[str]) -> dict[str, str] | None:
        params: dict[str, str] = {}
        for own, sent in zip(self.segments, segments, strict=True):
            if own.startswith("{") and sent:
                params[own[1:-1]] = unquote(sent)
            elif own != sent:
                return None
        return params


class Router:
    """Finds operations by method and path, with or without `/v1` in front, or as Azure OpenAI writes them.

    A path without parameters goes before one with them, and so does a literal segment before a parameter,
    from the left. A trailing slash is another path, as on api.openai.com. `beyond` gives further operations, for
    requests that none of the first fits; it is called when there is one.
    """

    def __init__(
        self, operations: Iterable[Operation], beyond: Callable[[], Iterable[Operation]] | None = None
    ) -> None:
        self._static: dict[str, _Methods] = {}
        self._beyond = beyond
        patterns: dict[str, _Pattern] = {}
        for operation in operations:
            if "{" in operation.path:
                methods = patterns.setdefault(operation.path, _Pattern(operation.path)).methods
            else:
                methods = self._static.setdefault(operation.path, {})
            methods.setdefault(operation.method, operation)
        self._patterns = sorted(patterns.values(), key=lambda pattern: pattern.rank)

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        """The operation and the parameters of its path, percent-decoded.

        Raises `RequestRefused`: 404 for a path nobody knows, 405 for a method the path does not take.
        """
        methods = self._static.get(_plain(path))
        if methods is not None and method in methods:
            return methods[method], {}
        known = False
        for methods, params in self._candidates(_plain(path)):
            if method in methods:
                return methods[method], params
            known = True
        name = "method_not_supported" if known else "unknown_url"
        raise RequestRefused(named(name, method=method, path=path))

    @cached_property
    def _further(self) -> Router:
        return _router_of(self._beyond) if self._beyond is not None else Router(())

    def _candidates(self, path: str) -> Iterable[tuple[_Methods, dict[str, str]]]:
        if path in self._static:
            yield self._static[path], {}
        segments = path.split("/")
        for pattern in self._patterns:
            if len(pattern.segments) == len(segments) and (params := pattern.match(segments)) is not None:
                yield pattern.methods, params
        if self._beyond is not None:
            yield from self._further._candidates(path)


@cache
def _router_of(operations: Callable[[], Iterable[Operation]]) -> Router:
    return Router(operations())


class Sections:
    """Finds operations as a `Router` does, and asks only for those `under` what a path begins with."""

    def __init__(
        self, under: Callable[[str], Sequence[Operation]], beyond: Callable[[], Iterable[Operation]] | None = None
    ) -> None:
        self._under = under
        self._beyond = beyond
        self._routers: dict[str, Router] = {}
        self._usual: dict[tuple[str, str], Operation] = {}
        self._nowhere = Router((), beyond)

    def find(self, method: str, path: str) -> tuple[Operation, dict[str, str]]:
        """The operation and the parameters of its path. Raises `RequestRefused` as a `Router` does."""
        usual = self._usual.get((method, path))
        if usual is not None:
            return usual, {}
        section = _plain(path).split("/", 2)[1] if path.startswith("/") else ""
        router = self._routers.get(section)
        if router is None:
            operations = self._under(section) if section else ()
            if not operations:  # whatever clients make up must not be kept
                return self._nowhere.find(method, path)
            router = self._routers[section] = Router(operations, self._beyond)
        operation, params = router.find(method, path)
        if not params and path == f"/v1{operation.path}":
            self._usual[method, path] = operation
        return operation, params


_AZURE_DEPLOYMENT = re.compile(r"/openai/deployments/[^/]+(?=/)")


def _plain(path: str) -> str:
    """The path below the base URL: without `/v1`, `/openai/v1`, `/openai` or `/openai/deployments/{name}`."""
    if path.startswith("/openai/"):
        path = (
            _AZURE_DEPLOYMENT.sub("", path) if path.startswith("/openai/deployments/") else path.removeprefix("/openai")
        )
    return path.removeprefix("/v1") if path.startswith("/v1/") else path
