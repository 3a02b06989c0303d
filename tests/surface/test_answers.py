"""Derived operations, answered from what was stored."""

import orjson
import pytest

from mockai.api_errors import ErrorReply
from mockai.endpoints.base import Serving
from mockai.engine import Engine
from mockai.ids import EPOCH, Mint
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.surface.answers import Answering
from mockai.surface.contract import Contract
from mockai.surface.places import Places
from mockai.surface.table import Row, Table
from mockai.wire import Body, HTTPRequest

JSON = (("content-type", "application/json"),)

PROJECTS = "/organization/projects"


@pytest.fixture
def project(client):
    return client.post(PROJECTS, name="Mars")["id"]


def not_found(message):
    return 404, {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}


def test_what_is_created_is_there_until_it_is_deleted(client):
    made = client.post("/organization/invites", email="a@example.com", role="reader")
    assert made["id"].startswith("invite-")
    assert (made["email"], made["role"], made["object"]) == ("a@example.com", "reader", "organization.invite")
    path = f"/organization/invites/{made['id']}"
    assert client.get(path) == made
    assert client.get("/organization/invites")["data"] == [made]
    assert client.delete(path) == {"id": made["id"], "deleted": True, "object": "organization.invite.deleted"}
    assert client.get("/organization/invites")["data"] == []
    assert client.ask("GET", path) == not_found(f"No invite found with id '{made['id']}'.")


def test_an_update_changes_what_it_names_and_nothing_else(client, project):
    before = client.get(f"{PROJECTS}/{project}")
    changed = client.post(f"{PROJECTS}/{project}", name="Venus", unheard_of="x")
    assert changed == {**before, "name": "Venus"} == client.get(f"{PROJECTS}/{project}")


def test_an_action_leaves_its_mark_on_the_thing(client, project):
    before = client.get(f"{PROJECTS}/{project}")
    archived = client.post(f"{PROJECTS}/{project}/archive")
    assert archived == {**before, "status": "archived", "archived_at": archived["archived_at"]}
    assert archived["archived_at"] > EPOCH
    assert client.get(f"{PROJECTS}/{project}") == archived


def test_an_action_may_give_something_else(client):
    path = "/organization/external_keys"
    key = client.post(path, name="x")["id"]
    validated = client.post(f"{path}/{key}/validate")
    assert set(validated) != set(client.get(f"{path}/{key}"))


def test_a_list_comes_page_by_page(client):
    ids = [client.post(PROJECTS, name=name)["id"] for name in "abc"]
    first = client.get(PROJECTS, limit="2")
    assert ([each["id"] for each in first["data"]], first["has_more"], first["last_id"]) == (ids[:2], True, ids[1])
    rest = client.get(PROJECTS, limit="2", after=first["last_id"])
    assert ([each["id"] for each in rest["data"]], rest["has_more"]) == (ids[2:], False)


def test_a_cursor_that_names_nothing_is_refused_where_ids_must_exist(client, demo):
    refused = (404, "No project found with id 'proj_x'.")
    for name in ("after", "before"):
        status, body = client.ask("GET", PROJECTS, query=[(name, "proj_x")])
        assert (status, body["error"]["message"]) == refused
    assert demo.get(PROJECTS, after="proj_x")["data"] == []


def test_what_is_created_has_an_id_even_if_the_type_allows_none(client):
    made = client.post("/videos/characters", name="Bob")
    assert made["id"].startswith("character_")
    assert client.get(f"/videos/characters/{made['id']}") == made


def test_a_body_that_is_a_file_as_it_is_holds_no_parameters(client):
    headers, strict = (("content-type", "application/sdp"),), type(client)(Engine())
    status, answer = strict.send(HTTPRequest("POST", "/v1/realtime/calls", (), headers, b"v=0"))
    assert (status, answer[:4]) == (200, b"v=0\r")
    status, refused = strict.send(HTTPRequest("POST", "/v1/realtime/calls", (), (), b"{}"))
    assert (status, refused["error"]["message"]) == (400, "Missing required parameter: 'sdp'.")


def test_what_is_put_into_a_collection_goes_by_the_id_the_request_gives_it(client, project):
    users = f"{PROJECTS}/{project}/users"
    added = client.post(users, user_id="user-1", role="owner")
    assert (added["id"], added["role"]) == ("user-1", "owner")
    assert client.get(f"{users}/user-1") == added
    assert client.get(users)["data"] == [added]


def test_one_thing_has_several_types(client):
    group = client.post("/organization/groups", name="g")["id"]
    made = client.post(f"/organization/groups/{group}/roles", role_id="role-1")
    assert made["role"]["id"] == "role-1"
    listed = client.get(f"/organization/groups/{group}/roles")
    assert [each["id"] for each in listed["data"]] == ["role-1"]
    assert (listed["has_more"], listed["next"]) == (False, None)
    assert client.get(f"/organization/groups/{group}/roles/role-1")["id"] == "role-1"


