"""How derived operations are answered: from what was stored, and from the types of the SDK."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import quote

from mockai.api_errors import NAMES, ErrorReply, RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.heads import json_head, json_plan
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.surface.instances import Instances
from mockai.surface.nouns import new_id, thing_at
from mockai.surface.paging import cursors, page
from mockai.surface.places import Places, Role, prefixes
from mockai.surface.shelves import Shelves, Thing, path_with
from mockai.surface.streams import stream_plan
from mockai.surface.table import Row
from mockai.wire import Body, Plan

__all__ = ["Answering"]


_NOTHING: Mapping[str, Any] = {}
_CONTENTS = {"application/sdp": b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"}
_TEXT_FORMATS = ("text", "srt", "vtt")


@dataclass(frozen=True)
class Answering:
    """One request to one derived operation, being answered.

    What is stored of a thing are facts: values by the names of fields. Every answer is an instance of the type
    that the operation gives, with the facts in it, so that operations of different types speak of one thing.
    """

    places: Places
    row: Row
    request: APIRequest
    serving: Serving
    mint: Mint

    def plan(self) -> Plan:
        """The plan; raises `RequestRefused` for an id that was never created."""
        self._look_up()
        row = self.row
        if row.event is not None and (self.request.stream or row.kind == "nothing"):
            return stream_plan(row.event, self._instances(self.mint), self._told(), self.mint)
        if row.kind == "bytes":
            return _file(row, self.mint)
        match self.places.role(row):
            case Role.LIST:
                return json_plan(self._list(), self.mint)
            case Role.CREATE:
                return self._sent(self._create() if row.kind == "object" else self._create_several())
            case Role.RETRIEVE | Role.READ:
                return self._sent(self._value(self._thing()))
            case Role.UPDATE | Role.WRITE:
                return self._sent(self._value(self._changed(self._own_facts())))
            case Role.DELETE | Role.CLEAR:
                return self._sent(self._remove())
        return self._sent(self._act())

    # --------------------------------------------------------------------------------- what there is

    @cached_property
    def _shelves(self) -> Shelves:
        return Shelves(self.places, self.serving.resources, self.mint)

    @cached_property
    def _path(self) -> str:
        return path_with(self.row.path, self.request.params)

    @property
    def _params(self) -> dict[str, Any]:
        """What the path tells: `project_id`, and the id of the thing at its end."""
        params = dict(self.request.params)
        return {**params, "id": [*params.values()][-1]} if self.row.path.endswith("}") else params

    @property
    def _said(self) -> dict[str, Any]:
        """What the body tells; not the id, which the API gives."""
        return {name: value for name, value in self.request.body.items() if name != "id"}

    def _look_up(self) -> None:
        """Refuse a path through something that was never created."""
        if self.serving.unknown_ids == "synthesize":
            return
        for template in prefixes(self.row.path):
            if self.places.governed(template.rpartition("/")[0], alone=template == self.row.path):
                path = path_with(template, self.request.params)
                if self._shelves.get(template, path) is None:
                    raise _not_found(template, [*self.request.params.values()][template.count("{") - 1])

    def _thing(self) -> Thing:
        """The thing at the path; one that nothing is known of, where there is none."""
        return self._shelves.get(self.row.path, self._path) or Thing(self._path, {}, self.mint.created)

    # ---------------------------------------------------------------------------------- what is done

    def _list(self) -> dict[str, Any]:
        things = list(self._shelves.within(self.row.path, self._path))
        values = [self._value(thing, {"id": thing.key}) for thing in things]
        keys = [thing.key for thing in things]
        self._look_up_cursors(keys)
        return page(values, keys, self.request.query, self.row.page)

    def _look_up_cursors(self, keys: list[str]) -> None:
        """Refuse a page that begins or ends at something that is not there."""
        if self.serving.unknown_ids == "synthesize" or "has_more" not in self.row.page:
            return
        for cursor in cursors(self.request.query):
            if cursor not in keys:
                raise _not_found(f"{self.row.path}/{{}}", cursor)

    def _create(self, **facts: Any) -> Any:
        """Make a thing and store what it became; it goes by the id that the request gives it, if any."""
        given = {**self._said, **self.request.params, **facts}
        called = self.places.parameter(self.row.path)
        if called in given and called not in self.request.params:
            given["id"] = given[called]
        thing = thing_at(self.row.path)
        made = self._instances(self.mint).make(self._schema(), thing, given)
        if not isinstance(made, dict):
            return made
        key = str(made.get("id") or given.get("id") or new_id(thing, self.mint))
        path = f"{self._path}/{quote(key, safe='')}"
        self._shelves.put(f"{self.row.path}/{{}}", path, {**made, "id": key, called: key})
        return made

    def _create_several(self) -> dict[str, Any]:
        """A page of new things, one for each id that the body names (`project_ids`), or of one where it names none."""
        name, keys = _named_in(self.request.body)
        made = [self._create(**{name: key}) for key in keys] or [self._create()]
        return page(made, [""] * len(made), {}, self.row.page)

    def _told(self) -> dict[str, Any]:
        """What a stream speaks of: the things on the way, and the one that it creates."""
        on_the_way = zip(prefixes(self.row.path), self.request.params.values(), strict=True)
        told = {f"{thing_at(template)}_id": id for template, id in on_the_way}
        if self.places.role(self.row) is Role.CREATE:
            thing, made = thing_at(self.row.path), self._create()
            told |= {thing: made, f"{thing}_id": made.get("id")}
        return {**told, **self.request.params}

    def _changed(self, facts: Mapping[str, Any]) -> Thing:
        """The thing at the path with new facts, stored if it exists or is the only one of its path."""
        changed = self._shelves.change(self.row.path, self._path, facts)
        if changed is not None:
            return changed
        if self.places.role(self.row) is Role.WRITE:
            return self._shelves.put(self.row.path, self._path, facts)
        return Thing(self._path, facts, self.mint.created)

    def _remove(self) -> Any:
        gone = self._shelves.remove(self.row.path, self._path) or self._thing()
        if not self.row.gives:
            return {"id": gone.key, "deleted": True}
        facts = {name: value for name, value in gone.facts.items() if name != "object"}
        return self._value(Thing(gone.path, facts, gone.created), {**self._params, "deleted": True})

    def _act(self) -> Any:
        if self.row.kind == "page":
            return self._act_on_several()
        if self.row.kind == "nothing":
            return None
        schema, (template, _, action) = self._schema(), self.row.path.rpartition("/")
        instances = self._instances(self.mint)
        if not self.places.is_at(template, schema):
            return instances.make(schema, thing_at(self.row.path), {**self._said, **self.request.params})
        path = path_with(template, self.request.params)
        facts = {**instances.agreeing(schema, self._said), **instances.outcome(schema, action)}
        thing = self._shelves.change(template, path, facts) or Thing(path, facts, self.mint.created)
        return self._value(thing, {"id": thing.key})

    def _act_on_several(self) -> dict[str, Any]:
        """A page of the things that the body names (`certificate_ids`), or of one that is made for the occasion."""
        _, keys = _named_in(self.request.body)
        made = [self._value(self._sibling(key), {"id": key}) for key in keys] or [self._value(self._thing())]
        return page(made, [""] * len(made), {}, self.row.page)

    def _sibling(self, key: str) -> Thing:
        """The thing of this id in the collection that an action stands in."""
        template, path = self.row.path.rpartition("/")[0] + "/{}", self._path.rpartition("/")[0]
        path = f"{path}/{quote(key, safe='')}"
        return self._shelves.get(template, path) or Thing(path, {}, self.mint.created)

    # --------------------------------------------------------------------------------------- values

    def _own_facts(self) -> dict[str, Any]:
        """What the body says of the thing, as far as the operation's type has fields for it."""
        return self._instances(self.mint).agreeing(self._schema(), self._said) if self.row.gives else {}

    def _schema(self) -> Mapping[str, Any]:
        """What is given; of several types the one that `response_format` names a part of (`verbose_json`)."""
        wanted = str(self.request.body.get("response_format", "")).partition("_")[0]
        for option in self.row.gives if wanted else ():
            if wanted in option.get("$ref", "").lower() or (wanted in _TEXT_FORMATS and option.get("type") == "string"):
                return option
        return self.row.gives[0]

    def _value(self, thing: Thing, facts: Mapping[str, Any] = _NOTHING) -> Any:
        """What the operation gives of a thing; the same whenever it is asked for."""
        if not self.row.gives:
            return None
        mint = Mint(self.mint.seed, "surface", thing.path, created=thing.created)
        known = {**thing.facts, **self._params, **facts}
        return self._instances(mint).make(self._schema(), thing_at(self.row.path), known)

    def _instances(self, mint: Mint) -> Instances:
        return Instances(self.places.table.shapes, mint)

    def _sent(self, value: Any) -> Plan:
        """The plan of a value: JSON, a text as it is, or no body."""
        if value is not None and not isinstance(value, str):
            return json_plan(value, self.mint)
        data = (value or "").encode()
        head = json_head(len(data), self.mint, {"content-type": "text/plain; charset=utf-8"})
        return (head, Body(data)) if data else (head.without("content-type"), Body(b""))


def _named_in(body: Mapping[str, Any]) -> tuple[str, list[str]]:
    """The first list of ids in a body, and what one of them is called: `project_id` for `project_ids`."""
    found = ((name, value) for name, value in body.items() if name.endswith("_ids") and isinstance(value, list))
    name, value = next(found, ("", []))
    return name.removesuffix("s"), [str(each) for each in value]


def _file(row: Row, mint: Mint) -> Plan:
    """Some bytes of the type that the SDK asks for."""
    kind = row.accept if row.accept in _CONTENTS else "application/octet-stream"
    data = _CONTENTS.get(str(row.accept)) or mint.hex(64).encode()
    return (json_head(len(data), mint, {"content-type": str(kind)}), Body(data))


def _not_found(template: str, id: str) -> RequestRefused:
    """The API's 404 for what has no such id, in its own words where they are known."""
    thing = thing_at(template)
    if f"{thing}_not_found" in NAMES:
        return RequestRefused(named(f"{thing}_not_found", **{"id": id, thing: id}))
    return RequestRefused(ErrorReply(404, f"No {thing.replace('_', ' ')} found with id '{id}'."))
