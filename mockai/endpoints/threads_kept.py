"""Threads, their messages and their runs as they are kept, and a thread as the conversation that rules match on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.json_values import object_of, objects_of, text_of
from mockai.endpoints.parameters import choice, listing, metadata, required
from mockai.endpoints.resource import Kind, Stored
from mockai.endpoints.tool_resources import attach
from mockai.ids import Mint
from mockai.request import CallMade, Message
from mockai.state import Resources

__all__ = [
    "MESSAGES",
    "RUNS",
    "STEPS",
    "THREADS",
    "active_run",
    "add_messages",
    "conversation",
    "draft",
    "drafts",
    "new_thread",
    "tool_turns",
]

THREADS = Kind("threads", "thread_", "thread_not_found")
MESSAGES = Kind("threads.messages", "msg_", "message_not_found", owner="thread_id")
RUNS = Kind("threads.runs", "run_", "run_not_found", owner="thread_id")
STEPS = Kind("threads.runs.steps", "step_", "No run step found with id '{id}'.", owner="run_id")

_ACTIVE = frozenset({"queued", "in_progress", "requires_action", "cancelling"})
_LONGEST = 256_000
_KINDS = {"image_file": "image", "image_url": "image"}


def new_thread(id: str, body: Mapping[str, Any], created: int, tool_resources: Stored) -> Stored:
    """The thread that a body asks for."""
    return {
        "id": id,
        "object": "thread",
        "created_at": created,
        "metadata": metadata(body) or {},
        "tool_resources": tool_resources,
    }


def active_run(resources: Resources, thread: str) -> Stored | None:
    """The run that is at work on a thread, if any."""
    return next((run for run in RUNS.all(resources, thread) if run["status"] in _ACTIVE), None)


# ------------------------------------------------------------------------------------------ messages


def draft(body: Mapping[str, Any], where: str = "") -> Stored:
    """What a body says of a message to add; raises `RequestRefused` for what is none."""
    role, content = f"{where}role", f"{where}content"
    return {
        "role": choice({role: body.get("role")}, role, ("user", "assistant")),
        "content": _content(required({content: body.get("content")}, content), content),
        "attachments": listing(body, "attachments"),
        "metadata": metadata(body) or {},
    }


def drafts(body: Mapping[str, Any], name: str) -> tuple[Stored, ...]:
    """The messages to add that a body lists."""
    return tuple(draft(each, f"{name}[{at}].") for at, each in enumerate(listing(body, name)))


def _content(written: Any, name: str) -> list[Stored]:
    if isinstance(written, str):
        written = [{"type": "text", "text": written}]
    if not isinstance(written, list) or not all(isinstance(each, dict) for each in written):
        expected = "one of a string or array of objects"
        raise RequestRefused(named("invalid_type", param=name, expected=expected, got=kind_of(written)))
    return [_block(each, name) for each in written]


def _block(part: Stored, name: str) -> Stored:
    if part.get("type") != "text":
        return part
    value = text_of(part.get("text")) or ""
    if len(value) > _LONGEST:
        raise RequestRefused(named("string_above_max_length", param=name, maximum=_LONGEST, length=len(value)))
    return {"type": "text", "text": {"value": value, "annotations": []}}


def add_messages(resources: Resources, thread: str, drafts: Iterable[Stored], mint: Mint) -> list[Stored]:
    """Put these messages at the end of a thread, and the files attached to them where its tools find them."""
    own, drafts = mint.child("messages"), tuple(drafts)
    for each in drafts:
        attach(resources, THREADS, thread, each["attachments"], own)
    return [MESSAGES.put(resources, _message(each, thread, own.child(at))) for at, each in enumerate(drafts)]


def _message(draft: Stored, thread: str, mint: Mint) -> Stored:
    return {
        "id": MESSAGES.new_id(mint),
        "object": "thread.message",
        "created_at": mint.created,
        "assistant_id": None,
        "thread_id": thread,
        "run_id": None,
        "status": "completed",
        "incomplete_details": None,
        "incomplete_at": None,
        "completed_at": mint.created,
        **draft,
    }


# -------------------------------------------------------------------------------------- conversation


def conversation(messages: Iterable[Stored], instructions: str) -> tuple[Message, ...]:
    """Messages of a thread, or such that will be added, as rules see them; the instructions are the system's."""
    system = (Message("system", instructions),) if instructions else ()
    return (*system, *map(_seen, messages))


def _seen(message: Stored) -> Message:
    blocks = message["content"]
    texts = [text_of(object_of(block.get("text")).get("value")) or text_of(block.get("refusal")) for block in blocks]
    names = {text_of(block.get("type")) or "" for block in blocks}
    kinds = {_KINDS[name] for name in names if name in _KINDS}
    if message["attachments"]:
        kinds.add("file")
    return Message(message["role"], "\n".join(text for text in texts if text), frozenset(kinds))


def tool_turns(steps: Iterable[Stored]) -> Iterator[Message]:
    """The calls of a run's steps as messages of the assistant, and what the tools gave back."""
    for step in steps:
        calls = objects_of(step["step_details"].get("tool_calls"))
        if not calls:
            continue
        made = tuple(CallMade(call["id"], call["function"]["name"], call["function"]["arguments"]) for call in calls)
        yield Message("assistant", calls=made)
        for call in calls:
            function = call["function"]
            yield Message("tool", function["output"] or "", call_id=call["id"], name=function["name"])