def test_what_nobody_can_create_is_there_from_the_start(client):
    (user,) = client.get("/organization/users")["data"]
    assert client.get(f"/organization/users/{user['id']}") == user
    changed = client.post(f"/organization/users/{user['id']}", role="owner")
    assert changed == {**user, "role": "owner"}
    client.delete(f"/organization/users/{user['id']}")
    assert client.get("/organization/users")["data"] == []


def test_what_there_is_one_of_is_written_read_and_cleared(client, project):
    path = f"{PROJECTS}/{project}/spend_limit"
    usual = client.get(path)
    assert client.post(path, threshold_amount=55)["threshold_amount"] == 55
    assert client.get(path) == {**usual, "threshold_amount": 55}
    assert client.post(path, currency="EUR")["threshold_amount"] == 55
    assert client.delete(path) == {"deleted": True, "object": "project.spend_limit.deleted"}
    assert client.get(path) == usual


def test_several_things_are_named_at_once(client):
    names = [client.post("/organization/certificates", name=name)["id"] for name in "ab"]
    activated = client.post("/organization/certificates/activate", certificate_ids=[*names, "cert_x"])
    assert [each["id"] for each in activated["data"]] == [*names, "cert_x"]
    assert [each["name"] for each in activated["data"]] == ["a", "b", "Example"]
    assert len(client.post("/organization/certificates/activate")["data"]) == 1


def test_several_things_are_created_at_once(client):
    path = "/fine_tuning/checkpoints/ft:gpt/permissions"
    made = client.post(path, project_ids=["p1", "p2"])["data"]
    assert [each["project_id"] for each in made] == ["p1", "p2"]
    assert client.get(path)["data"] == made
    assert client.delete(f"{path}/{made[0]['id']}")["deleted"] is True
    assert client.get(path)["data"] == made[1:]
    assert len(client.post(path)["data"]) == 1


def test_ids_on_the_way_must_exist_too(client, project):
    key = client.post(f"{PROJECTS}/{project}/service_accounts", name="s")["id"]
    made = client.post(f"{PROJECTS}/{project}/service_accounts/{key}/api_keys", name="k")
    assert made["id"].startswith("key_")
    for path, message in [
        (f"{PROJECTS}/nope/users", "No project found with id 'nope'."),
        (f"{PROJECTS}/nope/users/x", "No project found with id 'nope'."),
        (f"{PROJECTS}/{project}/users/x%2Fy", "No user found with id 'x/y'."),
        (f"{PROJECTS}/{project}/service_accounts/x", "No service account found with id 'x'."),
        ("/safety/alerts/a", "No alert found with id 'a'."),
    ]:
        assert client.ask("GET", path) == not_found(message)


def test_known_things_are_missed_in_the_apis_own_words(client):
    status, body = client.ask("GET", "/chatkit/threads/thread_x")
    assert (status, body["error"]["message"]) == (404, "No thread found with id 'thread_x'.")


def test_ids_of_things_that_are_made_elsewhere_are_taken_on_trust(client):
    (permission,) = client.post("/fine_tuning/checkpoints/ft:x/permissions", project_ids=["proj_x"])["data"]
    assert (permission["object"], permission["project_id"]) == ("checkpoint.permission", "proj_x")


@pytest.mark.parametrize("junk", [None, 5, "", [], {}, {"id": {}}, {"a": [None]}, True])
def test_values_of_the_wrong_type_are_not_taken(client, junk):
    made = client.post(PROJECTS, **dict.fromkeys(("id", "name", "object", "created_at", "status", "user_ids"), junk))
    fits = junk is None or isinstance(junk, str)
    expected = {"name": junk, "status": junk} if fits else {"name": "Example", "status": "active"}
    assert made == {**made, **expected, "object": "organization.project"}
    assert made["id"].startswith("proj_")
    assert client.get(f"{PROJECTS}/{made['id']}") == made


def test_what_is_created_may_be_a_mere_text():
    rows = (
        Row("notes.create", "POST", "/notes", "object", ({"type": "string"},)),
        Row("notes.get", "GET", "/notes/{id}", "nothing"),
    )
    request = APIRequest(HTTPRequest("POST", "/notes"), "notes")
    plan = Answering(Places(Table("1", rows, {})), rows[0], request, Serving(Resources()), Mint(0)).plan()
    assert [*plan][1] == Body(b"note")


def test_a_form_creates_as_json_does(client):
    part = 'content-disposition: form-data; name="{}"\r\n\r\n{}\r\n'
    body = "".join(f"--x\r\n{part.format(*pair)}" for pair in [("name", "Ada"), ("language", "en")]) + "--x--\r\n"
    headers = (("content-type", "multipart/form-data; boundary=x"),)
    status, made = client.send(HTTPRequest("POST", "/v1/audio/voice_consents", (), headers, body.encode()))
    assert (status, made["name"], made["language"]) == (200, "Ada", "en")
    assert client.get(f"/audio/voice_consents/{made['id']}") == made


