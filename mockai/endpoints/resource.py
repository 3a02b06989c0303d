"""What stateful resources have in common: how they are looked up, changed, shown, and served as operations.

A stored object is the JSON the API shows, and beside it what only the mock needs to know of it, under keys that
begin with `_` and are never shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.endpoints.base import Decode, Operation, Serving
from mockai.endpoints.heads import json_head, json_plan
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.multipart import read_form
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.wire import Body, HTTPRequest, Plan

__all__ = ["POLLED", "Answering", "Kind", "Stored", "binary_plan", "decoder", "served", "shown"]

Stored: TypeAlias = dict[str, Any]
"""An object as it is stored."""

Answering: TypeAlias = Callable[[APIRequest, Serving, Mint], Mapping[str, Any]]
"""The object or page that answers a request; raises `RequestRefused`."""

POLLED: Mapping[str, str] = {"openai-poll-after-ms": "10"}
"""Headers of what clients poll: the SDK's helpers wait so long between two looks, a second without them."""


def shown(stored: Mapping[str, Any]) -> Stored:
    """The object as the API shows it."""
    return {key: value for key, value in stored.items() if not key.startswith("_")}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of stored object: the shelf it is kept on, its id on the wire, and what the API says when it is not there.

    `error` is a name of the error catalogue, or a message with `{id}` in it. An object that stands in another one
    (a message in a thread) is kept under both ids, and its `owner` is the key of the other's id.
    """

    shelf: str
    prefix: str
    error: str
    digits: int = 24
    hex: bool = False
    owner: str | None = None

    def new_id(self, mint: Mint) -> str:
        """An id as the API writes it."""
        own = mint.child(self.shelf)
        return self.prefix + (own.hex(self.digits) if self.hex else own.alnum(self.digits))

    def missing(self, id: str) -> RequestRefused:
        """The API's 404 for this id."""
        if "{id}" in self.error:
            return RequestRefused(ErrorReply(404, self.error.format(id=id)))
        return RequestRefused(named(self.error, id=id))

    def put(self, resources: Resources, stored: Stored) -> Stored:
        """Store a new object."""
        resources.put(self.shelf, self._key(stored["id"], stored.get(self.owner or "")), stored)
        return stored

    def get(self, resources: Resources, id: str, owner: str | None = None) -> Stored:
        """The object; raises `RequestRefused` where there is none."""
        return self._found(resources.get(self.shelf, self._key(id, owner)), id)

    def change(
        self, resources: Resources, id: str, change: Callable[[Stored], Stored], owner: str | None = None
    ) -> Stored:
        """Replace the object by what `change` makes of it, in one step; raises `RequestRefused` where there is none."""
        return self._found(resources.update(self.shelf, self._key(id, owner), change), id)

    def delete(self, resources: Resources, id: str, owner: str | None = None) -> Stored:
        """Remove the object; raises `RequestRefused` where there is none."""
        return self._found(resources.delete(self.shelf, self._key(id, owner)), id)

    def all(self, resources: Resources, owner: str | None = None) -> Iterator[Stored]:
        """Every object, or every one of this owner, oldest first."""
        every = resources.all(self.shelf)
        return (each for each in every if self.owner is None or owner is None or each[self.owner] == owner)

    def clear(self, resources: Resources, owner: str) -> None:
        """Remove every object of this owner."""
        for each in self.all(resources, owner):
            resources.delete(self.shelf, self._key(each["id"], owner))

    def _key(self, id: str, owner: str | None) -> str:
        return id if self.owner is None else f"{owner}/{id}"

    def _found(self, stored: Stored | None, id: str) -> Stored:
        if stored is None:
            raise self.missing(id)
        return stored


# ---------------------------------------------------------------------------------------- operations


def served(
    endpoint: str,
    name: str,
    method: str,
    path: str,
    answer: Answering,
    *,
    form: bool = False,
    decode: Decode | None = None,
    headers: Mapping[str, str] | None = None,
) -> Operation:
    """An operation that answers from state with a JSON object.

    With `form`, its body is multipart/form-data; with `decode`, it is read in a way of its own.
    """

    def serve(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
        return json_plan(shown(answer(request, serving, mint)), mint, headers or {})

    return Operation(endpoint, name, method, path, decode or decoder(endpoint, name, form=form), serve=serve)


def decoder(endpoint: str, name: str, *, form: bool = False) -> Decode:
    """A decoder that reads a JSON body where there is one, or a form as the body it stands for."""

    def decode(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        body = read_form(http).body() if form else read_object(http) if http.body else {}
        model = body.get("model")
        return APIRequest(
            http,
            endpoint,
            name,
            params=params,
            body=body,
            model=model if isinstance(model, str) else None,
            attempt=attempt_of(http),
        )

    return decode


def binary_plan(data: bytes, mint: Mint, content_type: str = "application/octet-stream") -> Plan:
    """Head and body of a download."""
    return (json_head(len(data), mint, {"content-type": content_type}), Body(data, "raw"))
