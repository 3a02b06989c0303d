"""`tool_resources` of assistants and threads, and files attached to messages: files for the code interpreter, vector
stores for the file search. Stores that are asked for by their files are made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial

from mockai.endpoints.files_kept import FILES
from mockai.endpoints.parameters import listing, mapping, texts
from mockai.endpoints.resource import Kind, Stored
from mockai.endpoints.vector_stores_kept import STORES, add_file, chunking, new_store
from mockai.ids import Mint
from mockai.state import Resources

__all__ = ["attach", "check_attachments", "checked", "make_stores", "settled"]

_MOST_FILES = 20
_DAYS = 7
_INTERPRETER, _SEARCH = "code_interpreter", "file_search"


def checked(body: Mapping[str, object], resources: Resources) -> Stored:
    """What a body says of its tools' resources; raises `RequestRefused` for files and stores that nobody made."""
    written = mapping(body, "tool_resources") or {}
    tools = {f"tool_resources.{name}": written.get(name) for name in (_INTERPRETER, _SEARCH)}
    interpreter, search = (mapping(tools, name) or {} for name in tools)
    for id in texts(interpreter, "file_ids", most=_MOST_FILES):
        FILES.get(resources, id)
    for id in texts(search, "vector_store_ids", most=1):
        STORES.get(resources, id)
    for store in listing(search, "vector_stores", most=1):
        chunking(store)
        for id in texts(store, "file_ids"):
            FILES.get(resources, id)
    return written


def settled(written: Mapping[str, object], mint: Mint) -> Stored:
    """The same, with the stores that it asks for named by the ids that `make_stores` gives them."""
    search = mapping(written, _SEARCH) or {}
    asked = listing(search, "vector_stores")
    if not asked:
        return dict(written)
    made = [STORES.new_id(_own(mint, at)) for at, _ in enumerate(asked)]
    return {**written, _SEARCH: {"vector_store_ids": [*texts(search, "vector_store_ids"), *made]}}


def make_stores(written: Mapping[str, object], resources: Resources, mint: Mint) -> None:
    """Make the stores that it asks for."""
    for at, store in enumerate(listing(mapping(written, _SEARCH) or {}, "vector_stores")):
        new_store(resources, store, _own(mint, at))


def _own(mint: Mint, at: int) -> Mint:
    return mint.child("tool_resources", at)


# --------------------------------------------------------------------------------------- attachments


def check_attachments(drafts: Iterable[Stored], resources: Resources) -> None:
    """Raises `RequestRefused` for files attached to messages that nobody made."""
    for id in (each["file_id"] for draft in drafts for each in draft["attachments"] if "file_id" in each):
        FILES.get(resources, str(id))


def attach(resources: Resources, threads: Kind, id: str, attachments: Iterable[Stored], mint: Mint) -> None:
    """Give the files attached to a message to the tools of its thread: a store is made for the first to be searched."""
    for attachment in attachments:
        tools = {tool.get("type") for tool in listing(attachment, "tools")}
        file = str(attachment.get("file_id"))
        if _INTERPRETER in tools:
            threads.change(resources, id, partial(_with, tool=_INTERPRETER, key="file_ids", id=file))
        if _SEARCH in tools:
            add_file(resources, _store_of(resources, threads, id, mint), file, mint.created, chunking({}), None)


def _store_of(resources: Resources, threads: Kind, id: str, mint: Mint) -> str:
    search = mapping(threads.get(resources, id)["tool_resources"], _SEARCH) or {}
    for store in texts(search, "vector_store_ids"):
        return store
    expires: Stored = {"expires_after": {"anchor": "last_active_at", "days": _DAYS}}
    made = str(new_store(resources, expires, mint.child("attachments"))["id"])
    threads.change(resources, id, partial(_with, tool=_SEARCH, key="vector_store_ids", id=made))
    return made


def _with(thread: Stored, tool: str, key: str, id: str) -> Stored:
    """The thread with one more id for a tool."""
    given = mapping(thread["tool_resources"], tool) or {}
    ids = dict.fromkeys([*texts(given, key), id])
    return {**thread, "tool_resources": {**thread["tool_resources"], tool: {**given, key: [*ids]}}}
