"""Uploads in parts."""

from hashlib import md5

import pytest

from mockai.endpoints import uploads

ASK = {"filename": "a.txt", "bytes": 6, "mime_type": "text/plain", "purpose": "assistants"}


@pytest.fixture
def upload(api):
    return api("POST", "/uploads", ASK)["id"]


def part(api, upload, data):
    status, made = api.send_form(f"/uploads/{upload}/parts", ("data", "blob", data))
    assert status == 200, made
    return made["id"]


def test_an_upload_has_the_apis_keys(api):
    made = api("POST", "/uploads", ASK)
    assert made.pop("id").startswith("upload_")
    assert made == {
        "object": "upload",
        "bytes": 6,
        "created_at": 1_767_225_601,
        "filename": "a.txt",
        "purpose": "assistants",
        "status": "pending",
        "expires_at": 1_767_229_201,
        "file": None,
    }


def test_parts_are_joined_in_the_order_the_client_gives(api, upload):
    second, first = part(api, upload, b"def"), part(api, upload, b"abc")
    checksum = md5(b"abcdef").hexdigest().upper()
    made = api("POST", f"/uploads/{upload}/complete", {"part_ids": [first, second], "md5": checksum})
    assert (made["status"], made["file"]["bytes"], made["file"]["purpose"]) == ("completed", 6, "assistants")
    store = api("POST", "/vector_stores", {"file_ids": [made["file"]["id"]]})["id"]
    api("GET", f"/vector_stores/{store}")
    content = api("GET", f"/vector_stores/{store}/files/{made['file']['id']}/content")
    assert content["data"] == [{"type": "text", "text": "abcdef"}]


def test_parts_are_forgotten_with_their_upload(api, upload):
    part(api, upload, b"abc")
    api("POST", f"/uploads/{upload}/cancel")
    assert (api.resources.all("uploads.parts"), api.resources.all("contents")) == ((), ())


CREATE = [
    ({"filename": None}, "Missing required parameter: 'filename'."),
    ({"bytes": None}, "Missing required parameter: 'bytes'."),
    ({"bytes": 0}, "Invalid 'bytes': integer below minimum value. Expected a value >= 1, but got 0 instead."),
    ({"mime_type": None}, "Missing required parameter: 'mime_type'."),
    ({"purpose": None}, "'purpose' is a required property"),
]


@pytest.mark.parametrize(("change", "message"), CREATE)
def test_a_bad_upload_is_refused(api, change, message):
    assert api.refused("POST", "/uploads", {**ASK, **change}) == (400, message)


def test_more_than_a_session_keeps_is_refused_at_once(api):
    assert api.refused("POST", "/uploads", {**ASK, "bytes": 2**29})[0] == 413


def test_what_does_not_fit_together_is_refused(api, upload):
    path, id = f"/uploads/{upload}/complete", part(api, upload, b"abc")
    assert api.refused("POST", path, {}) == (400, "Missing required parameter: 'part_ids'.")
    assert api.refused("POST", path, {"part_ids": ["part_x"]}) == (404, "No such Part object: part_x")
    assert api.refused("POST", path, {"part_ids": [id]}) == (
        400,
        "The uploaded parts have 3 bytes, but 6 bytes were expected.",
    )
    assert api.refused("POST", path, {"part_ids": [id, id], "md5": "0"}) == (
        400,
        "The md5 checksum does not match the uploaded bytes.",
    )
    assert api("POST", path, {"part_ids": [id, id]})["status"] == "completed"
    assert api.refused("POST", path, {"part_ids": []}) == (400, f"Upload {upload} has status 'completed'.")


def test_a_part_needs_data_of_a_size(api, upload, monkeypatch):
    monkeypatch.setattr(uploads, "_LARGEST_PART", 3)
    status, reply = api.send_form(f"/uploads/{upload}/parts", ("other", "blob", b"x"))
    assert (status, reply["error"]["message"]) == (400, "Missing required parameter: 'data'.")
    assert api.send_form(f"/uploads/{upload}/parts", ("data", "blob", b"abcd"))[0] == 413


def test_an_upload_that_is_not_there_is_a_404(api):
    assert api.refused("POST", "/uploads/upload_x/cancel") == (404, "No such Upload object: upload_x")
