"""The input of a response: its items, as messages that rules match on, and as `input_items` lists them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from mockai.endpoints.json_values import objects_of, text_of
from mockai.ids import Mint
from mockai.request import CallMade, Message

__all__ = ["ITEM_PREFIXES", "item_kind", "items_of", "listed_items", "messages_of"]

ITEM_PREFIXES: Mapping[str, str] = {
    "message": "msg_",
    "reasoning": "rs_",
    "function_call": "fc_",
    "function_call_output": "fco_",
    "custom_tool_call": "ctc_",
    "custom_tool_call_output": "ctco_",
    "web_search_call": "ws_",
    "file_search_call": "fs_",
    "code_interpreter_call": "ci_",
    "image_generation_call": "ig_",
    "mcp_list_tools": "mcpl_",
    "mcp_call": "mcp_",
    "mcp_approval_request": "mcpr_",
    "mcp_approval_response": "mcpa_",
    "computer_call": "cu_",
    "computer_call_output": "cuo_",
    "shell_call": "sh_",
    "shell_call_output": "sho_",
    "local_shell_call": "lsh_",
    "local_shell_call_output": "lsho_",
    "apply_patch_call": "apc_",
    "apply_patch_call_output": "apco_",
    "tool_search_call": "tsc_",
    "tool_search_output": "tso_",
    "program": "cm_",
    "program_output": "cmo_",
    "compaction": "cmp_",
}
"""What the id of an item begins with, by its type."""

_HAS = {"input_image": "image", "input_audio": "audio", "input_file": "file", "computer_screenshot": "image"}
_TEXT_KEYS = ("text", "refusal", "stdout", "stderr")


def items_of(body: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The input as items; a bare text is a message of the user."""
    written = body.get("input")
    if isinstance(written, str):
        return [{"type": "message", "role": "user", "content": written}] if written else []
    return objects_of(written)


def item_kind(item: Mapping[str, Any]) -> str:
    """The type of an item; one with a role may leave it out, and so may a reference."""
    given = text_of(item.get("type"))
    return given or ("message" if "role" in item else "item_reference")


# ----------------------------------------------------------------------------------------- messages


def messages_of(instructions: Any, items: Iterable[Mapping[str, Any]]) -> tuple[Message, ...]:
    """The conversation: the instructions as a message of the system, then what the items say.

    What the assistant said and called in one go is one message, as in chat.
    """
    found = [Message("system", instructions)] if isinstance(instructions, str) and instructions else []
    names: dict[str, str] = {}
    for item in items:
        message = _message(item, names)
        if message is None:
            continue
        if message.role == "assistant" and found and found[-1].role == "assistant":
            message = _together(found.pop(), message)
        found.append(message)
    return tuple(found)


def _message(item: Mapping[str, Any], names: dict[str, str]) -> Message | None:
    """What an item says, or None; `names` collects the tools' names by call id, for the results that follow."""
    kind = item_kind(item)
    call_id = text_of(item.get("call_id")) or text_of(item.get("id")) or ""
    if kind == "message":
        text, has = _content(item.get("content"))
        return Message(text_of(item.get("role")) or "user", text, has)
    if kind in ("function_call", "custom_tool_call"):
        name = names[call_id] = text_of(item.get("name")) or ""
        return Message("assistant", calls=(CallMade(call_id, name, _payload(item)),))
    if kind.endswith("_call_output"):
        text, has = _content(item.get("output"))
        return Message("tool", text, has, call_id=call_id, name=names.get(call_id, kind.removesuffix("_call_output")))
    if kind == "mcp_approval_response":
        answer = "approved" if item.get("approve") is True else "denied"
        return Message("tool", answer, call_id=text_of(item.get("approval_request_id")), name="mcp_approval")
    return None


def _payload(item: Mapping[str, Any]) -> str:
    return text_of(item.get("arguments")) or text_of(item.get("input")) or ""


def _content(content: Any) -> tuple[str, frozenset[str]]:
    """The texts of a content, a line each, and the kinds of what is no text."""
    if isinstance(content, str):
        return content, frozenset()
    parts = [content] if isinstance(content, dict) else objects_of(content)
    texts = (text_of(part.get(key)) for part in parts for key in _TEXT_KEYS)
    kinds = (text_of(part.get("type")) or "" for part in parts)
    return "\n".join(text for text in texts if text), frozenset(_HAS[kind] for kind in kinds if kind in _HAS)


def _together(first: Message, second: Message) -> Message:
    text = "\n".join(filter(None, (first.text, second.text)))
    return Message("assistant", text, first.has | second.has, first.calls + second.calls)


# -------------------------------------------------------------------------------------------- listed


def listed_items(items: Sequence[Mapping[str, Any]], mint: Mint) -> list[dict[str, Any]]:
    """Items as the API lists them: each with an id and its type, messages with their content in parts."""
    return [_listed(item, mint.child(at)) for at, item in enumerate(items)]


def _listed(item: Mapping[str, Any], mint: Mint) -> dict[str, Any]:
    kind = item_kind(item)
    given = {key: value for key, value in item.items() if key not in ("id", "type")}
    id = text_of(item.get("id")) or mint.id(ITEM_PREFIXES.get(kind, "item_"))
    if kind == "message":
        role = text_of(item.get("role")) or "user"
        given = {"status": "completed", **given, "content": list(_parts(item.get("content"), role)), "role": role}
    elif kind.endswith(("_call", "_call_output")):
        given = {"status": "completed", **given}
    return {"id": id, "type": kind, **given}


def _parts(content: Any, role: str) -> Iterator[Mapping[str, Any]]:
    if not isinstance(content, str):
        yield from objects_of(content)
    elif role == "assistant":
        yield {"type": "output_text", "annotations": [], "logprobs": [], "text": content}
    else:
        yield {"type": "input_text", "text": content}
