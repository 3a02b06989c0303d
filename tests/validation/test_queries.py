"""Queries: what the SDK's types say of them is checked, of every operation; what they do not know is ignored."""

from dataclasses import replace

import httpx
import pytest

from mockai import MockOpenAI
from mockai.api_errors import RequestRefused
from mockai.endpoints.base import Serving
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.surface.installed import shipped_bodies
from mockai.validation import queries
from mockai.validation.queries import QueryCheck
from mockai.wire import HTTPRequest

PROJECTS = "/organization/projects"
USAGE = "/organization/usage/completions"
LOGS = "/organization/audit_logs"
RESPONSE = "/responses/{response_id}"
NOT_WHOLE = "expected an integer, but got a string value that could not be converted into an integer."


def check(path: str, *pairs: tuple[str, str]) -> None:
    http = HTTPRequest("GET", f"/v1{path}", pairs)
    QueryCheck("GET", path)(APIRequest(http, "x"), Serving(Resources()))


@pytest.mark.parametrize(
    ("path", "pairs", "param", "code", "message"),
    [
        (PROJECTS, [("limit", "many")], "limit", "invalid_type", f"Invalid type for 'limit': {NOT_WHOLE}"),
        (
            PROJECTS,
            [("limit", "0")],
            "limit",
            "integer_below_min_value",
            "Invalid 'limit': integer below minimum value. Expected a value >= 1, but got 0 instead.",
        ),
        (
            PROJECTS,
            [("limit", "101")],
            "limit",
            "integer_above_max_value",
            "Invalid 'limit': integer above maximum value. Expected a value <= 100, but got 101 instead.",
        ),
        (
            PROJECTS,
            [("include_archived", "perhaps")],
            "include_archived",
            "invalid_type",
            "Invalid type for 'include_archived': expected a boolean, but got a string instead.",
        ),
        (
            f"{PROJECTS}/{{project_id}}/rate_limits",
            [("limit", "1.5")],
            "limit",
            "invalid_type",
            f"Invalid type for 'limit': {NOT_WHOLE}",
        ),
        (
            "/organization/users/{user_id}/roles",
            [("order", "up")],
            "order",
            "invalid_value",
            "Invalid value: 'up'. Supported values are: 'asc' and 'desc'.",
        ),
        (USAGE, [], "start_time", "missing_required_parameter", "Missing required parameter: 'start_time'."),
        (
            USAGE,
            [("start_time", "")],
            "start_time",
            "missing_required_parameter",
            "Missing required parameter: 'start_time'.",
        ),
        (
            USAGE,
            [("start_time", "1"), ("bucket_width", "1y")],
            "bucket_width",
            "invalid_value",
            "Invalid value: '1y'. Supported values are: '1m', '1h', and '1d'.",
        ),
        (
            USAGE,
            [("start_time", "1"), ("group_by[]", "model"), ("group_by[]", "x")],
            "group_by[1]",
            "invalid_value",
            None,
        ),
        (USAGE, [("start_time", "1"), ("group_by[0]", "x")], "group_by[0]", "invalid_value", None),
        (USAGE, [("start_time", "1"), ("group_by", "x")], "group_by[0]", "invalid_value", None),
        (USAGE, [("start_time", "1"), ("bucket_width[]", "1d")], "bucket_width", "invalid_type", None),
        (LOGS, [("effective_at[gt]", "then")], "effective_at.gt", "invalid_type", None),
        (LOGS, [("effective_at[gte]", "1"), ("limit", "101")], "limit", "integer_above_max_value", None),
        ("/files", [("limit", "10001")], "limit", "integer_above_max_value", None),
        (RESPONSE, [("include[]", "everything")], "include[0]", "invalid_value", None),
        (RESPONSE, [("beta", "true"), ("include[]", "everything")], "include[0]", "invalid_value", None),
    ],
)
def test_what_is_wrong_is_refused_in_the_words_of_the_api(path, pairs, param, code, message):
    with pytest.raises(RequestRefused) as caught:
        check(path, *pairs)
    error = caught.value.error
    assert (error.status, error.param, error.code) == (400, param, code)
    assert message in (None, error.message)


@pytest.mark.parametrize(
    ("path", "pairs"),
    [
        (PROJECTS, []),
        (PROJECTS, [("limit", "1"), ("after", "proj_1"), ("include_archived", "true")]),
        (PROJECTS, [("limit", "100"), ("include_archived", "false")]),
        (PROJECTS, [("limit", "")]),
        (PROJECTS, [("nonsense", "1"), ("nonsense[a][]", "1"), ("api-version", "2024-10-21")]),
        (USAGE, [("start_time", "1"), ("group_by[]", "model"), ("group_by[]", "project_id")]),
        (USAGE, [("start_time", "1"), ("group_by", "model"), ("group_by", "project_id")]),
        (USAGE, [("start_time", "1"), ("batch", "true"), ("models[]", "gpt-4o")]),
        (LOGS, [("effective_at[gt]", "1"), ("effective_at[lte]", "2"), ("event_types[]", "user.added")]),
        (LOGS, [("effective_at", "1"), ("effective_at[gt]", "1")]),
        (LOGS, [("actor_ids[]", "a"), ("actor_ids[b]", "c")]),
        (RESPONSE, [("stream", "true"), ("starting_after", "3"), ("beta", "true")]),
        ("/models", [("limit", "many")]),
    ],
)
def test_what_the_types_allow_or_do_not_know_is_taken(path, pairs):
    check(path, *pairs)


def test_of_two_operations_at_a_path_the_one_that_the_query_names_is_asked(monkeypatch):
    shipped = shipped_bodies()
    (beta,) = (row for row in shipped.queries if row.name == "beta.responses.retrieve")
    fields = {**beta.schema["properties"], "depth": {"type": "integer"}}
    rows = tuple(
        replace(row, schema={"properties": fields, "required": []}) if row is beta else row for row in shipped.queries
    )
    monkeypatch.setattr(queries, "shipped_bodies", lambda: replace(shipped, queries=rows))
    check(RESPONSE, ("depth", "x"))
    with pytest.raises(RequestRefused, match="depth"):
        check(RESPONSE, ("depth", "x"), ("beta", "true"))


def test_what_a_newer_sdk_takes_is_taken(monkeypatch):
    shipped = shipped_bodies()
    rows = tuple(
        replace(row, schema={"properties": {"limit": {"type": "string"}}, "required": []})
        for row in shipped.queries
        if row.path == PROJECTS
    )
    monkeypatch.setattr(queries, "own_bodies", lambda: replace(shipped, queries=rows))
    check(PROJECTS, ("limit", "many"))
    with pytest.raises(RequestRefused, match="limit"):
        check("/files", ("limit", "many"))


@pytest.mark.parametrize("path", ["organization/projects", "files"])
def test_lenient_notes_instead_of_refusing(path):
    with MockOpenAI(mode="patch", validation="lenient") as mock:
        assert httpx.get(f"{mock.base_url}/{path}?limit=many").status_code == 200
        assert mock.calls[0].tolerated == (f"Invalid type for 'limit': {NOT_WHOLE}",)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("organization/projects?limit=many", 400),
        ("organization/projects?limit=1", 200),
        ("organization/projects", 200),
        ("organization/costs", 400),
        ("organization/costs?start_time=1", 200),
    ],
)
def test_strict_refuses_before_anything_is_answered(path, status):
    with MockOpenAI(mode="patch") as mock:
        assert httpx.get(f"{mock.base_url}/{path}").status_code == status
