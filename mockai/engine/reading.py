"""From a request over HTTP to the one that rules see: read, checked, and with what it refers to in the session."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import orjson

from mockai.api_errors import ErrorReply, RequestRefused
from mockai.endpoints.base import Check, Operation, Serving, Validation
from mockai.endpoints.json_body import read_object
from mockai.endpoints.multipart import read_form
from mockai.journal import Entry
from mockai.request import APIRequest
from mockai.validation.bodies import derived_check
from mockai.validation.queries import query_check
from mockai.wire import HTTPRequest

__all__ = ["HEADER", "Invalid", "Reading", "Unreadable", "may_pass", "validation_of"]

HEADER = "x-mockai-validation"
"""The request header that says how strictly the request is checked."""
_MOST_PASSED = 1024


class Unreadable(RequestRefused):
    """A body that the operation cannot make a request of."""


class Invalid(RequestRefused):
    """A request that was read, and that a check refuses."""


@dataclass(slots=True)
class Reading:
    """How the requests of one exchange are read.

    What a check refuses is raised as `Invalid`, or where the entry is lenient noted in it: everything that the check
    found. `elsewhere`, with another provider, are other parameters, values and models, of which
    OpenAI's checks know nothing. `admit` is asked about the model before anything is checked.
    """

    operation: Operation
    params: Mapping[str, str]
    serving: Serving
    entry: Entry
    elsewhere: bool = False
    admit: Callable[[APIRequest], None] | None = None

    def request(self, http: HTTPRequest) -> APIRequest:
        """The request as rules see it. Raises `RequestRefused`."""
        operation, checks = self.operation, self.operation.checks
        try:
            request = operation.decode(http, self.params)
        except RequestRefused as refused:
            return self._otherwise(http, refused.error)
        self.entry.request = request
        if self.admit is not None:
            self.admit(request)
        outline, passed = request.outline, self.serving.catalogue.passed
        request.outline = None  # the journal would hold it, and with it the kilobyte or more that orjson has made it in
        asked = (operation.path, self.elsewhere, outline)
        if outline is not None and asked in passed:
            self._check(checks.texts, request)
            self.entry.checked = True
            return request
        self._check_form(request)
        if operation.enrich is not None:
            enriched = operation.enrich(request, self.serving)
            if enriched.model != request.model:
                self._admit(enriched)
            request = enriched
        self._check(checks.meaning, request)
        self._check(() if self.elsewhere else checks.model, request)
        self.entry.checked = True
        if outline is not None and not self.entry.tolerated:
            if len(passed) >= _MOST_PASSED:
                passed.clear()
            passed.add(asked)
        return request

    def _otherwise(self, http: HTTPRequest, error: ErrorReply) -> APIRequest:
        """What becomes of a body that could not be made a request of. Its form may hold what the API names before;
        lenient, the value that stood in the way counts as not given."""
        body = _body_of(http)
        if body is not None:
            operation = self.operation
            self._check_form(APIRequest(http, operation.endpoint, operation.name, params=self.params, body=body))
        name = (error.param or "").partition("[")[0].partition(".")[0]
        if not self.entry.lenient or error.status != 400 or body is None or name not in body or not _is_json(http):
            raise Unreadable(error)
        self.entry.tolerate(error)
        rest = {key: value for key, value in body.items() if key != name}
        return self.request(replace(http, body=orjson.dumps(rest)))

    def _admit(self, request: APIRequest) -> None:
        if self.admit is not None:
            self.admit(request)

    def _check_form(self, request: APIRequest) -> None:
        operation, form = self.operation, self.operation.checks.form
        if form is None and (request.http.query or operation.method == "GET"):
            self._check((query_check(operation.method, operation.path),), request)
        self._check((derived_check(operation.method, operation.path),) if form is None else form, request)

    def _check(self, checks: Iterable[Check], request: APIRequest) -> None:
        for check in checks:
            try:
                check(request, self.serving)
            except RequestRefused as refused:
                for error in refused.errors:
                    if not self.elsewhere or error.code in _EVERYWHERE:
                        self._refuse(error)

    def ask(self, provider: Callable[[APIRequest], None], request: APIRequest) -> None:
        """Ask a provider what it refuses of its own; lenient, what is wrong with a body is noted."""
        try:
            provider(request)
        except RequestRefused as refused:
            if refused.error.status not in _ABOUT_BODIES:
                raise
            self._refuse(refused.error)

    def _refuse(self, error: ErrorReply) -> None:
        if not self.entry.lenient:
            raise Invalid(error) from None
        self.entry.tolerate(error)


def _body_of(http: HTTPRequest) -> dict[str, Any] | None:
    """The body of a request, JSON or a form; None for what is neither."""
    try:
        return read_object(http) if _is_json(http) else read_form(http).body()
    except RequestRefused:
        return None


def _is_json(http: HTTPRequest) -> bool:
    return not (http.header("content-type") or "").startswith("multipart/")


_EVERYWHERE = ("missing_required_parameter", "invalid_type", None)
"""The codes of errors that another provider would have too, in its own words: what is missing, of a wrong type, or does
not hang together. Its parameters, values and limits are its own."""

_ABOUT_BODIES = (400, 422)

_ABOUT_VALUES = frozenset(
    {
        *("missing_required_parameter", "unknown_parameter", "invalid_type", "invalid_value"),
        *("empty_array", "array_above_max_length", "empty_string", "string_above_max_length"),
        *("integer_below_min_value", "integer_above_max_value", "decimal_below_min_value", "decimal_above_max_value"),
        *("object_above_max_properties", "property_name_above_max_length"),
    }
)
"""The codes of errors that are about a value in the body, wherever an operation finds it."""


def may_pass(refused: RequestRefused, entry: Entry) -> bool:
    """Whether lenient validation answers what was refused with this: a body, or a value in it."""
    about_values = isinstance(refused, Unreadable) or refused.error.code in _ABOUT_VALUES
    return entry.lenient and about_values and refused.error.status == 400


def validation_of(http: HTTPRequest, otherwise: Validation) -> Validation:
    """How strictly a request is checked: as its header says, where it has one. Raises `RequestRefused` for a word
    that is neither `strict` nor `lenient`."""
    asked = http.header(HEADER)
    if asked is None:
        return otherwise
    for known in _MODES:
        if asked.strip().lower() == known:
            return known
    raise RequestRefused(
        ErrorReply(400, f"MockAI: {HEADER} is strict or lenient; seen {asked!r}.", code="mockai_validation")
    )


_MODES: tuple[Validation, ...] = ("strict", "lenient")
