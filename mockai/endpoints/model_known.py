"""Where only known models are let in: what an unknown one gets."""

from __future__ import annotations

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Operation
from mockai.models import Catalogue
from mockai.request import APIRequest

__all__ = ["check_known"]


def check_known(operation: Operation, request: APIRequest, catalogue: Catalogue) -> None:
    """Raises `RequestRefused` for a model that does not exist or is no longer served, where that matters."""
    model = request.model
    asked = operation.encode is not None or request.endpoint == "assistants"
    if catalogue.mode == "any" or not asked or not model:
        return
    status = catalogue.facts(model).status
    if status == "retired":
        raise RequestRefused(named("model_retired", model=model))
    if status == "unknown":
        raise RequestRefused(named(_ERRORS.get(request.endpoint, "model_not_found"), model=model))


_ERRORS = {
    "assistants": "model_not_found_responses",
    "images": "image_model_not_found",
    "responses": "model_not_found_responses",
    "threads": "model_not_found_responses",
    "threads.runs": "model_not_found_responses",
}
"""Where the API does not say so as in chat."""
