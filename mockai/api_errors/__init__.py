"""The errors of the OpenAI API by name: status, headers and body as the real API sends them."""

from mockai.api_errors.base import ErrorReply, Evidence, NamedError, RequestRefused, Slot
from mockai.api_errors.catalogue import NAMES, by_status, named, suggest
from mockai.api_errors.phrases import kind_of, wait_text

__all__ = [
    "NAMES",
    "ErrorReply",
    "Evidence",
    "NamedError",
    "RequestRefused",
    "Slot",
    "by_status",
    "kind_of",
    "named",
    "suggest",
    "wait_text",
]
