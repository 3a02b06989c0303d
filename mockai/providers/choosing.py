"""Which provider a request is meant for, before a rule says more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockai.providers.base import Quirk
from mockai.providers.dialect import Dialect, dialect_of
from mockai.providers.profile import Profile, ProviderName
from mockai.providers.profiles import PROFILES
from mockai.wire import HTTPRequest

__all__ = ["Dialects"]

_OPENAI = "/v1/"
_AZURE_OR_GROQ = "/openai/v1"


class Dialects:
    """The dialects of one mock: of the provider that an upstream is, else that it was told to be, else whose host or
    path a request has, else that all its scenario files agree on."""

    def __init__(self, provider: str | None, quirks: Sequence[Quirk]) -> None:
        self.provider = provider
        self.agreed: str | None = None
        self.upstreams: Mapping[str, str | None] = {}
        self._quirks = tuple(quirks)
        self._made: dict[tuple[str | None, tuple[Quirk, ...]], Dialect] = {}

    @property
    def usual(self) -> Profile | None:
        """The provider that requests are answered as which say nothing else; None where that is OpenAI itself."""
        name = self.provider or self.agreed
        return None if name is None else PROFILES[name]

    @property
    def free(self) -> Mapping[str, Any] | None:
        """The limits of the free tier, where it is not OpenAI's; as they stand in a scenario."""
        return None if self.usual is None else self.usual.free or None

    def learn(self, files: set[ProviderName | None], upstreams: Mapping[str, ProviderName | None]) -> None:
        """Learn what the scenario files say: the provider of each, and of each upstream."""
        self.agreed = next(iter(files)) if len(files) == 1 else None
        self.upstreams = upstreams

    def at(self, http: HTTPRequest) -> Dialect:
        """The dialect of a request that no rule has taken yet."""
        name = self.upstreams.get(http.upstream) if http.upstream else None
        if name is None and self.provider is None:
            name = _of_host(http.host) if http.host else None
            if name is None and not http.path.startswith(_OPENAI):
                name = provider_at(http)
        return self._dialect(name or self.provider or self.agreed, ())

    def of(self, spoken: Dialect, provider: str | None, quirks: Sequence[Quirk]) -> Dialect:
        """The dialect of a reply: that of its file if that names one, with the quirks written there."""
        if provider is None and not quirks:
            return spoken
        name = provider or (None if spoken.profile is None else spoken.profile.name)
        return self._dialect(name, tuple(quirks))

    def _dialect(self, name: str | None, more: tuple[Quirk, ...]) -> Dialect:
        key = (name, more)
        if key not in self._made:
            self._made[key] = dialect_of(name, (*self._quirks, *more))
        return self._made[key]


def _of_host(host: str) -> ProviderName | None:
    """The provider whose own host this is, which patch mode answers for; None for this machine's, and OpenAI's."""
    host = host.lower()
    found = _HOSTS.get(host)
    if found is None and host.endswith(_ENDS):
        return next(name for end, name in _DOMAINS.items() if host.endswith(end))
    return found


_HOSTS = {host: row.name for row in PROFILES.values() if row.name != "openai" for host in row.hosts if "*" not in host}
_DOMAINS = {host[1:]: row.name for row in PROFILES.values() for host in row.hosts if host.startswith("*.")}
"""The hosts of other providers, by name and by domain."""
_ENDS = tuple(_DOMAINS)


def provider_at(http: HTTPRequest) -> str | None:
    """The provider whose path a request has; None for paths that many have.

    Groq and Azure share `/openai/v1`: it is Azure's if the request has its header or its version.
    """
    path = http.path
    found = [profile.name for profile in PROFILES.values() for each in profile.prefixes if path.startswith(each + "/")]
    if path.startswith(_AZURE_OR_GROQ + "/"):
        azure = http.header("api-key") is not None or any(name == "api-version" for name, _ in http.query)
        return "azure" if azure else "groq"
    return found[0] if found else None
