"""How much of the scenario files was used: rules, replies, faults and phases of brown-outs that a call has met.

What counts is what stands in files; rules written in Python belong to the test that wrote them.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from mockai.engine.brownouts import schedules_of
from mockai.journal import Entry
from mockai.matching.rules import Origin
from mockai.scenario.loaded import Loaded, LoadedFile
from mockai.scenario.schema import FaultSpec

if TYPE_CHECKING:
    from mockai.engine import Engine

__all__ = ["Coverage", "FileCoverage", "Missing", "lines"]

Kind: TypeAlias = Literal["rule", "reply", "fault", "phase"]
KINDS: tuple[Kind, ...] = ("rule", "reply", "fault", "phase")
_PLURALS = {"rule": "rules", "reply": "replies", "fault": "faults", "phase": "phases"}


@dataclass(frozen=True, slots=True)
class Missing:
    """Something in a file that no call has met: what it is, where it stands, and a sentence about it."""

    kind: Kind
    where: str
    what: str


@dataclass(frozen=True, slots=True)
class FileCoverage:
    """How much of a file was used: by kind, how many there are and how many were met, and what is missing."""

    name: str
    total: Mapping[str, int]
    met: Mapping[str, int]
    missing: tuple[Missing, ...]

    @property
    def percent(self) -> float:
        """The share that was met; all of nothing is 100."""
        return _percent(sum(self.met.values()), sum(self.total.values()))

    def as_json(self) -> dict[str, Any]:
        """The file in plain values."""
        counts = {_PLURALS[kind]: {"total": self.total[kind], "met": self.met[kind]} for kind in KINDS}
        missing = [{"kind": each.kind, "where": each.where, "what": each.what} for each in self.missing]
        return {"file": self.name, "percent": self.percent, **counts, "missing": missing}


class Coverage:
    """What the files of one or more engines hold, and what calls have met of it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._names: dict[str, str] = {}
        self._items: dict[str, dict[str, tuple[Kind, str, str]]] = {}
        self._met: dict[str, set[str]] = {}

    def add(self, loaded: Loaded) -> None:
        """Count the files of a load, whether or not anything uses them."""
        with self._lock:
            for file in loaded.files:
                if file.path is not None:
                    path = str(file.path.resolve())
                    self._names[path] = _shown(file.path)
                    self._items[path] = {
                        id: (kind, where.replace(file.name, self._names[path], 1), what)
                        for id, kind, where, what in _items(file)
                    }
                    self._met.setdefault(path, set())

    def watch(self, engine: Engine) -> None:
        """Count what the calls of an engine meet from now on, whatever is reset or loaded again meanwhile."""
        engine.coverage = self
        engine.observers.append(_Observer(self, engine))

    def meet(self, path: str, ids: Iterable[str]) -> None:
        """Note what a call has met of a file."""
        with self._lock:
            self._met[path].update(ids)

    def as_data(self) -> dict[str, Any]:
        """All of it in plain values, for `merge` in another process."""
        with self._lock:
            return {
                path: {"name": self._names[path], "items": dict(items), "met": sorted(self._met[path])}
                for path, items in self._items.items()
            }

    def merge(self, data: Mapping[str, Any]) -> None:
        """Add what another process has seen."""
        with self._lock:
            for path, file in data.items():
                self._names.setdefault(path, file["name"])
                self._items.setdefault(path, {}).update(file["items"])
                self._met.setdefault(path, set()).update(file["met"])

    def files(self) -> tuple[FileCoverage, ...]:
        """Every file, by name."""
        with self._lock:
            found = [_file(self._names[path], items, self._met[path]) for path, items in self._items.items()]
        return tuple(sorted(found, key=lambda file: file.name))

    @property
    def percent(self) -> float:
        """The share of everything that was met."""
        files = self.files()
        return _percent(sum(sum(f.met.values()) for f in files), sum(sum(f.total.values()) for f in files))

    def as_json(self) -> dict[str, Any]:
        """The whole report in plain values."""
        return {"percent": self.percent, "files": [file.as_json() for file in self.files()]}


