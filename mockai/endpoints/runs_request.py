"""A request for a run of an assistant on a thread: what is asked, and the conversation it is asked in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.endpoints.assistants import ASSISTANTS, settings
from mockai.endpoints.base import Decode, Serving
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.json_values import object_of, positive, text_of
from mockai.endpoints.parameters import listing, mapping, needed_text, required, text
from mockai.endpoints.resource import Stored
from mockai.endpoints.threads_kept import (
    MESSAGES,
    RUNS,
    STEPS,
    THREADS,
    active_run,
    conversation,
    drafts,
    new_thread,
    tool_turns,
)
from mockai.endpoints.tool_resources import check_attachments, checked
from mockai.errors import ReplyError
from mockai.request import APIRequest, ResponseFormat, Tool
from mockai.state import Resources
from mockai.wire import HTTPRequest

__all__ = ["RunRequest", "decode_run", "enrich_create", "enrich_submit", "run_request"]


@dataclass(slots=True)
class RunRequest(APIRequest):
    """A request to run, continue or begin a thread, as it stands in its session.

    `run` is the run to make, without an id, or the one that goes on. `thread` is the thread that is made with it
    (create_and_run), without an id. `added` are messages that go to the thread, `answered` the steps whose calls
    the client has answered.
    """

    run: Mapping[str, Any] = field(default_factory=dict)
    thread: Mapping[str, Any] | None = None
    added: tuple[Stored, ...] = ()
    answered: tuple[Stored, ...] = ()


def run_request(request: APIRequest) -> RunRequest:
    """The request with what it knows of its session; ReplyError where a hook has lost that."""
    if not isinstance(request, RunRequest):
        raise ReplyError("a before hook must keep the request of a run: use dataclasses.replace, or return a new body")
    return request


def decode_run(endpoint: str, operation: str) -> Decode:
    """A decoder for an operation that runs an assistant."""

    def decode(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        body = read_object(http)
        stream = body.get("stream") is True
        return APIRequest(http, endpoint, operation, params=params, body=body, stream=stream, attempt=attempt_of(http))

    return decode


# ---------------------------------------------------------------------------------------------- create


def enrich_create(request: APIRequest, serving: Serving) -> APIRequest:
    """A request for a new run, on the thread in its path or on one that is made with it."""
    body, resources = request.body, serving.resources
    assistant = ASSISTANTS.get(resources, needed_text(body, "assistant_id"))
    run = _new_run(body, assistant)
    thread_id = request.params.get("thread_id")
    thread: Stored | None = None
    there: tuple[Stored, ...] = ()
    if thread_id is None:
        written = mapping(body, "thread") or {}
        thread, added = new_thread("", written, 0, checked(written, resources)), drafts(written, "messages")
    else:
        added, there = drafts(body, "additional_messages"), _messages(resources, thread_id)
    checked(body, resources)
    check_attachments(added, resources)
    seen = conversation(_kept(run, (*there, *added)), run["instructions"])
    return _with(request, run, seen, thread=thread, added=added)


def _messages(resources: Resources, thread: str) -> tuple[Stored, ...]:
    """What was said on a thread that no run is at work on."""
    THREADS.get(resources, thread)
    active = active_run(resources, thread)
    if active is not None:
        raise RequestRefused(named("run_active", thread=thread, run=active["id"]))
    return tuple(MESSAGES.all(resources, thread))


def _new_run(body: Mapping[str, Any], assistant: Stored) -> Stored:
    given = {**assistant, **settings({**body, "metadata": body.get("metadata") or {}})}
    more = text(body, "additional_instructions")
    instructions = "\n".join(filter(None, (given["instructions"], more)))
    return {
        "assistant_id": assistant["id"],
        "model": given["model"],
        "instructions": instructions,
        "tools": given["tools"],
        "metadata": given["metadata"],
        "temperature": given["temperature"],
        "top_p": given["top_p"],
        "reasoning_effort": given["reasoning_effort"],
        "max_completion_tokens": positive(body.get("max_completion_tokens")),
        "max_prompt_tokens": positive(body.get("max_prompt_tokens")),
        "truncation_strategy": mapping(body, "truncation_strategy") or {"type": "auto", "last_messages": None},
        "response_format": given["response_format"],
        "tool_choice": body.get("tool_choice") or "auto",
        "parallel_tool_calls": body.get("parallel_tool_calls") is not False,
    }


def _kept(run: Stored, messages: Sequence[Stored]) -> Sequence[Stored]:
    """The messages that the truncation strategy leaves."""
    last = positive(run["truncation_strategy"].get("last_messages"))
    return messages if last is None else messages[-last:]


# ---------------------------------------------------------------------------------------------- submit


def enrich_submit(request: APIRequest, serving: Serving) -> APIRequest:
    """A request that brings a run what its tools gave back."""
    resources, thread_id = serving.resources, request.params["thread_id"]
    THREADS.get(resources, thread_id)
    run = RUNS.get(resources, request.params["run_id"], thread_id)
    required(request.body, "tool_outputs")
    if run["status"] != "requires_action":
        raise RequestRefused(named("tool_outputs_refused", state=run["status"]))
    outputs = {text_of(each.get("tool_call_id")): text_of(each.get("output")) or "" for each in _outputs(request)}
    steps = list(STEPS.all(resources, run["id"]))
    _check(outputs, steps)
    answered = {step["id"]: _answered(step, outputs) for step in steps if step["status"] == "in_progress"}
    turns = tool_turns(answered.get(step["id"], step) for step in steps)
    seen = conversation(_kept(run, tuple(MESSAGES.all(resources, thread_id))), run["instructions"])
    return _with(request, run, (*seen, *turns), answered=tuple(answered.values()))


def _outputs(request: APIRequest) -> list[Stored]:
    return listing(request.body, "tool_outputs")


def _check(outputs: Mapping[str | None, str], steps: Sequence[Stored]) -> None:
    """Refuse outputs that are not exactly those the run waits for."""
    waiting = [call["id"] for step in steps if step["status"] == "in_progress" for call in _calls(step)]
    if set(waiting) != set(outputs):
        message = f"Expected tool outputs for call_ids {waiting}, got {list(outputs)}"
        raise RequestRefused(ErrorReply(400, message))


def _calls(step: Stored) -> list[Stored]:
    calls: list[Stored] = step["step_details"].get("tool_calls", [])
    return calls


def _answered(step: Stored, outputs: Mapping[str | None, str]) -> Stored:
    calls = [{**call, "function": {**call["function"], "output": outputs[call["id"]]}} for call in _calls(step)]
    return {**step, "status": "completed", "step_details": {**step["step_details"], "tool_calls": calls}}


# ----------------------------------------------------------------------------------- as rules see it


def _with(request: APIRequest, run: Stored, messages: tuple[Any, ...], **own: Any) -> RunRequest:
    known = {each.name: getattr(request, each.name) for each in fields(APIRequest) if each.init}
    known |= {
        "model": run["model"],
        "messages": messages,
        "tools": tuple(map(_tool, run["tools"])),
        "tool_choice": _tool_choice(run["tool_choice"]),
        "response_format": _response_format(object_of(run["response_format"])),
    }
    return RunRequest(**known, run=run, **own)


def _tool(written: Mapping[str, Any]) -> Tool:
    kind, what = text_of(written.get("type")) or "", object_of(written.get("function"))
    return Tool(
        name=text_of(what.get("name")) or kind,
        kind=kind,
        parameters=object_of(what.get("parameters")) or None,
        description=text_of(what.get("description")) or "",
        strict=what.get("strict") is True,
    )


def _tool_choice(written: Any) -> str | None:
    what = object_of(written)
    return text_of(written) or text_of(object_of(what.get("function")).get("name")) or text_of(what.get("type"))


def _response_format(asked: Mapping[str, Any]) -> ResponseFormat | None:
    match asked.get("type"):
        case "text" | "json_object" as kind:
            return ResponseFormat(kind)
        case "json_schema":
            what = object_of(asked.get("json_schema"))
            schema = object_of(what.get("schema")) or None
            name, description = text_of(what.get("name")), text_of(what.get("description")) or ""
            return ResponseFormat("json_schema", name, schema, what.get("strict") is True, description)
    return None
