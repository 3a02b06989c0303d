"""Which operation a method and a path mean."""

import re

import pytest

from mockai import endpoints
from mockai.api_errors import RequestRefused, named
from mockai.endpoints import operations, operations_under
from mockai.endpoints.base import Operation
from mockai.endpoints.routing import Router, Sections


def operation(name: str, method: str, path: str) -> Operation:
    return Operation("things", name, method, path, decode=lambda http, params: None)


ROUTER = Router(
    [
        operation("list", "GET", "/things"),
        operation("create", "POST", "/things"),
        operation("retrieve", "GET", "/things/{thing}"),
        operation("shadowed", "GET", "/things/{thing}"),
        operation("search", "POST", "/things/search"),
        operation("parts", "GET", "/things/{thing}/parts"),
        operation("part", "GET", "/things/{thing}/{part}"),
        operation("mine", "GET", "/things/mine/{part}"),
        operation("drop", "DELETE", "/things/{thing}/{part}"),
    ]
)

FOUND = [
    ("GET", "/things", "list", {}),
    ("GET", "/v1/things", "list", {}),
    ("POST", "/v1/things", "create", {}),
    ("GET", "/v1/things/a", "retrieve", {"thing": "a"}),
    ("GET", "/v1/things/search", "retrieve", {"thing": "search"}),
    ("POST", "/v1/things/search", "search", {}),
    ("GET", "/v1/things/ft%3Agpt%2F4%20o", "retrieve", {"thing": "ft:gpt/4 o"}),
    ("GET", "/v1/things/v1", "retrieve", {"thing": "v1"}),
    ("GET", "/v1/things/a/parts", "parts", {"thing": "a"}),
    ("GET", "/v1/things/a/b", "part", {"thing": "a", "part": "b"}),
    ("GET", "/v1/things/mine/b", "mine", {"part": "b"}),
    ("DELETE", "/v1/things/mine/b", "drop", {"thing": "mine", "part": "b"}),
]


@pytest.mark.parametrize(("method", "path", "name", "params"), FOUND)
def test_the_most_literal_path_that_takes_the_method_is_found(method, path, name, params):
    found, given = ROUTER.find(method, path)
    assert (found.name, given) == (name, params)


@pytest.mark.parametrize(
    "path", ["/", "", "/v1", "/v1/", "/v1/thing", "/v1/things/", "/v1/things//", "/v1//things", "/v2/things"]
)
def test_an_unknown_path_is_the_apis_404(path):
    with pytest.raises(RequestRefused) as refused:
        ROUTER.find("GET", path)
    assert refused.value.error == named("unknown_url", method="GET", path=path)


@pytest.mark.parametrize("path", ["/v1/things", "/v1/things/a", "/things/search"])
def test_a_known_path_with_another_method_is_the_apis_405(path):
    with pytest.raises(RequestRefused) as refused:
        ROUTER.find("PUT", path)
    assert refused.value.error == named("method_not_supported", method="PUT", path=path)


def test_no_two_operations_of_the_house_share_a_name_and_all_are_routed():
    router, every = Router(operations()), operations()
    assert len({(each.full_name, each.path) for each in every}) == len(every)  # a name may have an older path too
    for each in every:
        found, _ = router.find(each.method, "/v1" + each.path.replace("{", "").replace("}", ""))
        assert found is each


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/openai/deployments/my-gpt/things", "list"),
        ("/openai/deployments/my-gpt/things/a", "retrieve"),
        ("/openai/v1/things", "list"),
        ("/openai/things", "list"),
    ],
)
def test_the_paths_of_azure_reach_the_same_operations(path, name):
    assert ROUTER.find("GET", path)[0].name == name


@pytest.mark.parametrize("path", ["/openai", "/openai/", "/openai/deployments", "/openai/deployments/things"])
def test_a_path_that_only_begins_like_one_of_azures_is_unknown(path):
    with pytest.raises(RequestRefused) as refused:
        ROUTER.find("GET", path)
    assert refused.value.error == named("unknown_url", method="GET", path=path)


def test_further_operations_are_asked_for_when_nothing_else_fits():
    asked = []

    def beyond():
        asked.append(True)
        return [operation("create", "POST", "/others"), operation("beyond", "PUT", "/things/{thing}")]

    router = Router([operation("list", "GET", "/things"), operation("retrieve", "GET", "/things/{thing}")], beyond)
    assert [router.find("GET", path)[0].name for path in ("/things", "/things/a")] == ["list", "retrieve"]
    assert asked == []
    found, params = router.find("PUT", "/v1/things/a")
    assert (found.name, params) == ("beyond", {"thing": "a"})
    assert router.find("POST", "/others")[0].name == "create"
    assert asked == [True]
    with pytest.raises(RequestRefused) as refused:
        router.find("DELETE", "/others")
    assert refused.value.error == named("method_not_supported", method="DELETE", path="/others")


def test_the_operations_under_a_section_are_found_among_all() -> None:
    sections, router = Sections(operations_under), Router(operations())
    for operation in operations():
        path = re.sub(r"\{[^}]*\}", "some-id", operation.path)
        assert sections.find(operation.method, path) == router.find(operation.method, path), operation.full_name


def test_only_the_files_of_a_section_are_asked() -> None:
    names = {operation.endpoint for operation in operations_under("chat")}
    assert names == {"chat.completions", "chat.completions.messages"}
    assert operations_under("nothing_of_the_kind") == ()


def test_a_file_whose_text_cannot_be_had_is_imported_whatever_is_asked_for(monkeypatch) -> None:
    monkeypatch.setattr(endpoints, "_source", lambda finder, name: None)
    monkeypatch.setattr(endpoints, "_sections", endpoints._sections.__wrapped__)
    assert endpoints.operations_under("chat") == operations()


@pytest.mark.parametrize("path", ["", "chat", "/", "//", "/nowhere", "/v1", "/v1/", "/openai/nowhere"])
def test_what_is_in_no_section_is_refused_as_ever(path) -> None:
    refusals = []
    for finder in (Sections(operations_under), Router(operations())):
        with pytest.raises(RequestRefused) as refused:
            finder.find("GET", path)
        refusals.append(refused.value.error)
    assert refusals[0] == refusals[1]
