"""Every named error, and how to get one: by its name or by its status."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any

from mockai.api_errors import (
    access,
    azure,
    chat,
    formats,
    gateways,
    grammar,
    media,
    objects,
    parameters,
    providers,
    refusals,
    responses,
    servers,
    statuses,
)
from mockai.api_errors.base import ErrorReply, NamedError

__all__ = ["NAMES", "by_status", "named", "suggest"]

_THEMES = (
    *(access, parameters, chat, formats, grammar, responses, media, objects, statuses, gateways),
    *(azure, providers, refusals, servers),
)

NAMES: Mapping[str, NamedError] = {entry.name: entry for theme in _THEMES for entry in theme.ERRORS}
"""Every error of the catalogue, by name."""


def named(name: str, /, **values: Any) -> ErrorReply:
    """The error of this name, its texts filled from `values`; KeyError for an unknown name.

    Placeholders without a value take their defaults, values without a placeholder are ignored, except
    `message`, which replaces the whole message.
    """
    if name not in NAMES:
        raise KeyError(f"no error is called {name!r}; {suggest(name)}")
    return NAMES[name].reply(values)


def by_status(status: int) -> ErrorReply:
    """The API's usual error of this status; ValueError unless it is 300 to 599."""
    if not 300 <= status <= 599:
        raise ValueError(f"an error has a status of 300 to 599; seen {status}")
    if status in statuses.USUAL:
        return named(statuses.USUAL[status])
    if status == 304:  # HTTP gives it no body
        return ErrorReply(304, "", type=None, body=b"", content_type=None)
    kind = "server_error" if status >= 500 else "invalid_request_error"
    return ErrorReply(status, f"The request failed with status {status}.", type=kind)


def suggest(name: str) -> str:
    """What to do about an unknown name: the nearest ones there are, or where they are listed."""
    asked = name.strip().lower().replace("-", "_").replace(" ", "_")
    # A name cut short (`rate_limit`) is nearer to its whole than to another of its length (`vercel_rate_limit`).
    longer = [known for known in NAMES if len(asked) > 3 and known.startswith(asked)]
    near = list(dict.fromkeys([*longer, *get_close_matches(asked, NAMES, n=3)]))[:3]
    return f"did you mean {' or '.join(near)}?" if near else "`mockai list errors` shows them all"
