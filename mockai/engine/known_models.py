"""Where only known models are let in: what an unknown one gets."""

from __future__ import annotations

from collections.abc import Iterable

from mockai.api_errors import named
from mockai.endpoints.base import Operation
from mockai.engine.reading import Invalid
from mockai.matching.rules import CompiledRule
from mockai.models import Catalogue
from mockai.request import APIRequest

__all__ = ["check_known"]


def check_known(
    operation: Operation, request: APIRequest, catalogue: Catalogue, rules: Iterable[CompiledRule] = ()
) -> None:
    """Raises `Invalid` for a model that does not exist or is no longer served, where that matters; one that a rule
    added at run time names does."""
    model = request.model
    asked = operation.encode is not None or request.endpoint == "assistants"
    if catalogue.mode == "any" or not asked or not model:
        return
    status = catalogue.facts(model).status
    if status not in ("retired", "unknown") or any(rule.rule.when.model == model for rule in rules):
        return
    if status == "retired":
        raise Invalid(named("model_retired", model=model))
    raise Invalid(named(_ERRORS.get(request.endpoint, "model_not_found"), model=model))


_ERRORS = {
    "assistants": "model_not_found_responses",
    "images": "image_model_not_found",
    "responses": "model_not_found_responses",
    "threads": "model_not_found_responses",
    "threads.runs": "model_not_found_responses",
}
"""Where the API does not say so as in chat."""
