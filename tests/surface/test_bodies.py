"""What operations take by another version of the SDK: asked before anything is refused, derived once, and kept."""

import sys
from dataclasses import replace
from importlib import metadata

import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints.base import Serving
from mockai.request import APIRequest
from mockai.state import Resources
from mockai.surface import derive, installed
from mockai.surface.bodies import Bodies
from mockai.surface.installed import own_bodies, shipped_bodies
from mockai.validation.bodies import BodyCheck
from mockai.wire import HTTPRequest

CHAT = {"model": "gpt-9", "messages": [{"role": "user", "content": "Hi"}]}


def newer() -> Bodies:
    """The shipped table with a parameter more, another choice, and a message that has another key."""
    shipped = shipped_bodies()
    (chat,) = (body for body in shipped.bodies if body.name == "chat.completions.create")
    fields = {**chat.schema["properties"], "thoughts": {"type": "integer"}, "verbosity": {"enum": ["low", "shouted"]}}
    user = shipped.definitions["ChatCompletionUserMessageParam"]
    defined = {**user, "properties": {**user["properties"], "mood": {"type": "string"}}}
    bodies = tuple(
        replace(body, schema={**body.schema, "properties": fields}) if body is chat else body for body in shipped.bodies
    )
    return Bodies("99.0", bodies, {**shipped.definitions, "ChatCompletionUserMessageParam": defined})


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Pretends that this version of the SDK is installed; returns how often it was looked at."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    looked: list[str] = []

    def build(version, table):
        def found(name):
            if version is None:
                raise metadata.PackageNotFoundError(name)
            return version

        def derived():
            looked.append(version)
            if table is None:
                raise TypeError("not this time")
            return table

        monkeypatch.setattr(metadata, "version", found)
        monkeypatch.setattr(derive, "derive_bodies", derived)
        own_bodies.cache_clear()
        return looked

    yield build
    own_bodies.cache_clear()


def refused(**body):
    check = BodyCheck("POST", "/chat/completions")
    http = HTTPRequest("POST", "/v1/chat/completions")
    try:
        check(APIRequest(http, "chat.completions", body={**CHAT, **body}), Serving(Resources()))
    except RequestRefused as caught:
        return caught.error.message
    return None


NEW = [
    {"thoughts": 3},
    {"verbosity": "shouted"},
    {"messages": [{"role": "user", "content": "Hi", "mood": "merry"}]},
]


@pytest.mark.parametrize("body", NEW)
def test_a_new_parameter_is_known_by_itself(install, body):
    install(None, None)
    assert refused(**body) is not None
    install("99.0", newer())
    assert refused(**body) is None


def test_what_both_refuse_is_refused_in_the_words_of_the_newer(install):
    install("99.0", newer())
    assert refused(thoughts="many") == "Invalid type for 'thoughts': expected an integer, but got a string instead."
    assert refused(verbosity="x") == "Invalid value: 'x'. Supported values are: 'low' and 'shouted'."


def test_the_sdk_is_not_looked_at_for_what_the_shipped_types_take(install):
    looked = install("99.0", newer())
    assert refused(n=1) is None
    assert looked == []


def test_it_is_derived_once_and_kept(install, tmp_path):
    looked = install("99.0", newer())
    assert own_bodies() == own_bodies() == newer()
    own_bodies.cache_clear()
    assert own_bodies() == newer()
    assert looked == ["99.0"]
    (kept,) = (tmp_path / "mockai").glob("*.bodies.*")
    kept.write_bytes(b"not a table")
    own_bodies.cache_clear()
    assert own_bodies() == newer()
    assert looked == ["99.0", "99.0"]


def test_the_shipped_types_serve_where_others_cannot_be_told(install):
    looked = install("99.0", None)
    assert own_bodies() is None
    assert refused(thoughts=3) == "Unknown parameter: 'thoughts'."
    assert looked == ["99.0"]


def test_of_the_shipped_version_there_is_nothing_else(install):
    assert install(shipped_bodies().version, newer()) == []
    assert own_bodies() is None


def test_a_table_in_another_format_is_not_read():
    with pytest.raises(ValueError, match="format"):
        Bodies.of_json({**shipped_bodies().as_json(), "format": 0})


def test_nothing_is_kept_where_there_is_no_room(install, monkeypatch):
    def full(*args):
        raise OSError("no space left")

    install("99.0", newer())
    monkeypatch.setattr(installed, "write", full)
    assert own_bodies() == newer()
