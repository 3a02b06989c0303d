"""Output items of the API's own tools: what each has where nothing is written, and the events between its first and
its last."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from mockai.endpoints.parts import Part
from mockai.endpoints.responses_making import Making, Setting
from mockai.endpoints.responses_shapes import Delta, Event
from mockai.ids import Mint
from mockai.replies.answer import OutputItem
from mockai.tokens import split

__all__ = ["ToolItem", "completed"]

_PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@dataclass(frozen=True, slots=True)
class _MadeUp:
    """An id, or content only the API can read, that is made where none is written."""

    prefix: str

    def make(self, mint: Mint) -> str:
        return f"{self.prefix}{mint.alnum(122)}==" if self.prefix == "gAAAAA" else mint.id(self.prefix)


_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "web_search_call": {"status": "completed", "action": {"type": "search", "query": ""}},
    "file_search_call": {"status": "completed", "queries": [], "results": None},
    "code_interpreter_call": {"status": "completed", "code": "", "container_id": _MadeUp("cntr_"), "outputs": None},
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
    "computer_call": {"status": "completed", "actions": [], "call_id": _MadeUp("call_"), "pending_safety_checks": []},
    "shell_call": {
        "status": "completed",
        "action": {"commands": [], "max_output_length": None, "timeout_ms": None},
        "call_id": _MadeUp("call_"),
        "environment": None,
    },
    "shell_call_output": {"status": "completed", "call_id": _MadeUp("call_"), "max_output_length": None, "output": []},
    "local_shell_call": {
        "status": "completed",
        "action": {"type": "exec", "command": [], "env": {}, "timeout_ms": None, "user": None},
        "call_id": _MadeUp("call_"),
    },
    "apply_patch_call": {"status": "completed", "call_id": _MadeUp("call_"), "operation": {}},
    "tool_search_call": {"status": "completed", "arguments": {}, "call_id": None, "execution": "server"},
    "tool_search_output": {"status": "completed", "call_id": None, "execution": "server", "tools": []},
    "compaction": {"encrypted_content": _MadeUp("gAAAAA")},
}

_EMPTY: Mapping[str, Mapping[str, Any]] = {
    "file_search_call": {"queries": [], "results": None},
    "code_interpreter_call": {"code": "", "outputs": None},
    "mcp_list_tools": {"error": None, "tools": []},
    "mcp_call": {"arguments": "", "error": None, "output": None},
    "shell_call_output": {"output": []},
}
"""What an item has not got yet when it is announced."""


_ONLY_IF_ASKED = {
    "file_search_call": ("results", "file_search_call.results"),
    "code_interpreter_call": ("outputs", "code_interpreter_call.outputs"),
}
"""What is null unless the client's `include` names it."""


def completed(item: OutputItem, id: str, mint: Mint, include: frozenset[str]) -> dict[str, Any]:
    """The JSON of an item at its end: as written and filled up, without what the client's `include` leaves out."""
    default = _DEFAULTS.get(item.kind, {})
    fields = {key: _filled(key, value, default.get(key), mint) for key, value in {**default, **item.fields}.items()}
    key, name = _ONLY_IF_ASKED.get(item.kind, ("", ""))
    if key and name not in include:
        fields[key] = None
    if item.kind == "web_search_call" and "web_search_call.action.sources" not in include:
        fields["action"] = {key: value for key, value in fields["action"].items() if key != "sources"}
    head = {"id": fields.pop("id", None) or id, "type": item.kind}
    if "status" in fields:
        head["status"] = fields.pop("status")
    return head | dict(sorted(fields.items()))


def _filled(key: str, value: Any, default: Any, mint: Mint) -> Any:
    if isinstance(value, _MadeUp):
        return value.make(mint.child(key))
    if isinstance(default, Mapping) and isinstance(value, Mapping):
        same = value.get("type") in (None, default.get("type"))
        return {**default, **value} if same else value
    return value


# ------------------------------------------------------------------------------------------- events


