"""Forms as clients send them, whole and broken."""

import httpx
import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints.multipart import Form, Upload, parse, read_form
from mockai.wire import HTTPRequest

KIND = "multipart/form-data; boundary=b"


def body(*parts: str, end: str = "--b--\r\n") -> bytes:
    return "".join(f"--b\r\n{part}\r\n" for part in parts).encode() + end.encode()


def field(name: str, value: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'


def test_what_httpx_sends_is_read_back():
    sent = httpx.Request(
        "POST",
        "http://x",
        data={"model": "m", "include[]": ["a", "b"], "expires_after[anchor]": "created_at", "empty": ""},
        files=[("image[]", ("one é.png", b"\r\n--\x00\xff", "image/png")), ("image[]", ("two.png", b"", "image/png"))],
    )
    form = parse(sent.headers["content-type"], sent.read())
    assert form.fields == (
        ("model", "m"),
        ("include[]", "a"),
        ("include[]", "b"),
        ("expires_after[anchor]", "created_at"),
        ("empty", ""),
    )
    assert form.files == (
        Upload("image", "one é.png", "image/png", b"\r\n--\x00\xff"),
        Upload("image", "two.png", "image/png", b""),
    )


def test_a_form_reads_as_the_body_it_stands_for():
    image, mask = Upload("image", "a.png", "image/png", b"123"), Upload("mask", "m.png", "image/png", b"")
    form = Form(
        (("n", "1"), ("n", "2"), ("a[]", "x"), ("a[]", "y"), ("o[k]", "v"), ("n[]", "z"), ("n[k]", "z")), (image, mask)
    )
    shown = {"filename": "a.png", "content_type": "image/png", "bytes": 3}
    assert form.body() == {"n": "2", "a": ["x", "y"], "o": {"k": "v"}, "image": shown, "mask": mask.as_json()}
    assert Form((), (image, image)).body() == {"image": [shown, shown]}
    assert (form.text("n"), form.text("none"), form.texts("a"), form.texts("n")) == (
        "2",
        None,
        ("x", "y"),
        ("1", "2", "z"),
    )
    assert (form.file("mask"), form.file("none"), form.all_files("image")) == (mask, None, (image,))


def test_quotes_preambles_and_bare_values_are_understood():
    odd = b'a word before\r\n--b\r\ncontent-disposition: form-data; name="a\\"b"; x=y\r\n\r\n1\r\n--b\r\n'
    odd += b"Content-Disposition: form-data; name=file; filename=f.txt\r\n\r\ntext\r\n--b--after"
    form = parse('Multipart/Form-Data; charset=utf-8; boundary="b"', odd)
    assert form.fields == (('a"b', "1"),)
    assert form.files == (Upload("file", "f.txt", "application/octet-stream", b"text"),)


def test_an_empty_form_has_nothing_in_it():
    assert parse(KIND, b"--b--\r\n") == Form()


@pytest.mark.parametrize(
    ("content_type", "data", "reason"),
    [
        ("", b"", "expected multipart/form-data with a boundary, but got 'no content type'"),
        ("application/json", b"{}", "expected multipart/form-data with a boundary, but got 'application/json'"),
        ("multipart/form-data", b"", "expected multipart/form-data with a boundary, but got 'multipart/form-data'"),
        (KIND, b"nothing", "the boundary does not occur in the body"),
        (KIND, body(field("a", "1"), end=""), "the last part is not closed"),
        (KIND, body("no headers"), "a part has no end of its headers"),
        (KIND, body(f"x: {'y' * 20_000}\r\n\r\n"), "a part has no end of its headers"),
        (KIND, body("Content-Disposition: form-data\r\n\r\nx"), "a part has no name"),
        (KIND, body('Content-Disposition: attachment; name="a"\r\n\r\nx'), "a part has no name"),
        (KIND, body(*(field("a", "") for _ in range(1001))), "there are more than 1000 parts"),
        (KIND, body(field("a", "?")).replace(b"?", b"\xff"), "the field 'a' is not UTF-8 text"),
    ],
)
def test_what_is_no_form_is_refused(content_type, data, reason):
    with pytest.raises(RequestRefused) as refused:
        read_form(HTTPRequest("POST", "/v1/files", (), (("content-type", content_type),) if content_type else (), data))
    assert (refused.value.error.status, refused.value.error.message) == (
        400,
        f"Could not parse multipart form: {reason}.",
    )


def test_a_thousand_parts_are_not_too_many():
    assert len(parse(KIND, body(*(field("a", "") for _ in range(1000)))).fields) == 1000
