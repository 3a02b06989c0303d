"""The handle a test holds: a mock API with rules, calls, and a server or an ASGI app to reach it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, TypeAlias

from mockai.calls import Call, calls_of
from mockai.engine import After, Before, Engine, OnUnmatched
from mockai.errors import Problem, ScenarioError, UsageError
from mockai.scenario.loading import Loaded, PlacedRule, load, load_data, load_rule
from mockai.scenario.schema import Reply, Rule, Then
from mockai.state import Gate, Session, Store
from mockai.transports.asgi import ASGIApp
from mockai.transports.control import control_app

__all__ = ["API_KEY", "MockOpenAI", "ReplyLike", "RuleBuilder", "Written"]

API_KEY = "sk-mockai"
"""The key `MockOpenAI` gives to its clients; any other is accepted too, unless `api_key` was given."""

ReplyLike: TypeAlias = "str | Mapping[str, Any] | Reply | Callable[..., Any]"
"""What `reply` takes: text, a mapping as in YAML, a Reply, or a function."""
Written: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any]"
"""A scenario: a file, a folder, or a mapping with the keys of a scenario file."""


class MockOpenAI:
    """A mock of the OpenAI API.

    Use it as a context manager for a real server on a free port of 127.0.0.1, or mount `app`. `then` is what
    follows the last of several replies (`fail` unless the rule says otherwise), `on_unmatched` what a
    request without a rule gets, `time_scale` multiplies every wait, `before` and `after` are hooks.
    Raises ScenarioError for a scenario that cannot be used, UsageError or PortInUse if it cannot listen.
    """

    def __init__(
        self,
        *scenarios: Written,
        seed: int | str = 0,
        time_scale: float = 1.0,
        then: Then = "fail",
        on_unmatched: OnUnmatched = "error",
        api_key: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        before: Iterable[Before] = (),
        after: Iterable[After] = (),
        store: Store | None = None,
    ) -> None:
        self.engine = Engine(
            _loaded(scenarios),
            seed=seed,
            then=then,
            on_unmatched=on_unmatched,
            api_keys=() if api_key is None else (api_key,),
            before=before,
            after=after,
            store=store,
        )
        self.api_key = api_key or API_KEY
        self.time_scale = time_scale
        self._address = (host, port)
        self._server: Any = None

    # ------------------------------------------------------------------------------------ server

    def __enter__(self) -> MockOpenAI:
        from mockai.transports.server import ThreadedServer

        if self._server is not None:
            raise UsageError("this MockOpenAI is already started; make another one for a second server")
        server = ThreadedServer(self.app, *self._address)
        server.start()
        self._server = server
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        server, self._server = self._server, None
        server.stop()

    @cached_property
    def app(self) -> ASGIApp:
        """The mock as an ASGI application, to mount under any prefix of another one."""
        return ASGIApp(self.engine, time_scale=self.time_scale, control=control_app(self.engine))

    @property
    def url(self) -> str:
        """The server's root, such as `http://127.0.0.1:49321`."""
        if self._server is None:
            raise UsageError("no server is running; use `with MockOpenAI(...) as mock:`, or mount `mock.app`")
        url: str = self._server.url
        return url

    @property
    def base_url(self) -> str:
        """What an OpenAI client wants as `base_url`."""
        return f"{self.url}/v1"

    @property
    def env(self) -> dict[str, str]:
        """Environment variables that lead a subprocess's OpenAI client here."""
        return {"OPENAI_BASE_URL": self.base_url, "OPENAI_API_KEY": self.api_key}

    def client(self, **options: Any) -> Any:
        """An `openai.OpenAI` that talks to this mock; `options` go to its constructor."""
        return _openai().OpenAI(**{"base_url": self.base_url, "api_key": self.api_key, **options})

    def async_client(self, **options: Any) -> Any:
        """An `openai.AsyncOpenAI` that talks to this mock; `options` go to its constructor."""
        return _openai().AsyncOpenAI(**{"base_url": self.base_url, "api_key": self.api_key, **options})

    # ------------------------------------------------------------------------------------- rules

    @property
    def session(self) -> Session:
        """The session this handle adds rules to and reads calls from: the default one."""
        return self.engine.store.session("")

    def when(self, **conditions: Any) -> RuleBuilder:
        """Begin a rule: the conditions of `when` in a scenario file, `not_` for `not`."""
        return RuleBuilder(self, conditions)

    def reply(self, reply: ReplyLike | None = None, /, **content: Any) -> str:
        """A rule without conditions; see `RuleBuilder.reply`."""
        return self.when().reply(reply, **content)

    def replies(self, *replies: ReplyLike, **options: Any) -> str:
        """A rule without conditions; see `RuleBuilder.replies`."""
        return self.when().replies(*replies, **options)

    def add_rule(self, rule: Mapping[str, Any] | Rule, where: str = "add_rule()") -> str:
        """Add a rule above all others; returns the key it goes by in calls. Raises ScenarioError."""
        placed = PlacedRule.in_python(rule, where) if isinstance(rule, Rule) else load_rule(rule, where)
        return self.engine.add_rule(self.session, placed)

    def gate(self, name: str) -> Gate:
        """A gate that scenarios hold streams at; open it with `.open()`."""
        return self.session.gate(name)

    def reset(self) -> None:
        """Forget calls, counters, states, stored objects, gates and the rules added since the start."""
        self.session.reset()

    # ------------------------------------------------------------------------------------- calls

    @property
    def calls(self) -> tuple[Call, ...]:
        """What was asked so far and what came of it, oldest first."""
        return calls_of(self.session.journal)


