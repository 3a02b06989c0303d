"""The control API under `/_mockai`, for tests in other processes and languages; described at `/docs`.

A page in a browser must not be able to reach it: a request with an `Origin`, or whose `Host` is not a
loopback name, is refused. Where other machines can reach the server, a token is needed instead, by everyone.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from mockai.engine import Engine
from mockai.errors import ScenarioError, UsageError
from mockai.journal import Entry
from mockai.scenario.loading import load_brownout, load_rule
from mockai.state import Session
from mockai.transports.loopback import is_loopback
from mockai.transports.openapi import document, page
from mockai.verdict import exported, verdict_of
from mockai.verdict.formats import FORMATS, shown
from mockai.version import __version__

__all__ = ["TOKEN_HEADER", "VERDICT_HEADER", "control_app"]

TOKEN_HEADER = "x-mockai-token"  # noqa: S105 - the name of a header
VERDICT_HEADER = "x-mockai-verdict"
"""What `GET /_mockai/verdict` says of its verdict, in whatever format that is: `passed` or `failed`."""
MOST_ENTRIES = 1000
LONGEST_WAIT = 60.0

Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]


class _Refused(Exception):
    """The control API refuses a request, with a status and a sentence."""

    def __init__(self, status: int, message: str, problems: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.problems = problems


def control_app(engine: Engine, *, token: str | None = None, exposed: bool = False) -> Starlette:
    """The control API of an engine.

    `token` is what it demands in `x-mockai-token` where the server listens beyond loopback: from everyone if it is
    `exposed`, otherwise (a server of someone else's, of which only that is known) on connections that are not loopback.
    """
    control = _Control(engine)
    check = _Door(token, exposed).check
    routes = [
        ("GET", "/_mockai/health", control.health),
        ("GET", "/_mockai/rules", control.list_rules),
        ("POST", "/_mockai/rules", control.add_rule),
        ("POST", "/_mockai/brownouts", control.add_brownout),
        ("DELETE", "/_mockai/rules", control.remove_rules),
        ("DELETE", "/_mockai/rules/{key:path}", control.remove_rules),
        ("POST", "/_mockai/reset", control.reset),
        ("GET", "/_mockai/sessions", control.sessions),
        ("DELETE", "/_mockai/sessions/{name}", control.drop_session),
        ("GET", "/_mockai/journal", control.journal),
        ("GET", "/_mockai/journal/wait", control.wait),
        ("GET", "/_mockai/validation", control.validation),
        ("GET", "/_mockai/verdict", control.verdict),
        ("GET", "/_mockai/limits", control.limits),
        ("POST", "/_mockai/limits/reset", control.reset_limits),
        ("GET", "/_mockai/coverage", control.coverage),
        ("GET", "/_mockai/gates", control.gates),
        ("POST", "/_mockai/gates/{name}/open", control.open_gate),
        ("GET", "/openapi.json", control.openapi),
        ("GET", "/docs", control.docs),
    ]
    return Starlette(
        routes=[Route(path, _guarded(endpoint, check), methods=[method]) for method, path, endpoint in routes],
        exception_handlers={404: _not_found, 405: _not_found},
    )


def _guarded(endpoint: Endpoint, check: Callable[[Request], None]) -> Endpoint:
    """The endpoint behind the checks, its refusals turned into replies."""

    async def guarded(request: Request) -> Response:
        try:
            check(request)
            return await endpoint(request)
        except _Refused as refused:
            return _refusal(refused.status, str(refused), refused.problems)

    return guarded


@dataclass(frozen=True, slots=True)
class _Door:
    """Who is let in."""

    token: str | None
    exposed: bool

    def check(self, request: Request) -> None:
        """Raise _Refused for a page in a browser, a foreign name, or a token that is missing or wrong."""
        if "origin" in request.headers:
            raise _Refused(
                403, "The control API refuses requests with an Origin header: pages in a browser cannot use it."
            )
        server = request.scope.get("server") or ("", None)
        if self.exposed or not is_loopback(server[0]):
            self._check_token(request.headers.get(TOKEN_HEADER, ""))
            return
        host = request.headers.get("host", "")
        if not is_loopback(_hostname(host)):
            raise _Refused(403, f"The control API answers to loopback names such as 127.0.0.1, not to Host {host!r}.")

    def _check_token(self, given: str) -> None:
        if self.token is None:
            raise _Refused(
                401,
                "This server is not on loopback alone, and has no token: set MOCKAI_TOKEN where it is started, and "
                f"send that as {TOKEN_HEADER}.",
            )
        if not secrets.compare_digest(given.encode(), self.token.encode()):
            raise _Refused(
                401, f"This server is not on loopback alone: send its token (MOCKAI_TOKEN) as {TOKEN_HEADER}."
            )


def _hostname(host: str) -> str:
    return host[1 : host.find("]")] if host.startswith("[") else host.partition(":")[0]


class _Control:
    """The endpoints."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    async def health(self, request: Request) -> Response:
        sessions = sum(1 for _ in self.engine.store.sessions())
        return _json(
            {"status": "ok", "version": __version__, "rules": len(self.engine.script.rules), "sessions": sessions}
        )

    async def list_rules(self, request: Request) -> Response:
        session = self._existing(request.query_params.get("session", ""))
        rules = self.engine.script.rules if session is None else self.engine.rules_of(session)
        calls = {} if session is None else session.claim(lambda state: dict(state.calls))
        return _json({"rules": [_rule(rule, calls.get(rule.key, 0)) for rule in rules]})

    async def add_rule(self, request: Request) -> Response:
        data = await _body(request, {"session": str, "rule": dict})
        if "rule" not in data:
            raise _Refused(400, 'Send {"session": name, "rule": {...}}, the rule as it would stand in a YAML file.')
        try:
            placed = load_rule(data["rule"], "rule")
        except ScenarioError as error:
            raise _Refused(400, "The rule cannot be used.", tuple(map(str, error.problems))) from None
        key = self.engine.add_rule(self.engine.store.session(data.get("session", "")), placed)
        return _json({"key": key}, 201)

    async def add_brownout(self, request: Request) -> Response:
        data = await _body(request, {"session": str, "brownout": dict})
        if "brownout" not in data:
            raise _Refused(400, 'Send {"session": name, "brownout": {...}}, as it would stand in a YAML file.')
        try:
            spec = load_brownout(data["brownout"])
        except ScenarioError as error:
            raise _Refused(400, "The brown-out cannot be used.", tuple(map(str, error.problems))) from None
        key = self.engine.add_brownout(self.engine.store.session(data.get("session", "")), spec)
        return _json({"key": key}, 201)

    async def remove_rules(self, request: Request) -> Response:
        key = request.path_params.get("key")
        session = self._existing(request.query_params.get("session", ""))
        removed = 0 if session is None else session.remove_rules(lambda rule: key is not None and rule.key != key)
        if key is not None and not removed:
            raise _Refused(404, f"No rule {key!r} was added to this session at run time; rules of files stay.")
        return _json({"removed": removed})

    async def reset(self, request: Request) -> Response:
        data = {**request.query_params, **await _body(request, {"session": str})}
        sessions = self._named(data)
        for session in sessions:
            session.reset()
        return _json({"reset": [session.name for session in sessions]})

    async def sessions(self, request: Request) -> Response:
        return _json({"sessions": [_session(session) for session in self.engine.store.sessions()]})

    async def drop_session(self, request: Request) -> Response:
        name = request.path_params["name"]
        if not self.engine.store.drop(name):
            raise _Refused(404, f"No session is called {name!r}.")
        return _json({"dropped": name})

    async def journal(self, request: Request) -> Response:
        query = request.query_params
        name = query.get("session")
        found = tuple(self.engine.store.sessions() if name is None else filter(None, [self._existing(name)]))
        limit = min(_number(query.get("limit", "100"), "limit"), MOST_ENTRIES)
        entries = [entry for session in found for entry in session.journal.entries() if _wanted(entry, query)]
        shown = entries[-int(limit) :] if limit >= 1 else []
        sent = [delivery.as_json() for session in found for delivery in session.journal.deliveries()]
        return _json({"total": len(entries), "entries": [exported(entry) for entry in shown], "webhooks": sent})

    async def coverage(self, request: Request) -> Response:
        if self.engine.coverage is None:
            raise _Refused(409, "Nobody counts what is used of the scenarios: start `mockai serve` with --coverage.")
        return _json(self.engine.coverage.as_json())

    async def verdict(self, request: Request) -> Response:
        query = request.query_params
        name, format = query.get("session"), query.get("format", "json")
        if format not in FORMATS:
            raise _Refused(400, f"format is {', '.join(FORMATS)}, not {format!r}.")
        found = self.engine.store.sessions() if name is None else filter(None, [self._existing(name)])
        entries = [entry for session in found for entry in session.journal.entries()]
        ignored = filter(None, query.get("ignore", "").split(","))
        try:
            verdict = (await asyncio.to_thread(verdict_of, entries)).without(*ignored)
        except UsageError as error:
            raise _Refused(400, f"{error}.") from None
        strict = query.get("strict") == "true"
        headers = {VERDICT_HEADER: "passed" if verdict.passed(strict=strict) else "failed"}
        return Response(shown(verdict, format, strict=strict), media_type=FORMATS[format][0], headers=headers)

    async def validation(self, request: Request) -> Response:
        return _json({"validation": self.engine.script.validation, "let_through": self.engine.let_through.as_json()})

    async def wait(self, request: Request) -> Response:
        query = request.query_params
        session = self.engine.store.session(query.get("session", ""))
        count = int(_number(query.get("count", "1"), "count"))
        timeout = min(_number(query.get("timeout", "5"), "timeout"), LONGEST_WAIT)
        reached = await _ended(session, count, timeout)
        return _json({"count": session.journal.ended(), "reached": reached}, 200 if reached else 408)

    async def limits(self, request: Request) -> Response:
        session = self._existing(request.query_params.get("session", ""))
        quotas, clock = self.engine.script.quotas, self.engine.clock
        return _json({"limits": [] if session is None else quotas.shown(session, clock())})

    async def reset_limits(self, request: Request) -> Response:
        data = {**request.query_params, **await _body(request, {"session": str})}
        sessions = self._named(data)
        for session in sessions:
            self.engine.script.quotas.reset(session)
        return _json({"reset": [session.name for session in sessions]})

    async def gates(self, request: Request) -> Response:
        session = self._existing(request.query_params.get("session", ""))
        return _json({"gates": {} if session is None else session.gates()})

    async def open_gate(self, request: Request) -> Response:
        data = await _body(request, {"session": str})
        name = request.path_params["name"]
        session = data.get("session", request.query_params.get("session", ""))
        self.engine.store.session(session).gate(name).open()
        return _json({"opened": name})

    async def openapi(self, request: Request) -> Response:
        return _json(document())

    async def docs(self, request: Request) -> Response:
        return HTMLResponse(page(document()))

    def _named(self, data: Mapping[str, Any]) -> list[Session]:
        """The session that a request names, if there is one; all of them where it names none."""
        if "session" not in data:
            return list(self.engine.store.sessions())
        session = self._existing(data["session"])
        return [] if session is None else [session]

    def _existing(self, name: str) -> Session | None:
        """A session without making one: looking must not change what is looked at."""
        return next((session for session in self.engine.store.sessions() if session.name == name), None)


async def _ended(session: Session, count: int, timeout: float) -> bool:
    """Whether `count` requests of a session end within `timeout` seconds."""
    loop = asyncio.get_running_loop()
    changed = asyncio.Event()

    def tell(_: Entry) -> None:
        loop.call_soon_threadsafe(changed.set)

    stop = session.journal.listen(tell)
    try:
        async with asyncio.timeout(timeout):
            while session.journal.ended() < count:
                changed.clear()
                await changed.wait()
    except TimeoutError:
        return session.journal.ended() >= count
    finally:
        stop()
    return True


async def _body(request: Request, known: Mapping[str, type]) -> dict[str, Any]:
    """The JSON object of a request's body (an empty body is an empty object), its keys checked."""
    raw = await request.body()
    try:
        data = orjson.loads(raw) if raw.strip() else {}
    except orjson.JSONDecodeError as error:
        raise _Refused(400, f"The body is not JSON: {error}.") from None
    if not isinstance(data, dict):
        raise _Refused(400, f"The body must be a JSON object, not {type(data).__name__}.")
    for key, value in data.items():
        if key not in known:
            raise _Refused(400, f"Unknown key {key!r}; known are {', '.join(known)}.")
        if not isinstance(value, known[key]):
            raise _Refused(400, f"{key!r} must be {_NAMES[known[key]]}, not {type(value).__name__}.")
    return data


_NAMES: dict[type, str] = {str: "a string", dict: "an object"}


def _number(text: str, name: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number < float("inf"):
        raise _Refused(400, f"{name} must be a number from 0 up, not {text!r}.")
    return number


def _wanted(entry: Entry, query: Mapping[str, str]) -> bool:
    if "rule" in query and entry.rule != query["rule"]:
        return False
    return "status" not in query or str(entry.status) == query["status"]


def _rule(rule: Any, calls: int) -> dict[str, Any]:
    return {
        "key": rule.key,
        "where": rule.where,
        "calls": calls,
        "rule": rule.rule.model_dump(by_alias=True, exclude_unset=True),
    }


def _session(session: Session) -> dict[str, Any]:
    states = session.claim(lambda state: state.all_states())
    return {"name": session.name, "requests": session.journal.total, "rules": len(session.rules), "states": states}


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value, default=str), status, media_type="application/json")


def _refusal(status: int, message: str, problems: tuple[str, ...] = ()) -> Response:
    error: dict[str, Any] = {"message": message, "type": "mockai_control_error", "param": None, "code": None}
    if problems:
        error["problems"] = list(problems)
    return _json({"error": error}, status)


async def _not_found(request: Request, error: Exception) -> Response:
    status = getattr(error, "status_code", 404)
    return _refusal(status, f"No {request.method} {request.url.path} here; see /docs for the control API.")
