"""The body of `POST /completions` as an `APIRequest`, and what it asks of the shape of the reply."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.json_values import object_of, text_of
from mockai.endpoints.sent_values import flag_of, integer_of, model_of, string_of
from mockai.request import APIRequest, Message
from mockai.tokens import Rules, rules_of
from mockai.wire import HTTPRequest

__all__ = ["Asked", "Prompt", "decode_create"]

_MOST_CHOICES = 128
_MOST_LOGPROBS = 5
_MOST_STOPS = 4
_MOST_TOKENS = 1_000_000
_USUAL_TOKENS = 16


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt and how many tokens it has; one that is sent as tokens reads as their numbers."""

    text: str
    tokens: int


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of the shape of its reply. `most_tokens` is 16 where nothing is said, as on the API;
    `logprobs` is how many alternatives to each token are wanted, None for no log probabilities at all, `rules` how the
    model counts."""

    prompts: tuple[Prompt, ...]
    rules: Rules
    choices: int = 1
    best_of: int = 1
    echo: bool = False
    logprobs: int | None = None
    most_tokens: int = _USUAL_TOKENS
    stop: tuple[str, ...] = ()
    include_usage: bool = False

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Asked:
        """What this body asks for; raises `RequestRefused`."""
        rules = rules_of(text_of(body.get("model")) or "")
        choices = integer_of(body, "n", 1, _MOST_CHOICES) or 1
        most = integer_of(body, "max_tokens", 0, _MOST_TOKENS)
        return cls(
            prompts=_prompts(body.get("prompt"), rules),
            rules=rules,
            choices=choices,
            best_of=integer_of(body, "best_of", choices, _MOST_CHOICES) or choices,
            echo=flag_of(body, "echo"),
            logprobs=integer_of(body, "logprobs", 0, _MOST_LOGPROBS),
            most_tokens=_USUAL_TOKENS if most is None else most,
            stop=_stop(body.get("stop")),
            include_usage=object_of(body.get("stream_options")).get("include_usage") is True,
        )


def decode_create(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    """A request for a completion; each prompt is a user message. Raises `RequestRefused`."""
    body = read_object(http)
    model = model_of(body)
    string_of(body, "suffix")
    asked = Asked.of(body)
    stream = flag_of(body, "stream")
    if body.get("stream_options") is not None and not stream:
        raise RequestRefused(named("stream_options_without_stream"))
    return APIRequest(
        http=http,
        endpoint="completions",
        params=params,
        body=body,
        model=model,
        messages=tuple(Message("user", prompt.text) for prompt in asked.prompts),
        stream=stream,
        attempt=attempt_of(http),
    )


def _prompts(written: Any, rules: Rules) -> tuple[Prompt, ...]:
    """The prompts: one text, texts, one list of tokens, or several; an empty one where there is none."""
    if written is None:
        return (Prompt("", 0),)
    if isinstance(written, str) or _is_tokens(written):
        return (_prompt(written, rules),)
    if not isinstance(written, list):
        expected = "one of a string or array"
        raise RequestRefused(named("invalid_type", param="prompt", expected=expected, got=kind_of(written)))
    if not written or not all(isinstance(each, str) or _is_tokens(each) for each in written):
        raise RequestRefused(named("schema_violation", param="prompt"))
    return tuple(_prompt(each, rules) for each in written)


def _prompt(written: str | list[int], rules: Rules) -> Prompt:
    if isinstance(written, str):
        return Prompt(written, rules.count(written))
    return Prompt(" ".join(map(str, written)), len(written))


def _is_tokens(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(token) is int and token >= 0 for token in value)


def _stop(written: Any) -> tuple[str, ...]:
    each = written if isinstance(written, list) else [] if written is None else [written]
    if not all(isinstance(sequence, str) for sequence in each):
        raise RequestRefused(named("schema_violation", param="stop"))
    if len(each) > _MOST_STOPS:
        raise RequestRefused(named("too_many_stop_sequences", length=len(each)))
    return tuple(filter(None, each))
