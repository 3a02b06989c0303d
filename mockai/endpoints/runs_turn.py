"""One turn of a run: the items of an answer go in, its events come out, and what it leaves behind is kept.

Texts become a message and the step that made it, tool calls a step that waits for their outputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import orjson

from mockai import sse
from mockai.endpoints.families import family_of
from mockai.endpoints.parts import Cutter, Limits, Part, with_pieces
from mockai.endpoints.resource import Stored, shown
from mockai.endpoints.runs_request import RunRequest
from mockai.endpoints.threads_kept import MESSAGES, RUNS, STEPS, THREADS
from mockai.endpoints.tool_resources import settled
from mockai.endpoints.usage import completion_usage
from mockai.ids import Mint
from mockai.replies.answer import Choice, Completion, CustomEvent, Failure, Hold, Item, Refusal, Text, ToolCall
from mockai.tokens import prompt_tokens, rules_of
from mockai.wire import Body, Kind, Step, Wait

__all__ = ["Turn", "event", "new_run", "run_thread"]

_SECONDS_TO_LIVE = 600
_TOKENS = ("prompt_tokens", "completion_tokens", "total_tokens")
_ERROR_CODES = ("server_error", "rate_limit_exceeded", "invalid_prompt")


def event(name: str, value: Mapping[str, Any], kind: Kind = "event", tokens: int = 0) -> Body:
    """A named event whose data is an object of the API."""
    return Body(sse.event(orjson.dumps(shown(value)), name), kind, tokens)


def run_thread(request: RunRequest, mint: Mint) -> Stored | None:
    """The thread that is made with the run, if one is."""
    if request.thread is None:
        return None
    own = settled(request.thread["tool_resources"], mint)
    return {**request.thread, "id": THREADS.new_id(mint), "created_at": mint.created, "tool_resources": own}


def new_run(request: RunRequest, mint: Mint) -> Stored:
    """The run as it stands in the queue: a new one, or one that goes on."""
    if "id" in request.run:
        return {**request.run, "status": "queued", "required_action": None}
    thread = run_thread(request, mint)
    return {
        "id": RUNS.new_id(mint),
        "object": "thread.run",
        "created_at": mint.created,
        "thread_id": request.params["thread_id"] if thread is None else thread["id"],
        "status": "queued",
        "started_at": None,
        "expires_at": mint.created + _SECONDS_TO_LIVE,
        "cancelled_at": None,
        "failed_at": None,
        "completed_at": None,
        "required_action": None,
        "last_error": None,
        "incomplete_details": None,
        "usage": None,
        **request.run,
        "_usage": dict.fromkeys(_TOKENS, 0),
        "_turn": None,
    }


class Turn:
    """What an answer makes of a run. `run`, `steps` and `messages` are how it stands after what was sent."""

    def __init__(self, request: RunRequest, completion: Completion, mint: Mint) -> None:
        choice = completion.choices[0] if completion.choices else Choice(())
        pieces = completion.chunks.pieces if completion.chunks else None
        self.items: tuple[Item, ...] = with_pieces(choice.items, pieces) if pieces else choice.items
        self.thread = run_thread(request, mint)
        self.run = new_run(request, mint)
        self.steps: list[Stored] = list(request.answered)
        self.messages: list[Stored] = []
        self._request, self._completion, self._mint = request, completion, mint
        self._finish_reason = choice.finish_reason
        self._cutter = Cutter(completion.chunks, self.items)
        self._limits = Limits(tokens=self.run["max_completion_tokens"], rules=rules_of(request.model or ""))
        self._failure: Failure | None = None
        self._message: _Message | None = None
        self._calls: _Calls | None = None

    def opening(self) -> Iterator[Body]:
        """What comes before the content."""
        if self.thread is not None:
            yield event("thread.created", self.thread, "open")
        if not self._request.answered:
            yield event("thread.run.created", self.run, "open")
        for step in self._request.answered:
            yield event("thread.run.step.completed", step, "open")
        yield event("thread.run.queued", self.run, "open")
        self.run |= {"status": "in_progress", "started_at": self.run["started_at"] or self._mint.created}
        yield event("thread.run.in_progress", self.run, "open")

    def send(self, items: Iterable[Item]) -> Iterator[Step]:
        """What these items become. After a failure nothing comes any more."""
        for item in items:
            if self._failure is not None:
                return
            if isinstance(item, Failure):
                self._failure = item
            else:
                for part in self._limits.parts(item):
                    yield from self._part(part)

    def _part(self, part: Part) -> Iterator[Step]:
        match part.item:
            case CustomEvent(data, name):
                yield Body(sse.event(data, name), "event")
            case Hold(gate):
                yield Wait(gate=gate)
            case Text() | Refusal():
                yield from self._write(part)
            case ToolCall() as call:
                yield from self._close_message("completed")
                if self._calls is None:
                    self._calls = _Calls(self._step("tool_calls", {"tool_calls": []}))
                    yield from self._calls.open()
                yield from self._calls.add(call, part, self._cutter)

    def _write(self, part: Part) -> Iterator[Step]:
        if self._message is None:
            self._message = self._new_message()
            yield from self._message.open()
        yield from self._message.add(part, self._cutter)

    def finish(self) -> Iterator[Step]:
        """How the turn ends, and the end of the stream."""
        name, changes = self._outcome()
        reason = "run_failed" if name == "failed" else _REASONS.get(self._cut_by())
        yield from self._close_message("completed" if reason is None else "incomplete", reason)
        if self._calls is not None:
            self.steps.append(self._calls.step)
        self.run |= {**changes, "status": name}
        yield event(f"thread.run.{name}", self.run, "finish")
        yield Body(sse.event(b"[DONE]", "done"), "done")

    def _cut_by(self) -> str:
        return self._finish_reason or self._limits.reason or ""

    def _outcome(self) -> tuple[str, Stored]:
        """The status of the run, and what else changes."""
        now, usage = self._mint.created, self._usage()
        ended = {"usage": usage, "_usage": usage}
        if self._failure is not None:
            code = self._failure.code if self._failure.code in _ERROR_CODES else "server_error"
            error = {"code": code, "message": self._failure.message}
            return "failed", {**ended, "failed_at": now, "last_error": error}
        if self._cut_by() in _REASONS:
            reason = "max_completion_tokens" if self._cut_by() == "length" else "content_filter"
            return "incomplete", {**ended, "incomplete_details": {"reason": reason}}
        if self._calls is not None:
            action = {"type": "submit_tool_outputs", "submit_tool_outputs": {"tool_calls": self._calls.required()}}
            return "requires_action", {"required_action": action, "_usage": usage}
        return "completed", {**ended, "completed_at": now}

    def _usage(self) -> dict[str, int]:
        """The tokens of this turn and of those before."""
        family = family_of(self._request.model or "")
        thought = self._limits.reasoning_tokens
        own = completion_usage(
            prompt_tokens(self._request), self._limits.tokens, thought, family, self._completion.usage
        )
        return {name: self.run["_usage"][name] + own[name] for name in _TOKENS}

    def _close_message(self, status: str, reason: str | None = None) -> Iterator[Body]:
        if self._message is not None:
            yield from self._message.close(status, reason, self._mint.created)
            self.messages.append(self._message.message)
            self.steps.append(self._message.step)
            self._message = None

    def _new_message(self) -> _Message:
        own = self._mint.child("run message", len(self.messages))
        message = {
            "id": MESSAGES.new_id(own),
            "object": "thread.message",
            "created_at": own.created,
            "assistant_id": self.run["assistant_id"],
            "thread_id": self.run["thread_id"],
            "run_id": self.run["id"],
            "status": "in_progress",
            "incomplete_details": None,
            "incomplete_at": None,
            "completed_at": None,
            "role": "assistant",
            "content": [],
            "attachments": [],
            "metadata": {},
        }
        step = self._step("message_creation", {"message_creation": {"message_id": message["id"]}})
        return _Message(message, step)

    def _step(self, kind: str, details: Stored) -> Stored:
        own = self._mint.child("step", len(self.steps))
        return {
            "id": STEPS.new_id(own),
            "object": "thread.run.step",
            "created_at": own.created,
            "run_id": self.run["id"],
            "assistant_id": self.run["assistant_id"],
            "thread_id": self.run["thread_id"],
            "type": kind,
            "status": "in_progress",
            "cancelled_at": None,
            "completed_at": None,
            "expires_at": own.created + _SECONDS_TO_LIVE,
            "expired_at": None,
            "failed_at": None,
            "last_error": None,
            "step_details": {"type": kind, **details},
            "metadata": {},
            "usage": None,
        }


_REASONS = {"length": "max_tokens", "content_filter": "content_filter"}


class _Message:
    """A message of the assistant being written, and its step."""

    def __init__(self, message: Stored, step: Stored) -> None:
        self.message, self.step = message, step

    def open(self) -> Iterator[Body]:
        """What announces it."""
        yield event("thread.run.step.created", self.step)
        yield event("thread.run.step.in_progress", self.step)
        yield event("thread.message.created", self.message)
        yield event("thread.message.in_progress", self.message)

    def add(self, part: Part, cutter: Cutter) -> Iterator[Body]:
        """The pieces of a text or of a refusal; what follows of the same kind goes on in the same block."""
        kind, content = ("refusal" if isinstance(part.item, Refusal) else "text"), self.message["content"]
        begins = not content or content[-1]["type"] != kind
        if begins:
            content.append(_block(kind, ""))
        written = content[-1]
        for piece, tokens in cutter.cut(part):
            delta = _block(kind, piece) if begins else {"type": kind, **_delta(kind, piece)}
            begins = False
            yield self._piece({"index": len(content) - 1, **delta}, len(tokens))
        if kind == "text":
            written["text"]["value"] += part.text
        else:
            written["refusal"] += part.text

    def _piece(self, content: Stored, tokens: int) -> Body:
        value = {"id": self.message["id"], "object": "thread.message.delta", "delta": {"content": [content]}}
        return event("thread.message.delta", value, "piece", tokens)

    def close(self, status: str, reason: str | None, now: int) -> Iterator[Body]:
        """Its end: the message and its step whole."""
        details = None if reason is None else {"reason": reason}
        self.message |= {"status": status, f"{status}_at": now, "incomplete_details": details}
        ended = "failed" if reason == "run_failed" else "completed"
        self.step |= {"status": ended, f"{ended}_at": now}
        yield event(f"thread.message.{status}", self.message)
        yield event(f"thread.run.step.{ended}", self.step)


def _block(kind: str, text: str) -> Stored:
    if kind == "refusal":
        return {"type": "refusal", "refusal": text}
    return {"type": "text", "text": {"value": text, "annotations": []}}


def _delta(kind: str, text: str) -> Stored:
    return {"refusal": text} if kind == "refusal" else {"text": {"value": text}}


class _Calls:
    """The step of the tool calls of one turn."""

    def __init__(self, step: Stored) -> None:
        self.step = step

    def open(self) -> Iterator[Body]:
        """What announces it."""
        yield event("thread.run.step.created", self.step)
        yield event("thread.run.step.in_progress", self.step)

    def add(self, call: ToolCall, part: Part, cutter: Cutter) -> Iterator[Body]:
        """A call: first its name, then the pieces of its arguments."""
        calls = self.step["step_details"]["tool_calls"]
        index, function = len(calls), {"name": call.name, "arguments": "", "output": None}
        yield self._piece({"index": index, "id": call.id, "type": "function", "function": function})
        calls.append({"id": call.id, "type": "function", "function": {**function, "arguments": part.text}})
        for piece, tokens in cutter.cut(part):
            yield self._piece({"index": index, "type": "function", "function": {"arguments": piece}}, len(tokens))

    def _piece(self, call: Stored, tokens: int = 0) -> Body:
        details = {"type": "tool_calls", "tool_calls": [call]}
        value = {"id": self.step["id"], "object": "thread.run.step.delta", "delta": {"step_details": details}}
        return event("thread.run.step.delta", value, "piece" if tokens else "event", tokens)

    def required(self) -> list[Stored]:
        """The calls as the run asks for their outputs."""
        calls = self.step["step_details"]["tool_calls"]
        return [{**each, "function": {k: each["function"][k] for k in ("name", "arguments")}} for each in calls]
