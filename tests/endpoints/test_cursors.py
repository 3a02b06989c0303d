"""Pages of stored objects by cursors."""

import pytest

from mockai.api_errors import RequestRefused, named
from mockai.endpoints import operations
from mockai.endpoints.cursors import cursor_page, pages
from mockai.endpoints.resource import Kind
from mockai.surface.places import shape_of

KIND = Kind("files", "file-", "file_not_found")
OBJECTS = [{"id": letter, "_hidden": True} for letter in "abcde"]

PAGES = [
    ({}, "edcba", False),
    ({"order": "asc"}, "abcde", False),
    ({"order": ""}, "edcba", False),
    ({"limit": "2"}, "ed", True),
    ({"limit": " "}, "edcba", False),
    ({"limit": "5"}, "edcba", False),
    ({"after": "d"}, "cba", False),
    ({"after": "d", "limit": "2"}, "cb", True),
    ({"after": "a"}, "", False),
    ({"before": "b"}, "edc", False),
    ({"before": "b", "limit": "2"}, "dc", True),
    ({"before": "e"}, "", False),
    ({"after": "e", "before": "a"}, "dcb", False),
    ({"after": "e", "before": "a", "limit": "1"}, "d", True),
    ({"after": "b", "order": "asc", "limit": "1"}, "c", True),
]


@pytest.mark.parametrize(("query", "ids", "has_more"), PAGES)
def test_a_page_holds_what_lies_between_its_cursors(query, ids, has_more):
    assert cursor_page(OBJECTS, query, KIND) == {
        "object": "list",
        "data": [{"id": id} for id in ids],
        "first_id": ids[:1] or None,
        "last_id": ids[-1:] or None,
        "has_more": has_more,
    }


def test_a_kind_has_a_limit_and_an_order_of_its_own():
    listed = pages(KIND, most=4, usual=2, order="asc")
    assert [each["id"] for each in listed(OBJECTS, {})["data"]] == ["a", "b"]
    with pytest.raises(RequestRefused):
        listed(OBJECTS, {"limit": "5"})


REFUSED = [
    ({"limit": "0"}, named("integer_below_min_value", param="limit", minimum=1, value=0)),
    ({"limit": "101"}, named("integer_above_max_value", param="limit", maximum=100, value=101)),
    ({"limit": "many"}, named("not_convertible_to_integer", param="limit")),
    ({"order": "up"}, named("invalid_value", param="order", value="up", supported=("asc", "desc"))),
    ({"after": "x"}, named("file_not_found", id="x")),
    ({"before": "x"}, named("file_not_found", id="x")),
]


@pytest.mark.parametrize(("query", "error"), REFUSED)
def test_a_query_that_makes_no_sense_is_refused(query, error):
    with pytest.raises(RequestRefused) as refused:
        cursor_page(OBJECTS, query, KIND)
    assert refused.value.error == error


def _stocked(api):
    """Ids by what they are ids of."""
    file = api.upload("a.txt", b"text")
    store = api("POST", "/vector_stores", {"file_ids": [file]})["id"]
    thread = api("POST", "/threads", {})["id"]
    assistant = api("POST", "/assistants", {"model": "gpt-4o"})["id"]
    api.rule("Hi")
    job = {"model": "gpt-4o-mini", "training_file": api.upload("t.jsonl", b"{}\n", "fine-tune")}
    judge = {"data_source_config": {"type": "logs"}, "testing_criteria": []}
    eval_id = api("POST", "/evals", judge)["id"]
    source = {"type": "jsonl", "source": {"type": "file_content", "content": []}}
    manifest = b"---\nname: a\ndescription: b\n---\n"
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "x"}], "store": True}
    return {
        "store": store,
        "batch": api("POST", f"/vector_stores/{store}/file_batches", {"file_ids": [file]})["id"],
        "thread": thread,
        "run": api("POST", f"/threads/{thread}/runs", {"assistant_id": assistant})["id"],
        "job": api("POST", "/fine_tuning/jobs", job)["id"],
        "container": api("POST", "/containers", {"name": "c"})["id"],
        "eval": eval_id,
        "eval_run": api("POST", f"/evals/{eval_id}/runs", {"data_source": source})["id"],
        "skill": api.send_form("/skills", ("files[]", "a/SKILL.md", manifest))[1]["id"],
        "conversation": api("POST", "/conversations", {})["id"],
        "response": api("POST", "/responses", {"model": "gpt-4o", "input": "x"})["id"],
        "completion": api("POST", "/chat/completions", asked)["id"],
    }


LISTS = [
    "/files",
    "/batches",
    "/videos",
    "/assistants",
    "/vector_stores",
    "/vector_stores/{store}/files",
    "/vector_stores/{store}/file_batches/{batch}/files",
    "/threads/{thread}/messages",
    "/threads/{thread}/runs",
    "/threads/{thread}/runs/{run}/steps",
    "/fine_tuning/jobs",
    "/fine_tuning/jobs/{job}/events",
    "/fine_tuning/jobs/{job}/checkpoints",
    "/containers",
    "/containers/{container}/files",
    "/evals",
    "/evals/{eval}/runs",
    "/evals/{eval}/runs/{eval_run}/output_items",
    "/skills",
    "/skills/{skill}/versions",
    "/conversations/{conversation}/items",
    "/responses/{response}/input_items",
    "/chat/completions",
    "/chat/completions/{completion}/messages",
    "/webhook_endpoints",
]


def test_no_list_of_the_api_is_forgotten_here():
    whole = ("/models", "/webhook_event_types")
    served = {shape_of(each.path) for each in operations() if each.name.startswith("list") and each.path not in whole}
    served |= {shape_of(each.path) for each in operations() if each.full_name == "fine_tuning.jobs.checkpoints.list"}
    assert served == {shape_of(each) for each in LISTS}


@pytest.mark.parametrize(
    ("query", "status", "said"),
    [
        ("after=nope", 404, "nope"),
        ("limit=0", 400, "Invalid 'limit': integer below minimum value."),
        ("limit=many", 400, "limit"),
        ("order=up", 400, "Invalid value: 'up'. Supported values are: 'asc' and 'desc'."),
    ],
)
def test_every_list_refuses_what_is_no_place_in_it(api, query, status, said):
    ids = _stocked(api)
    seen = [api.refused("GET", f"{path.format(**ids)}?{query}") for path in LISTS]
    assert [(code, said in message) for code, message in seen] == [(status, True)] * len(LISTS), seen
