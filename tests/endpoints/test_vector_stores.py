"""Vector stores: what they say of themselves and of their files."""

import pytest

from mockai.endpoints.vector_stores_search import chunks

ADDED = "/vector_stores/{}/files"


@pytest.fixture
def store(api):
    return api("POST", "/vector_stores", {"name": "notes"})["id"]


def added(api, store, filename="a.txt", data=b"text", **more):
    id = api.upload(filename, data)
    api("POST", f"/vector_stores/{store}/files", {"file_id": id, **more})
    return id


def test_a_store_has_the_apis_keys(api):
    made = api("POST", "/vector_stores", {"expires_after": {"anchor": "last_active_at", "days": 2}})
    assert made.pop("id").startswith("vs_")
    assert made == {
        "object": "vector_store",
        "created_at": 1_767_225_601,
        "name": "",
        "description": None,
        "metadata": {},
        "expires_after": {"anchor": "last_active_at", "days": 2},
        "last_active_at": 1_767_225_601,
        "usage_bytes": 0,
        "file_counts": {"in_progress": 0, "completed": 0, "failed": 0, "cancelled": 0, "total": 0},
        "status": "completed",
        "expires_at": 1_767_225_601 + 2 * 86_400,
    }


def test_a_store_expires_when_it_is_not_used(api):
    id = api("POST", "/vector_stores", {"expires_after": {"anchor": "last_active_at", "days": 1}})["id"]
    api.resources.update("vector_stores", id, lambda stored: {**stored, "last_active_at": 0})
    assert api("GET", f"/vector_stores/{id}")["status"] == "expired"


def test_a_store_is_changed_and_listed(api, store):
    change = {"name": "other", "metadata": {"a": "b"}, "expires_after": {"anchor": "last_active_at", "days": 1}}
    changed = api("POST", f"/vector_stores/{store}", change)
    assert (changed["name"], changed["metadata"], changed["expires_after"]["days"]) == ("other", {"a": "b"}, 1)
    assert api("POST", f"/vector_stores/{store}", {"expires_after": None})["expires_after"] is None
    assert [each["name"] for each in api("GET", "/vector_stores")["data"]] == ["other"]


def test_a_file_is_in_progress_until_it_is_looked_at(api, store):
    id = added(api, store)
    files = f"/vector_stores/{store}/files"
    assert [each["id"] for each in api("GET", f"{files}?filter=in_progress")["data"]] == [id]
    assert api("GET", f"{files}?filter=completed")["data"] == []
    file = api("GET", f"{files}/{id}")
    assert file == {
        "id": id,
        "object": "vector_store.file",
        "usage_bytes": 4,
        "created_at": 1_767_225_603,
        "vector_store_id": store,
        "status": "completed",
        "last_error": None,
        "chunking_strategy": {"type": "static", "static": {"max_chunk_size_tokens": 800, "chunk_overlap_tokens": 400}},
        "attributes": {},
    }
    assert api.refused("GET", f"{files}?filter=lost")[0] == 400


OUTCOMES = [
    ("a.txt", b"text", "completed", None),
    ("A.MD", b"text", "completed", None),
    ("a.pdf", b"%PDF\xff", "completed", None),
    ("a.txt", b"\xff", "failed", "invalid_file"),
    ("a.png", b"text", "failed", "unsupported_file"),
    ("upload", b"text", "failed", "unsupported_file"),
]


@pytest.mark.parametrize(("filename", "data", "status", "code"), OUTCOMES)
def test_a_file_that_cannot_be_read_fails(api, store, filename, data, status, code):
    file = api("GET", f"/vector_stores/{store}/files/{added(api, store, filename, data)}")
    assert (file["status"], (file["last_error"] or {}).get("code")) == (status, code)


def test_nothing_can_be_read_in_a_document(api, store):
    id = added(api, store, "a.pdf", b"%PDF\xff")
    assert api("GET", f"/vector_stores/{store}/files/{id}/content")["data"] == [{"type": "text", "text": ""}]


def test_a_file_whose_content_was_forgotten_fails(api, store):
    id = added(api, store)
    api.resources.delete("contents", id)
    assert api("GET", f"/vector_stores/{store}/files/{id}")["last_error"]["code"] == "invalid_file"


