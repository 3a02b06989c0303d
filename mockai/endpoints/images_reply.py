"""Replies with images: in one piece, or as a stream of partial ones."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Any

import orjson

from mockai import sse
from mockai.endpoints.heads import json_plan, stream_head
from mockai.endpoints.images_made import Image, images_of
from mockai.endpoints.images_request import Asked, form_of
from mockai.endpoints.own_content import media_of, no_pieces, reported, whole_body
from mockai.endpoints.served_urls import url_beside
from mockai.ids import Mint
from mockai.replies.answer import Completion, Item, Picture
from mockai.request import APIRequest
from mockai.scenario.schema import UsageSpec
from mockai.state import Resources
from mockai.tokens import count
from mockai.wire import Body, Call, Plan, Step

__all__ = ["CONTENT_PATH", "PATHS", "encode", "remember"]

PATHS = {"generate": "/images/generations", "edit": "/images/edits", "create_variation": "/images/variations"}
CONTENT_PATH = "/images/content"
_EVENTS = {"generate": "image_generation", "edit": "image_edit"}
_TOKENS_OF_A_SQUARE = {"low": 272, "medium": 1056, "high": 4160}
_TOKENS_OF_AN_INPUT = 323


def encode(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None) -> Plan:
    """The plan of a reply to a request for images."""
    no_pieces(request, live)
    whole = whole_body(completion, mint)
    if whole is not None:
        return whole
    asked = Asked.of(request.body)
    images = images_of(media_of(completion, Picture, request), asked, request, mint)
    if request.stream and not asked.old:
        return (stream_head(mint, completion.headers), *_events(images, asked, completion, request, mint))
    created = mint.created if completion.created is None else completion.created
    data = [_entry(image, asked, request) for image in images]
    if asked.old:
        return json_plan({"created": created, "data": data}, mint, completion.headers)
    usage = _usage(asked, len(images), completion, request)
    return json_plan({"created": created, **_look(asked), "data": data, "usage": usage}, mint, completion.headers)


def remember(completion: Completion, request: APIRequest, mint: Mint, resources: Resources) -> None:
    """Keep scripted bytes that a URL leads to."""
    asked = Asked.of(request.body)
    for picture in completion.media:
        if isinstance(picture, Picture) and picture.data is not None and not asked.in_base64:
            (image, *_) = images_of((picture,), asked, request, mint)
            resources.put("image", image.name, {"id": image.name, "data": image.content()})


def _look(asked: Asked) -> dict[str, str]:
    return {
        "background": asked.background,
        "output_format": asked.output_format,
        "quality": asked.quality,
        "size": asked.size,
    }


def _entry(image: Image, asked: Asked, request: APIRequest) -> dict[str, str]:
    revised = image.revised_prompt
    if revised is None and asked.model == "dall-e-3":
        revised = asked.prompt
    entry = {} if revised is None else {"revised_prompt": revised}
    if image.url is not None:
        return {**entry, "url": image.url}
    if asked.in_base64:
        return {**entry, "b64_json": _base64(image)}
    return {**entry, "url": url_beside(request.http, PATHS[request.operation], f"{CONTENT_PATH}/{image.name}")}


def _base64(image: Image, share: float = 1.0) -> str:
    return base64.b64encode(image.content(share)).decode()


def _usage(asked: Asked, images: int, completion: Completion, request: APIRequest) -> dict[str, Any]:
    width, height = asked.pixels
    square = _TOKENS_OF_A_SQUARE.get(asked.quality, _TOKENS_OF_A_SQUARE["high"]) * width * height / 1024**2
    written = completion.usage or UsageSpec()
    text = reported(written.prompt_tokens, count(asked.prompt))
    seen = _TOKENS_OF_AN_INPUT * len(form_of(request).files)
    made = reported(written.completion_tokens, round(square) * images)
    return {
        "input_tokens": text + seen,
        "input_tokens_details": {"image_tokens": seen, "text_tokens": text},
        "output_tokens": made,
        "output_tokens_details": {"image_tokens": made, "text_tokens": 0},
        "total_tokens": reported(written.total_tokens, text + seen + made),
    }


def _events(
    images: list[Image], asked: Asked, completion: Completion, request: APIRequest, mint: Mint
) -> Iterator[Step]:
    """Each image as it is being painted, then whole."""
    name, created = _EVENTS.get(request.operation, "image_edit"), {"created_at": mint.created}
    for image in images:
        for at in range(asked.partial_images):
            partial = _base64(image, (at + 1) / (asked.partial_images + 1))
            yield _event(f"{name}.partial_image", {"b64_json": partial, "partial_image_index": at, **created}, asked)
        usage = _usage(asked, 1, completion, request)
        yield _event(f"{name}.completed", {"b64_json": _base64(image), **created, "usage": usage}, asked)


def _event(kind: str, fields: dict[str, Any], asked: Asked) -> Body:
    data = orjson.dumps({"type": kind, **fields, **_look(asked)})
    return Body(sse.event(data, kind), "piece")
