"""The shipped table is what the SDK says today."""

import runpy
import warnings
from importlib import metadata

import orjson
import pytest

from mockai.surface import installed
from mockai.surface.derive import _returned, derive, derive_bodies
from mockai.surface.installed import read, shipped, shipped_bodies

pytestmark = pytest.mark.skipif(
    metadata.version("openai") != shipped().version, reason="the table was made from another version of the SDK"
)


def read_again(table):
    """The table as it is read again: tuples within schemas are lists in JSON."""
    return type(table).of_json(orjson.loads(orjson.dumps(table.as_json())))


@pytest.fixture(scope="module")
def table():
    return derive()


def unordered(value):
    """A schema with its choices and alternatives sorted: `typing` takes two unions for one that differ in order only,
    so that the order depends on what was imported before."""
    if isinstance(value, dict):
        whole = {key: unordered(found) for key, found in value.items()}
        return {key: sorted(found, key=str) if key in ("enum", "anyOf") else found for key, found in whole.items()}
    return [unordered(each) for each in value] if isinstance(value, list) else value


def test_the_shipped_table_is_current(table):
    again = read_again(table)
    assert again.rows == shipped().rows
    assert unordered(again.shapes) == unordered(shipped().shapes)


def test_the_shipped_bodies_are_current():
    again, kept = derive_bodies(), shipped_bodies()
    assert again.version == kept.version
    assert unordered({each.name: dict(each.schema) for each in again.bodies}) == unordered(
        {each.name: dict(each.schema) for each in kept.bodies}
    )
    assert unordered(again.definitions) == unordered({name: dict(each) for name, each in kept.definitions.items()})


@pytest.mark.parametrize(
    ("name", "method", "path", "kind", "sends", "aliases"),
    [
        ("chat.completions.create", "POST", "/chat/completions", "object", "json", ("beta.chat.completions.create",)),
        ("admin.organization.projects.list", "GET", "/organization/projects", "page", "nothing", ()),
        ("files.content", "GET", "/files/{file_id}/content", "bytes", "nothing", ("files.retrieve_content",)),
        ("files.create", "POST", "/files", "object", "multipart", ()),
        ("containers.delete", "DELETE", "/containers/{container_id}", "nothing", "nothing", ()),
        ("vector_stores.search", "POST", "/vector_stores/{vector_store_id}/search", "page", "json", ()),
        (
            "webhooks.rotate_secret",
            "POST",
            "/webhook_endpoints/{webhook_endpoint_id}/rotate_secret",
            "object",
            "json",
            (),
        ),
    ],
)
def test_operations_are_what_the_sdk_sends(table, name, method, path, kind, sends, aliases):
    row = next(row for row in table.rows if row.name == name)
    assert (row.method, row.path, row.kind, row.sends, row.aliases) == (method, path, kind, sends, aliases)


def test_a_list_goes_before_an_object_that_has_the_same_request(table):
    path = "/fine_tuning/checkpoints/{fine_tuned_model_checkpoint}/permissions"
    rows = [(row.name, row.aliases) for row in table.rows if (row.method, row.path) == ("GET", path)]
    name = "fine_tuning.checkpoints.permissions"
    assert rows == [(f"{name}.list", (f"{name}.retrieve",))]


def test_the_module_writes_the_table_that_is_shipped(tmp_path, monkeypatch, table):
    monkeypatch.setattr(installed, "SHIPPED", tmp_path / "table.json.gz")
    monkeypatch.setattr(installed, "SHIPPED_BODIES", tmp_path / "bodies.json.gz")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the module has been imported before
        runpy.run_module("mockai.surface.derive", run_name="__main__")
    assert read(tmp_path / "table.json.gz") == read_again(table)


def test_an_annotation_may_be_a_type_already():
    def method() -> None: ...

    method.__annotations__["return"] = int
    assert _returned(method) is int
