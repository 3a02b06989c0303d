"""`/webhook_endpoints`: made, read, changed, listed, deleted; its secret is told but once."""

from typing import get_args, get_type_hints

import pytest
from openai.types.webhooks.webhook_create_params import WebhookCreateParams

from mockai.endpoints.webhook_endpoints import EVENT_TYPES

ASKED = {"name": "near", "url": "http://127.0.0.1:9/hook", "event_types": ["batch.completed"]}


@pytest.fixture
def made(api):
    return api("POST", "/webhook_endpoints", ASKED)


def test_an_endpoint_is_made_with_a_secret(api, made):
    secret = made.pop("signing_secret")
    assert secret.startswith("whsec_")
    assert made == {
        "id": made["id"],
        "object": "webhook_endpoint",
        "created_at": made["created_at"],
        "updated_at": made["created_at"],
        **ASKED,
        "signing_secret_hint": f"whsec_...{secret[-4:]}",
    }
    assert api("GET", f"/webhook_endpoints/{made['id']}") == made
    assert api("GET", "/webhook_endpoints")["data"] == [made]


def test_an_endpoint_is_changed_where_something_is_new(api, made):
    path = f"/webhook_endpoints/{made['id']}"
    same = api("POST", path, {"name": "near"})
    changed = api("POST", path, {"event_types": ["video.failed"], "url": "http://127.0.0.1:9/other"})
    assert same["updated_at"] == made["updated_at"] < changed["updated_at"]
    assert (changed["name"], changed["event_types"], changed["url"]) == (
        "near",
        ["video.failed"],
        "http://127.0.0.1:9/other",
    )


def test_a_secret_is_rotated(api, made):
    rotated = api("POST", f"/webhook_endpoints/{made['id']}/rotate_secret", {})
    assert rotated["signing_secret"] != made["signing_secret"]
    assert rotated["signing_secret_hint"][-4:] == rotated["signing_secret"][-4:]


def test_an_endpoint_is_tested(api, made):
    path = f"/webhook_endpoints/{made['id']}/test"
    assert api("POST", path, {"event_type": "video.failed"}) == {
        "object": "webhook_endpoint.test",
        "webhook_endpoint_id": made["id"],
        "event_type": "video.failed",
        "status_code": 200,
        "success": True,
    }
    status, said = api.refused("POST", path, {"event_type": "video.odd"})
    assert (status, said[:27]) == (400, "Invalid value: 'video.odd'.")
    assert api.refused("POST", "/webhook_endpoints/wh_1/test", {"event_type": "video.failed"})[0] == 404


def test_an_endpoint_is_deleted(api, made):
    path = f"/webhook_endpoints/{made['id']}"
    gone = {"id": made["id"], "object": "webhook_endpoint.deleted", "deleted": True}
    assert api("DELETE", path) == gone
    assert api.refused("GET", path) == (404, f"No webhook endpoint found with id '{made['id']}'.")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({**ASKED, "name": None}, "name"),
        ({"name": "n", "url": "http://127.0.0.1/"}, "Missing required parameter: 'event_types'."),
        ({**ASKED, "event_types": ["batch.done"]}, "Invalid value: 'batch.done'. Supported values are: "),
    ],
)
def test_what_is_no_endpoint_is_refused(api, body, message):
    status, said = api.refused("POST", "/webhook_endpoints", body)
    assert (status, message in said) == (400, True)


def test_the_types_of_events_are_those_of_the_sdk(api):
    (types,) = get_args(get_type_hints(WebhookCreateParams)["event_types"])
    assert api("GET", "/webhook_event_types") == {"object": "list", "data": [*EVENT_TYPES]}
    assert set(get_args(types)) >= set(EVENT_TYPES)
