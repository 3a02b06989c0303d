"""Files: what is taken, what is refused, what may be read."""

import pytest

from mockai.endpoints import files_kept

TEXT = ("file", "a.txt", b"text")


def test_a_file_has_the_apis_keys(api):
    status, file = api.send_form("/files", ("purpose", None, b"user_data"), TEXT)
    assert (status, len(file.pop("id"))) == (200, 27)
    assert file == {
        "object": "file",
        "purpose": "user_data",
        "filename": "a.txt",
        "bytes": 4,
        "created_at": 1_767_225_601,
        "expires_at": None,
        "status": "processed",
        "status_details": None,
    }


def test_a_file_ends_when_its_client_says(api):
    _, file = api.send_form(
        "/files",
        ("purpose", None, b"batch"),
        ("expires_after[anchor]", None, b"created_at"),
        ("expires_after[seconds]", None, b"3600"),
        ("file", "a.JSONL", b"{}"),
    )
    assert file["expires_at"] == file["created_at"] + 3600


REFUSED = [
    ([("purpose", None, b"batch")], 400, "Missing required parameter: 'file'."),
    ([TEXT], 400, "'purpose' is a required property"),
    (
        [("purpose", None, b"fun"), TEXT],
        400,
        "'fun' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'responses', 'vision', 'evals'] "
        "- 'purpose'",
    ),
    ([("purpose", None, b"batch"), TEXT], 400, "Invalid file format for Batch API. Must be .jsonl"),
    ([("purpose", None, b"fine-tune"), TEXT], 400, "Invalid file format for Fine-Tune API. Must be .jsonl"),
    ([("purpose", None, b"assistants"), ("file", "a.txt", b"")], 400, "File is empty."),
]


@pytest.mark.parametrize(("parts", "status", "message"), REFUSED)
def test_a_bad_upload_is_refused(api, parts, status, message):
    got, reply = api.send_form("/files", *parts)
    assert (got, reply["error"]["message"]) == (status, message)


def test_a_file_larger_than_the_api_takes_is_refused(api, monkeypatch):
    monkeypatch.setattr(files_kept, "MOST_FILE_BYTES", 3)
    status, reply = api.send_form("/files", ("purpose", None, b"assistants"), TEXT)
    assert (status, reply["error"]["message"]) == (413, "Maximum content size limit (3) exceeded")


@pytest.mark.parametrize(
    ("purpose", "status"), [("assistants", 400), ("vision", 400), ("user_data", 400), ("batch", 200), ("evals", 200)]
)
def test_some_purposes_are_not_downloaded(api, purpose, status):
    id = api.upload("a.jsonl", b"{}", purpose)
    got, data = api.raw("GET", f"/files/{id}/content")
    assert (got, data == b"{}") == (status, status == 200)
    assert status == 200 or f"Not allowed to download files of purpose: {purpose}".encode() in data


def test_what_is_not_there_is_a_404_everywhere(api):
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/content")):
        assert api.refused(method, f"/files/file-x{path}") == (404, "No such File object: file-x")


def test_a_deleted_file_leaves_its_vector_stores(api):
    id = api.upload("a.txt", b"text")
    store = api("POST", "/vector_stores", {"file_ids": [id]})["id"]
    other = api("POST", "/vector_stores", {})["id"]
    api("DELETE", f"/files/{id}")
    assert api("GET", f"/vector_stores/{store}/files")["data"] == []
    assert api("GET", f"/vector_stores/{other}")["file_counts"]["total"] == 0
