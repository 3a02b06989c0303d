"""The handle a test holds: a mock API with rules and calls, reached over a socket, in memory, or as an ASGI app."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property, wraps
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TypeAlias

from mockai.assertions import check_backoff, check_called, check_retried, check_used, line, matching
from mockai.calls import Call, LogicalCall, calls_of, logical_calls
from mockai.engine import After, Before, Engine, OnUnmatched
from mockai.environment import environment, variables
from mockai.errors import ReplyError, UnmatchedRequest, Unsatisfied, UsageError
from mockai.rules import ReplyLike, RuleBuilder
from mockai.scenario.loading import Loaded, load, load_data, load_rule
from mockai.scenario.placed import PlacedRule
from mockai.scenario.schema import Rule, Then
from mockai.state import Gate, Session, Store
from mockai.transports.asgi import ASGIApp
from mockai.transports.control import control_app

__all__ = ["API_KEY", "MockOpenAI", "Mode", "Written"]

API_KEY = "sk-mockai"
"""The key `MockOpenAI` gives to its clients; any other is accepted too, unless `api_key` was given."""

Mode: TypeAlias = Literal["server", "patch"]
Written: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any]"
"""A scenario: a file, a folder, or a mapping with the keys of a scenario file."""


class MockOpenAI:
    """A mock of the OpenAI API.

    As a context manager or a decorator it is active: in mode `server` on a free port of 127.0.0.1, in mode
    `patch` inside httpx and httpx2, with the environment variables set that lead clients to it. Or mount
    `app` yourself. `then` is what follows the last of several replies where nothing is written,
    `on_unmatched` what a request without a rule gets, `time_scale` multiplies every wait, `strict` makes
    `check` demand that every rule was used, `before` and `after` are hooks. Raises ScenarioError for a
    scenario that cannot be used, UsageError or PortInUse if it cannot listen.
    """

    def __init__(
        self,
        *scenarios: Written,
        mode: Mode = "server",
        seed: int | str = 0,
        time_scale: float = 1.0,
        time: Literal["real", "virtual"] = "real",
        then: Then = "fail",
        on_unmatched: OnUnmatched = "error",
        strict: bool = False,
        api_key: str | None = None,
        host: str = "127.0.0.1",
        port: int = 0,
        base_urls: Sequence[str] = (),
        allow_hosts: Sequence[str] = (),
        set_env: bool = True,
        before: Iterable[Before] = (),
        after: Iterable[After] = (),
        store: Store | None = None,
        server: Any = None,
    ) -> None:
        self._options = {name: value for name, value in locals().items() if name not in ("self", "scenarios")}
        self._scenarios = scenarios
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
        self.mode = mode
        self.time_scale = time_scale
        self.strict = strict
        self._active = ExitStack()
        self._url: str | None = None

    # ------------------------------------------------------------------------------------ active

    def __enter__(self) -> MockOpenAI:
        if self._url is not None:
            raise UsageError("this MockOpenAI is already active; make another one for a second mock")
        with ExitStack() as stack:
            self._url = stack.enter_context(self._reach())
            stack.callback(self._forget_url)
            if self._options["set_env"]:
                stack.enter_context(environment(self.env))
            self._active = stack.pop_all()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._active.close()

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Decorate a function, sync or async: each call runs with a mock of its own, handed over as
        `mock_openai` if the function has such a parameter, and checked at the end."""
        takes = "mock_openai" in inspect.signature(function).parameters

        @wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with self._again() as mock:
                result = function(*args, **kwargs, **({"mock_openai": mock} if takes else {}))
                mock.check()
            return result

        @wraps(function)
        async def wrapped_async(*args: Any, **kwargs: Any) -> Any:
            with self._again() as mock:
                result = await function(*args, **kwargs, **({"mock_openai": mock} if takes else {}))
                mock.check()
            return result

        chosen = wrapped_async if inspect.iscoroutinefunction(function) else wrapped
        # pytest must not take the parameter that is filled in here for a fixture.
        signature = inspect.signature(function)
        kept = [parameter for name, parameter in signature.parameters.items() if name != "mock_openai"]
        chosen.__signature__ = signature.replace(parameters=kept)  # type: ignore[attr-defined]
        return chosen

    def _again(self) -> MockOpenAI:
        return MockOpenAI(*self._scenarios, **self._options)

    def _forget_url(self) -> None:
        self._url = None

    def _reach(self) -> Any:
        from mockai.transports.reach import patched, served

        options = self._options
        if self.mode == "patch":
            return patched(self, options["base_urls"], options["allow_hosts"], options["time"])
        if options["time"] == "virtual":
            raise UsageError("time='virtual' needs mode='patch': a real server waits in real time; use time_scale")
        return served(self, options["server"], (options["host"], options["port"]), options["allow_hosts"])

    @cached_property
    def app(self) -> ASGIApp:
        """The mock as an ASGI application, to mount under any prefix of another one."""
        return ASGIApp(self.engine, time_scale=self.time_scale, control=control_app(self.engine))

    @property
    def url(self) -> str:
        """The root that clients reach, such as `http://127.0.0.1:49321`."""
        if self._url is None:
            raise UsageError("the mock is not active; use `with MockOpenAI(...) as mock:`, or mount `mock.app`")
        return self._url

    @property
    def base_url(self) -> str:
        """What an OpenAI client wants as `base_url`."""
        return f"{self.url}/v1"

    @property
    def env(self) -> dict[str, str]:
        """Environment variables that lead an OpenAI client, in this process or another, here."""
        return variables(self.base_url, self.api_key)

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
        return RuleBuilder(self.add_rule, conditions)

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
        """What was asked so far and what came of it, oldest first; each attempt is a call of its own."""
        return calls_of(self.session.journal)

    @property
    def logical_calls(self) -> tuple[LogicalCall, ...]:
        """What the application asked, a first try and its retries together."""
        return logical_calls(self.session.journal)

    @property
    def last(self) -> Call:
        """The latest call. Raises Unsatisfied if there is none."""
        calls = self.calls
        if not calls:
            raise Unsatisfied("no call was made")
        return calls[-1]

    @property
    def count(self) -> int:
        """How many requests came."""
        return self.session.journal.total

    def find(self, **when: Any) -> tuple[Call, ...]:
        """The calls that meet these conditions of `when`."""
        return matching(self.calls, when)

    def assert_called(self, times: int | None = None, **when: Any) -> None:
        """Raise Unsatisfied unless `times` calls (at least one if None) meet these conditions of `when`."""
        check_called(self.calls, times, when)

    def assert_not_called(self, **when: Any) -> None:
        """Raise Unsatisfied if a call meets these conditions of `when` (if any call was made, without them)."""
        check_called(self.calls, 0, when)

    def assert_all_used(self) -> None:
        """Raise Unsatisfied if a rule was never used."""
        check_used(*self._use())

    def assert_retried(self, times: int | None = None) -> None:
        """Raise Unsatisfied unless a call was retried (`times` times)."""
        check_retried(self.logical_calls, times)

    def assert_backoff(
        self,
        min: float | None = None,
        max: float | None = None,
        *,
        honours_retry_after: bool = True,
    ) -> None:
        """Raise Unsatisfied unless every wait before a retry, in seconds, lies within bounds and is no
        shorter than the `retry-after` of the reply before."""
        check_backoff(self.logical_calls, min, max, honours_retry_after=honours_retry_after)

    def wait_for(self, count: int, timeout: float = 5.0) -> None:
        """Block until `count` requests were answered; Unsatisfied when `timeout` seconds passed first."""
        if not self.session.journal.wait(count, timeout):
            raise Unsatisfied(f"expected {count} answered calls within {timeout} s, seen {self.session.journal.ended()}")

    def check(self) -> None:
        """Raise what a test must not pass over: a request no rule answered (UnmatchedRequest), an error in a
        Python reply (ReplyError), and, if `strict` or the rule is `required`, a rule never used (Unsatisfied)."""
        calls = self.calls
        broken = next((call.error for call in calls if call.error is not None), None)
        if broken is not None:
            raise ReplyError(str(broken)) from broken.__cause__
        unmatched = [call.unmatched for call in calls if call.unmatched is not None]
        if unmatched:
            more = f"\n\n({len(unmatched) - 1} more unmatched requests)" if len(unmatched) > 1 else ""
            raise UnmatchedRequest(unmatched[0] + more)
        check_used(*self._use(), only_required=not self.strict)

    def traffic(self) -> str:
        """Each call in one line, under the mode and the seed."""
        head = f"mode {self.mode}, seed {self.engine.seed}, {self.count} calls"
        return "\n".join([head, *(line(call) for call in self.calls)])

    def _use(self) -> tuple[Sequence[Any], Mapping[str, int]]:
        return self.engine.rules_of(self.session), self.session.claim(lambda state: dict(state.calls))


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
