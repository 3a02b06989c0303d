"""Ids of completions and of tool calls; ids that a scenario gives are left as they are."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from mockai.ids import Mint
from mockai.providers.base import Asked, Quirk, register

__all__: list[str] = []

_OWN = re.compile(r"chatcmpl-[0-9A-Za-z]{29}")
_OWN_CALL = re.compile(r"call_[0-9A-Za-z]{24}")


class CompletionIds(Quirk):
    """Completions go by other ids than `chatcmpl-` and 29 letters and digits."""

    def reply(self, reply: dict[str, Any], asked: Asked) -> None:
        """With such an id, the same in every chunk of a stream."""
        if _OWN.fullmatch(str(reply["id"])):
            reply["id"] = self.made(asked.mint.child("provider's id"))

    def made(self, mint: Mint) -> str:
        """An id."""
        raise NotImplementedError


@register
class GenerationIds(CompletionIds):
    """OpenRouter's ids."""

    name = "generation_ids"
    summary = "Completions have ids such as `gen-1767225601-` and 20 letters and digits."

    def made(self, mint: Mint) -> str:
        """`gen-`, the Unix time, 20 letters and digits."""
        return f"gen-{mint.created}-{mint.alnum(20)}"


@register
@dataclass(frozen=True, slots=True)
class HexIds(CompletionIds):
    """Ids without a prefix."""

    name = "hex_ids"
    summary = "Completions have ids of 32 hexadecimal digits; a `prefix` may stand before them."

    prefix: str = ""

    def made(self, mint: Mint) -> str:
        """The prefix and 32 digits."""
        return self.prefix + mint.hex(32)


@register
class ShortIds(CompletionIds):
    """Ids that collide."""

    name = "short_ids"
    summary = "Completions have ids from `chatcmpl-0` to `chatcmpl-999`: two of them are soon the same."

    def made(self, mint: Mint) -> str:
        """One of a thousand."""
        return f"chatcmpl-{mint.number() % 1000}"


@register
class MessageIds(CompletionIds):
    """Anthropic's ids."""

    name = "message_ids"
    summary = "Completions have ids such as `msg_01` and 22 letters and digits."
    evidence = "documented"

    def made(self, mint: Mint) -> str:
        """`msg_01` and 22 letters and digits."""
        return f"msg_01{mint.alnum(22)}"


class ToolCallIds(Quirk):
    """Tool calls go by other ids than `call_` and 24 letters and digits."""

    def part(self, part: dict[str, Any], asked: Asked) -> None:
        """With such ids, which follow from the usual ones."""
        for call in part.get("tool_calls") or ():
            if _OWN_CALL.fullmatch(str(call.get("id"))):
                call["id"] = self.made(call["id"].removeprefix("call_"))

    def made(self, usual: str) -> str:
        """An id, of the letters and digits of the usual one."""
        raise NotImplementedError


@register
class ShortToolIds(ToolCallIds):
    """Short ids of calls."""

    name = "short_tool_ids"
    summary = "Tool calls have ids of 9 letters and digits."

    def made(self, usual: str) -> str:
        """Nine of them."""
        return usual[:9]


@register
class NumberedToolIds(ToolCallIds):
    """DeepSeek's ids of calls."""

    name = "numbered_tool_ids"
    summary = "Tool calls have ids such as `call_00_` and 24 letters and digits."

    def made(self, usual: str) -> str:
        """Behind a number, which is that of the first call."""
        return f"call_00_{usual}"


@register
class HexToolIds(ToolCallIds):
    """vLLM's ids of calls."""

    name = "hex_tool_ids"
    summary = "Tool calls have ids such as `chatcmpl-tool-` and 32 hexadecimal digits."
    foreign = True

    def made(self, usual: str) -> str:
        """Hexadecimal digits that stand for the letters."""
        return "chatcmpl-tool-" + usual.encode().hex()[-32:]


@register
class EmptyToolIds(Quirk):
    """Calls without ids."""

    name = "empty_tool_ids"
    summary = 'Tool calls have the id `""`, so that their results cannot be told apart.'
    foreign = True

    def part(self, part: dict[str, Any], asked: Asked) -> None:
        """With an empty id wherever there is one."""
        for call in part.get("tool_calls") or ():
            if "id" in call:
                call["id"] = ""
