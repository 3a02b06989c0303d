"""What is known of the bodies of operations whose own files say nothing of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.model_checks import unknown_parameters
from mockai.validation.rules import NO_RULES, Body, Rules

__all__ = ["RULES", "rules_of"]

_PURPOSE = Rules(own=frozenset({"purpose"}), optional=frozenset({"purpose"}))


def _image_model(body: Body) -> None:
    """A model comes before everything else."""
    if "model" not in body:
        raise RequestRefused(named("image_missing_model"))
    if not isinstance(body["model"], str):
        raise RequestRefused(named("image_invalid_model", got=kind_of(body["model"])))


_IMAGES = Rules(
    presence=(_image_model,),
    order=("prompt", "images", "image", "n", "quality", "output_compression"),
    not_null={"prompt": "a string"},
    expected={"quality": "one of 'low', 'medium', 'high', or 'auto'"},
    unknown_to=unknown_parameters,
    own=frozenset({"response_format", "style", "model"}),
    supported={
        "quality": ("low", "medium", "high", "auto"),
        "output_format": ("png", "webp", "jpeg"),
        "moderation": ("auto", "low"),
        "background": ("transparent", "opaque", "auto"),
    },
)
_EITHER = "one of a string or array"

RULES: Mapping[str, Rules] = {
    "embeddings.create": Rules(expected={"input": _EITHER}, own=frozenset({"input[]"})),
    "completions.create": Rules(expected={"prompt": _EITHER}, own=frozenset({"prompt[]"})),
    "moderations.create": Rules(expected={"input": _EITHER}, own=frozenset({"input[]"})),
    "images.generate": _IMAGES,
    "images.edit": replace(
        _IMAGES, extra={"images": {"type": "array", "items": {"type": "object"}}}, optional=frozenset({"image"})
    ),
    "audio.speech.create": Rules(expected={"voice": "one of a string or object"}),
    "files.create": _PURPOSE,
    "uploads.create": _PURPOSE,
}
"""By the SDK's name of the operation. The purpose of a file is refused in words of its own."""


def rules_of(operation: str) -> Rules:
    """What is known of an operation."""
    return RULES.get(operation, NO_RULES)
