"""What goes wrong: one small class per fault, each rewriting a plan, or (`content`) what is said in it."""

from __future__ import annotations

from mockai.faults.base import FAULTS, Fault, Place, Placed, register
from mockai.faults.building import build
from mockai.faults.content import (
    ContentFault,
    EmptyContent,
    EndlessToolLoop,
    MalformedArguments,
    PromptInjection,
    RepeatedText,
    UnknownTool,
    WhitespaceFlood,
    WrongArguments,
    WrongSchema,
)
from mockai.faults.error_events import ErrorEvent, LateError
from mockai.faults.framing import BadChunk, ContentLengthMismatch, CorruptGzip
from mockai.faults.octets import BOM, CRLF, Coalesce, MissingLastBlankLine, MultiLineData, Split
from mockai.faults.placing import apply
from mockai.faults.socket import Close, Garbage, Refuse, Reset, SlowHeaders, Stall
from mockai.faults.stream import (
    Disconnect,
    DoubleDone,
    Drop,
    Duplicate,
    KeepaliveComments,
    MalformedJSON,
    MissingDone,
    Reorder,
    Truncate,
)

__all__ = [
    "BOM",
    "CRLF",
    "FAULTS",
    "BadChunk",
    "Close",
    "Coalesce",
    "ContentFault",
    "ContentLengthMismatch",
    "CorruptGzip",
    "Disconnect",
    "DoubleDone",
    "Drop",
    "Duplicate",
    "EmptyContent",
    "EndlessToolLoop",
    "ErrorEvent",
    "Fault",
    "Garbage",
    "KeepaliveComments",
    "LateError",
    "MalformedArguments",
    "MalformedJSON",
    "MissingDone",
    "MissingLastBlankLine",
    "MultiLineData",
    "Place",
    "Placed",
    "PromptInjection",
    "Refuse",
    "Reorder",
    "RepeatedText",
    "Reset",
    "SlowHeaders",
    "Split",
    "Stall",
    "Truncate",
    "UnknownTool",
    "WhitespaceFlood",
    "WrongArguments",
    "WrongSchema",
    "apply",
    "build",
    "register",
]
