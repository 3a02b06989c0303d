"""What faults of the content make of a reply: a model that calls what it was not offered, or says nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import singledispatch
from typing import Any

import orjson

from mockai.endpoints.parts import with_pieces
from mockai.faults import ContentFault, Placed, content
from mockai.ids import Mint
from mockai.replies.answer import Answer, Choice, Completion, Item, OutputItem, Reasoning, Text, ToolCall
from mockai.replies.auto import best_tool, made_arguments, question
from mockai.replies.json_text import json_text
from mockai.replies.live import Live
from mockai.replies.schema_fits import Fits
from mockai.request import APIRequest

__all__ = ["Asked", "spoilt"]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a choice answers, and where new ids come from."""

    request: APIRequest
    mint: Mint


def spoilt(answer: Answer | Live, struck: Sequence[Placed], asked: Asked, tell: Callable[[str], None]) -> Answer | Live:
    """The answer with the content faults among these in it; `tell` hears of those that change something.

    Errors, raw replies and those that Python makes piece by piece say what they say.
    """
    for fault in (placed.fault for placed in struck if isinstance(placed.fault, ContentFault)):
        if isinstance(answer, Completion):
            changed = _changed(fault, answer, asked)
            if changed is not answer:
                tell(fault.name)
            answer = changed
    return answer


def _changed(fault: ContentFault, completion: Completion, asked: Asked) -> Completion:
    whole = _unpieced(completion)
    choices = tuple(
        spoil(fault, choice, replace(asked, mint=asked.mint.child("spoilt", fault.name, index)))
        for index, choice in enumerate(whole.choices)
    )
    return completion if choices == whole.choices else replace(whole, choices=choices)


def _unpieced(completion: Completion) -> Completion:
    """The completion with its text where explicit pieces had it, since they would be sent in place of any other."""
    chunks = completion.chunks
    if chunks is None or chunks.pieces is None:
        return completion
    pieces = chunks.pieces
    choices = tuple(replace(choice, items=with_pieces(choice.items, pieces)) for choice in completion.choices)
    return replace(completion, choices=choices, chunks=None)


@singledispatch
def spoil(fault: ContentFault, choice: Choice, asked: Asked) -> Choice:
    """One choice as this fault makes it; the same choice where it finds nothing to change."""
    raise NotImplementedError(f"nothing says what {fault.name} does; register it here")


# ------------------------------------------------------------------------------------------------- tools


