"""Scenario files on disk: which there are, and what stands in them."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from mockai.errors import Problem, ScenarioError
from mockai.scenario.positions import MAX_BYTES

__all__ = ["Source", "find", "included", "read_text"]

SUFFIXES = (".yaml", ".yml", ".json")

_PAIR = re.compile(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


@dataclass(frozen=True, slots=True)
class Source:
    """A file to load, and the folder that it and what it includes must stay in."""

    path: Path
    root: Path

    @property
    def name(self) -> str:
        """The path as it was given."""
        return self.path.as_posix()

    @property
    def label(self) -> str:
        """The path below the root."""
        inside = self.path.is_relative_to(self.root)
        return self.path.relative_to(self.root).as_posix() if inside else self.name


def find(path: Path) -> list[Source]:
    """The scenario file at a path, or all those in a folder and below, in sorted order; hidden ones are left out.
    Raises ScenarioError."""
    try:
        return _find(path)
    except OSError as error:
        raise _cannot_be_read(path.as_posix(), "", error) from None


def _cannot_be_read(where: str, what: str, error: OSError) -> ScenarioError:
    return ScenarioError([Problem(where, f"{what}cannot be read: {error.strerror}")])


def _find(path: Path) -> list[Source]:
    if path.is_dir():
        below = (Source(found, path) for found in path.rglob("*") if found.suffix in SUFFIXES and found.is_file())
        sources = sorted((source for source in below if not _hidden(source)), key=lambda source: source.label)
        if not sources:
            hint = f"Scenario files end in {', '.join(SUFFIXES)}."
            raise ScenarioError([Problem(path.as_posix(), "the folder holds no scenario files", hint)])
        return sources
    if not path.exists():
        raise ScenarioError([Problem(path.as_posix(), "there is no such file or folder", _nearby(path))])
    return [Source(path, path.parent)]


def _hidden(source: Source) -> bool:
    return any(part.startswith(".") for part in source.label.split("/"))


def _nearby(path: Path) -> str:
    if not path.parent.is_dir():
        return ""
    close = get_close_matches(path.name, [other.name for other in path.parent.iterdir()], n=1)
    return f"Did you mean {path.with_name(close[0]).as_posix()}?" if close else ""


def included(source: Source, name: str, where: str) -> Source:
    """The file that `source` includes by this name. Raises ScenarioError."""
    try:
        return _included(source, name.replace("\0", "\\0"), where)
    except OSError as error:
        raise _cannot_be_read(where, f"the include {name[:40]} ", error) from None


def _included(source: Source, name: str, where: str) -> Source:
    path = Path(os.path.normpath(source.path.parent / name))
    if not path.resolve().is_relative_to(source.root.resolve()):
        message = f"the include {name} leaves the folder {source.root.as_posix()}"
        raise ScenarioError([Problem(where, message, "Only files in the folder that is loaded can be included.")])
    if not path.is_file():
        message = f"the include {name} is not a file"
        raise ScenarioError([Problem(where, message, _nearby(path) or f"Looked for {path.as_posix()}.")])
    return Source(path, source.root)


def read_text(source: Source) -> str:
    """The text of a file. Raises ScenarioError."""
    data = _bytes(source)
    if len(data) > MAX_BYTES:
        raise ScenarioError(
            [Problem(source.name, f"the file is larger than {MAX_BYTES // 1024} KiB", "Split it into several.")]
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        where = f"{source.name}:{before.count(10) + 1}:{error.start - before.rfind(10)}"
        raise ScenarioError([Problem(where, "the file is not UTF-8", "Save it in the encoding UTF-8.")]) from None
    return _PAIR.sub(_joined, text) if source.path.suffix == ".json" else text


def _bytes(source: Source) -> bytes:
    if not source.path.is_file():
        raise ScenarioError([Problem(source.name, "not a regular file")])
    try:
        with source.path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise _cannot_be_read(source.name, "", error) from None


def _joined(pair: re.Match[str]) -> str:
    """JSON writes a character beyond U+FFFF as two escapes, YAML as one."""
    before, high, low = pair.groups()
    code = 0x10000 + ((int(high, 16) - 0xD800) << 10) + (int(low, 16) - 0xDC00)
    return f"{before}\\U{code:08X}"
