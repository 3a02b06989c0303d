"""What stands for a bare status: the API's usual error of it, or a plain one where there is no usual error."""

from __future__ import annotations

from collections.abc import Mapping

from mockai.api_errors.base import NamedError

__all__ = ["ERRORS", "USUAL"]


def _plain(name: str, status: int, message: str, code: str | None = None) -> NamedError:
    kind = "server_error" if status >= 500 else "invalid_request_error"
    summary = f"Status {status} with nothing else to say."
    return NamedError(name, status, summary, message, type=kind, code=code, evidence="unverified")


ERRORS = (
    _plain("bad_request", 400, "The request is invalid."),
    _plain("payment_required", 402, "Payment is required to complete this request."),
    _plain("request_timeout", 408, "The request timed out."),
    _plain("conflict", 409, "The resource was changed by another request. Please try again."),
    NamedError(
        "request_too_large",
        413,
        "The body is larger than the server takes.",
        "Maximum content size limit ({limit}) exceeded",
        defaults={"limit": 26214400},
        evidence="unverified",
    ),
    _plain("unsupported_media_type", 415, "The content type of the request is not supported."),
    _plain("unprocessable_entity", 422, "The request was well-formed but could not be processed."),
    _plain("not_implemented", 501, "This operation is not implemented."),
    _plain("bad_gateway", 502, "Bad gateway."),
    _plain("gateway_timeout", 504, "The upstream server took too long to answer."),
)

USUAL: Mapping[int, str] = {
    **{entry.status: entry.name for entry in ERRORS},
    401: "invalid_api_key",
    403: "project_model_not_allowed",
    404: "model_not_found",
    405: "method_not_supported",
    429: "rate_limit_exceeded",
    500: "server_error",
    503: "overloaded",
}
