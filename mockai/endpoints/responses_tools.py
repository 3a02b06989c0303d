"""Output items of the API's own tools: what each has where nothing is written, and the events between its first and
its last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from mockai.endpoints.parts import Part
from mockai.endpoints.responses_making import Event, Making, Setting
from mockai.ids import Mint
from mockai.replies.answer import OutputItem, Text
from mockai.tokens import split

__all__ = ["ToolItem", "completed"]

_PIXEL = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_CALLED = frozenset(
    {"computer_call", "shell_call", "shell_call_output", "local_shell_call", "apply_patch_call", "program"}
    | {"program_output", "function_call_output", "custom_tool_call_output", "apply_patch_call_output"}
)
"""Items with a `call_id` beside their id."""

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "web_search_call": {"status": "completed", "action": {"type": "search", "query": ""}},
    "file_search_call": {"status": "completed", "queries": [], "results": None},
    "code_interpreter_call": {"status": "completed", "code": "", "container_id": None, "outputs": None},
    "image_generation_call": {
        "status": "completed",
        "action": "generate",
        "background": "opaque",
        "output_format": "png",
        "quality": "medium",
        "result": _PIXEL,
        "revised_prompt": None,
        "size": "1024x1024",
    },
    "mcp_list_tools": {"error": None, "server_label": "", "tools": []},
    "mcp_call": {
        "status": "completed",
        "approval_request_id": None,
        "arguments": "{}",
        "error": None,
        "name": "",
        "output": None,
        "server_label": "",
    },
    "mcp_approval_request": {"arguments": "{}", "name": "", "server_label": ""},
    "computer_call": {"status": "completed", "actions": [], "call_id": None, "pending_safety_checks": []},
    "shell_call": {
        "status": "completed",
        "action": {"commands": [], "max_output_length": None, "timeout_ms": None},
        "call_id": None,
        "environment": None,
    },
    "shell_call_output": {"status": "completed", "call_id": None, "max_output_length": None, "output": []},
    "local_shell_call": {
        "status": "completed",
        "action": {"type": "exec", "command": [], "env": {}, "timeout_ms": None, "user": None},
        "call_id": None,
    },
    "apply_patch_call": {"status": "completed", "call_id": None, "operation": {}},
    "tool_search_call": {"status": "completed", "arguments": {}, "call_id": None, "execution": "server"},
    "tool_search_output": {"status": "completed", "call_id": None, "execution": "server", "tools": []},
    "compaction": {"encrypted_content": None},
}

_EMPTY: Mapping[str, Mapping[str, Any]] = {
    "file_search_call": {"queries": [], "results": None},
    "code_interpreter_call": {"code": "", "outputs": None},
    "mcp_list_tools": {"error": None, "tools": []},
    "mcp_call": {"arguments": "", "error": None, "output": None},
    "shell_call_output": {"output": []},
}
"""What an item has not got yet when it is announced."""

_ANNOUNCED_BARE = ("web_search_call", "image_generation_call")
"""Items that are announced with nothing but id, type and status."""


def completed(item: OutputItem, id: str, mint: Mint, include: frozenset[str]) -> dict[str, Any]:
    """The JSON of an item at its end: as written, filled up, without what the client did not ask to be included."""
    fields = {**_DEFAULTS.get(item.kind, {}), **item.fields}
    for key in ("action", "operation"):
        default = _DEFAULTS.get(item.kind, {}).get(key)
        if isinstance(default, Mapping) and isinstance(fields[key], Mapping) and fields[key].get("type") is None:
            fields[key] = {**default, **fields[key]}
    given = {"id": item.fields.get("id") or id, "type": item.kind}
    if "status" in fields:
        given["status"] = fields["status"]
    return {**given, **_made_up(item.kind, fields, mint), **_left_out(item.kind, fields, include)}