def test_a_file_is_some_bytes_of_the_type_asked_for(client):
    assert client.ask("POST", "/realtime/calls", {"sdp": "v=0"})[0] == 200
    assert client.headers()["content-type"] == "application/sdp"
    assert client.data.startswith(b"v=0\r\n")


def test_unknown_files_are_made_up_on_demand(demo):
    demo.ask("GET", "/live/sessions/s/content")
    assert client_type(demo) == "application/octet-stream"
    assert len(demo.data) == 64


def client_type(client):
    return client.headers()["content-type"]


def test_what_gives_nothing_has_no_body(demo):
    assert demo.ask("POST", "/realtime/calls/c/hangup") == (200, b"")
    assert {"content-type", "content-length"} & set(demo.headers()) == {"content-length"}


def test_the_same_requests_give_the_same_bytes(client, demo):
    for each in (client, demo):
        each.post(PROJECTS, name="Mars")
    assert (client.head, client.data) == (demo.head, demo.data)


def test_a_stream_creates_what_it_speaks_of(client):
    status, data = client.ask("POST", "/agents/sessions", {"agent_id": "a", "stream": True})
    assert (status, client_type(client)) == (200, "text/event-stream; charset=utf-8")
    (session,) = client.get("/agents/sessions")["data"]
    assert data.startswith(b"event: agent.session.created\n")
    assert data.count(session["id"].encode()) > 5


def test_what_only_streams_does(client):
    session = client.post("/agents/sessions", agent_id="a")
    status, data = client.ask("GET", f"/agents/sessions/{session['id']}/events")
    assert (status, client_type(client)) == (200, "text/event-stream; charset=utf-8")
    assert session["id"].encode() in data


def test_nothing_is_created_where_that_gives_nothing(client):
    session = client.post("/agents/sessions", agent_id="a")
    assert client.ask("POST", f"/agents/sessions/{session['id']}/events", {"type": "x"}) == (200, b"")


@pytest.mark.parametrize("id", ["x", "x/y"])
def test_unknown_ids_are_answered_where_that_was_asked_for(demo, id):
    path = f"{PROJECTS}/{id.replace('/', '%2F')}"
    shown = demo.get(path)
    assert (shown["id"], shown["object"]) == (id, "organization.project")
    assert demo.post(path, name="New") == {**shown, "name": "New", "created_at": demo.get(path)["created_at"] - 1}
    assert demo.post(f"{path}/archive")["id"] == id
    assert demo.get(f"{path}/users")["data"] == []
    assert demo.delete(f"{path}/users/u") == {"id": "u", "deleted": True, "object": "organization.project.user.deleted"}


# ------------------------------------------------- operations that have files of their own, and are derived beneath


def beneath(demo, method, path, body=None):
    """What the derived operation gives where the one with a file refuses, whatever that says."""
    http = HTTPRequest(method, f"/v1{path}", (), JSON, orjson.dumps(body or {}))
    serving = Serving(Resources(), unknown_ids="synthesize")
    head, sent = Contract().made_up(ErrorReply(404, ""), http, serving, Mint(0))
    return dict(head.headers)["content-type"], sent.data


@pytest.mark.parametrize(
    ("format", "kind", "fields"),
    [
        (None, "application/json", {"text"}),
        ("json", "application/json", {"text"}),
        ("verbose_json", "application/json", {"language", "duration", "words"}),
        ("diarized_json", "application/json", {"segments", "task"}),
    ],
)
def test_of_several_types_the_one_is_given_that_the_format_names(demo, format, kind, fields):
    found, data = beneath(demo, "POST", "/audio/transcriptions", {"response_format": format} if format else None)
    assert found == kind
    assert fields <= orjson.loads(data).keys()


@pytest.mark.parametrize("format", ["text", "srt", "vtt"])
def test_a_text_is_given_where_the_format_is_one(demo, format):
    found, data = beneath(demo, "POST", "/audio/transcriptions", {"response_format": format})
    assert (found, data) == ("text/plain; charset=utf-8", b"transcription")


def test_a_file_has_bytes(demo):
    found, data = beneath(demo, "GET", "/files/f/content")
    assert (found, len(data)) == ("application/octet-stream", 64)


def test_what_is_deleted_without_a_type_says_so_all_the_same(demo):
    assert beneath(demo, "DELETE", "/containers/c") == ("application/json", b'{"id":"c","deleted":true}')


def test_a_search_finds_something(demo):
    found, data = beneath(demo, "POST", "/vector_stores/v/search", {"query": "x"})
    assert (found, len(orjson.loads(data)["data"])) == ("application/json", 1)