class ToolItem(Making):
    """A call of one of the API's own tools, or what came of it."""

    def __init__(self, index: int, setting: Setting, item: OutputItem) -> None:
        self.kind = item.kind
        super().__init__(index, setting)
        self.source = item
        self.partial_images = item.fields.get("partial_images") or ()
        bare = OutputItem(item.kind, {key: value for key, value in item.fields.items() if key != "partial_images"})
        self.final = completed(bare, self.id, setting.mint.child("item", index), setting.include)
        self.id = self.final["id"]
        self.place = {"item_id": self.id, "output_index": index}
        self.opening = "event" if self.kind in _IN_PIECES else "piece"

    def begun(self) -> dict[str, Any]:
        """The item before anything came of it."""
        status = {"status": "in_progress"} if "status" in self.final else {}
        if self.kind == "image_generation_call":
            return {"id": self.id, "type": self.kind, **status}
        if self.kind == "web_search_call" and self.final["action"]["type"] == "search":
            return {**self.final, **status, "action": {"type": "search"}}
        if self.kind == "shell_call":
            return {**self.final, **status, "action": {**self.final["action"], "commands": []}}
        return {**self.final, **status, **_EMPTY.get(self.kind, {})}

    def json(self, status: str) -> dict[str, Any]:
        """The item at its end; its status is its own."""
        return self.final

    def add(self, part: Part) -> Iterator[Event | Delta]:
        """What happens between the beginning and the end."""
        return _HAPPENS[self.kind](self) if self.kind in _HAPPENS else iter(())

    def phase(self, name: str, **fields: Any) -> Event:
        """A step of the tool's work."""
        return Event(f"response.{self.kind}.{name}", {**fields, **self.place})

    def end(self) -> Iterator[Event]:
        """How the work ended: with success, or failed where that has an event of its own."""
        if self.final.get("error") is not None or self.final.get("status") == "failed":
            if self.kind.startswith("mcp"):
                yield self.phase("failed")
        else:
            yield self.phase("completed")

    def deltas(self, name: str, text: str, **place: Any) -> Iterator[Delta]:
        """A text of the item, piece by piece."""
        return self.setting.deltas(Part(self.source, text, split(text)), name, place)


_Events: TypeAlias = Iterator[Event | Delta]


def _searched(item: ToolItem) -> _Events:
    yield item.phase("in_progress")
    yield item.phase("searching")
    yield from item.end()


def _interpreted(item: ToolItem) -> _Events:
    yield item.phase("in_progress")
    name = "response.code_interpreter_call_code"
    yield from item.deltas(f"{name}.delta", item.final["code"] or "", **item.place)
    yield Event(f"{name}.done", {"code": item.final["code"] or "", **item.place})
    yield item.phase("interpreting")
    yield from item.end()


def _drawn(item: ToolItem) -> _Events:
    yield item.phase("in_progress")
    yield item.phase("generating")
    shown = {key: item.final[key] for key in ("background", "output_format", "quality", "size")}
    for index, data in enumerate(item.partial_images):
        yield item.phase("partial_image", partial_image_b64=data, partial_image_index=index, **shown)
    yield from item.end()


def _tools_listed(item: ToolItem) -> _Events:
    yield item.phase("in_progress")
    yield from item.end()


def _mcp_called(item: ToolItem) -> _Events:
    yield item.phase("in_progress")
    name, arguments = "response.mcp_call_arguments", item.final["arguments"]
    yield from item.deltas(f"{name}.delta", arguments, **item.place)
    yield Event(f"{name}.done", {"arguments": arguments, **item.place})
    yield from item.end()


def _commanded(item: ToolItem) -> _Events:
    name = "response.shell_call_command"
    for index, command in enumerate(item.final["action"]["commands"]):
        place = {"command_index": index, "output_index": item.index}
        yield Event(f"{name}.added", {"command": "", **place})
        yield from item.deltas(f"{name}.delta", command, **place)
        yield Event(f"{name}.done", {"command": command, **place})


def _printed(item: ToolItem) -> _Events:
    name = "response.shell_call_output_content"
    for index, output in enumerate(item.final["output"]):
        delta = {key: output[key] for key in ("stderr", "stdout") if output.get(key)}
        yield Event(f"{name}.delta", {"command_index": index, "delta": delta, **item.place}, "piece")
        fields = {"command_index": index, "item_id": item.id, "output": [output], "output_index": item.index}
        yield Event(f"{name}.done", fields)


def _compacted(item: ToolItem) -> _Events:
    yield Event("response.compaction.compacting", item.place)


_Happens: TypeAlias = Callable[[ToolItem], _Events]
_HAPPENS: Mapping[str, _Happens] = {
    "web_search_call": _searched,
    "file_search_call": _searched,
    "code_interpreter_call": _interpreted,
    "image_generation_call": _drawn,
    "mcp_list_tools": _tools_listed,
    "mcp_call": _mcp_called,
    "shell_call": _commanded,
    "shell_call_output": _printed,
    "compaction": _compacted,
}
_IN_PIECES = frozenset({"code_interpreter_call", "mcp_call", "shell_call", "shell_call_output"})
"""Items whose content comes in pieces; of the others the announcement is the piece."""
