"""Which models there are: facts by name and by glob, the later over the earlier."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any, Literal, TypeAlias

import orjson

from mockai.models.facts import Facts, Family
from mockai.tokens import rules_of

__all__ = ["BUILT_IN", "Catalogue", "Mode"]

Mode: TypeAlias = Literal["any", "known"]
"""Which models there are: `any` name, or those that are `known` alone."""

_FILE = Path(__file__).with_name("models.json")
_MOST_REMEMBERED = 1024
_FOUND: dict[str, Facts] = {}
_PASSED: set[Hashable] = set()


class Catalogue:
    """The models of `models.json`, and those that scenarios add, by name or glob.

    A fine-tuned model (`ft:gpt-4o:…`) is as its base. With `alone`, those that are added are all there are. `passed` is
    what has stood all checks against these models, for whoever checks to keep, and to keep small.
    """

    def __init__(
        self, added: Iterable[tuple[str, Mapping[str, Any]]] = (), mode: Mode = "any", *, alone: bool = False
    ) -> None:
        self.mode = mode
        self._alone = alone
        self._added = tuple(added)
        self._names = frozenset(name for name, _ in self._added if not _is_glob(name))
        # What no scenario has a say in is the same for every engine, and each test has one.
        own = bool(self._added or alone)
        self._found: dict[str, Facts] = {} if own else _FOUND
        self.passed: set[Hashable] = set() if own else _PASSED

    def facts(self, model: str) -> Facts:
        """What is known of a model; the same for every name of which nothing is."""
        found = self._found.get(model)
        if found is None:
            if len(self._found) >= _MOST_REMEMBERED:
                self._found.clear()
            found = self._found[model] = self._gathered(model)
        return found

    def elsewhere(self, models: Iterable[str], owner: str) -> Catalogue:
        """The models of another provider, and those of the scenarios; OpenAI's are not among them."""
        return Catalogue((*((name, {"owned_by": owner}) for name in models), *self._added), self.mode, alone=True)

    def names(self) -> Iterator[str]:
        """Every model that is not retired, those of the scenarios first."""
        others = () if self._alone else _file()["models"]
        every = dict.fromkeys((*(name for name, _ in self._added if name in self._names), *others))
        return (name for name in every if self.facts(name).status != "retired")

    def _gathered(self, model: str) -> Facts:
        base = model.split(":")[1] if model.startswith("ft:") else model
        shared = _file()
        own_name = not self._names.isdisjoint((base, model))
        known = own_name or (base in shared["models"] and not self._alone)
        written: dict[str, Any] = {"status": "current" if known else "unknown", "wire": {}}
        for entry in shared["facts"]:
            if any(_fits(base, glob) for glob in entry["models"]):
                written |= entry
        written |= shared["models"].get(base, {})
        if own_name:
            written["status"] = "current"
        for glob, own in self._added:
            if glob in (base, model) or fnmatchcase(base, glob) or fnmatchcase(model, glob):
                written |= own
        family = Family(**written["wire"], tokens=rules_of(base))
        return Facts.of({k: v for k, v in written.items() if k not in _ABOUT}, family)


_ABOUT = {"models", "evidence", "wire"}


def _fits(name: str, glob: str) -> bool:
    """Whether a glob fits a name. Few hold more than a `*` at their end, which takes no pattern to be compiled."""
    head, star, rest = glob.partition("*")
    if rest or _is_glob(head):
        return fnmatchcase(name, glob)
    return name.startswith(head) if star else name == head


def _is_glob(name: str) -> bool:
    return bool(set(name) & set("*?["))


@cache
def _file() -> Any:
    return orjson.loads(_FILE.read_bytes())


BUILT_IN = Catalogue()
"""What is known without a scenario."""
