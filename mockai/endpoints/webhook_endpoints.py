"""`/webhook_endpoints`: URLs that a client names through the API itself, to be told of what ends."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Mapping

from mockai.endpoints.base import Serving
from mockai.endpoints.cursors import pages
from mockai.endpoints.parameters import needed_text, required, text, texts
from mockai.endpoints.resource import Kind, Stored, served, shown
from mockai.endpoints.webhook_events import announce_sample
from mockai.ids import Mint
from mockai.request import APIRequest
from mockai.state import Resources

__all__ = ["EVENT_TYPES", "OPERATIONS", "secrets_of"]

WEBHOOKS = Kind("webhook_endpoints", "wh_", "No webhook endpoint found with id '{id}'.", digits=32, hex=True)
EVENT_TYPES = (
    *(f"batch.{status}" for status in ("completed", "failed", "expired", "cancelled")),
    *(f"response.{status}" for status in ("completed", "failed", "cancelled", "incomplete")),
    *(f"eval.run.{status}" for status in ("succeeded", "failed", "canceled")),
    *(f"fine_tuning.job.{status}" for status in ("succeeded", "failed", "cancelled")),
    "realtime.call.incoming",
    *(f"video.{status}" for status in ("completed", "failed")),
    *(f"agent.environment.{status}" for status in ("ready", "failed", "suspended", "expired")),
    *(f"agent.session.{status}" for status in ("created", "action_required", "in_progress", "idle", "failed")),
    "safety.alert.created",
)
_ONE = "/webhook_endpoints/{webhook_endpoint_id}"
_page = pages(WEBHOOKS, order="asc")


def secrets_of(resources: Resources, only: str | None = None) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...]]]:
    """The URL of each endpoint, the types of events that go there, and the secrets they are signed with; or of the
    one with the id `only`, where every type goes."""
    for each in WEBHOOKS.all(resources):
        if only in (None, each["id"]):
            yield each["url"], ("*",) if only else tuple(each["event_types"]), tuple(each["_secrets"])


def _create(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    body = request.body
    endpoint = {
        "id": WEBHOOKS.new_id(mint),
        "object": "webhook_endpoint",
        "created_at": mint.created,
        "updated_at": mint.created,
        "name": needed_text(body, "name"),
        "url": needed_text(body, "url"),
        "event_types": _types(body),
        **_signed(_secret(mint)),
    }
    return _told(WEBHOOKS.put(serving.resources, endpoint))


def _types(body: Mapping[str, object]) -> list[str]:
    required(body, "event_types")
    return texts(body, "event_types")


def _secret(mint: Mint) -> str:
    return f"whsec_{b64encode(mint.child('webhook secret').hex(24).encode()).decode()}"


def _signed(*secrets: str) -> Stored:
    return {"signing_secret_hint": f"whsec_...{secrets[0][-4:]}", "_secrets": secrets}


def _told(endpoint: Stored) -> Stored:
    """An endpoint with its secret, which is told but once."""
    return {**endpoint, "signing_secret": endpoint["_secrets"][0]}


def _retrieve(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    return WEBHOOKS.get(serving.resources, request.params["webhook_endpoint_id"])


def _update(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    body = request.body
    given: Stored = {name: text(body, name) for name in ("name", "url") if body.get(name) is not None}
    if "event_types" in body:
        given["event_types"] = _types(body)

    def change(stored: Stored) -> Stored:
        changed = {**stored, **given}
        return stored if changed == stored else {**changed, "updated_at": mint.created}

    return WEBHOOKS.change(serving.resources, request.params["webhook_endpoint_id"], change)


def _rotate(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    """A new secret; the old one signs beside it for those who ask for that."""
    keep = request.body.get("keep_old_secret_active_for_24_hours") is True

    def change(stored: Stored) -> Stored:
        old = stored["_secrets"][:1] if keep else ()
        return {**stored, **_signed(_secret(mint), *old), "updated_at": mint.created}

    return _told(WEBHOOKS.change(serving.resources, request.params["webhook_endpoint_id"], change))


def _test(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    """The answer tells the status of an endpoint that takes the sample, which is sent when the answer has been."""
    endpoint = WEBHOOKS.get(serving.resources, request.params["webhook_endpoint_id"])
    kind = needed_text(request.body, "event_type")
    announce_sample(serving.resources, mint, kind, endpoint["id"])
    return {
        "object": "webhook_endpoint.test",
        "webhook_endpoint_id": endpoint["id"],
        "event_type": kind,
        "status_code": 200,
        "success": True,
    }


def _list(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, object]:
    return _page(WEBHOOKS.all(serving.resources), request.query)


def _list_types(request: APIRequest, serving: Serving, mint: Mint) -> Mapping[str, object]:
    return {"object": "list", "data": [*EVENT_TYPES]}


def _delete(request: APIRequest, serving: Serving, mint: Mint) -> Stored:
    gone = shown(WEBHOOKS.delete(serving.resources, request.params["webhook_endpoint_id"]))
    return {"id": gone["id"], "object": "webhook_endpoint.deleted", "deleted": True}


OPERATIONS = (
    served("webhooks", "create", "POST", "/webhook_endpoints", _create),
    served("webhooks", "list", "GET", "/webhook_endpoints", _list),
    served("webhooks", "retrieve", "GET", _ONE, _retrieve),
    served("webhooks", "update", "POST", _ONE, _update),
    served("webhooks", "delete", "DELETE", _ONE, _delete),
    served("webhooks", "test", "POST", f"{_ONE}/test", _test),
    served("webhooks", "rotate_secret", "POST", f"{_ONE}/rotate_secret", _rotate),
    served("webhooks.event_types", "list", "GET", "/webhook_event_types", _list_types),
)