class RuleBuilder:
    """A rule whose conditions are given and whose replies are to come."""

    def __init__(self, mock: MockOpenAI, conditions: Mapping[str, Any]) -> None:
        self._mock = mock
        self._conditions = {("not" if key == "not_" else key): value for key, value in conditions.items()}

    def reply(
        self, reply: ReplyLike | None = None, /, *, name: str | None = None, priority: int = 0, **content: Any
    ) -> str:
        """Answer with this: text, a mapping as in YAML, keywords with the keys of one, a Reply, or a function.

        A function is called with the request (or nothing, if it takes no argument) and returns any of
        these, a generator of pieces, or the SDK's own objects; it may be async. Returns the rule's key.
        """
        return self._add([_written(reply, content)], name=name, priority=priority)

    def replies(
        self, *replies: ReplyLike, then: Then | None = None, name: str | None = None, priority: int = 0
    ) -> str:
        """Answer with these in turn; `then` is what follows the last: fail, repeat_last, cycle or fall_through."""
        written = [_written(reply, {}) for reply in replies]
        return self._add(written, name=name, priority=priority, then=then)

    def _add(self, replies: list[Any], **rest: Any) -> str:
        rule = {"replies": replies, **{key: value for key, value in rest.items() if value is not None}}
        if self._conditions:
            rule["when"] = self._conditions
        return self._mock.add_rule(rule, "when().reply()")


def _written(reply: ReplyLike | None, content: Mapping[str, Any]) -> Any:
    """One reply in the form the schema reads."""
    if reply is None:
        return dict(content)
    if callable(reply) and not isinstance(reply, Reply):
        reply = {"python": reply}
    if not content:
        return reply
    if isinstance(reply, Reply):
        raise UsageError("reply(Reply(...), key=...) has two sources; put the keywords into the Reply")
    return {**({"text": reply} if isinstance(reply, str) else reply), **content}


def _loaded(scenarios: tuple[Written, ...]) -> Loaded | None:
    paths = [Path(item) for item in scenarios if not isinstance(item, Mapping)]
    parts = [load(*paths)] if paths else []
    parts += [load_data(item, f"scenario {n}") for n, item in enumerate(scenarios, 1) if isinstance(item, Mapping)]
    return Loaded.joined(parts) if parts else None


def _openai() -> Any:
    try:
        import openai
    except ImportError:
        raise UsageError("client() needs the openai package: pip install openai") from None
    return openai
