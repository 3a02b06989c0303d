"""What the benchmarks ask for, as bytes on the wire."""

from __future__ import annotations

import json

__all__ = ["CHAT", "STREAM"]


def _request(question: str, *, stream: bool) -> bytes:
    """A chat completion request as the official client would send it, less the headers nobody reads."""
    asked = {"model": "gpt-5", "messages": [{"role": "user", "content": question}], "stream": stream}
    body = json.dumps(asked, separators=(",", ":")).encode()
    head = (
        "POST /v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1\r\nauthorization: Bearer sk-benchmark\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


CHAT = _request("Please tell me about topic-15.", stream=False)
"""Matches the fifteenth of twenty rules."""

STREAM = _request("Please say a hundred words.", stream=True)
"""Is answered with a hundred pieces of content."""
