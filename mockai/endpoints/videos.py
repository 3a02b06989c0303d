"""`/videos`: jobs that go on by themselves, a step each time they are looked at, and the films they end in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import orjson

from mockai.api_errors import ErrorReply, RequestRefused, named
from mockai.endpoints.base import Decode, Operation, Serving
from mockai.endpoints.cursors import pages
from mockai.endpoints.heads import json_plan
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.json_values import object_of, text_of
from mockai.endpoints.life_cycles import begun, may_step
from mockai.endpoints.multipart import read_form
from mockai.endpoints.own_content import ALWAYS, no_pieces, said, wrong_reply
from mockai.endpoints.resource import POLLED, Kind, Stored, binary_plan, served, shown
from mockai.endpoints.sent_values import choice_of, string_of
from mockai.endpoints.webhook_events import announce
from mockai.ids import Mint
from mockai.media.jpeg import jpeg
from mockai.media.mp4 import mp4
from mockai.media.pattern import Pattern
from mockai.media.webp import webp
from mockai.replies.answer import Completion, Item
from mockai.request import APIRequest, Message
from mockai.state import Resources
from mockai.wire import Call, HTTPRequest, Plan

__all__ = ["OPERATIONS", "VIDEO", "encode", "remember"]

VIDEO = Kind("videos", "video_", "No such Video object: {id}", digits=48, hex=True)
_SECONDS = ("4", "8", "12")
_SIZES = ("720x1280", "1280x720", "1024x1792", "1792x1024")
_VARIANTS = ("video", "thumbnail", "spritesheet")
_ENDS = ("completed", "failed")
_HOUR = 3600


# ------------------------------------------------------------------------------------------- requests


def _decoder(name: str) -> Decode:
    def decode(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
        is_form = (http.header("content-type") or "").startswith("multipart/")
        body = read_form(http).body() if is_form else read_object(http)
        prompt = string_of(body, "prompt", required=True) or ""
        if not prompt:
            raise RequestRefused(named("empty_string", param="prompt"))
        choice_of(body, "seconds", _SECONDS)
        choice_of(body, "size", _SIZES)
        return APIRequest(
            http=http,
            endpoint="videos",
            operation=name,
            params=params,
            body=body,
            model=string_of(body, "model") or "sora-2",
            messages=(Message("user", prompt, frozenset({"image"} if "input_reference" in body else ())),),
            attempt=attempt_of(http),
            unaided=True,
        )

    return decode


def _with_source(request: APIRequest, serving: Serving) -> APIRequest:
    """The request itself, if the video it starts from is there and has come to its end."""
    source = _source(request)
    if source is not None and VIDEO.get(serving.resources, source)["status"] != "completed":
        raise RequestRefused(_not_ready(source))
    return request


def _source(request: APIRequest) -> str | None:
    return request.params.get("video_id") or text_of(object_of(request.body.get("video")).get("id"))


def _not_ready(id: str) -> ErrorReply:
    return ErrorReply(400, f"Video {id} is not ready yet, use GET /v1/videos/{id} to check status.")


# ------------------------------------------------------------------------------------------ the job


def encode(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None) -> Plan:
    """The plan of a job that has just begun. A `json` reply says how it will end: any of the fields of a video."""
    no_pieces(request, live)
    return json_plan(shown(_begun(completion, request, mint)), mint, {**POLLED, **completion.headers})


def remember(completion: Completion, request: APIRequest, mint: Mint, resources: Resources) -> None:
    """Keep the job, so that it can be looked at."""
    video = VIDEO.put(resources, _begun(completion, request, mint))
    begun(resources, video["id"], f"/videos/{video['id']}")


def _begun(completion: Completion, request: APIRequest, mint: Mint) -> Stored:
    body = request.body
    return {
        "id": completion.id or VIDEO.new_id(mint),
        "object": "video",
        "created_at": mint.created,
        "status": "queued",
        "completed_at": None,
        "error": None,
        "expires_at": None,
        "model": completion.model or request.model,
        "progress": 0,
        "prompt": body["prompt"],
        "remixed_from_video_id": _source(request) if request.operation == "remix" else None,
        "seconds": body.get("seconds") or "4",
        "size": body.get("size") or "720x1280",
        "_end": _end(completion, request),
    }


def _end(completion: Completion, request: APIRequest) -> dict[str, Any]:
    text = said(completion)
    if completion.media:
        raise wrong_reply(request, "`json` (the fields of the video when it ends)")
    if text is None:
        return {"status": "completed"}
    try:
        fields = orjson.loads(text)
    except orjson.JSONDecodeError:
        fields = None
    if not isinstance(fields, dict) or fields.get("status", "completed") not in _ENDS:
        raise wrong_reply(request, "`json` (the fields of the video when it ends, `status` completed or failed)")
    return {"status": "completed", **fields}


def _looked_at(video: Stored, now: int) -> Stored:
    """The job one step on: queued, in progress, at its end."""
    if video["status"] == "queued":
        return {**video, "status": "in_progress", "progress": 50}
    if video["status"] != "in_progress":
        return video
    done = video["_end"]["status"] == "completed"
    times = {"completed_at": now, "expires_at": now + _HOUR, "progress": 100} if done else {}
    return {**video, **times, **video["_end"], "_ended": now}


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    resources, id = serving.resources, request.params["video_id"]
    video = VIDEO.get(resources, id)
    if not may_step(serving, id):
        return video
    video = VIDEO.change(resources, id, lambda video: _looked_at(video, mint.created))
    if video["status"] in _ENDS and video["_ended"] == mint.created:  # no other request has this moment
        announce(resources, mint, f"video.{video['status']}", id)
    return video


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return pages(VIDEO)(VIDEO.all(serving.resources), request.query)


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    gone = VIDEO.delete(serving.resources, request.params["video_id"])
    return {"id": gone["id"], "deleted": True, "object": "video.deleted"}


# ------------------------------------------------------------------------------------------- the film


def _content(request: APIRequest, serving: Serving, mint: Mint) -> Plan:
    id = request.params["video_id"]
    video = VIDEO.get(serving.resources, id)
    if video["status"] != "completed":
        raise RequestRefused(_not_ready(id))
    variant = choice_of(request.query, "variant", _VARIANTS) or "video"
    width, _, height = video["size"].partition("x")
    make, kind = _FILES[variant]
    return binary_plan(make(Pattern.of(video["prompt"], int(width), int(height)), int(video["seconds"])), mint, kind)


def _film(pattern: Pattern, seconds: int) -> bytes:
    frames = [jpeg(pattern.until((at + 1) / seconds)) for at in range(seconds)]
    return mp4(frames, pattern.width, pattern.height)


_FILES: Mapping[str, tuple[Callable[[Pattern, int], bytes], str]] = {
    "video": (_film, "video/mp4"),
    "thumbnail": (lambda pattern, seconds: webp(pattern), "image/webp"),
    "spritesheet": (lambda pattern, seconds: jpeg(pattern), "image/jpeg"),
}


def _decode_content(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    return APIRequest(http, "videos", "download_content", params=params, attempt=attempt_of(http))


OPERATIONS = (
    *(
        Operation(
            "videos", name, "POST", path, _decoder(name), encode, remember=remember, enrich=_with_source, takes=ALWAYS
        )
        for name, path in (
            ("create", "/videos"),
            ("edit", "/videos/edits"),
            ("extend", "/videos/extensions"),
            ("remix", "/videos/{video_id}/remix"),
        )
    ),
    served("videos", "retrieve", "GET", "/videos/{video_id}", _retrieve, headers=POLLED),
    served("videos", "list", "GET", "/videos", _list),
    served("videos", "delete", "DELETE", "/videos/{video_id}", _delete),
    Operation("videos", "download_content", "GET", "/videos/{video_id}/content", _decode_content, serve=_content),
)
