"""The surface as a table and as a page."""

import runpy
import warnings
from importlib import metadata
from pathlib import Path

import pytest

from mockai.endpoints import operations
from mockai.endpoints.base import Operation
from mockai.endpoints.derived import derived_operations
from mockai.endpoints.routing import Router
from mockai.surface import operations as made
from mockai.surface.documented import document
from mockai.surface.installed import shipped
from mockai.surface.listed import Listed, surface
from mockai.surface.operations import derived
from mockai.surface.places import shape_of
from mockai.surface.table import Row, Table

PAGE = Path(__file__).parents[2] / "docs" / "endpoints.md"


def test_the_page_is_current():
    assert PAGE.read_text(encoding="utf-8") == document(), "python -m mockai.surface.documented > docs/endpoints.md"


def test_the_module_prints_the_page(capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # the module has been imported before
        runpy.run_module("mockai.surface.documented", run_name="__main__")
    assert capsys.readouterr().out == document()


def test_every_operation_is_listed_once():
    found = surface([shipped()])
    assert len({(each.endpoint, each.path) for each in found}) == len(found)
    assert Listed("chat.completions.create", "POST", "/v1/chat/completions", "scripted") in found
    assert Listed("files.list", "GET", "/v1/files", "stateful") in found
    assert Listed("admin.organization.projects.list", "GET", "/v1/organization/projects", "derived") in found


def test_a_newer_sdk_widens_the_surface_and_what_the_older_had_stays():
    new = Row("wonders.create", "POST", "/wonders", "nothing", query={"beta": "true"})
    found = surface([Table("9.9.9", (new,), {}), shipped()])
    assert Listed("wonders.create", "POST", "/v1/wonders?beta=true", "derived") in found
    assert len(found) == len(surface([shipped()])) + 1


def test_without_a_choice_the_tables_that_serve_are_listed(monkeypatch):
    monkeypatch.setattr("mockai.surface.listed.tables", lambda: ())
    assert len(surface()) == len(operations())


@pytest.mark.skipif(metadata.version("openai") != shipped().version, reason="another SDK has other operations")
def test_every_request_the_sdk_can_send_reaches_its_own_operation():
    router = Router(operations(), derived_operations)
    for each in derived_operations():
        found, _ = router.find(each.method, "/v1" + each.path.replace("{", "").replace("}", ""))
        assert (found.method, shape_of(found.path)) == (each.method, shape_of(each.path))


def test_a_query_tells_operations_on_one_path_apart(monkeypatch):
    rows = (
        Row("a.get", "GET", "/a/{id}", "nothing"),
        Row("beta.a.get", "GET", "/a/{id}", "nothing", query={"beta": "true"}),
    )
    monkeypatch.setattr(made, "tables", lambda: (Table("1", rows, {}),))
    (each,) = derived.__wrapped__()
    assert each.operation() == Operation("a", "get", "GET", "/a/{id}", each.decode, serve=each.serve)

    def asked(*query):
        return each.decode(made.HTTPRequest("GET", "/a/1", query), {"id": "1"}).endpoint

    assert (asked(), asked(("beta", "true")), asked(("beta", "false"))) == ("a", "beta.a", "a")
