"""The handle a test holds: a mock API with rules and calls, reached over a socket, in memory, or as an ASGI app."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import cached_property, wraps
from itertools import groupby
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar, cast

from mockai import keywords
from mockai.assertions import Assertions
from mockai.endpoints.base import UnknownIds, Validation
from mockai.endpoints.life_cycles import clock_at
from mockai.engine import After, Before, Engine
from mockai.environment import environment, provider_variables, variables
from mockai.errors import MockAIError, Problem, ScenarioError, UsageError
from mockai.limits import WrittenLimits, read_limits
from mockai.models import Mode as ModelsMode
from mockai.providers import Profile, ProviderName
from mockai.records import InvalidValue
from mockai.rules import ReplyLike, RuleBuilder, caller
from mockai.scenario.loading import Loaded, load, load_brownout, load_data, load_rule
from mockai.scenario.placed import PlacedRule
from mockai.scenario.schema import Rule, Then, WebhookSpec
from mockai.settings import OnUnmatched, Settings
from mockai.state import Gate, Store
from mockai.transports.asgi import ASGIApp
from mockai.transports.loopback import is_loopback
from mockai.transports.reach import LazyControl, SharedDoor, patched, served

if TYPE_CHECKING:
    from mockai.transports.egress import EgressGuard
    from mockai.transports.virtual_time import VirtualClock
    from mockai.transports.webhooks import Deliveries

__all__ = ["API_KEY", "MockOpenAI", "Mode", "Written", "load_all"]

API_KEY = "sk-mockai"
"""The key `MockOpenAI` gives to its clients; any other is accepted too, unless `api_key` was given or a scenario has
`keys`: clients then get the first of those that works."""

Mode: TypeAlias = Literal["server", "patch"]
Written: TypeAlias = "str | os.PathLike[str] | Mapping[str, Any] | Loaded"
"""A scenario: a file, a folder, a mapping with the keys of a scenario file, or what `load_all` made of them."""

T = TypeVar("T")


class MockOpenAI(Assertions):
    """A mock of the OpenAI API.

    As a context manager or a decorator it is active: in mode `server` on a free port of 127.0.0.1, in mode
    `patch` inside httpx and httpx2, with the environment variables set that lead clients to it (`set_env`),
    and with an egress guard (`allow_hosts` opens it). In patch mode the one that sets the environment answers
    for api.openai.com, each for its `base_urls`, and `time="virtual"` makes every wait take no time. Or mount
    `app` yourself. `then` is what follows the last of several replies where nothing is written,
    `on_unmatched` what a request without a rule gets, `unknown_ids` what an id that was never created gets (the
    API's own 404, or with `synthesize` a plausible object), `validation` what a request gets that the API would
    refuse (its error, or with `lenient` an answer; strict, unless a scenario says otherwise), `models` whether
    any model is let in or those that are `known` alone, `limits` rate limits and quotas (a tier, a mapping or a
    file; see `quotas`), `provider` whose API it is (patch mode then answers for its hosts too), `quirks` further ways
    to differ from OpenAI's, `time_scale` multiplies every wait, `strict` makes `check` demand that every rule was
    used, `before` and `after` are hooks. Raises ScenarioError for a scenario that cannot be used, UsageError or
    PortInUse if it cannot be reached that way.
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
        unknown_ids: UnknownIds = "404",
        validation: Validation | None = None,
        limits: WrittenLimits | None = None,
        models: ModelsMode = "any",
        provider: ProviderName | None = None,
        quirks: Sequence[str | Mapping[str, Any]] = (),
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
        server: SharedDoor | None = None,
    ) -> None:
        super().__init__()
        before, after = keywords.hooks("before", before), keywords.hooks("after", after)
        self._options = {name: value for name, value in locals().items() if name in _OPTIONS}
        keywords.check(self._options)
        self._loaded = load_all(*scenarios)
        self.engine = Engine(
            self._loaded,
            Settings(
                seed=seed,
                then=then,
                on_unmatched=on_unmatched,
                unknown_ids=unknown_ids,
                validation=validation,
                limits=read_limits(limits),
                models=models,
                provider=keywords.provider(provider),
                quirks=keywords.quirks(quirks),
                api_keys=frozenset() if api_key is None else frozenset({api_key}),
            ),
            before=before,
            after=after,
            store=store,
        )
        self.engine.clock = clock_at(time_scale)
        self.api_key = api_key or self.engine.script.access.usable(API_KEY) or API_KEY
        self.mode = mode
        self.time_scale = time_scale
        self.strict = strict
        self._active = ExitStack()
        self._url: str | None = None
        self._guard: EgressGuard | None = None
        self._clock: VirtualClock | None = None
        self._deliveries: Deliveries | None = None

    # ------------------------------------------------------------------------------------ active

    def __enter__(self) -> MockOpenAI:
        if self._url is not None:
            raise UsageError("this MockOpenAI is already active; make another one for a second mock")
        from mockai.transports.egress import EgressGuard

        with ExitStack() as stack:
            stack.callback(self._release)
            self._start_deliveries()
            stack.callback(self._stop_deliveries)
            self._guard = stack.enter_context(EgressGuard(self._options["allow_hosts"]))
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

    def __call__(self, decorated: T) -> T:
        """Decorate a function, sync or async, or a class (its methods named `test…`): each call runs with a mock
        of its own, handed over as `mock_openai` if there is such a parameter, and checked at the end."""
        if not isinstance(decorated, type):
            return cast("T", self._around(decorated))
        for name, member in list(vars(decorated).items()):
            if name.startswith("test") and inspect.isfunction(member):
                setattr(decorated, name, self._around(member))
        return decorated

    def _around(self, function: Any) -> Any:
        signature = inspect.signature(function)
        takes = "mock_openai" in signature.parameters

        @wraps(function)
        def wrapped(*args: Any, **kwargs: Any) -> Any:
            with self._again() as mock:
                return function(*args, **kwargs, **({"mock_openai": mock} if takes else {}))

        @wraps(function)
        async def wrapped_async(*args: Any, **kwargs: Any) -> Any:
            with self._again() as mock:
                return await function(*args, **kwargs, **({"mock_openai": mock} if takes else {}))

        chosen: Any = wrapped_async if inspect.iscoroutinefunction(function) else wrapped
        # pytest must not take the parameter that is filled in here for a fixture.
        kept = [parameter for name, parameter in signature.parameters.items() if name != "mock_openai"]
        chosen.__signature__ = signature.replace(parameters=kept)
        return chosen

    @contextmanager
    def _again(self) -> Iterator[MockOpenAI]:
        with MockOpenAI(*filter(None, [self._loaded]), **self._options) as mock:
            yield mock
            mock.check()

    def _reach(self) -> Any:
        options = self._options
        if self.mode == "server":
            return served(self, options["server"], (options["host"], options["port"]))
        if options["time"] == "virtual":
            from mockai.transports.virtual_time import VirtualClock

            self._clock = VirtualClock()
            self.engine.clock = self._clock.at(self.time_scale)
        hosts = ("api.openai.com",) if options["set_env"] else ()
        own = () if self.profile is None else self.profile.hosts
        return patched(self, hosts=(*hosts, *own), base_urls=options["base_urls"], clock=self._clock)

    def _release(self) -> None:
        for session in self.engine.store.sessions():
            session.release()

    def _forget_url(self) -> None:
        self._url = None

    @cached_property
    def app(self) -> ASGIApp:
        """The mock as an ASGI application, to mount under any prefix of another one."""
        options, token = self._options, os.environ.get("MOCKAI_TOKEN") or None
        exposed = self.mode == "server" and options["server"] is None and not is_loopback(options["host"])
        control = LazyControl(self.engine, token, exposed=exposed)
        return ASGIApp(self.engine, time_scale=self.time_scale, control=control)

    @property
    def url(self) -> str:
        """The root that clients reach, such as `http://127.0.0.1:49321`."""
        if self._url is None:
            raise UsageError("the mock is not active; use `with MockOpenAI(...) as mock:`, or mount `mock.app`")
        return self._url

    @property
    def base_url(self) -> str:
        """What an OpenAI client wants as `base_url`; the path is that of the provider."""
        return f"{self.url}{'/v1' if self.profile is None else self.profile.path}"

    @property
    def profile(self) -> Profile | None:
        """The provider it stands for; None where that is OpenAI itself, or each request says so by its path."""
        return self.engine.dialects.usual

    def base_url_of(self, upstream: str) -> str:
        """What a client of this upstream wants as `base_url`. Raises UsageError if no scenario gives it a path."""
        path = self.engine.script.upstreams.path_of(upstream)
        if path is None:
            known = ", ".join(self.engine.script.upstreams.named) or "none"
            raise UsageError(f"no upstream with a path is called {upstream!r}; the scenarios' upstreams: {known}")
        return f"{self.url}{path}/v1"

    @property
    def env(self) -> dict[str, str]:
        """Environment variables that lead an OpenAI client, in this process or (mode `server`) another, here."""
        own = {} if self.profile is None else provider_variables(self.profile, self.url, self.base_url, self.api_key)
        return {**own, **variables(self.base_url, self.api_key)}

    def client(self, **options: Any) -> Any:
        """An `openai.OpenAI` that talks to this mock; `options` go to its constructor."""
        return _openai().OpenAI(**{"base_url": self.base_url, "api_key": self.api_key, **options})

    def async_client(self, **options: Any) -> Any:
        """An `openai.AsyncOpenAI` that talks to this mock; `options` go to its constructor."""
        return _openai().AsyncOpenAI(**{"base_url": self.base_url, "api_key": self.api_key, **options})

    @property
    def clock(self) -> VirtualClock:
        """The clock that moves instead of real time, and every wait it took. Raises UsageError without one."""
        if self._clock is None:
            raise UsageError("time is real here; it is virtual with MockOpenAI(mode='patch', time='virtual')")
        return self._clock

    @property
    def blocked(self) -> Sequence[MockAIError]:
        """Requests that were about to leave for a provider's host, and were not let."""
        return () if self._guard is None else tuple(self._guard.blocked)

    # ------------------------------------------------------------------------------------- rules

    def when(self, **conditions: Any) -> RuleBuilder:
        """Begin a rule: the conditions of `when` in a scenario file, `not_` for `not`."""
        return RuleBuilder(self.add_rule, conditions)

    def reply(self, reply: ReplyLike | None = None, /, **content: Any) -> str:
        """A rule without conditions; see `RuleBuilder.reply`."""
        return self.when().reply(reply, **content)

    def replies(self, *replies: ReplyLike, **options: Any) -> str:
        """A rule without conditions; see `RuleBuilder.replies`."""
        return self.when().replies(*replies, **options)

    def add_rule(self, rule: Mapping[str, Any] | Rule, where: str | None = None) -> str:
        """Add a rule above all others; returns the key it goes by in calls. Raises ScenarioError.

        `where` is what messages give as its place: by default the line of the caller.
        """
        where = where or caller()
        placed = PlacedRule.in_python(rule, where) if isinstance(rule, Rule) else load_rule(rule, where)
        return self.engine.add_rule(self.session, placed)

    def brownout(self, *phases: Any, name: str | None = None, cycle: bool = False, **when: Any) -> str:
        """Let calls that meet these conditions of `when` fail by a schedule of phases, whichever rule would answer.

        A phase is a mapping as in a scenario file (`{"phase": "down", "calls": 3}`), or the name of one without end.
        Returns the key it goes by. Raises ScenarioError.
        """
        conditions = {("not" if key == "not_" else key): value for key, value in when.items()}
        given = {"phases": list(phases), "cycle": cycle, "when": conditions} | ({} if name is None else {"name": name})
        return self.engine.add_brownout(self.session, load_brownout(given, caller()))

    def gate(self, name: str) -> Gate:
        """A gate that scenarios hold streams at; open it with `.open()`."""
        return self.session.gate(name)

    def webhook(self, url: str, secret: str, *, events: Sequence[str] = ("*",), remote: bool = False) -> None:
        """Send events to this URL, signed with this secret, when a batch, job, video or response ends.

        `events` are types or globs (`batch.*`); `remote` allows a URL on another machine. Raises UsageError for
        a URL or a secret that cannot be used. `deliveries` says what was sent.
        """
        try:
            webhook = WebhookSpec(url=url, secret=secret, events=tuple(events), remote=remote)
        except InvalidValue as error:
            raise UsageError(f"webhook() cannot be used so: {error.wrongs[0]}") from None
        self.deliveries.add(self.session, webhook)

    @property
    def deliveries(self) -> Deliveries:
        """What is sent to webhooks: `wait(n)` waits until that were n, `kept` is the journal's record of them."""
        if self._deliveries is None:
            from mockai.transports.webhooks import Deliveries

            self._deliveries = Deliveries(self.engine, time_scale=self.time_scale)
        return self._deliveries

    def _start_deliveries(self) -> None:
        self._deliveries = None
        if self.engine.script.webhooks:
            _ = self.deliveries

    def _stop_deliveries(self) -> None:
        if self._deliveries is not None:
            self._deliveries.close()

    @property
    def quotas(self) -> list[dict[str, Any]]:
        """What was used of the limits: for every key, organization, project and model, each limit with how much is
        `used` and `remaining`, and in how many seconds it is full again."""
        return self.engine.script.quotas.shown(self.session, self.engine.clock())

    def reset_quotas(self) -> None:
        """Make every limit as if nothing had been used, and nothing else."""
        self.engine.script.quotas.reset(self.session)

    def reset(self) -> None:
        """Forget calls, counters, states, stored objects, gates, and the rules and webhooks added since the start."""
        self.session.reset()
        if self._deliveries is not None:
            self._deliveries.clear()
        self.told.clear()


