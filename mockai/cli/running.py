"""The server of `mockai serve`, from the first file to the last connection."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import sys
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from socket import socket
from typing import TYPE_CHECKING, Any

import click

from mockai.cli import request_log
from mockai.cli.printer import Printer
from mockai.cli.serve import Options
from mockai.cli.startup import ANY_KEY, Start, url_of
from mockai.delivery import Delivery
from mockai.endpoints.life_cycles import clock_at
from mockai.engine import Engine
from mockai.errors import MockAIError
from mockai.journal import Entry
from mockai.limits import read_limits
from mockai.providers import quirk
from mockai.scenario.loaded import Loaded
from mockai.scenario.loading import load
from mockai.settings import Settings
from mockai.state import Memory
from mockai.tokens.encodings import choice, tokenizer
from mockai.transports.asgi import ASGIApp
from mockai.transports.loopback import is_loopback
from mockai.transports.reach import LazyControl
from mockai.transports.repeats import Repeats
from mockai.transports.server import Server, bind
from mockai.transports.webhooks import Deliveries

if TYPE_CHECKING:
    from mockai.cli.reload import Stamps

__all__ = ["run"]

_GRACE = 0.5
"""Seconds that replies have to end in when the server is told to stop; what hangs longer is cut off."""


def run(options: Options) -> None:
    """Serve until SIGINT or SIGTERM. Raises ScenarioError, UsageError or PortInUse before anything is served."""
    if choice() == "exact":
        tokenizer("o200k_base")
    seen = _stamps(options.paths) if options.reload else None
    loaded = load(*options.paths) if options.paths else None
    engine = _engine(options, loaded)
    listening = bind(options.host, options.port)
    exposed = not is_loopback(listening.getsockname()[0])
    token, made_up = _token(exposed)
    control = LazyControl(engine, token, exposed=exposed)
    app = ASGIApp(engine, time_scale=options.time_scale, control=control, repeats=Repeats())
    url = url_of(options.host, listening.getsockname()[1])
    shown = token if made_up else None
    own_key = engine.script.access.usable(ANY_KEY) != ANY_KEY
    path = "/v1" if engine.dialects.usual is None else engine.dialects.usual.path
    start = Start(url, loaded, options.on_unmatched, own_key, shown, options.reload, path)
    printer = Printer(sys.stdout.fileno(), sys.stdout.encoding)
    talk = _Talk(engine, printer, options)
    server = _Foreground(app, _with_cors(app) if options.cors else app, started=partial(talk.started, start))
    if options.coverage:
        from mockai.coverage import Coverage

        Coverage().watch(engine)
    engine.observers.append(talk.answered)
    engine.clock = clock_at(options.time_scale)
    Deliveries(engine, time_scale=options.time_scale, told=talk.delivered)
    # What there is by now stays until the end; looked through again and again, it would take a third of the time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)
    gc.enable()
    try:
        with asyncio.Runner(loop_factory=server.config.get_loop_factory()) as runner:
            watching = None
            if seen is not None and loaded is not None:
                watching = _watch(engine, options.paths, loaded, seen, talk)
            runner.run(_serve(server, listening, watching))
    finally:
        talk.ended()
        printer.close()


async def _serve(server: Server, listening: socket, beside: Coroutine[Any, Any, None] | None) -> None:
    """Serve, with the watching of files beside it in the same loop."""
    watching = None if beside is None else asyncio.create_task(beside)
    try:
        await server.serve(sockets=[listening])
    finally:
        if watching is not None:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


def _stamps(paths: tuple[Path, ...]) -> Stamps:
    from mockai.cli.reload import stamps

    return stamps(paths)


async def _watch(engine: Engine, paths: tuple[Path, ...], loaded: Loaded, seen: Stamps, talk: _Talk) -> None:
    try:
        from mockai.cli.reload import keep_loaded

        await keep_loaded(engine, paths, loaded, seen, talk.reloaded)
    except Exception as error:
        talk.not_watching(error)


def _engine(options: Options, loaded: Loaded | None) -> Engine:
    return Engine(
        loaded,
        Settings(
            seed=options.seed,
            then=options.then,
            on_unmatched=options.on_unmatched,
            api_keys=frozenset(options.api_key),
            unknown_ids=options.unknown_ids,
            provider=options.provider,
            quirks=tuple(map(quirk, options.quirk)),
            validation=options.validation,
            limits=read_limits(options.limits),
            models=options.models,
        ),
        store=Memory(limit=options.session_limit),
    )


def _token(exposed: bool) -> tuple[str | None, bool]:
    """The token of the control API, and whether it was made up here."""
    chosen = os.environ.get("MOCKAI_TOKEN") or None
    if chosen is not None or not exposed:
        return chosen, False
    from secrets import token_urlsafe

    return token_urlsafe(24), True


def _with_cors(app: ASGIApp) -> Any:
    from starlette.middleware.cors import CORSMiddleware

    everything = ["*"]
    return CORSMiddleware(
        app, allow_origins=everything, allow_methods=everything, allow_headers=everything, expose_headers=everything
    )


class _Foreground(Server):
    """A server that owns the process: a signal ends it, and the process ends well."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.config.timeout_graceful_shutdown = _GRACE  # type: ignore[assignment]  # wait_for takes fractions

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Stop at SIGINT and SIGTERM. uvicorn's own way raises them again at the end, and the process dies of them."""
        before = {number: signal.signal(number, self.handle_exit) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """End what runs; replies that do not end in time are cut off, which is not worth a traceback each."""
        logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
        await super().shutdown(sockets=sockets)


class _Talk:
    """Everything the running server says, as text or as JSON."""

    def __init__(self, engine: Engine, printer: Printer, options: Options) -> None:
        self._engine = engine
        self._printer = printer
        self._json = options.log_format == "json"
        self._all = options.log_level == "info"
        self._coloured = click.get_current_context().color is not False and sys.stdout.isatty()
        self._replies: dict[str, int] = {}
        self._rules: object = None

    def started(self, start: Start) -> None:
        """Say what was loaded and where the server is."""
        self._say("startup", start)

    def answered(self, entry: Entry) -> None:
        """Log a request, if the level asks for it."""
        if self._all or request_log.is_warning(entry):
            self._printer.say(partial(self._line, entry))

    def ended(self) -> None:
        """Say what lenient validation let through, if anything, and what was not used, if that is wanted."""
        counts = self._engine.let_through.counts()
        if counts:
            self._say("summary", counts)
        if self._engine.coverage is not None:
            self._say("coverage_log", self._engine.coverage)

    def delivered(self, delivery: Delivery) -> None:
        """Log an event that was sent to a webhook, if the level asks for it, or given up."""
        if self._all or not delivery.delivered:
            self._printer.say(lambda: self._made("webhook_log", delivery))

    def _line(self, entry: Entry) -> str:
        replies = self._replies_of(entry)
        if self._json:
            return request_log.as_json(entry, replies)
        return request_log.as_text(entry, replies, coloured=self._coloured)

    def reloaded(self, outcome: Loaded | MockAIError, names: tuple[str, ...]) -> None:
        """Say what came of a changed file."""
        self._say("reload", outcome, names)

    def not_watching(self, error: Exception) -> None:
        """Say that changes are not noticed any more."""
        self._say("reload", MockAIError(f"files cannot be watched any more: {error}; start again"), ())

    def _say(self, name: str, *what: Any) -> None:
        self._printer.say(self._made(name, *what))

    def _made(self, name: str, *what: Any) -> str:
        """What is said in the form that stands in the file of this name."""
        form = import_module(f"mockai.cli.{name}")
        if self._json:
            return str(form.as_json(*what))
        text: str = form.as_text(*what)
        return text if self._coloured else click.unstyle(text)

    def _replies_of(self, entry: Entry) -> int | None:
        """How many replies the rule has that answered; None for what stands in for a rule."""
        if entry.rule is None:
            return None
        if self._rules is not self._engine.script.rules:
            self._rules = self._engine.script.rules
            self._replies = {rule.key: len(rule.rule.replies) for rule in self._engine.script.rules}
        return self._replies.get(entry.rule) or self._replies_in_session(entry)

    def _replies_in_session(self, entry: Entry) -> int | None:
        sessions = (session for session in self._engine.store.sessions() if session.name == entry.session)
        rules = (rule for session in sessions for rule in session.rules)
        return next((len(rule.rule.replies) for rule in rules if rule.key == entry.rule), None)
