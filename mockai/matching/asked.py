"""Conditions on what is asked for: endpoint, model, tools, format, streaming."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import fnmatchcase, translate

from mockai.matching.base import Mismatch, NameMismatch, Predicate, View
from mockai.matching.partial import Difference, difference
from mockai.matching.wording import did_you_mean, likeness, quoted
from mockai.request import APIRequest, Tool
from mockai.scenario.schema import ToolMatch

__all__ = [
    "EndpointMismatch",
    "endpoint",
    "model",
    "names_operation",
    "operations_named",
    "response_format",
    "stream",
    "tool_choice",
    "tools",
    "upstream",
]

_GLOB = re.compile(r"[*?\[]")


class EndpointMismatch(Mismatch):
    """Another operation than the rule is for."""

    __slots__ = ()

    @property
    def closeness(self) -> float:
        """Half where only the operation differs, else nothing: another endpoint is another world."""
        resource = self.seen.rpartition(".")[0]
        return 0.5 if any(name.startswith(resource) for name in self.expected) else 0.0

    def wanted(self) -> str:
        """The names."""
        return " or ".join(self.expected)

    def found(self) -> str:
        """The operation asked for."""
        return str(self.seen)

    def hint(self) -> str:
        """That a bare name does not stand for other operations, or a name that is nearly right."""
        resource, _, _ = self.seen.rpartition(".")
        if resource in self.expected:
            return f"`{resource}` alone stands for its `create`, so name the operation: `{self.seen}`"
        seen = self.seen.removesuffix(".create")
        return f"did you mean {quoted(seen)}?" if any(likeness(name, seen) > 0.9 for name in self.expected) else ""


def operations_named(name: str) -> frozenset[str]:
    """The operations a name without wildcards can mean. The SDK's `beta.` in front of a name may be there or not:
    `beta.threads.runs` is `threads.runs`."""
    names = {name, name.removeprefix("beta.")}
    return frozenset(names | {f"{one}.create" for one in names})


def names_operation(name: str, full_name: str) -> bool:
    """Whether a name in a rule stands for this operation: `chat.completions` does for
    `chat.completions.create`, `chat.completions.list` for itself, and globs for all they match."""
    if not _GLOB.search(name):
        return full_name in operations_named(name)
    resource, _, operation = full_name.rpartition(".")
    return fnmatchcase(full_name, name) or (operation == "create" and fnmatchcase(resource, name))


def endpoint(names: tuple[str, ...], key: str) -> Iterator[Predicate]:
    """The operation is one of those named."""
    globs = tuple(name for name in names if _GLOB.search(name))
    exact = frozenset(name for name in names if name not in globs)
    exact = frozenset[str]().union(*map(operations_named, exact))

    def check(request: APIRequest, view: View) -> Mismatch | None:
        full_name = f"{request.endpoint}.{request.operation}"
        if full_name in exact or (globs and any(names_operation(glob, full_name) for glob in globs)):
            return None
        return EndpointMismatch(key, names, full_name)

    yield check


def _fitting(read: Callable[[APIRequest], str | None]) -> Callable[[str, str], Iterator[Predicate]]:
    def make(glob: str, key: str) -> Iterator[Predicate]:
        fits: Callable[[str], object] = re.compile(translate(glob)).match if _GLOB.search(glob) else glob.__eq__

        def check(request: APIRequest, view: View) -> Mismatch | None:
            name = read(request)
            return None if name is not None and fits(name) else NameMismatch(key, glob, name)

        yield check

    return make


model = _fitting(lambda request: request.model)
"""The model's name matches a glob, in which case counts."""
upstream = _fitting(lambda request: request.http.upstream or None)
"""The name of the upstream asked matches a glob."""


class ToolMismatch(Mismatch):
    """A tool that was not offered, or with other parameters."""

    __slots__ = ()

    def _other_parameters(self) -> list[Difference]:
        named = [tool.parameters or {} for tool in self.seen if tool.name == self.expected.name]
        found = (difference(self.expected.parameters, parameters) for parameters in named)
        return [one for one in found if one is not None]

    @property
    def closeness(self) -> float:
        """Three quarters for a tool of that name, else half the likeness of the nearest name."""
        near = [0.5 * likeness(self.expected.name, tool.name) for tool in self.seen]
        return 0.75 if self._other_parameters() else max(near, default=0.0)

    def sentence(self) -> str:
        """Where the parameters differ, or which tools there are instead."""
        wanted = quoted(self.expected.name)
        differences = self._other_parameters()
        if differences:
            expected, seen = differences[0].words()
            place = f"the parameters of {wanted} differ at {differences[0].place()}"
            return f"{self.key}: {place}: expected {expected}, seen {seen}"
        names = tuple(tool.name for tool in self.seen)
        hint = did_you_mean(self.expected.name, names)
        offered = ", ".join(map(quoted, names)) or "no tools"
        return f"{self.key}: expected {wanted} among the tools offered, seen {offered}" + (f"; {hint}" if hint else "")


def tools(wanted: tuple[ToolMatch, ...], key: str) -> Iterator[Predicate]:
    """Each of these tools was offered, with at least these parts in its parameters' schema."""
    for tool in wanted:
        yield _offered(tool, key)


def _offered(wanted: ToolMatch, key: str) -> Predicate:
    def check(request: APIRequest, view: View) -> Mismatch | None:
        for tool in request.tools:
            if tool.name == wanted.name and _fits(wanted, tool):
                return None
        return ToolMismatch(key, wanted, request.tools)

    return check


def _fits(wanted: ToolMatch, tool: Tool) -> bool:
    return wanted.parameters is None or difference(wanted.parameters, tool.parameters or {}) is None


def tool_choice(choice: str, key: str) -> Iterator[Predicate]:
    """`auto`, `none`, `required` or the name of the tool that must be called. A request that does not say
    has the API's default: `auto` with tools, `none` without."""

    def check(request: APIRequest, view: View) -> Mismatch | None:
        seen = request.tool_choice or ("auto" if request.tools else "none")
        return None if seen == choice else NameMismatch(key, choice, seen)

    yield check


class FormatMismatch(Mismatch):
    """Another response format; `seen` is its kind and, if it has one, the name of its schema."""

    __slots__ = ()

    @property
    def closeness(self) -> float:
        """The likeness of the nearer of the two names; a mere resemblance counts half."""
        return 0.5 * max(likeness(self.expected, name) for name in self.seen)

    def found(self) -> str:
        """Kind and schema name."""
        return " named ".join(map(quoted, self.seen))


def response_format(name: str, key: str) -> Iterator[Predicate]:
    """The kind of format (`text` where the request does not say) or the name of its schema."""

    def check(request: APIRequest, view: View) -> Mismatch | None:
        asked = request.response_format
        seen = ("text",) if asked is None else (asked.kind, asked.name) if asked.name else (asked.kind,)
        return None if name in seen else FormatMismatch(key, name, seen)

    yield check


def stream(wanted: bool, key: str) -> Iterator[Predicate]:
    """Whether the reply is asked for as a stream."""

    def check(request: APIRequest, view: View) -> Mismatch | None:
        return None if request.stream is wanted else Mismatch(key, wanted, request.stream)

    yield check