CHUNKING = [
    ({"type": "auto"}, 800, 400),
    ({"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 10}}, 100, 10),
]


@pytest.mark.parametrize(("strategy", "size", "overlap"), CHUNKING)
def test_the_chunking_is_the_clients(api, store, strategy, size, overlap):
    id = added(api, store, chunking_strategy=strategy)
    static = api("GET", f"/vector_stores/{store}/files/{id}")["chunking_strategy"]["static"]
    assert static == {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}


CHUNKS = [
    ("", 3, 1, [""]),
    ("one two three", 3, 1, ["one two three"]),
    ("one two three four five", 3, 1, ["one two three", " three four five"]),
    ("one two three four", 3, 1, ["one two three", " three four"]),
    ("one two three four", 2, 0, ["one two", " three four"]),
]


@pytest.mark.parametrize(("text", "size", "overlap", "expected"), CHUNKS)
def test_content_comes_in_chunks_that_overlap(text, size, overlap, expected):
    static = {"max_chunk_size_tokens": size, "chunk_overlap_tokens": overlap}
    assert chunks(text, {"type": "static", "static": static}) == expected


def test_attributes_are_changed_and_filtered_by(api, store):
    id = added(api, store, attributes={"year": 2020, "lang": "en"})
    path = f"/vector_stores/{store}/files/{id}"
    assert api("POST", path, {"attributes": {"year": 2024, "lang": "en"}})["attributes"]["year"] == 2024


REFUSED = [
    (
        "",
        {"file_ids": "x"},
        400,
        "Invalid type for 'file_ids': expected an array of strings, but got a string instead.",
    ),
    ("", {"file_ids": ["file-x"]}, 404, "No such File object: file-x"),
    ("", {"expires_after": {"anchor": "last_active_at"}}, 400, "Missing required parameter: 'expires_after.days'."),
    ("/{}/files", {}, 400, "Missing required parameter: 'file_id'."),
    ("/{}/files", {"file_id": "file-x"}, 404, "No such File object: file-x"),
    ("/{}/file_batches", {}, 400, "Missing required parameter: 'file_ids'."),
    (
        "/{}/file_batches",
        {"file_ids": ["a"], "files": [{"file_id": "a"}]},
        400,
        "Mutually exclusive parameters: ''. Ensure you are only providing one of: 'file_ids' or 'files'.",
    ),
    (
        "/{}/files",
        {"file_id": "x", "attributes": {f"k{at}": 1 for at in range(17)}},
        400,
        "Invalid 'attributes': too many properties. Expected an object with at most 16 properties, but got an object "
        "with 17 properties instead.",
    ),
    (
        "/{}/files",
        {"file_id": "x", "attributes": {"k": []}},
        400,
        "Invalid type for 'attributes.k': expected one of a string, decimal, or boolean, but got an array instead.",
    ),
    (
        "/{}/files",
        {"file_id": "x", "chunking_strategy": {"type": "static"}},
        400,
        "Missing required parameter: 'chunking_strategy.static'.",
    ),
    ("/{}/search", {}, 400, "Missing required parameter: 'query'."),
    (
        "/{}/search",
        {"query": 1},
        400,
        "Invalid type for 'query': expected one of a string or array of strings, but got an integer instead.",
    ),
]


@pytest.mark.parametrize(("path", "body", "status", "message"), REFUSED)
def test_a_bad_request_is_refused(api, store, path, body, status, message):
    assert api.refused("POST", "/vector_stores" + path.format(store), body) == (status, message)


def test_a_look_at_one_file_leaves_the_others_in_progress(api, store):
    first, second = added(api, store), added(api, store)
    api("GET", f"/vector_stores/{store}/files/{first}")
    files = api("GET", f"/vector_stores/{store}/files")["data"]
    assert {file["id"]: file["status"] for file in files} == {first: "completed", second: "in_progress"}


def test_what_is_not_there_is_a_404(api, store):
    assert api.refused("GET", "/vector_stores/vs_x") == (404, "Vector store with id ['vs_x'] not found.")
    assert api.refused("GET", "/vector_stores/vs_x/files") == (404, "Vector store with id ['vs_x'] not found.")
    assert api.refused("GET", f"/vector_stores/{store}/files/file-x")[0] == 404
    assert api.refused("GET", f"/vector_stores/{store}/file_batches/vsfb_x")[0] == 404


# ------------------------------------------------------------------------------------------- batches


def test_a_batch_of_files_counts_how_they_get_on(api, store):
    good, bad = api.upload("a.txt", b"text"), api.upload("a.png", b"x")
    files = [{"file_id": good, "attributes": {"a": 1}}, {"file_id": bad}]
    made = api("POST", f"/vector_stores/{store}/file_batches", {"files": files})
    assert (made["status"], made["object"]) == ("in_progress", "vector_store.file_batch")
    path = f"/vector_stores/{store}/file_batches/{made['id']}"
    batch = api("GET", path)
    assert batch["status"] == "completed"
    assert batch["file_counts"] == {"in_progress": 0, "completed": 1, "failed": 1, "cancelled": 0, "total": 2}
    assert [each["id"] for each in api("GET", f"{path}/files?filter=failed")["data"]] == [bad]
    assert api("POST", f"{path}/cancel")["status"] == "completed"


def test_a_batch_of_files_is_cancelled(api, store):
    made = api("POST", f"/vector_stores/{store}/file_batches", {"file_ids": [api.upload("a.txt", b"text")]})
    path = f"/vector_stores/{store}/file_batches/{made['id']}"
    assert api("POST", f"{path}/cancel")["file_counts"]["cancelled"] == 1
    assert api("GET", path)["status"] == "cancelled"


# -------------------------------------------------------------------------------------------- search


@pytest.fixture
def library(api, store):
    """A store of three files, one of them still in progress."""
    added(api, store, "rain.txt", b"Rain in Oslo, rain in Bergen", attributes={"year": 2020, "lang": "en"})
    added(api, store, "sun.txt", b"Sun in Rome", attributes={"year": 2024, "lang": "it"})
    api("GET", f"/vector_stores/{store}")
    added(api, store, "later.txt", b"Rain in Oslo")
    return store


SEARCHES = [
    ({"query": "rain in Oslo"}, [("rain.txt", 1.0), ("sun.txt", 0.3333)]),
    ({"query": ["SUN", "moon"]}, [("sun.txt", 1.0), ("rain.txt", 0.0)]),
    ({"query": "?"}, [("rain.txt", 0.0), ("sun.txt", 0.0)]),
    ({"query": "rain", "max_num_results": 1}, [("rain.txt", 1.0)]),
    ({"query": "rain", "ranking_options": {"score_threshold": 0.5}}, [("rain.txt", 1.0)]),
    ({"query": "in", "filters": {"type": "eq", "key": "lang", "value": "it"}}, [("sun.txt", 1.0)]),
    ({"query": "in", "filters": {"type": "ne", "key": "lang", "value": "it"}}, [("rain.txt", 1.0)]),
    ({"query": "in", "filters": {"type": "gt", "key": "year", "value": 2020}}, [("sun.txt", 1.0)]),
    ({"query": "in", "filters": {"type": "gte", "key": "year", "value": 2024}}, [("sun.txt", 1.0)]),
    ({"query": "in", "filters": {"type": "lt", "key": "year", "value": 2024}}, [("rain.txt", 1.0)]),
    ({"query": "in", "filters": {"type": "lte", "key": "year", "value": 2020}}, [("rain.txt", 1.0)]),
    ({"query": "in", "filters": {"type": "in", "key": "year", "value": [2020]}}, [("rain.txt", 1.0)]),
    ({"query": "in", "filters": {"type": "nin", "key": "year", "value": [2020]}}, [("sun.txt", 1.0)]),
    ({"query": "in", "filters": {"type": "gt", "key": "lang", "value": 1}}, []),
    ({"query": "in", "filters": {"type": "eq", "key": "none", "value": 1}}, []),
    (
        {
            "query": "in",
            "filters": {
                "type": "and",
                "filters": [
                    {"type": "eq", "key": "lang", "value": "it"},
                    {"type": "or", "filters": [{"type": "eq", "key": "year", "value": 2024}]},
                ],
            },
        },
        [("sun.txt", 1.0)],
    ),
]


@pytest.mark.parametrize(("body", "expected"), SEARCHES)
def test_a_search_ranks_the_chunks_of_finished_files(api, library, body, expected):
    found = api("POST", f"/vector_stores/{library}/search", body)
    assert [(each["filename"], each["score"]) for each in found["data"]] == expected
    assert found["search_query"] == (body["query"] if isinstance(body["query"], list) else [body["query"]])
