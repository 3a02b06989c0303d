"""Threads and their messages: made, read, changed, deleted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Serving
from mockai.endpoints.cursors import pages
from mockai.endpoints.parameters import metadata
from mockai.endpoints.resource import Stored, served
from mockai.endpoints.threads_kept import (
    MESSAGES,
    RUNS,
    STEPS,
    THREADS,
    active_run,
    add_messages,
    draft,
    drafts,
    new_thread,
)
from mockai.endpoints.tool_resources import check_attachments, checked, make_stores, settled
from mockai.ids import Mint
from mockai.request import APIRequest

__all__ = ["OPERATIONS"]

_page = pages(MESSAGES)


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    body, resources, id = request.body, serving.resources, THREADS.new_id(mint)
    messages, written = drafts(body, "messages"), checked(body, resources)
    check_attachments(messages, resources)
    make_stores(written, resources, mint)
    THREADS.put(resources, new_thread(id, body, mint.created, settled(written, mint)))
    add_messages(resources, id, messages, mint)
    return THREADS.get(resources, id)


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return THREADS.get(serving.resources, request.params["thread_id"])


def _update(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    given: Stored = {}
    if "metadata" in request.body:
        given["metadata"] = metadata(request.body) or {}
    if "tool_resources" in request.body:
        given["tool_resources"] = checked(request.body, serving.resources)
    return THREADS.change(serving.resources, request.params["thread_id"], lambda stored: {**stored, **given})


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    id = request.params["thread_id"]
    THREADS.delete(serving.resources, id)
    for run in RUNS.all(serving.resources, id):
        STEPS.clear(serving.resources, run["id"])
    RUNS.clear(serving.resources, id)
    MESSAGES.clear(serving.resources, id)
    return {"id": id, "object": "thread.deleted", "deleted": True}


# ------------------------------------------------------------------------------------------ messages


def _create_message(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    thread = _thread(request, serving)
    run = active_run(serving.resources, thread)
    if run is not None:
        raise RequestRefused(named("thread_locked", thread=thread, run=run["id"]))
    written = draft(request.body)
    check_attachments([written], serving.resources)
    (message,) = add_messages(serving.resources, thread, [written], mint)
    return message


def _retrieve_message(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return MESSAGES.get(serving.resources, request.params["message_id"], _thread(request, serving))


def _list_messages(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, Any]:
    run = request.query.get("run_id")
    messages = MESSAGES.all(serving.resources, _thread(request, serving))
    return _page((each for each in messages if run in (None, each["run_id"])), request.query)


def _update_message(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    given = {"metadata": metadata(request.body) or {}} if "metadata" in request.body else {}
    id, thread = request.params["message_id"], _thread(request, serving)
    return MESSAGES.change(serving.resources, id, lambda stored: {**stored, **given}, thread)


def _delete_message(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    id = request.params["message_id"]
    MESSAGES.delete(serving.resources, id, _thread(request, serving))
    return {"id": id, "object": "thread.message.deleted", "deleted": True}


def _thread(request: APIRequest, serving: Serving) -> str:
    """The id of the thread in the path, which must be there."""
    id: str = THREADS.get(serving.resources, request.params["thread_id"])["id"]
    return id


_ONE = "/threads/{thread_id}"
_MESSAGES = f"{_ONE}/messages"
_MESSAGE = f"{_MESSAGES}/{{message_id}}"

OPERATIONS = (
    served("threads", "create", "POST", "/threads", _create),
    served("threads", "retrieve", "GET", _ONE, _retrieve),
    served("threads", "update", "POST", _ONE, _update),
    served("threads", "delete", "DELETE", _ONE, _delete),
    served("threads.messages", "create", "POST", _MESSAGES, _create_message),
    served("threads.messages", "list", "GET", _MESSAGES, _list_messages),
    served("threads.messages", "retrieve", "GET", _MESSAGE, _retrieve_message),
    served("threads.messages", "update", "POST", _MESSAGE, _update_message),
    served("threads.messages", "delete", "DELETE", _MESSAGE, _delete_message),
)
