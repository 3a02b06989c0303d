"""The input file of a batch, line by line."""

import orjson
import pytest

from mockai.endpoints import batches_input
from mockai.endpoints.batches_input import BatchLine, Checked, read_lines

CHAT = "/v1/chat/completions"
LINE = {"custom_id": "a", "method": "POST", "url": CHAT, "body": {"model": "gpt-4o"}}


def jsonl(*lines):
    return b"\n".join(line if isinstance(line, bytes) else orjson.dumps(line) for line in lines)


def test_lines_are_read_and_blank_ones_skipped():
    data = jsonl(LINE, b"", {**LINE, "custom_id": "b"}, b"  ")
    assert read_lines(data, CHAT) == Checked(tuple(BatchLine(id, CHAT, {"model": "gpt-4o"}) for id in "ab"))


ERRORS = [
    ([b"{oops"], "invalid_json_line", 1, None, "This line is not parseable as valid JSON."),
    ([b"\xef\xbb\xbf" + orjson.dumps(LINE)], "invalid_json_line", 1, None, "This line is not parseable as valid JSON."),
    ([b"[]"], "invalid_json_line", 1, None, "This line is not parseable as valid JSON."),
    *(
        ([{**LINE, key: None}], "missing_required_parameter", 1, key, f"Missing required parameter: '{key}'.")
        for key in LINE
    ),
    ([{**LINE, "custom_id": 1}], "invalid_type", 1, "custom_id", "Invalid type for 'custom_id': expected a string."),
    ([{**LINE, "body": []}], "invalid_type", 1, "body", "Invalid type for 'body': expected an object."),
    (
        [LINE, b"", LINE],
        "duplicate_custom_id",
        3,
        "custom_id",
        "The custom_id 'a' for this request is a duplicate of another request. The custom_id parameter must be unique "
        "for each request in a batch.",
    ),
    ([{**LINE, "method": "GET"}], "invalid_method", 1, "method", "Invalid method: 'GET'. Only POST is supported."),
    (
        [{**LINE, "url": "/v1/responses"}],
        "invalid_url",
        1,
        "url",
        "The URL provided for this request, '/v1/responses', does not match the endpoint of the batch, "
        "'/v1/chat/completions'.",
    ),
    (
        [LINE, {**LINE, "custom_id": "b", "body": {"model": "o3"}}],
        "mismatched_model",
        2,
        "body.model",
        "The provided model 'o3' does not match the model 'gpt-4o' of the requests before. "
        "All requests in a batch must be for the same model.",
    ),
]


@pytest.mark.parametrize(("lines", "code", "line", "param", "message"), ERRORS)
def test_a_bad_line_fails_the_batch_and_says_why(lines, code, line, param, message):
    expected = {"code": code, "message": message, "param": param, "line": line}
    assert read_lines(jsonl(*lines), CHAT).errors == (expected,)


def test_every_bad_line_is_named():
    errors = read_lines(jsonl(b"1", LINE, b"2"), CHAT).errors
    assert [error["line"] for error in errors] == [1, 3]


@pytest.mark.parametrize("data", [b"", b"\n \n"])
def test_an_empty_file_is_an_error(data):
    (error,) = read_lines(data, CHAT).errors
    assert (error["code"], error["line"]) == ("empty_file", None)


def test_too_many_lines_are_an_error(monkeypatch):
    monkeypatch.setattr(batches_input, "MOST_LINES", 1)
    (error,) = read_lines(b"{}\n{}", CHAT).errors
    assert error["code"] == "too_many_requests"
