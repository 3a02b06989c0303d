"""Requests for images: to generate, to edit (a form or JSON), to vary."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.json_values import objects_of
from mockai.endpoints.multipart import Form, read_form
from mockai.endpoints.sent_values import choice_of, flag_of, integer_of, string_of
from mockai.request import APIRequest, Message
from mockai.wire import HTTPRequest

__all__ = ["Asked", "decode_edit", "decode_generate", "decode_variation", "form_of"]

_SIZE = re.compile(r"([1-9]\d{0,3})x([1-9]\d{0,3})")
_SMALLEST, _LARGEST = 16, 4096
_MIMETYPES = ("image/jpeg", "image/png", "image/webp")
_FORMATS = ("png", "webp", "jpeg")
_DALL_E_ONLY = ("response_format", "style")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of its images. `size` and `quality` are as replies name them; `old` are the dall-e models,
    whose replies hold URLs unless `in_base64`."""

    model: str
    prompt: str
    old: bool
    count: int = 1
    size: str = "1024x1024"
    quality: str = "high"
    output_format: str = "png"
    background: str = "opaque"
    partial_images: int = 0
    in_base64: bool = True

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height."""
        width, _, height = self.size.partition("x")
        return int(width), int(height)

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> Asked:
        """What this body asks for; raises `RequestRefused`."""
        model = _model(body)
        old = model.startswith("dall-e")
        for name in () if old else _DALL_E_ONLY:
            if name in body:
                raise RequestRefused(named("image_unknown_parameter", param=name))
        count = integer_of(body, "n", 1, 10) or 1
        quality = choice_of(body, "quality", ("standard", "hd")) if old else string_of(body, "quality")
        output_format = string_of(body, "output_format")
        return cls(
            model=model,
            prompt=string_of(body, "prompt") or "",
            old=old,
            count=count,
            size=_size(string_of(body, "size") or "auto", old),
            quality="high" if quality in (None, "", "auto") else str(quality),
            output_format=output_format if output_format in _FORMATS else "png",
            background="transparent" if body.get("background") == "transparent" else "opaque",
            partial_images=integer_of(body, "partial_images", 0, 3) or 0,
            in_base64=not old or choice_of(body, "response_format", ("url", "b64_json")) == "b64_json",
        )


def _model(body: Mapping[str, Any]) -> str:
    if "model" not in body:
        raise RequestRefused(named("image_missing_model"))
    model = body["model"]
    if not isinstance(model, str):
        raise RequestRefused(named("image_invalid_model", got=kind_of(model)))
    return model


def _size(written: str, old: bool) -> str:
    if written == "auto":
        return "1024x1024"
    found = _SIZE.fullmatch(written)
    if found is None or not all((_SMALLEST if old else 1) <= int(side) <= _LARGEST for side in found.groups()):
        raise RequestRefused(named("invalid_image_size", value=written))
    if not old and any(int(side) % 16 for side in found.groups()):
        raise RequestRefused(named("image_size_not_divisible"))
    return written


# ------------------------------------------------------------------------------------------- decoding


def decode_generate(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    """A request to generate images. Raises `RequestRefused`."""
    body = read_object(http)
    Asked.of(body)
    _prompt(body)
    return _request(http, "generate", params, body)


def decode_edit(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    """A request to edit images, sent as files in a form or by reference in JSON. Raises `RequestRefused`."""
    if (http.header("content-type") or "").startswith("multipart/"):
        return _from_form(http, "edit", params)
    body = read_object(http)
    if "image" in body:
        raise RequestRefused(named("image_in_json_edit"))
    Asked.of(body)
    _prompt(body)
    if not objects_of(body.get("images")):
        raise RequestRefused(named("missing_required_parameter", param="images"))
    return _request(http, "edit", params, body, images=True)


def decode_variation(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    """A request for variations of an image. Raises `RequestRefused`."""
    return _from_form(http, "create_variation", params)


def _from_form(http: HTTPRequest, operation: str, params: Mapping[str, str]) -> APIRequest:
    form = read_form(http)
    if form.all_files("images"):
        raise RequestRefused(named("images_in_form_edit"))
    body = form.body()
    if operation == "create_variation":
        body.setdefault("model", "dall-e-2")
    Asked.of(body)
    if operation == "edit":
        _prompt(body)
    _check_files(form)
    return _request(http, operation, params, body, images=True)


def _check_files(form: Form) -> None:
    images = form.all_files("image")
    if not images:
        raise RequestRefused(named("missing_required_parameter", param="image"))
    for image in (*images, *form.all_files("mask")):
        if image.content_type not in _MIMETYPES:
            raise RequestRefused(named("unsupported_file_mimetype", mimetype=image.content_type))


def _prompt(body: Mapping[str, Any]) -> None:
    if not string_of(body, "prompt", required=True):
        raise RequestRefused(named("empty_image_prompt"))


def _request(
    http: HTTPRequest, operation: str, params: Mapping[str, str], body: dict[str, Any], *, images: bool = False
) -> APIRequest:
    has = frozenset({"image"}) if images else frozenset[str]()
    return APIRequest(
        http=http,
        endpoint="images",
        operation=operation,
        params=params,
        body=body,
        model=body["model"],
        messages=(Message("user", body.get("prompt") or "", has),),
        stream=flag_of(body, "stream"),
        attempt=attempt_of(http),
        unaided=True,
    )


def form_of(request: APIRequest) -> Form:
    """The form a request was sent as; an empty one where it was JSON."""
    is_form = (request.http.header("content-type") or "").startswith("multipart/")
    return read_form(request.http) if is_form else Form()
