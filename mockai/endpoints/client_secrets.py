"""Client secrets: keys of a short life with which a browser opens a realtime session."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.endpoints.base import Serving
from mockai.endpoints.json_values import object_of
from mockai.endpoints.parameters import choice, mapping, number
from mockai.endpoints.resource import Kind, Stored, served
from mockai.ids import Mint
from mockai.request import APIRequest

__all__ = ["OPERATIONS"]

_SECRETS = Kind("realtime.client_secrets", "ek_", "No such client secret: {id}", digits=32, hex=True)
_SECONDS_TO_LIVE = 600
_PCM = {"type": "audio/pcm", "rate": 24000}
_TURNS = {
    "type": "server_vad",
    "threshold": 0.5,
    "prefix_padding_ms": 300,
    "silence_duration_ms": 200,
    "idle_timeout_ms": None,
    "create_response": True,
    "interrupt_response": True,
}


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    asked = mapping(request.body, "session") or {}
    kind = choice(asked, "type", ("realtime", "transcription"), "realtime")
    session = _session(asked, mint) if kind == "realtime" else _transcription(asked, mint)
    value = _SECRETS.new_id(mint)
    secret = {"id": value, "session": session}
    serving.resources.put(_SECRETS.shelf, value, secret)
    return {"value": value, "expires_at": mint.created + _seconds(request.body), "session": session}


def _seconds(body: Mapping[str, Any]) -> int:
    written = mapping(body, "expires_after") or {}
    flat = {f"expires_after.{key}": value for key, value in written.items()}
    choice(flat, "expires_after.anchor", ("created_at",), "created_at")
    return number(flat, "expires_after.seconds", least=10, most=7200) or _SECONDS_TO_LIVE


def _session(asked: Mapping[str, Any], mint: Mint) -> Stored:
    """The session with what a body leaves out."""
    audio = object_of(asked.get("audio"))
    return {
        "type": "realtime",
        "object": "realtime.session",
        "id": f"sess_{mint.child('session').alnum(21)}",
        "model": "gpt-realtime",
        "output_modalities": ["audio"],
        "instructions": "",
        "tools": [],
        "tool_choice": "auto",
        "max_output_tokens": "inf",
        "tracing": None,
        "truncation": "auto",
        "prompt": None,
        "expires_at": 0,
        **asked,
        "audio": {
            "input": _input(audio),
            "output": {"format": _PCM, "voice": "alloy", "speed": 1.0, **object_of(audio.get("output"))},
        },
        "include": asked.get("include"),
    }


def _transcription(asked: Mapping[str, Any], mint: Mint) -> Stored:
    return {
        "type": "transcription",
        "object": "realtime.transcription_session",
        "id": f"sess_{mint.child('session').alnum(21)}",
        "expires_at": 0,
        "include": None,
        **asked,
        "audio": {"input": _input(object_of(asked.get("audio")))},
    }


def _input(audio: Mapping[str, Any]) -> Stored:
    usual = {"format": _PCM, "transcription": None, "noise_reduction": None, "turn_detection": _TURNS}
    return {**usual, **object_of(audio.get("input"))}


OPERATIONS = (served("realtime.client_secrets", "create", "POST", "/realtime/client_secrets", _create),)
