"""One server for many mocks: `/s/<name>/…` leads to the mock of that name, each with its own rules and calls."""

from __future__ import annotations

from mockai.api_errors import ErrorReply
from mockai.engine import Exchange
from mockai.journal import Connection as Recorded
from mockai.transports.asgi import ASGIApp, send_plan
from mockai.transports.connection import ASGIScope, Receive, Send
from mockai.wire import HTTPRequest

__all__ = ["Switchboard"]


class Switchboard:
    """An ASGI application that hands each request to the mock its path names."""

    def __init__(self) -> None:
        self._apps: dict[str, ASGIApp] = {}

    def connect(self, name: str, app: ASGIApp) -> str:
        """Serve an app under this name; returns the path in front of its `/v1`."""
        self._apps[name] = app
        return f"/s/{name}"

    def disconnect(self, name: str) -> None:
        """Serve it no more: whatever comes late meets a 404 and no other mock; what waits goes on."""
        app = self._apps.pop(name, None)
        if app is not None:
            app.release()

    def release(self) -> None:
        """Let everything that waits go on."""
        for app in tuple(self._apps.values()):
            app.release()

    def at_once(self, http: HTTPRequest, recorded: Recorded) -> Exchange | None:
        """What the mock answers that the path names, where that takes no event loop."""
        name, slash, rest = http.path.removeprefix("/s/").partition("/")
        app = self._apps.get(name)
        return None if app is None else app.at_once(http.at(slash + rest or "/"), recorded)

    async def __call__(self, scope: ASGIScope, receive: Receive, send: Send) -> None:
        name, slash, rest = str(scope.get("path", "")).removeprefix("/s/").partition("/")
        app = self._apps.get(name)
        if app is not None:
            await app({**scope, "path": slash + rest or "/", "root_path": ""}, receive, send)
        elif scope["type"] == "http":
            await send_plan(_nobody(name).plan(), receive, send)


def _nobody(name: str) -> ErrorReply:
    message = (
        f"No mock is active as {name!r}: the test that used this URL has ended, or the URL is not one of MockAI's."
    )
    return ErrorReply(404, message, code="mockai_no_session", headers=(("x-should-retry", "false"),))
