"""What a request takes of the limits, and whose limits these are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from mockai.endpoints.audio_upload import recording_of
from mockai.endpoints.multipart import read_form
from mockai.media.lengths import seconds_of
from mockai.request import APIRequest
from mockai.scenario.schema.limits import Per

__all__ = ["Demand", "Unit", "demand_of", "owner_of", "tokens_of", "units_of"]

Unit: TypeAlias = Literal["requests", "tokens", "images", "audio-seconds", "audio-megabytes"]
"""What is counted, by the name that headers have for it."""

_METERED: dict[str, tuple[Unit, ...]] = {
    "chat.completions": ("requests", "tokens"),
    "completions": ("requests", "tokens"),
    "responses": ("requests", "tokens"),
    "embeddings": ("requests", "tokens"),
    "moderations": ("requests", "tokens"),
    "images": ("requests", "images"),
    "audio.speech": ("requests",),
    "audio.transcriptions": ("requests", "audio-seconds", "audio-megabytes"),
    "audio.translations": ("requests", "audio-seconds", "audio-megabytes"),
}
"""The endpoints where models work, and what is counted at each."""

_OPERATIONS = frozenset({"create", "generate", "edit", "create_variation"})
_MOST_OF_COMPLETIONS = 16
_CHARACTERS = 4
_ABOUT_LENGTH = frozenset({"max_completion_tokens", "max_output_tokens", "max_tokens"})
_COMPRESSED = 16_000
"""Bytes a second of a recording whose length nobody has read: 128 kbit/s."""
_MEGABYTE = 1_048_576


@dataclass(frozen=True, slots=True)
class Demand:
    """How much of each unit a request takes; None of what is not counted there."""

    requests: int = 1
    tokens: int | None = None
    images: int | None = None
    audio_seconds: float | None = None
    audio_megabytes: float | None = None

    def of(self, unit: Unit) -> float | None:
        """How much of a unit."""
        found: float | None = getattr(self, unit.replace("-", "_"))
        return found


def units_of(request: APIRequest) -> tuple[Unit, ...]:
    """What is counted of a request: nothing of one that no model has to do with."""
    return _METERED.get(request.endpoint, ()) if request.operation in _OPERATIONS else ()


def demand_of(request: APIRequest) -> Demand:
    """What a request takes before anything is answered."""
    units = units_of(request)
    if "audio-seconds" in units:
        return _of_audio(request)
    tokens = tokens_of(request) if "tokens" in units else None
    return Demand(tokens=tokens, images=_images(request) if "images" in units else None)


def tokens_of(request: APIRequest) -> int:
    """Tokens, estimated as the API does: a quarter of the characters, and all that the reply may have."""
    characters, body = 0, request.body
    for message in request.messages:
        characters += len(message.text)
    most = _MOST_OF_COMPLETIONS if request.endpoint == "completions" else 0
    if not _ABOUT_LENGTH.isdisjoint(body):
        asked = body.get("max_completion_tokens", body.get("max_output_tokens", body.get("max_tokens")))
        most = max(0, asked) if type(asked) is int else most
    return max(1, -(-characters // _CHARACTERS) + most)


def _images(request: APIRequest) -> int:
    number = request.body.get("n")
    return number if type(number) is int and number > 0 else 1


def _of_audio(request: APIRequest) -> Demand:
    """What a recording takes: its length, by its size where the file does not say it, and that size."""
    data = recording_of(read_form(request.http)).data
    seconds = seconds_of(data)
    length = len(data) / _COMPRESSED if seconds is None else seconds
    return Demand(audio_seconds=length, audio_megabytes=len(data) / _MEGABYTE)


def owner_of(request: APIRequest, per: tuple[Per, ...], organization: str, project: str) -> tuple[str, ...]:
    """Who pays: the key, organization, project and model of a request, as far as they have quotas of their own."""
    http = request.http
    return tuple(
        {
            "key": lambda: http.header("authorization") or http.header("api-key") or "",
            "organization": lambda: organization,
            "project": lambda: project,
            "model": lambda: request.model or "",
        }[each]()
        for each in per
    )
