"""Keeps a test from paying: a request that would leave for a model provider's host fails instead.

The guard stands where httpcore and httpcore2 would open a connection, and where aiohttp would take one, below
anything that mocks requests: whatever another tool answers never comes this far.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from functools import cache
from importlib.util import find_spec
from types import TracebackType
from typing import Any, TypeAlias

from mockai.errors import EgressBlocked, UsageError
from mockai.transports.seats import Seat, Seats

__all__ = ["PROVIDERS", "EgressGuard"]

PROVIDERS = (
    "*.openai.com",
    "*.openai.azure.com",
    "*.cognitiveservices.azure.com",
    "*.services.ai.azure.com",
    "*.inference.ai.azure.com",
    "models.github.ai",
    "api.anthropic.com",
    "generativelanguage.googleapis.com",
    "aiplatform.googleapis.com",
    "*-aiplatform.googleapis.com",
    "bedrock-runtime.*.amazonaws.com",
    "bedrock-mantle.*.api.aws",
    "api.groq.com",
    "openrouter.ai",
    "api.mistral.ai",
    "codestral.mistral.ai",
    "api.deepseek.com",
    "api.together.ai",
    "api.together.xyz",
    "api.fireworks.ai",
    "api.x.ai",
    "*.api.x.ai",
    "api.perplexity.ai",
    "api.cohere.ai",
    "api.cohere.com",
    "api.cerebras.ai",
    "api.sambanova.ai",
    "api.deepinfra.com",
    "api.replicate.com",
    "api-inference.huggingface.co",
    "router.huggingface.co",
    "*.endpoints.huggingface.cloud",
    "integrate.api.nvidia.com",
    "api.studio.nebius.ai",
    "api.studio.nebius.com",
    "api.hyperbolic.xyz",
    "api.novita.ai",
    "api.ai21.com",
    "api.voyageai.com",
    "api.jina.ai",
    "api.moonshot.ai",
    "api.moonshot.cn",
    "api.minimax.io",
    "api.minimax.chat",
    "api.z.ai",
    "open.bigmodel.cn",
    "dashscope.aliyuncs.com",
    "dashscope-*.aliyuncs.com",
    "ark.*.volces.com",
    "api.siliconflow.cn",
    "api.siliconflow.com",
    "ai-gateway.vercel.sh",
    "gateway.ai.cloudflare.com",
    "api.portkey.ai",
    "*.helicone.ai",
)
"""Hosts that answer model requests for money, as globs."""

_POOLS = ("ConnectionPool", "HTTPProxy", "SOCKSProxy", "AsyncConnectionPool", "AsyncHTTPProxy", "AsyncSOCKSProxy")


class EgressGuard:
    """While entered, a connection by httpx, httpx2 or aiohttp to a host of `PROVIDERS` raises EgressBlocked.

    `allow_hosts` (names or globs) may be reached. `blocked` keeps what was raised, since applications and
    older SDKs swallow exceptions: whoever holds the guard looks there at the end.
    """

    def __init__(self, allow_hosts: Iterable[str] = ()) -> None:
        if isinstance(allow_hosts, str):
            raise UsageError(f"allow_hosts is a list of hosts; write allow_hosts=[{allow_hosts!r}]")
        self.allow_hosts = tuple(host.lower() for host in allow_hosts)
        self.blocked: list[EgressBlocked] = []

    def __enter__(self) -> EgressGuard:
        _SEATS.__enter__()
        _GUARDS.append(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        _GUARDS.remove(self)
        _SEATS.__exit__(kind, error, trace)

    def check(self, scheme: str, host: str, library: str) -> None:
        """Raise EgressBlocked, and keep it, if this host may not be reached."""
        if not _is_one_of(host, PROVIDERS) or _is_one_of(host, self.allow_hosts):
            return
        error = EgressBlocked(
            f"a request by {library} was about to leave this test for {scheme}://{host}, and nothing mocks it.\n"
            "Point the client at the mock (base_url=mock.base_url, or OPENAI_BASE_URL), or name the URL for patch mode "
            f"(base_urls=[...]).\nIf it is meant to go there: allow_hosts=[{host!r}]."
        )
        self.blocked.append(error)
        raise error


def _is_one_of(host: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(host.lower().rstrip("."), glob) for glob in globs)


_GUARDS: list[EgressGuard] = []
"""Those on duty. The latest looks first."""


def _check(scheme: str, host: str, library: str) -> None:
    for guard in reversed(_GUARDS):
        guard.check(scheme, host, library)


def _guarded_seats() -> list[Seat]:
    return [Seat(owner, name, guarded(getattr(owner, name))) for owner, name, guarded in _doors()]


_SEATS = Seats(_guarded_seats)

_Door: TypeAlias = tuple[Any, str, Callable[[Any], Any]]


@cache
def _doors() -> tuple[_Door, ...]:
    """Where requests leave: a class, its method, and what puts the guards before it. Only of libraries installed."""
    return tuple(_found_doors())


def _found_doors() -> Iterator[_Door]:
    for library, core_name in (("httpx", "httpcore"), ("httpx2", "httpcore2")):
        if find_spec(core_name) is not None:
            core = importlib.import_module(core_name)
            for pool in (getattr(core, name) for name in _POOLS):
                # Without socksio, the SOCKS pools are empty classes that refuse to be made.
                if hasattr(pool, "create_connection"):
                    yield pool, "create_connection", _pool_door(library)
    if find_spec("aiohttp") is not None:
        yield importlib.import_module("aiohttp").BaseConnector, "connect", _connector_door


def _pool_door(library: str) -> Callable[[Any], Any]:
    def door(create_connection: Any) -> Any:
        def guarded(pool: Any, origin: Any) -> Any:
            _check(origin.scheme.decode(), origin.host.decode(), library)
            return create_connection(pool, origin)

        return guarded

    return door


def _connector_door(connect: Any) -> Any:
    async def guarded(connector: Any, request: Any, *args: Any, **options: Any) -> Any:
        _check(request.url.scheme, request.url.host or "", "aiohttp")
        return await connect(connector, request, *args, **options)

    return guarded
