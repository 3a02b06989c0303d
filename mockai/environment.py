"""The environment variables that lead clients to a mock, set while it is active."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from mockai.providers import Profile

__all__ = ["environment", "provider_variables", "variables"]


def variables(base_url: str, api_key: str, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
    """What a process needs to find the mock: base URL, key, and no proxy between them.

    Without the last, `HTTP_PROXY` would take calls to 127.0.0.1 elsewhere.
    """
    found = {"OPENAI_BASE_URL": base_url, "OPENAI_API_KEY": api_key}
    for name in ("NO_PROXY", "no_proxy"):
        hosts = [host.strip() for host in environ.get(name, "").split(",") if host.strip()]
        found[name] = ",".join(dict.fromkeys([*hosts, "127.0.0.1", "localhost", "::1"]))
    return found


def provider_variables(profile: Profile, url: str, base_url: str, api_key: str) -> dict[str, str]:
    """What clients of this provider read besides: their key, the URL with or without its path, and what else they need.

    A variable that leads elsewhere is not touched: only those are set that this provider's own clients know.
    """
    found = dict.fromkeys(profile.variables, api_key)
    return found | dict.fromkeys(profile.roots, url) | dict.fromkeys(profile.bases, base_url) | dict(profile.others)


@contextmanager
def environment(changes: Mapping[str, str]) -> Iterator[None]:
    """Set variables, and put back what was there before."""
    before = {name: os.environ.get(name) for name in changes}
    os.environ.update(changes)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
