"""`POST /embeddings`: vectors that follow from the texts alone, unless a rule gives others."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.base import Checks, Operation
from mockai.endpoints.context_checks import check_embeddings_length
from mockai.endpoints.heads import json_plan
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.model_checks import check_embeddings_model
from mockai.endpoints.own_content import ALWAYS, media_of, no_pieces, reported, whole_body
from mockai.endpoints.sent_values import choice_of, integer_of, model_of
from mockai.endpoints.vectors import packed, vector
from mockai.ids import Mint
from mockai.replies.answer import Completion, Item, Vectors
from mockai.request import APIRequest, Message
from mockai.scenario.schema import UsageSpec
from mockai.tokens import count
from mockai.wire import Call, HTTPRequest, Plan

__all__ = ["OPERATIONS", "decode_create", "dimensions_of", "encode", "inputs_of"]

Input: TypeAlias = str | list[int]

_SIZES = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
_OTHER_SIZE = 1536
_MOST_INPUTS = 2048
_LONGEST_INPUT = 8192
_LONGEST_REQUEST = 300_000
_LARGEST = 100_000


def decode_create(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    """A request for embeddings; each input is a user message. Raises `RequestRefused`."""
    body = read_object(http)
    model = model_of(body)
    inputs = inputs_of(body)
    dimensions_of(body, model)
    choice_of(body, "encoding_format", ("float", "base64"))
    _check_lengths(inputs, model)
    messages = tuple(Message("user", each if isinstance(each, str) else _shown(each)) for each in inputs)
    return APIRequest(
        http=http,
        endpoint="embeddings",
        params=params,
        body=body,
        model=model,
        messages=messages,
        attempt=attempt_of(http),
        unaided=True,
    )


def inputs_of(body: Mapping[str, Any]) -> list[Input]:
    """The inputs: one text, texts, one list of tokens, or several."""
    written = body.get("input")
    if written is None:
        raise RequestRefused(named("missing_required_parameter", param="input"))
    if written == []:
        raise RequestRefused(named("embedding_empty_array"))
    if not isinstance(written, str | list):
        expected = "one of a string or array"
        raise RequestRefused(named("invalid_type", param="input", expected=expected, got=kind_of(written)))
    inputs = [written] if isinstance(written, str) or _is_tokens(written) else written
    if len(inputs) > _MOST_INPUTS or not all((isinstance(each, str) or _is_tokens(each)) and each for each in inputs):
        raise RequestRefused(named("embedding_invalid_input"))
    return inputs


def _is_tokens(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and all(type(token) is int and token >= 0 for token in value)


def dimensions_of(body: Mapping[str, Any], model: str) -> tuple[int, int]:
    """How long the model's vectors are, and how many of their numbers are asked for."""
    known = _SIZES.get(model)
    if model == "text-embedding-ada-002" and body.get("dimensions") is not None:
        raise RequestRefused(named("dimensions_unsupported"))
    asked = integer_of(body, "dimensions", 1, known or _LARGEST)
    full = known or max(_OTHER_SIZE, asked or 0)
    return full, asked or full


def _check_lengths(inputs: Iterable[Input], model: str) -> None:
    total = 0
    for each in inputs:
        length = _length(each, model)
        total += length
        if length > _LONGEST_INPUT:
            raise RequestRefused(
                named("embedding_context_length", limit=_LONGEST_INPUT, requested=length, prompt=length)
            )
    if total > _LONGEST_REQUEST:
        raise RequestRefused(named("max_tokens_per_request", limit=_LONGEST_REQUEST))


def _length(each: Input, model: str) -> int:
    return count(each, model) if isinstance(each, str) else len(each)


def _shown(tokens: Iterable[int]) -> str:
    return " ".join(map(str, tokens))


# -------------------------------------------------------------------------------------------- the reply


def encode(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None) -> Plan:
    """The plan of a reply to a request for embeddings."""
    no_pieces(request, live)
    whole = whole_body(completion, mint)
    if whole is not None:
        return whole
    scripted = media_of(completion, Vectors, request)
    inputs, model = inputs_of(request.body), completion.model or request.model or ""
    made = _vectors(inputs, scripted[0] if scripted else Vectors(), request)
    reply = {
        "object": "list",
        "data": [
            {"object": "embedding", "index": at, "embedding": _written(each, request)} for at, each in enumerate(made)
        ],
        "model": model,
        "usage": _usage(sum(_length(each, model) for each in inputs), completion.usage or UsageSpec()),
    }
    return json_plan(reply, mint, {"openai-model": model, **completion.headers})


def _vectors(inputs: list[Input], scripted: Vectors, request: APIRequest) -> list[tuple[float, ...]]:
    if scripted.vectors:
        last = len(scripted.vectors) - 1
        return [scripted.vectors[min(at, last)] for at, _ in enumerate(inputs)]
    model = request.model or ""
    full, asked = dimensions_of(request.body, model)
    return [vector(scripted.like or each, model, full, asked) for each in inputs]


def _written(numbers: tuple[float, ...], request: APIRequest) -> str | tuple[float, ...]:
    if request.body.get("encoding_format") == "base64":
        return base64.b64encode(packed(numbers)).decode()
    return numbers


def _usage(tokens: int, written: UsageSpec) -> dict[str, int]:
    prompt = reported(written.prompt_tokens, tokens)
    return {"prompt_tokens": prompt, "total_tokens": reported(written.total_tokens, prompt)}


OPERATIONS = (
    Operation(
        "embeddings",
        "create",
        "POST",
        "/embeddings",
        decode_create,
        encode=encode,
        takes=ALWAYS,
        checks=Checks(model=(check_embeddings_model, check_embeddings_length)),
    ),
)
