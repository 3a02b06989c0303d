"""API keys: who is let in, to what, and in which words everyone else is turned away."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import openai
import pytest

from mockai import MockOpenAI
from mockai.api_errors import named
from mockai.endpoints import operations
from mockai.endpoints.derived import derived_operations
from mockai.engine.access import Access, scope_of
from mockai.errors import ScenarioError
from mockai.scenario.loading import load_text
from mockai.scenario.writing import dump
from mockai.wire import HTTPRequest

LONG = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"
KEYS: dict[str, Any] = {
    "sk-good": "valid",
    "sk-invalid": "invalid",
    "sk-revoked": "revoked",
    "sk-expired": "expired",
    "sk-closed": "deactivated",
    "sk-twice": {"uses": 2},
    "sk-never": {"uses": 0},
    "sk-team": {"organization": "org-a", "projects": ["proj_a", "proj_b"]},
    "sk-other": {"organization": "org-b"},
    "sk-mini": {"projects": "proj_mini", "models": "gpt-4o-mini*"},
    "sk-any-project": {"models": ["gpt-4o-mini"]},
    "sk-reader": {"scopes": "api.*.read"},
    "sk-chat": {"scopes": ["model.request"]},
    "sk-admin": {"admin": True},
    "sk-usage": {"admin": True, "scopes": "api.usage.*"},
    "sk-glob-*": {"scopes": ["model.request"]},
}
SCENARIO = {"keys": KEYS, "rules": [{"reply": "Hello."}]}


@pytest.fixture(scope="module")
def mock():
    with MockOpenAI(SCENARIO, mode="patch") as mock:
        yield mock


@pytest.fixture
def client(mock):
    """A client with this key, in a world of its own."""
    mock.reset()

    def connect(key: str, **options: Any) -> openai.OpenAI:
        return openai.OpenAI(base_url=mock.base_url, **{"api_key": key, "max_retries": 0, **options})

    return connect


def chat(client, model="gpt-4o"):
    return client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Hi"}])


def refused(call, *args, **kwargs):
    """The class of what a call raises, and the fields of the error."""
    with pytest.raises(openai.APIStatusError) as caught:
        call(*args, **kwargs)
    error = caught.value
    body = error.body if isinstance(error.body, dict) else {"message": error.body}
    return type(error), error.status_code, body.get("message"), body.get("type"), error.param, error.code


def as_refused(kind, name, **values):
    error = named(name, **values)
    return kind, error.status, error.message, error.type, error.param, error.code


WRONG, NOT_ALLOWED = openai.AuthenticationError, openai.PermissionDeniedError


@pytest.mark.parametrize(
    ("key", "options", "kind", "name", "values"),
    [
        ("sk-nobody", {}, WRONG, "invalid_api_key", {"key": "sk-nobody"}),
        (LONG, {}, WRONG, "invalid_api_key", {"key": LONG}),
        ("sk-invalid", {}, WRONG, "invalid_api_key", {"key": "sk-invalid"}),
        ("sk-revoked", {}, WRONG, "invalid_api_key", {"key": "sk-revoked"}),
        ("sk-expired", {}, WRONG, "invalid_api_key", {"key": "sk-expired"}),
        ("sk-never", {}, WRONG, "invalid_api_key", {"key": "sk-never"}),
        ("sk-closed", {}, WRONG, "account_deactivated", {}),
        ("sk-team", {"organization": "org-b"}, WRONG, "mismatched_organization", {}),
        ("sk-team", {"organization": "org-z"}, WRONG, "invalid_organization", {"organization": "org-z"}),
        ("sk-team", {"project": "proj_c"}, WRONG, "mismatched_project", {}),
        ("sk-mini", {}, NOT_ALLOWED, "project_model_not_allowed", {"project": "proj_mini", "model": "gpt-4o"}),
        ("sk-any-project", {"project": "p"}, NOT_ALLOWED, "project_model_not_allowed", {"project": "p"}),
        ("sk-any-project", {}, NOT_ALLOWED, "project_model_not_allowed", {"model": "gpt-4o"}),
        ("sk-reader", {}, WRONG, "missing_scope", {"scope": "model.request"}),
        ("sk-admin", {}, WRONG, "missing_scope", {"scope": "model.request"}),
    ],
)
def test_a_key_that_is_not_let_in_is_told_so_in_the_apis_words(client, key, options, kind, name, values):
    assert refused(chat, client(key, **options)) == as_refused(kind, name, **values)


@pytest.mark.parametrize(
    ("key", "options"),
    [
        ("sk-good", {"organization": "org-anything", "project": "proj_anything"}),
        ("sk-team", {}),
        ("sk-team", {"organization": "org-a", "project": "proj_b"}),
        ("sk-chat", {}),
        ("sk-glob-17", {}),
    ],
)
def test_a_key_that_may_is_let_in(client, key, options):
    assert chat(client(key, **options)).choices[0].message.content == "Hello."


def test_whether_a_key_may_use_the_model_comes_before_what_else_is_wrong(client):
    create = client("sk-mini").chat.completions.create
    expected = as_refused(NOT_ALLOWED, "project_model_not_allowed", project="proj_mini", model="gpt-4o")
    assert refused(create, model="gpt-4o", messages=[{"role": "tool", "content": 1}], n=0) == expected


def test_a_model_the_project_has_not_may_be_looked_at(client):
    assert client("sk-mini").models.retrieve("gpt-4o").id == "gpt-4o"


def test_a_model_the_project_has_is_answered(client):
    assert chat(client("sk-mini"), "gpt-4o-mini-2024-07-18").choices[0].message.content == "Hello."


@pytest.mark.parametrize(
    ("key", "ask", "kind", "name", "scope"),
    [
        ("sk-chat", lambda c: c.models.list(), WRONG, "missing_scope", "api.model.read"),
        ("sk-chat", lambda c: c.images.generate(prompt="a"), WRONG, "missing_scope", "api.model.images.request"),
        ("sk-chat", lambda c: c.responses.retrieve("resp_1"), WRONG, "missing_scope", "api.responses.read"),
        (
            "sk-reader",
            lambda c: c.responses.create(model="m", input="a"),
            WRONG,
            "missing_scope",
            "api.responses.write",
        ),
        ("sk-reader", lambda c: c.fine_tuning.jobs.cancel("f"), WRONG, "missing_scope", "api.fine_tuning.jobs.write"),
    ],
)
def test_what_a_restricted_key_may_not_do_names_the_scope_it_lacks(client, key, ask, kind, name, scope):
    assert refused(ask, client(key)) == as_refused(kind, name, scope=scope)


@pytest.mark.parametrize(
    ("key", "ask", "scope"),
    [
        ("sk-good", lambda c: c.admin.organization.projects.list(), "api.management.read"),
        ("sk-good", lambda c: c.admin.organization.usage.costs(start_time=0), "api.usage.read"),
        (
            "sk-usage",
            lambda c: c.admin.organization.invites.create(email="a@b.c", role="reader"),
            "api.management.write",
        ),
    ],
)
def test_administration_needs_an_admin_key_and_its_error_is_a_mere_text(client, key, ask, scope):
    expected = named("missing_scope_administration", scope=scope).message
    with pytest.raises(NOT_ALLOWED) as caught:
        ask(client(key, admin_api_key=key))
    assert caught.value.response.json() == {"error": expected}
    assert caught.value.body == expected


def test_an_admin_key_may_administer(client):
    assert client("sk-admin", admin_api_key="sk-admin").admin.organization.projects.list().data == []
    assert client("sk-usage", admin_api_key="sk-usage").admin.organization.usage.costs(start_time=0).object == "page"


def test_keys_are_echoed_as_the_api_masks_them(client):
    _, _, message, *_ = refused(chat, client(LONG))
    assert LONG not in message
    assert message.startswith(f"Incorrect API key provided: sk-proj-{'*' * 32}wxyz. You can find")


@pytest.mark.parametrize(
    ("headers", "name", "values"),
    [
        ({}, "missing_api_key", {}),
        ({"authorization": ""}, "missing_api_key", {}),
        ({"authorization": "Bearer"}, "missing_api_key", {}),
        ({"authorization": "sk-good"}, "missing_api_key", {}),
        ({"authorization": "Digest sk-good"}, "missing_api_key", {}),
        ({"authorization": "Basic ???"}, "missing_api_key", {}),
        ({"authorization": "Basic /w=="}, "missing_api_key", {}),
        ({"authorization": "Bearer Bearer sk-good"}, "invalid_api_key", {"key": "Bearer sk-good"}),
        ({"authorization": "Bearer no", "api-key": "sk-good"}, "invalid_api_key", {"key": "no"}),
        ({"api-key": "no"}, "azure_unauthorized", {}),
        ({"api-key": ""}, "azure_unauthorized", {}),
    ],
)
def test_what_is_no_key_in_its_place_is_no_key(mock, headers, name, values):
    reply = httpx.get(f"{mock.base_url}/models", headers=headers)
    error = named(name, **values)
    assert (reply.status_code, reply.json()) == (error.status, error.envelope())


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": "bearer  sk-good "},
        {"authorization": "Basic OnNrLWdvb2Q="},  # an empty name and sk-good, as a browser sends it
        {"api-key": "sk-good"},
    ],
)
def test_a_key_may_come_in_every_way_the_api_names(mock, headers):
    assert httpx.get(f"{mock.base_url}/models", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("path", "query"),
    [("/openai/deployments/d/chat/completions", ()), ("/openai/v1/chat/completions", (("api-version", "preview"),))],
)
def test_azures_addresses_answer_in_azures_words(mock, path, query):
    request = HTTPRequest("POST", path, query, (("authorization", "Bearer no"),), b"{}")
    head, body = mock.engine.handle(request).plan
    assert (head.status, json.loads(body.data)) == (401, named("azure_unauthorized").envelope())


def test_a_key_expires_after_its_uses_in_each_session_by_itself(client, mock):
    def ask(session: str) -> str:
        headers = {"x-mockai-session": session}
        try:
            return str(chat(client("sk-twice", default_headers=headers)).choices[0].message.content)
        except openai.AuthenticationError as error:
            return str(error.code)

    assert [ask("a"), ask("b"), ask("a"), ask("a"), ask("b"), ask("b")] == [
        *["Hello."] * 3,
        "invalid_api_key",
        "Hello.",
        "invalid_api_key",
    ]


def test_many_at_once_never_use_a_key_more_often_than_it_lasts():
    with MockOpenAI({"keys": {"sk-few": {"uses": 5}}, "rules": [{"reply": "Hi"}]}, mode="patch") as mock:
        client = mock.client(max_retries=0)

        def ask(_: int) -> bool:
            try:
                return bool(chat(client).choices)
            except openai.AuthenticationError:
                return False

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(ask, range(40))) == 5


def test_a_reset_gives_the_uses_back():
    with MockOpenAI({"keys": {"sk-once": {"uses": 1}}, "rules": [{"reply": "Hi"}]}, mode="patch") as mock:
        client = mock.client(max_retries=0)
        assert chat(client)
        with pytest.raises(openai.AuthenticationError):
            chat(client)
        mock.reset()
        assert chat(client)


def test_clients_of_the_mock_get_the_first_key_that_works():
    keys = {"sk-old": "revoked", "sk-a*": "valid", "sk-admin": {"admin": True}, "sk-works": {}}
    with MockOpenAI({"keys": keys, "rules": [{"reply": "Hi"}]}, mode="patch") as mock:
        assert (mock.api_key, mock.env["OPENAI_API_KEY"]) == ("sk-works", "sk-works")
        assert chat(mock.client())
    assert MockOpenAI({"keys": {"sk-old": "revoked"}}).api_key == "sk-mockai"
    assert MockOpenAI({"keys": {"sk-old": "valid", "*": "valid"}}).api_key == "sk-mockai"


def test_a_key_given_beside_a_scenario_is_let_in_too_and_the_first_of_two_files_holds():
    files = [{"keys": {"sk-a": "revoked"}, "rules": [{"reply": "Hi"}]}, {"keys": {"sk-a": "valid", "sk-b": "valid"}}]
    with MockOpenAI(*files, mode="patch", api_key="sk-given") as mock:
        assert [bool(chat(mock.client(api_key=key))) for key in ("sk-given", "sk-b")] == [True, True]
        with pytest.raises(openai.AuthenticationError):
            chat(mock.client(api_key="sk-a", max_retries=0))


@pytest.mark.parametrize(("glob", "status"), [("*", 200), ("?*", 401)])
def test_no_key_at_all_fits_the_glob_for_everyone_alone(glob, status):
    with MockOpenAI({"keys": {"sk-old": "revoked", glob: "valid"}}, mode="patch") as mock:
        assert httpx.get(f"{mock.base_url}/models").status_code == status
        assert mock.client(api_key="anything").models.list().data


def test_without_keys_everyone_is_let_in():
    with MockOpenAI({"rules": [{"reply": "Hi"}]}, mode="patch") as mock:
        assert httpx.get(f"{mock.base_url}/models").status_code == 200
        assert chat(mock.client(api_key="anything"))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("keys: {sk-a: banned}", "must be one of valid, invalid, revoked, expired, deactivated"),
        ("keys: {sk-a: {uses: -1}}", "`uses` must be at least 0"),
        ("keys: {sk-a: {admin: true, models: gpt-4o}}", "an admin key uses no models"),
        ("keys: {sk-a: {organisation: org}}", "Did you mean `organization`?"),
    ],
)
def test_a_mistake_is_named_where_it_stands(text, problem):
    with pytest.raises(ScenarioError) as caught:
        load_text(text)
    assert problem in str(caught.value)


def test_keys_are_written_back_as_they_were():
    (file,) = load_text("keys: {sk-a: revoked, sk-b: {uses: 2, scopes: [model.request]}, sk-c: {}}").files
    (again,) = load_text(dump(file.scenario)).files
    assert again.scenario == file.scenario


@pytest.mark.parametrize(
    "operation", [*operations(), *derived_operations()], ids=lambda each: f"{each.method} {each.path}"
)
def test_every_operation_has_a_scope(operation):
    scope, administration = scope_of(operation)
    assert scope in ("model.request", "api.model.audio.request", "api.model.images.request") or (
        scope.startswith("api.") and scope.endswith((".read", ".write"))
    )
    assert administration == operation.path.startswith(("/organization", "/projects"))


def test_no_keys_is_no_door():
    assert Access.of().keys == {}
