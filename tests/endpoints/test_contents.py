"""The bytes of files, within a budget."""

import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints import contents
from mockai.state import Resources


@pytest.fixture
def resources(monkeypatch):
    monkeypatch.setattr(contents, "MOST_BYTES", 10)
    return Resources(limit=3)


def kept(resources):
    return {each["id"]: each["data"] for each in resources.all("contents")}


def test_what_is_kept_can_be_read_until_it_is_dropped(resources):
    contents.keep_content(resources, "a", b"1234")
    assert contents.content(resources, "a") == b"1234"
    contents.drop_content(resources, "a")
    assert kept(resources) == {}


def test_the_oldest_go_when_there_are_too_many_bytes(resources):
    contents.keep_content(resources, "a", b"1234")
    contents.keep_content(resources, "b", b"1234")
    contents.keep_content(resources, "c", b"123456")
    assert kept(resources) == {"b": b"1234", "c": b"123456"}
    contents.keep_content(resources, "d", b"1234567890")
    assert kept(resources) == {"d": b"1234567890"}


def test_the_oldest_goes_when_there_are_too_many_files(resources):
    for id in "abcd":
        contents.keep_content(resources, id, b"1")
    assert kept(resources) == {"b": b"1", "c": b"1", "d": b"1"}


def test_more_than_a_session_keeps_is_refused(resources):
    with pytest.raises(RequestRefused) as refused:
        contents.keep_content(resources, "a", b"12345678901")
    assert (refused.value.error.status, refused.value.error.message) == (
        413,
        "Maximum content size limit (10) exceeded",
    )


def test_the_error_says_what_a_session_keeps(resources):
    with pytest.raises(RequestRefused) as refused:
        contents.content(resources, "file-1")
    assert refused.value.error.message == (
        "The content of file-1 is not kept any more: a session of MockAI keeps 10 bytes in 3 files, "
        "and forgets the oldest first."
    )
