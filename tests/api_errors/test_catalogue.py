"""The catalogue as a whole: every name works, every status has its error, wrong names are helped."""

import ast
import json
from collections import Counter
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path

import pytest

import mockai
from mockai.api_errors import NAMES, ErrorReply, by_status, named, suggest
from mockai.api_errors.catalogue import _THEMES
from mockai.api_errors.phrases import Phrases
from mockai.wire import Body, Head

ENTRIES = [pytest.param(entry, id=name) for name, entry in NAMES.items()]


def test_no_name_is_given_twice():
    counted = Counter(entry.name for theme in _THEMES for entry in theme.ERRORS)
    assert [name for name, times in counted.items() if times > 1] == []


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_error_says_when_it_is_sent_in_one_sentence(entry):
    assert entry.summary.endswith(".")
    assert entry.summary.splitlines() == [entry.summary.strip()]


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_placeholder_has_a_default(entry):
    assert [name for name, value in entry.placeholders.items() if value is None] == []


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_default_is_used(entry):
    assert set(entry.defaults) - set(entry.placeholders) == set()


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_value_given_can_be_read_in_the_reply(entry):
    numbers = {"wait": 7}
    values = {name: numbers.get(name, f"<{name}>") for name in entry.placeholders}
    reply = entry.reply(values)
    sent = reply.content().decode() + str(reply.headers)
    expected = {name: "7" if name == "wait" else value for name, value in values.items()}
    masks = [Phrases().format_field(values.get("key"), mask) for mask in ("last_four", "ends", "outer")]
    shown = [
        name for name, text in expected.items() if text in sent or (name == "key" and any(m in sent for m in masks))
    ]
    assert [name for name in expected if name not in shown] == []


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_error_has_a_plan_of_its_status(entry):
    head, body = named(entry.name).plan()
    assert isinstance(head, Head)
    assert isinstance(body, Body)
    assert head.status == entry.status
    assert dict(head.headers)["content-length"] == str(len(body.data))
    assert dict(head.headers).get("content-type") == entry.content_type


@pytest.mark.parametrize("entry", [case for case in ENTRIES if case.values[0].body is None])
def test_every_body_is_json_in_utf8(entry):
    error = named(entry.name)
    assert json.loads(error.content()) == error.envelope()
    assert error.message in error.content().decode().replace('\\"', '"')


@pytest.mark.parametrize("entry", [case for case in ENTRIES if case.values[0].layout is None])
def test_openais_errors_have_exactly_the_four_keys(entry):
    if entry.body is None:
        assert list(json.loads(named(entry.name).content())["error"]) == ["message", "type", "param", "code"]


def uses() -> Iterator[tuple[str, set[str]]]:
    """Every `named("…", key=…)` in MockAI's own code: the name and the keys."""
    for file in Path(mockai.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "named" and node.args:
                name = node.args[0]
                if isinstance(name, ast.Constant):
                    yield name.value, {keyword.arg for keyword in node.keywords if keyword.arg}


def test_mockai_itself_asks_only_for_errors_there_are_with_values_they_take():
    asked = dict(uses())
    assert "missing_api_key" in asked
    assert set(asked) - set(NAMES) == set()
    assert [name for name, keys in uses() if keys - {*NAMES[name].placeholders, "message"}] == []


def test_an_unknown_name_is_a_key_error_that_helps():
    with pytest.raises(KeyError, match="no error is called 'insuficient_quota'; did you mean insufficient_quota"):
        named("insuficient_quota")


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("invalid_jsn", "did you mean invalid_json or"),
        ("Invalid-JSON", "did you mean invalid_json or"),
        ("insufficient quota", "did you mean insufficient_quota?"),
        ("rate_limit", "did you mean rate_limit_exceeded or"),
        ("qqqq", "`mockai list errors` shows them all"),
    ],
)
def test_a_wrong_name_is_helped(written, hint):
    assert suggest(written).startswith(hint)


@pytest.mark.parametrize(
    ("status", "name"),
    [
        (400, "bad_request"),
        (401, "invalid_api_key"),
        (402, "payment_required"),
        (403, "project_model_not_allowed"),
        (404, "model_not_found"),
        (405, "method_not_supported"),
        (408, "request_timeout"),
        (409, "conflict"),
        (413, "request_too_large"),
        (415, "unsupported_media_type"),
        (422, "unprocessable_entity"),
        (429, "rate_limit_exceeded"),
        (500, "server_error"),
        (501, "not_implemented"),
        (502, "bad_gateway"),
        (503, "overloaded"),
        (504, "gateway_timeout"),
    ],
)
def test_a_status_has_its_usual_error(status, name):
    assert by_status(status) == named(name)
    assert by_status(status).status == status


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (418, ErrorReply(418, "The request failed with status 418.")),
        (599, ErrorReply(599, "The request failed with status 599.", type="server_error")),
        (304, ErrorReply(304, "", type=None, body=b"", content_type=None)),
    ],
)
def test_a_status_without_a_usual_error_has_a_plain_one(status, error):
    assert by_status(status) == error


def test_any_status_from_300_to_599_gives_an_error_of_that_status_and_all_but_304_a_body():
    plans = [by_status(status).plan() for status in range(300, 600)]
    assert [head.status for head, _ in plans] == list(range(300, 600))
    assert [head.status for head, body in plans if body.data == b""] == [HTTPStatus.NOT_MODIFIED]


@pytest.mark.parametrize("status", [200, 299, 600, 0])
def test_other_statuses_are_refused(status):
    with pytest.raises(ValueError, match=f"an error has a status of 300 to 599; seen {status}"):
        by_status(status)
