"""The yardstick: an ASGI application that sends fixed bytes, on uvicorn as MockAI runs it.

`python -m benchmarks.bare FOLDER` answers with `chat.json` and, one send an event, `stream.txt` of that
folder, which hold what MockAI answers to the same requests. It prints its URL.
"""

from __future__ import annotations

import socket
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any, TypeAlias

import uvicorn

__all__ = ["application"]

Message: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[Message]]
Send: TypeAlias = Callable[[Message], Awaitable[None]]
App: TypeAlias = Callable[[Message, Receive, Send], Awaitable[None]]


def application(chat: bytes, events: list[bytes]) -> App:
    """Answers every request with these bytes, a streamed one with these events."""
    sized = [(b"content-type", b"application/json"), (b"content-length", str(len(chat)).encode())]
    streamed = [(b"content-type", b"text/event-stream; charset=utf-8")]

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        if b'"stream":true' not in body:
            await send({"type": "http.response.start", "status": 200, "headers": sized})
            await send({"type": "http.response.body", "body": chat})
            return
        await send({"type": "http.response.start", "status": 200, "headers": streamed})
        for event in events:
            await send({"type": "http.response.body", "body": event, "more_body": True})
        await send({"type": "http.response.body", "body": b""})

    return answer


def main() -> None:
    """Serve on any free port."""
    folder = Path(sys.argv[1])
    chat, stream = (folder / "chat.json").read_bytes(), (folder / "stream.txt").read_bytes()
    events = [event + b"\n\n" for event in stream.split(b"\n\n") if event]
    sock = socket.create_server(("127.0.0.1", 0), backlog=2048)
    config = uvicorn.Config(
        application(chat, events),
        loop="uvloop",
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_keep_alive=75,
    )
    print(f"http://127.0.0.1:{sock.getsockname()[1]}", flush=True)
    uvicorn.Server(config).run(sockets=[sock])


if __name__ == "__main__":
    main()
