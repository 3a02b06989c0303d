"""The Response object: everything around its output, which is mostly the request again."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockai.endpoints.families import Family, family_of, snapshot
from mockai.endpoints.json_values import object_of, objects_of, text_of
from mockai.endpoints.parts import Limits
from mockai.endpoints.responses_request import Asked
from mockai.endpoints.usage import completion_usage
from mockai.ids import Mint
from mockai.replies.answer import Completion, Failure
from mockai.request import APIRequest
from mockai.scenario.schema import UsageSpec
from mockai.tokens import prompt_tokens

__all__ = ["Frame", "counted_usage", "response_id", "tail_of"]

_TIERS = {"flex": "flex", "priority": "priority", "scale": "scale"}
_DEFAULT_MODEL = "gpt-4o"


def response_id(completion: Completion, mint: Mint) -> str:
    """The id of a response; those of its items end as it does."""
    return completion.id or f"resp_{mint.child('responses').hex(32)}{tail_of(mint)}"


def tail_of(mint: Mint) -> str:
    """What the ids of a response and of its items end with."""
    return mint.child("responses", "tail").hex(16)


@dataclass(frozen=True, slots=True)
class Frame:
    """The keys around the output, with those that change set as they are when a response starts."""

    id: str
    asked: Asked
    family: Family
    start: Mapping[str, Any]
    tier: str
    written_usage: UsageSpec | None
    sent_tokens: int

    @classmethod
    def of(cls, completion: Completion, request: APIRequest, mint: Mint) -> Frame:
        """The frame of the reply to a request; equal arguments give equal frames."""
        body, requested = request.body, request.model or _DEFAULT_MODEL
        model = completion.model or snapshot(requested)
        created = mint.created if completion.created is None else completion.created
        id = response_id(completion, mint)
        return cls(
            id=id,
            asked=Asked.of(body),
            family=family_of(completion.model or requested),
            start=_start(id, created, model, requested, body),
            tier=completion.service_tier or _TIERS.get(text_of(body.get("service_tier")) or "", "default"),
            written_usage=completion.usage,
            sent_tokens=prompt_tokens(request),
        )

    def unfinished(self, status: str = "in_progress") -> dict[str, Any]:
        """The response while it is made, or waits to be."""
        return {**self.start, "status": status}

    def finished(
        self, output: Sequence[Mapping[str, Any]], limits: Limits, reason: str | None, failure: Failure | None
    ) -> dict[str, Any]:
        """The response at its end: complete, cut short for a `reason`, or failed."""
        status = "failed" if failure else "incomplete" if reason else "completed"
        searches = sum(item["type"] == "web_search_call" for item in output)
        return {
            **self.start,
            "status": status,
            "completed_at": self.start["created_at"] if status == "completed" else None,
            "error": {"code": failure.code, "message": failure.message} if failure else None,
            "incomplete_details": {"reason": reason} if reason and not failure else None,
            "output": list(output),
            "service_tier": self.tier,
            "tool_usage": {**self.start["tool_usage"], "web_search": {"num_requests": searches}},
            "usage": None if failure else self._usage(limits),
        }

    def _usage(self, limits: Limits) -> dict[str, Any]:
        made, thought = limits.tokens, limits.reasoning_tokens
        return counted_usage(self.sent_tokens, made, thought, self.family, self.written_usage)


def counted_usage(
    sent: int, made: int, thought: int, family: Family, written: UsageSpec | None = None
) -> dict[str, Any]:
    """The `usage` of a response; what is written in the scenario stands, the rest is counted."""
    usage = completion_usage(sent, made, thought, family, written)
    cached = usage["prompt_tokens_details"]
    return {
        "input_tokens": usage["prompt_tokens"],
        "input_tokens_details": {key: cached.get(key, 0) for key in ("cached_tokens", "cache_write_tokens")},
        "output_tokens": usage["completion_tokens"],
        "output_tokens_details": {"reasoning_tokens": usage["completion_tokens_details"]["reasoning_tokens"]},
        "total_tokens": usage["total_tokens"],
    }


# ------------------------------------------------------------------------------ the request, given back

_NO_TOOL_USAGE = {
    "image_gen": {
        "input_tokens": 0,
        "input_tokens_details": {"image_tokens": 0, "text_tokens": 0},
        "output_tokens": 0,
        "output_tokens_details": {"image_tokens": 0, "text_tokens": 0},
        "total_tokens": 0,
    },
    "web_search": {"num_requests": 0},
}
_EFFORTS = (
    (re.compile(r"gpt-5\.\d|gpt-[6-9]"), "none"),
    (re.compile(r"gpt-5|o\d|gpt-oss"), "medium"),
)
_LESS_THAN_ALL = re.compile(r"gpt-5\.[2-9]|gpt-[6-9]")
_CACHED_FOR_A_DAY = re.compile(r"gpt-5\.[5-9]|gpt-[6-9]")


def _start(id: str, created: int, model: str, requested: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """A response that has just begun, its keys in the API's order."""

    def given(key: str, default: Any = None) -> Any:
        value = body.get(key)
        return default if value is None else value

    return {
        "id": id,
        "object": "response",
        "created_at": created,
        "status": "in_progress",
        "background": given("background", False),
        "billing": {"payer": "developer"},
        "completed_at": None,
        **_conversation(body.get("conversation")),
        "error": None,
        "frequency_penalty": given("frequency_penalty", 0.0),
        "incomplete_details": None,
        "instructions": given("instructions"),
        "max_output_tokens": given("max_output_tokens"),
        "max_tool_calls": given("max_tool_calls"),
        "model": model,
        "moderation": None,
        "output": [],
        "parallel_tool_calls": given("parallel_tool_calls", True),
        "presence_penalty": given("presence_penalty", 0.0),
        "previous_response_id": given("previous_response_id"),
        "prompt_cache_key": given("prompt_cache_key"),
        "prompt_cache_retention": given(
            "prompt_cache_retention", "24h" if _CACHED_FOR_A_DAY.match(requested) else "in_memory"
        ),
        "reasoning": _reasoning(requested, object_of(body.get("reasoning"))),
        "safety_identifier": given("safety_identifier"),
        "service_tier": given("service_tier", "auto"),
        "store": given("store", True),
        "temperature": given("temperature", 1.0),
        "text": _text(object_of(body.get("text"))),
        "tool_choice": given("tool_choice", "auto"),
        "tool_usage": _NO_TOOL_USAGE,
        "tools": [_tool(tool) for tool in objects_of(body.get("tools"))],
        "top_logprobs": given("top_logprobs", 0),
        "top_p": given("top_p", 0.98 if _LESS_THAN_ALL.match(requested) else 1.0),
        "truncation": given("truncation", "disabled"),
        "usage": None,
        "user": given("user"),
        "metadata": given("metadata", {}),
    }


