"""The input file of a batch: its lines as requests, or what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from mockai.endpoints.resource import Stored

__all__ = ["MOST_LINES", "BatchLine", "Checked", "batch_error", "read_lines"]

MOST_LINES = 50_000
_KEYS = ("custom_id", "method", "url", "body")


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One request of a batch."""

    custom_id: str
    url: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Checked:
    """The requests of an input file, and the errors for which the batch fails if there are any."""

    lines: tuple[BatchLine, ...] = ()
    errors: tuple[Stored, ...] = ()


def batch_error(code: str, message: str, line: int | None = None, param: str | None = None) -> Stored:
    """An error of a batch as the API writes it."""
    return {"code": code, "message": message, "param": param, "line": line}


def read_lines(data: bytes, endpoint: str) -> Checked:
    """The lines of an input file for a batch of this endpoint, every one of them checked."""
    written = [(at, line) for at, line in enumerate(data.split(b"\n"), 1) if line.strip()]
    if not written:
        empty = "The batch input file is empty. Please ensure that the batch contains at least one request."
        return Checked(errors=(batch_error("empty_file", empty),))
    if len(written) > MOST_LINES:
        many = f"The batch input file contains more than {MOST_LINES} requests."
        return Checked(errors=(batch_error("too_many_requests", many),))
    reader = _Reader(endpoint)
    read = [reader.read(at, line) for at, line in written]
    errors = tuple(each for each in read if not isinstance(each, BatchLine))
    return Checked(tuple(each for each in read if isinstance(each, BatchLine)), errors)


class _Reader:
    """Reads lines one after the other, and knows those before."""

    def __init__(self, endpoint: str) -> None:
        self._endpoint = endpoint
        self._ids: set[str] = set()
        self._model: str | None = None

    def read(self, at: int, line: bytes) -> BatchLine | Stored:
        """The request of a line, or what is wrong with it."""
        try:
            value = orjson.loads(line)
        except orjson.JSONDecodeError:
            value = None
        if not isinstance(value, dict):
            return batch_error("invalid_json_line", "This line is not parseable as valid JSON.", at)
        wrong = next(self._wrong(value, at), None)
        if wrong is not None:
            return wrong
        self._ids.add(value["custom_id"])
        self._model = self._model or value["body"].get("model")
        return BatchLine(value["custom_id"], value["url"], value["body"])

    def _wrong(self, value: Mapping[str, Any], at: int) -> Iterator[Stored]:
        for key in _KEYS:
            kind = dict if key == "body" else str
            if value.get(key) is None:
                message = f"Missing required parameter: '{key}'."
                yield batch_error("missing_required_parameter", message, at, key)
            elif not isinstance(value[key], kind):
                expected = "an object" if kind is dict else "a string"
                yield batch_error("invalid_type", f"Invalid type for '{key}': expected {expected}.", at, key)
        if value["custom_id"] in self._ids:
            message = (
                f"The custom_id '{value['custom_id']}' for this request is a duplicate of another request. "
                "The custom_id parameter must be unique for each request in a batch."
            )
            yield batch_error("duplicate_custom_id", message, at, "custom_id")
        if value["method"] != "POST":
            message = f"Invalid method: '{value['method']}'. Only POST is supported."
            yield batch_error("invalid_method", message, at, "method")
        if value["url"] != self._endpoint:
            message = (
                f"The URL provided for this request, '{value['url']}', does not match the endpoint of the batch, "
                f"'{self._endpoint}'."
            )
            yield batch_error("invalid_url", message, at, "url")
        if self._model is not None and value["body"].get("model") != self._model:
            message = (
                f"The provided model '{value['body'].get('model')}' does not match the model '{self._model}' of the "
                "requests before. All requests in a batch must be for the same model."
            )
            yield batch_error("mismatched_model", message, at, "body.model")
