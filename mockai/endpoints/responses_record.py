"""Responses as they are stored, and how those in the background get on.

A response in the background is queued until it is first asked for, then in progress, then finished, a step with
each look at it, so that a test sees every state without waiting. One that is streamed is in progress until its
last event has been sent, or its client has gone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.conversations_kept import change_items, conversation_named
from mockai.endpoints.life_cycles import begun
from mockai.endpoints.responses_events import events, response_json
from mockai.endpoints.responses_frame import Frame, response_id
from mockai.endpoints.responses_input import items_of, listed_items
from mockai.endpoints.responses_request import Asked
from mockai.endpoints.webhook_events import announce
from mockai.ids import Mint
from mockai.replies.answer import Completion
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.wire import Body, Plan, Step

__all__ = ["RESPONSES", "advanced", "cancelled", "finished", "follow", "moved", "record", "remember", "shown"]

RESPONSES = "responses"
_POLLING = 600
"""Seconds for which a response in the background can be asked for that is not to be stored (the guide says roughly)."""


def remember(completion: Completion, request: APIRequest, mint: Mint, resources: Resources) -> None:
    """Keep a response and its input, unless the client says `store: false`; its conversation gets both. One in the
    background is kept for a while all the same."""
    asked, owner = Asked.of(request.body), conversation_named(request.body)
    if not (asked.store or asked.background or owner):
        return
    response = response_json(completion, request, mint)
    items = listed_items(items_of(request.body), mint.child("input"))
    if owner:
        change_items(resources, owner, add=(*items, *response["output"]), weight=len(request.http.body))
    if not (asked.store or asked.background):
        return
    kept = {"response": response, "input": items, "state": "finished"}
    if asked.background:
        kept |= _background(completion, request, mint) | {"until": None if asked.store else mint.created + _POLLING}
    resources.put(RESPONSES, response["id"], kept, len(request.http.body))
    if kept["state"] == "queued":
        begun(resources, response["id"], f"/responses/{response['id']}")


def _background(completion: Completion, request: APIRequest, mint: Mint) -> dict[str, Any]:
    unfinished = Frame.of(completion, request, mint).unfinished()
    sent = [step.data for step in events(completion, request, mint) if isinstance(step, Body)]
    return {"state": "streamed" if request.stream else "queued", "unfinished": unfinished, "events": sent}


def record(resources: Resources, id: str, now: int = 0) -> dict[str, Any]:
    """What is kept of a response; raises `RequestRefused` if there is none of this id, or no longer."""
    found = resources.get(RESPONSES, id)
    if found is not None and found.get("until") is not None and found["until"] < now:
        found = resources.delete(RESPONSES, id) and None
    if found is None:
        raise RequestRefused(named("response_not_found", id=id))
    return found


def shown(kept: dict[str, Any]) -> dict[str, Any]:
    """The Response as it is now."""
    if kept["state"] == "finished":
        response: dict[str, Any] = kept["response"]
        return response
    status = "in_progress" if kept["state"] == "streamed" else kept["state"]
    return {**kept["unfinished"], "status": status}


_NEXT = {"queued": "in_progress", "in_progress": "finished"}


def advanced(kept: dict[str, Any]) -> dict[str, Any]:
    """The record one look later."""
    return {**kept, "state": _NEXT.get(kept["state"], kept["state"])}


def finished(kept: dict[str, Any]) -> dict[str, Any]:
    """The record when everything has been made; what was cancelled stays so."""
    return kept if kept["state"] == "cancelled" else {**kept, "state": "finished"}


def cancelled(kept: dict[str, Any]) -> dict[str, Any]:
    """The record after a client cancels it; what has ended stays as it ended."""
    return kept if kept["state"] == "finished" else {**kept, "state": "cancelled"}


def moved(
    resources: Resources, mint: Mint, id: str, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> dict[str, Any]:
    """The record after a change; webhooks are told if that has ended a response in the background."""
    ended = False

    def changed(kept: dict[str, Any]) -> dict[str, Any]:
        nonlocal ended
        after = change(kept)
        ended = "events" in kept and after["state"] != kept["state"] and after["state"] in ("finished", "cancelled")
        return after

    kept = resources.update(RESPONSES, id, changed) or {}
    if ended:
        announce(resources, mint, f"response.{shown(kept)['status']}", id)
    return kept


def follow(plan: Plan, completion: Completion, request: APIRequest, mint: Mint, resources: Resources) -> Plan:
    """The stream of a response in the background: it ends when it is cancelled, and finishes when it ends."""
    if not (request.stream and Asked.of(request.body).background):
        return plan
    return _followed(plan, response_id(completion, mint), mint, resources)


def _followed(plan: Plan, id: str, mint: Mint, resources: Resources) -> Iterator[Step]:
    try:
        for step in plan:
            kept = resources.get(RESPONSES, id)
            if kept is not None and kept["state"] == "cancelled":
                return
            if isinstance(step, Body) and step.kind == "finish":
                moved(resources, mint, id, finished)
            yield step
    finally:
        moved(resources, mint, id, finished)