def _conversation(written: Any) -> dict[str, Any]:
    id = text_of(written) or text_of(object_of(written).get("id"))
    return {"conversation": {"id": id}} if id else {}


def _reasoning(model: str, written: Mapping[str, Any]) -> dict[str, Any]:
    effort = next((effort for pattern, effort in _EFFORTS if pattern.match(model)), None)
    summary = written.get("summary") or written.get("generate_summary")
    others = {key: value for key, value in written.items() if key != "generate_summary"}
    return {"effort": effort, **others, "summary": summary}


def _text(written: Mapping[str, Any]) -> dict[str, Any]:
    format = object_of(written.get("format")) or {"type": "text"}
    if format.get("type") == "json_schema":
        format = {"type": "json_schema", "description": None, "name": None, "schema": None, "strict": True, **format}
    return {"format": format, "verbosity": written.get("verbosity") or "medium"}


_TOOL_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "function": {"description": None, "name": None, "parameters": None, "strict": True},
    "custom": {"description": None, "format": {"type": "text"}, "name": None},
    "web_search": {"filters": None, "search_context_size": "medium", "user_location": None},
    "web_search_preview": {"search_context_size": "medium", "user_location": None},
    "file_search": {"filters": None, "max_num_results": 20},
    "mcp": {"allowed_tools": None, "headers": None, "require_approval": "always", "server_description": None},
}


def _tool(written: Mapping[str, Any]) -> dict[str, Any]:
    kind = text_of(written.get("type")) or ""
    return {"type": kind, **_TOOL_DEFAULTS.get(kind, {}), **written}