@spoil.register(content.MalformedArguments)
def _malformed(fault: content.MalformedArguments, choice: Choice, asked: Asked) -> Choice:
    return _with_calls(choice, lambda call: replace(call, arguments=call.arguments[: len(call.arguments) // 2]))


@spoil.register(content.WrongArguments)
def _wrong(fault: content.WrongArguments, choice: Choice, asked: Asked) -> Choice:
    schemas = {tool.name: tool.parameters for tool in asked.request.tools}

    def wrong(call: ToolCall) -> ToolCall:
        if call.kind == "custom":
            return call
        arguments = _broken(call.arguments, {"type": "object", **(schemas.get(call.name) or {})})
        return replace(call, arguments=arguments)

    return _with_calls(choice, wrong)


@spoil.register(content.UnknownTool)
def _unknown(fault: content.UnknownTool, choice: Choice, asked: Asked) -> Choice:
    if any(isinstance(item, ToolCall) for item in choice.items):
        return _with_calls(choice, lambda call: replace(call, name=fault.tool or f"{call.name}_v2"))
    offered = [tool.name for tool in asked.request.tools]
    name = fault.tool or (f"{offered[0]}_v2" if offered else "undefined_tool")
    return _calling(choice, ToolCall(name, "{}", asked.mint.id("call_")))


@spoil.register(content.EndlessToolLoop)
def _endless(fault: content.EndlessToolLoop, choice: Choice, asked: Asked) -> Choice:
    text = question(asked.request)
    tool = best_tool(asked.request, text)
    if tool is None:
        return choice
    arguments = made_arguments(tool, Mint(asked.mint.seed, fault.name, text), text)  # the same again and again
    return _calling(choice, ToolCall(tool.name, arguments, asked.mint.id("call_"), tool.kind))


def _with_calls(choice: Choice, change: Callable[[ToolCall], ToolCall]) -> Choice:
    return replace(choice, items=tuple(change(i) if isinstance(i, ToolCall) else i for i in choice.items))


def _calling(choice: Choice, call: ToolCall) -> Choice:
    """A choice that calls a tool and says nothing; its finish reason follows."""
    return Choice((*_thoughts(choice), call))


def _thoughts(choice: Choice) -> Iterator[Item]:
    return (item for item in choice.items if isinstance(item, Reasoning))


# -------------------------------------------------------------------------------------------------- text


@spoil.register(content.EmptyContent)
def _empty(fault: content.EmptyContent, choice: Choice, asked: Asked) -> Choice:
    return Choice((*_thoughts(choice), Text("")), "stop")


@spoil.register(content.WhitespaceFlood)
def _flood(fault: content.WhitespaceFlood, choice: Choice, asked: Asked) -> Choice:
    return Choice((*_thoughts(choice), Text("\n" * fault.lines)), "length")


@spoil.register(content.RepeatedText)
def _repeated(fault: content.RepeatedText, choice: Choice, asked: Asked) -> Choice:
    if not _text(choice):
        return choice
    return _saying(replace(choice, finish_reason="length"), " ".join([_text(choice)] * fault.times))


@spoil.register(content.WrongSchema)
def _wrong_schema(fault: content.WrongSchema, choice: Choice, asked: Asked) -> Choice:
    wanted = asked.request.response_format
    if wanted is None or wanted.kind == "text" or not _text(choice):
        return choice
    return _saying(choice, _broken(_text(choice), {"type": "object"} if wanted.schema is None else wanted.schema))


@spoil.register(content.PromptInjection)
def _injected(fault: content.PromptInjection, choice: Choice, asked: Asked) -> Choice:
    items = tuple(_ordering(item, fault.text) if isinstance(item, OutputItem) else item for item in choice.items)
    if items == choice.items and not asked.request.tool_results():
        return choice
    said = _text(choice)
    return _saying(replace(choice, items=items), f"{said}\n\n{fault.text}" if said else fault.text)


def _ordering(item: OutputItem, order: str) -> OutputItem:
    """A hosted tool's call with an order at the end of each of its results."""
    fields = dict(item.fields)
    if isinstance(fields.get("output"), str) or item.kind == "mcp_call":
        fields["output"] = f"{fields.get('output') or ''}\n\n{order}".lstrip()
    for name, key in (("results", "text"), ("outputs", "logs")):
        if isinstance(fields.get(name), Sequence):
            fields[name] = [_with_order(result, key, order) for result in fields[name]]
    return replace(item, fields=fields)


def _with_order(result: Any, key: str, order: str) -> Any:
    if not isinstance(result, Mapping) or key not in result:
        return result
    return {**result, key: f"{result[key]}\n\n{order}"}


def _text(choice: Choice) -> str:
    return "".join(item.text for item in choice.items if isinstance(item, Text))


def _saying(choice: Choice, text: str) -> Choice:
    """The choice with this in place of its texts, where the first of them stood, or at the end."""
    at = next((at for at, item in enumerate(choice.items) if isinstance(item, Text)), len(choice.items))
    rest = (item for item in choice.items[at:] if not isinstance(item, Text))
    return replace(choice, items=(*choice.items[:at], Text(text), *rest), logprobs=None)


# ------------------------------------------------------------------------------------------------ schemas


def _broken(text: str, schema: Mapping[str, Any]) -> str:
    """JSON that does not fit the schema, and is otherwise as near to this as can be; the text if it is no JSON."""
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return text
    fits = Fits(schema)
    return json_text(next((other for other in _others(value) if not fits(schema, other)), [value]))


def _others(value: Any) -> Iterator[Any]:
    """Values that are wrong in ever coarser ways: a part of another type, a part missing, a part too many."""
    if isinstance(value, Mapping):
        yield from ({**value, name: _of_another_type(part)} for name, part in value.items())
        yield from ({other: value[other] for other in value if other != name} for name in value)
        yield {**value, "unexpected": True}
    yield _of_another_type(value)


def _of_another_type(value: Any) -> Any:
    return [value] if isinstance(value, str) else json_text(value)