class _Observer:
    """Reads calls of one engine; its rules and brown-outs are looked up anew when other files have been loaded."""

    def __init__(self, coverage: Coverage, engine: Engine) -> None:
        self._coverage = coverage
        self._engine = engine
        self._loaded = engine.script.loaded
        self._rules: dict[str, tuple[LoadedFile, int]] = {}
        self._schedules: dict[str, tuple[LoadedFile, int]] = {}
        self._read()

    def __call__(self, entry: Entry) -> None:
        if self._engine.script.loaded is not self._loaded:
            self._read()
        if entry.rule in self._rules and entry.reply is not None:
            file, number = self._rules[entry.rule]
            self._meet(file, _met_by(file, number, entry))
        if entry.schedule is not None and entry.schedule[0] in self._schedules:
            file, number = self._schedules[entry.schedule[0]]
            self._meet(file, [f"brownouts[{number}].phases[{entry.schedule[1]}]"])

    def _meet(self, file: LoadedFile, ids: Iterable[str]) -> None:
        if file.path is not None:
            self._coverage.meet(str(file.path.resolve()), ids)

    def _read(self) -> None:
        self._loaded = self._engine.script.loaded
        files = self._loaded.files
        self._rules = {placed.key: (file, n) for file in files for n, placed in enumerate(file.rules)}
        self._schedules = {
            schedule.key: (file, number)
            for file in files
            for number, schedule in enumerate(schedules_of(file, Origin()))
        }
        self._coverage.add(self._loaded)


def _met_by(file: LoadedFile, number: int, entry: Entry) -> Iterator[str]:
    rule = file.rules[number].rule
    index = entry.reply or 0
    yield f"rules[{number}]"
    if len(rule.replies) > 1:
        yield f"rules[{number}].replies[{index}]"
    own = rule.replies[index].faults
    if own is None:
        yield from _struck("defaults", file.scenario.defaults.faults or (), entry)
    else:
        yield from _struck(f"rules[{number}].replies[{index}]", own, entry)


def _struck(place: str, faults: Iterable[FaultSpec], entry: Entry) -> Iterator[str]:
    return (f"{place}.faults[{n}]" for n, fault in enumerate(faults) if fault.name in entry.faults)


def _items(file: LoadedFile) -> Iterator[tuple[str, Kind, str, str]]:
    """Everything in a file that a call can meet: its id, its kind, where it stands, and what to say if none did."""
    for n, fault in enumerate(file.scenario.defaults.faults or ()):
        yield f"defaults.faults[{n}]", "fault", file.name, f"the fault {fault.name} of all replies never struck"
    for n, placed in enumerate(file.rules):
        yield f"rules[{n}]", "rule", placed.where, f"{placed.called} was never used"
        for i, reply in enumerate(placed.rule.replies):
            id = f"rules[{n}].replies[{i}]"
            if len(placed.rule.replies) > 1:
                yield id, "reply", placed.where, f"reply {i + 1} of {placed.called} was never given"
            yield from _faults(id, reply.faults or (), placed.where, f"in reply {i + 1} of {placed.called}")
    for n, spec in enumerate(file.scenario.brownouts):
        called = f"brown-out `{spec.name}`" if spec.name else f"brown-out {n + 1}"
        for i, phase in enumerate(spec.phases):
            what = f"phase {i + 1} ({phase.phase}) of {called} was never reached"
            yield f"brownouts[{n}].phases[{i}]", "phase", file.name, what


def _faults(id: str, faults: Iterable[FaultSpec], where: str, place: str) -> Iterator[tuple[str, Kind, str, str]]:
    for n, fault in enumerate(faults):
        yield f"{id}.faults[{n}]", "fault", where, f"the fault {fault.name} {place} never struck"


def _file(name: str, items: Mapping[str, tuple[Kind, str, str]], met: set[str]) -> FileCoverage:
    total: dict[str, int] = {kind: sum(item[0] == kind for item in items.values()) for kind in KINDS}
    found: dict[str, int] = {kind: sum(items[id][0] == kind for id in met if id in items) for kind in KINDS}
    missing = tuple(Missing(*item) for id, item in items.items() if id not in met)
    return FileCoverage(name, total, found, missing)


def _percent(met: int, total: int) -> float:
    return round(100 * met / total, 1) if total else 100.0


def _shown(path: Path) -> str:
    here, path = Path.cwd(), path.resolve()
    return str(path.relative_to(here)) if path.is_relative_to(here) else str(path)


def lines(coverage: Coverage) -> Iterator[str]:
    """The report as a table, and below each file what is missing; of a rule never used only that."""
    files = coverage.files()
    heads = ("scenario", *_PLURALS.values(), "met")
    rows = [heads, *(_cells(file) for file in files), ("all", "", "", "", "", f"{coverage.percent:g} %")]
    widths = [max(len(row[column]) for row in rows) for column in range(len(heads))]
    for row, file in zip(rows, (None, *files, None), strict=True):
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        yield from (f"  {line}" for line in _told(file))


def _cells(file: FileCoverage) -> tuple[str, ...]:
    counts = (f"{file.met[kind]}/{file.total[kind]}" if file.total[kind] else "" for kind in KINDS)
    return file.name, *counts, f"{file.percent:g} %"


def _told(file: FileCoverage | None) -> Iterator[str]:
    missing = () if file is None else file.missing
    unused = {each.where for each in missing if each.kind == "rule"}
    for each in missing:
        if each.kind == "rule" or each.where not in unused:
            yield f"{each.where}: {each.what}"
