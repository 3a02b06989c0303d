"""`POST /moderations`: verdicts on texts and images, from a rule or from a small list of words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.base import Operation
from mockai.endpoints.heads import json_plan
from mockai.endpoints.json_body import attempt_of, read_object
from mockai.endpoints.json_values import object_of, text_of
from mockai.endpoints.moderation_words import suspected
from mockai.endpoints.own_content import ALWAYS, media_of, no_pieces, whole_body
from mockai.endpoints.sent_values import string_of
from mockai.ids import Mint
from mockai.replies.answer import Completion, Item, Verdict
from mockai.request import APIRequest, Message
from mockai.scenario.schema import CATEGORIES
from mockai.wire import Call, HTTPRequest, Plan

__all__ = ["OPERATIONS", "decode_create", "encode"]

_DEFAULT_MODEL = "omni-moderation-latest"
_SNAPSHOTS = {
    "text-moderation-latest": "text-moderation-007",
    "text-moderation-stable": "text-moderation-007",
}
_OMNI_ONLY = frozenset({"illicit", "illicit/violent"})
_SEEN_IN_IMAGES = frozenset(
    {"self-harm", "self-harm/instructions", "self-harm/intent", "sexual", "violence", "violence/graphic"}
)


@dataclass(frozen=True, slots=True)
class _Input:
    """One thing to judge: text, or text and images together."""

    text: str
    kinds: tuple[str, ...] = ("text",)


def decode_create(http: HTTPRequest, params: Mapping[str, str]) -> APIRequest:
    """A request for moderation; each input is a user message. Raises `RequestRefused`."""
    body = read_object(http)
    model = string_of(body, "model") or _DEFAULT_MODEL
    messages = (Message("user", each.text, frozenset({"image"} & {*each.kinds})) for each in _inputs(body))
    return APIRequest(
        http=http,
        endpoint="moderations",
        params=params,
        body=body,
        model=model,
        messages=tuple(messages),
        attempt=attempt_of(http),
        unaided=True,
    )


def _inputs(body: Mapping[str, Any]) -> list[_Input]:
    """What is to be judged: each text of a list by itself, parts of a list together."""
    written = body.get("input")
    if written is None:
        raise RequestRefused(named("missing_required_parameter", param="input"))
    if isinstance(written, str):
        return [_Input(written)]
    if not isinstance(written, list):
        expected = "one of a string or array"
        raise RequestRefused(named("invalid_type", param="input", expected=expected, got=kind_of(written)))
    if not written:
        raise RequestRefused(named("empty_array", param="input"))
    if all(isinstance(each, str) for each in written):
        return [_Input(each) for each in written]
    return [_together(written)]


def _together(parts: list[Any]) -> _Input:
    kinds = [_kind(part, f"input[{at}]") for at, part in enumerate(parts)]
    texts = (text_of(part.get("text")) for part in parts)
    return _Input("\n".join(text for text in texts if text), tuple(kind for kind in ("text", "image") if kind in kinds))


def _kind(part: Any, where: str) -> str:
    if not isinstance(part, dict):
        raise RequestRefused(named("invalid_type", param=where, expected="an object", got=kind_of(part)))
    kind = part.get("type")
    if kind is None:
        raise RequestRefused(named("missing_required_parameter", param=f"{where}.type"))
    if kind not in ("text", "image_url"):
        supported = ("text", "image_url")
        raise RequestRefused(named("invalid_value", param=f"{where}.type", value=kind, supported=supported))
    if kind == "text" and not isinstance(part.get("text"), str):
        raise RequestRefused(named("missing_required_parameter", param=f"{where}.text"))
    if kind == "image_url" and text_of(object_of(part.get("image_url")).get("url")) is None:
        raise RequestRefused(named("missing_required_parameter", param=f"{where}.image_url.url"))
    return "text" if kind == "text" else "image"


# -------------------------------------------------------------------------------------------- the reply


def encode(completion: Completion, request: APIRequest, mint: Mint, live: Iterable[Item | Call] | None = None) -> Plan:
    """The plan of a reply to a request for moderation."""
    no_pieces(request, live)
    whole = whole_body(completion, mint)
    if whole is not None:
        return whole
    scripted = media_of(completion, Verdict, request)
    asked = completion.model or request.model or ""
    model = _SNAPSHOTS.get(asked, asked)
    results = [_result(each, scripted[0] if scripted else _judged(each), model, mint) for each in _inputs(request.body)]
    reply = {"id": completion.id or mint.id("modr-"), "model": model, "results": results}
    return json_plan(reply, mint, completion.headers)


def _judged(each: _Input) -> Verdict:
    found = suspected(each.text)
    return Verdict(frozenset(found), {category: 1 - 0.08 / times for category, times in found.items()})


def _result(each: _Input, verdict: Verdict, model: str, mint: Mint) -> dict[str, Any]:
    omni = not model.startswith("text-moderation")
    categories = [category for category in CATEGORIES if omni or category not in _OMNI_ONLY]
    flagged = bool(verdict.categories) if verdict.flagged is None else verdict.flagged
    result = {
        "flagged": flagged,
        "categories": {category: category in verdict.categories for category in categories},
        "category_scores": {category: _score(category, each, verdict, mint) for category in categories},
    }
    if omni:
        result["category_applied_input_types"] = {category: _applied(category, each) for category in categories}
    return result


def _score(category: str, each: _Input, verdict: Verdict, mint: Mint) -> float:
    """As scripted or judged, else next to nothing, and the same for the same text."""
    if category in verdict.scores:
        return verdict.scores[category]
    return Mint(mint.seed, "moderation", category, each.text).rng.uniform(1e-7, 9e-4)


def _applied(category: str, each: _Input) -> list[str]:
    return [kind for kind in each.kinds if kind == "text" or category in _SEEN_IN_IMAGES]


OPERATIONS = (Operation("moderations", "create", "POST", "/moderations", decode_create, encode=encode, takes=ALWAYS),)
