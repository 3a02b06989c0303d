"""What the benchmarks ask for, as bytes on the wire."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import count, repeat
from typing import Literal, TypeAlias

__all__ = ["CHAT", "STREAM", "Kind", "parts", "requests"]

Kind: TypeAlias = Literal["same chat", "chat", "stream"]
"""`same chat` is one request again and again; of the others no two are alike."""


def _request(question: str, *, stream: bool) -> bytes:
    """A chat completion request as the official client would send it, less the headers nobody reads."""
    asked = {"model": "gpt-5", "messages": [{"role": "user", "content": question}], "stream": stream}
    body = json.dumps(asked, separators=(",", ":")).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer sk-benchmark\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


_QUESTIONS = {"chat": "Please tell me about topic-15.", "stream": "Please say a hundred words."}
_NUMBER = b"000000000"

CHAT = _request(_QUESTIONS["chat"], stream=False)
"""Matches the fifteenth of twenty rules."""

STREAM = _request(_QUESTIONS["stream"], stream=True)
"""Is answered with a hundred pieces of content."""


def requests(kind: Kind) -> Iterator[bytes]:
    """Requests of a kind, without end. Where no two have the same body, nobody can answer one with what was made for
    another."""
    before, digits, after = parts(kind)
    if not digits:
        return repeat(before)
    return (b"%b%0*d%b" % (before, digits, number, after) for number in count(1))


def parts(kind: Kind) -> tuple[bytes, int, bytes]:
    """A request of a kind: what stands before its number, how many digits that has, and what stands behind it."""
    if kind == "same chat":
        return CHAT, 0, b""
    before, after = _request(f"{_QUESTIONS[kind]} Number {_NUMBER.decode()}", stream=kind == "stream").split(_NUMBER)
    return before, len(_NUMBER), after