_OPTIONS = frozenset(inspect.signature(MockOpenAI).parameters) - {"scenarios"}


def load_all(*scenarios: Written) -> Loaded | None:
    """What these scenarios hold, in the order given; None for none. Raises ScenarioError with every problem, UsageError
    for what is no scenario."""
    parts: list[Loaded] = []
    problems: list[Problem] = []
    for kind, group in groupby(enumerate(scenarios, 1), key=lambda pair: _kind(pair[1])):
        try:
            parts += _READ[kind](list(group))
        except ScenarioError as error:
            problems += error.problems
    if problems:
        raise ScenarioError(problems)
    return Loaded.joined(parts) if parts else None


def _kind(scenario: Written) -> str:
    for kind, name in _KINDS.items():
        if isinstance(scenario, kind):
            return name
    raise UsageError(f"a scenario is a file, a folder, a mapping or what load_all returned; seen {scenario!r}")


_KINDS: Mapping[type, str] = {Loaded: "loaded", Mapping: "data", str: "path", os.PathLike: "path"}


_READ: Mapping[str, Callable[[list[tuple[int, Any]]], list[Loaded]]] = {
    "loaded": lambda group: [loaded for _, loaded in group],
    "data": lambda group: [load_data(data, f"scenario {number}") for number, data in group],
    "path": lambda group: [load(*(Path(path) for _, path in group))],
}


def _openai() -> Any:
    try:
        import openai
    except ImportError:
        raise UsageError("client() needs the openai package: pip install openai") from None
    return openai
