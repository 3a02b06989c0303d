"""What derived operations keep: the facts known of each thing, by its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote

from mockai.ids import Mint
from mockai.state import Resources
from mockai.surface.nouns import new_id, thing_at
from mockai.surface.places import Places, shape_of

__all__ = ["Shelves", "Thing", "path_with"]


@dataclass(frozen=True, slots=True)
class Thing:
    """Something stored. `path` is its own, with ids in it percent-encoded; `facts` are values by names of fields."""

    path: str
    facts: Mapping[str, Any]
    created: int

    @property
    def key(self) -> str:
        """What it goes by in its collection."""
        return unquote(self.path.rpartition("/")[2])


def path_with(template: str, params: Mapping[str, str]) -> str:
    """A path with its parameters filled in, each percent-encoded."""
    return template.format(**{name: quote(value, safe="") for name, value in params.items()})


class Shelves:
    """The things of one session. A collection that nothing can be created in has one thing from the start."""

    def __init__(self, places: Places, resources: Resources, mint: Mint) -> None:
        self._places = places
        self._resources = resources
        self._mint = mint

    def get(self, template: str, path: str) -> Thing | None:
        """The thing at a path; `template` is the path with names in braces."""
        self._stock(template, path)
        return _thing(path, self._resources.get(_shelf(template), path))

    def put(self, template: str, path: str, facts: Mapping[str, Any]) -> Thing:
        """Store or replace a thing."""
        thing = Thing(path, facts, self._mint.created)
        self._resources.put(_shelf(template), path, {"facts": facts, "created": thing.created, "path": path})
        return thing

    def change(self, template: str, path: str, facts: Mapping[str, Any]) -> Thing | None:
        """Learn new facts of a thing, in one step; None if there is none."""
        self._stock(template, path)
        changed = self._resources.update(
            _shelf(template), path, lambda stored: {**stored, "facts": {**stored["facts"], **facts}}
        )
        return _thing(path, changed)

    def remove(self, template: str, path: str) -> Thing | None:
        """Forget a thing and return it; None if there is none."""
        self._stock(template, path)
        return _thing(path, self._resources.delete(_shelf(template), path))

    def within(self, template: str, path: str) -> Iterator[Thing]:
        """The things of a collection, oldest first."""
        self._stock(template + "/{}", f"{path}/")
        for stored in self._resources.all(_shelf(template + "/{}")):
            if stored["path"].rpartition("/")[0] == path:
                yield Thing(stored["path"], stored["facts"], stored["created"])

    def _stock(self, template: str, path: str) -> None:
        """Put the one thing into a collection that must have one, when it is first met."""
        collection = path.rpartition("/")[0]
        if not self._places.seeded(template.rpartition("/")[0]) or self._resources.get(_STOCKED, collection):
            return
        self._resources.put(_STOCKED, collection, {"path": collection})
        key = new_id(thing_at(template), Mint(self._mint.seed, "surface", collection))
        self.put(template, f"{collection}/{quote(key, safe='')}", {"id": key})


_STOCKED = "surface"


def _shelf(template: str) -> str:
    """The kind a thing is stored as: one for all collections of the same shape, so that their number is bounded."""
    return f"{_STOCKED}:{shape_of(template)}"


def _thing(path: str, stored: Mapping[str, Any] | None) -> Thing | None:
    return None if stored is None else Thing(path, stored["facts"], stored["created"])
