"""Containers and the files in them."""

import orjson
import pytest


@pytest.fixture
def container(api):
    return api("POST", "/containers", {"name": "work"})["id"]


def test_a_container_has_the_apis_keys(api):
    asked = {"name": "c", "expires_after": {"anchor": "last_active_at", "minutes": 5}, "memory_limit": "4g"}
    made = api("POST", "/containers", asked)
    assert made.pop("id").startswith("cntr_")
    assert made == {
        "object": "container",
        "created_at": 1_767_225_601,
        "status": "running",
        "expires_after": {"anchor": "last_active_at", "minutes": 5},
        "last_active_at": 1_767_225_601,
        "memory_limit": "4g",
        "network_policy": {"type": "disabled"},
        "name": "c",
    }


def test_a_file_keeps_the_last_part_of_its_path(api, container):
    status, file = api.send_form(f"/containers/{container}/files", ("file", "../../etc/passwd", b"x"))
    assert (status, file["path"], file["bytes"], file["source"]) == (200, "/mnt/data/passwd", 1, "user")
    assert api("GET", f"/containers/{container}/files/{file['id']}") == file
    assert api.raw("GET", f"/containers/{container}/files/{file['id']}/content") == (200, b"x")


def test_a_container_is_deleted_with_its_files(api, container):
    api.send_form(f"/containers/{container}/files", ("file", "a.txt", b"x"))
    assert api("DELETE", f"/containers/{container}") == {
        "id": container,
        "object": "container.deleted",
        "deleted": True,
    }
    assert (api.resources.all("containers.files"), api.resources.all("contents")) == ((), ())


def test_containers_are_listed_by_name(api, container):
    assert [each["id"] for each in api("GET", "/containers?name=work")["data"]] == [container]
    assert api("GET", "/containers?name=play")["data"] == []


REFUSED = [
    ("", {}, 400, "Missing required parameter: 'name'."),
    ("", {"name": "c", "file_ids": ["file-x"]}, 404, "No such File object: file-x"),
    (
        "",
        {"name": "c", "memory_limit": "2g"},
        400,
        "Invalid value: '2g'. Supported values are: '1g', '4g', '16g', and '64g'.",
    ),
    (
        "",
        {"name": "c", "expires_after": {"anchor": "last_active_at"}},
        400,
        "Missing required parameter: 'expires_after.minutes'.",
    ),
    ("/{}/files", {}, 400, "Missing required parameter: 'file'."),
    ("/{}/files", {"file_id": "file-x"}, 404, "No such File object: file-x"),
    ("/cntr_x/files", {"file_id": "file-x"}, 404, "Container with id 'cntr_x' not found."),
]


@pytest.mark.parametrize(("path", "body", "status", "message"), REFUSED)
def test_a_bad_request_is_refused(api, container, path, body, status, message):
    assert api.refused("POST", "/containers" + path.format(container), body) == (status, message)


def test_a_form_without_a_file_is_refused(api, container):
    path = f"/containers/{container}/files"
    assert api.refused("POST", path, {}) == (400, "Missing required parameter: 'file'.")
    status, reply = api.send_form(path, ("other", None, b"x"))
    assert (status, reply["error"]["message"]) == (400, "Unknown parameter: 'other'.")


def test_a_file_that_is_not_there_is_a_404(api, container):
    status, data = api.raw("DELETE", f"/containers/{container}/files/cfile_x")
    assert (status, orjson.loads(data)["error"]["message"]) == (404, "Container file with id 'cfile_x' not found.")
