"""What a request takes of the limits, and whose limits these are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal, TypeAlias

from mockai.request import APIRequest
from mockai.scenario.schema.limits import Per

__all__ = ["METERED", "Demand", "Unit", "demand_of", "owner_of"]

Unit: TypeAlias = Literal["requests", "tokens", "images"]

METERED: dict[str, tuple[Unit, ...]] = {
    "chat.completions": ("requests", "tokens"),
    "completions": ("requests", "tokens"),
    "responses": ("requests", "tokens"),
    "embeddings": ("requests", "tokens"),
    "moderations": ("requests", "tokens"),
    "images": ("requests", "images"),
    "audio.speech": ("requests",),
    "audio.transcriptions": ("requests",),
    "audio.translations": ("requests",),
}
"""The endpoints where models work, and what is counted at each."""

_OPERATIONS = frozenset({"create", "generate", "edit", "create_variation"})
_MOST_TOKENS = ("max_completion_tokens", "max_output_tokens", "max_tokens")
_MOST_OF_COMPLETIONS = 16
_CHARACTERS = 4


@dataclass(frozen=True, slots=True)
class Demand:
    """How much of each unit a request takes; None of what is not counted there."""

    requests: int = 1
    tokens: int | None = None
    images: int | None = None

    def of(self, unit: Unit) -> int | None:
        """How much of a unit."""
        return {"requests": self.requests, "tokens": self.tokens, "images": self.images}[unit]


def demand_of(request: APIRequest) -> Demand | None:
    """What a request takes before anything is answered; None for one that no model has to do with.

    Tokens are estimated as the API does: a quarter of the characters, and all that the reply may have.
    """
    units = METERED.get(request.endpoint)
    if units is None or request.operation not in _OPERATIONS:
        return None
    return _demand(_tokens(request) if "tokens" in units else None, _images(request) if "images" in units else None)


@lru_cache(maxsize=4096)
def _demand(tokens: int | None, images: int | None) -> Demand:
    return Demand(tokens=tokens, images=images)


def _tokens(request: APIRequest) -> int:
    characters = sum([len(message.text) for message in request.messages])
    usual = _MOST_OF_COMPLETIONS if request.endpoint == "completions" else 0
    most = next((n for n in map(request.body.get, _MOST_TOKENS) if type(n) is int and n >= 0), usual)
    return max(1, -(-characters // _CHARACTERS) + most)


def _images(request: APIRequest) -> int:
    number = request.body.get("n")
    return number if type(number) is int and number > 0 else 1


def owner_of(request: APIRequest, per: tuple[Per, ...]) -> tuple[str, ...]:
    """Who pays: the key, organization, project and model of a request, as far as they have quotas of their own."""
    http = request.http
    return tuple(
        {
            "key": lambda: http.header("authorization") or http.header("api-key") or "",
            "organization": lambda: http.header("openai-organization") or "",
            "project": lambda: http.header("openai-project") or "",
            "model": lambda: request.model or "",
        }[each]()
        for each in per
    )
