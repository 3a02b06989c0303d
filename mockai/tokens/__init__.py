"""Text to tokens: exactly, where the extra `tokens` is installed, else estimated."""

from __future__ import annotations

from mockai.tokens.models import Rules, rules_of
from mockai.tokens.prompt import prompt_tokens

__all__ = ["Rules", "count", "prompt_tokens", "rules_of", "split"]


def count(text: str, model: str = "") -> int:
    """How many tokens a text has for a model."""
    return rules_of(model).count(text)


def split(text: str, model: str = "") -> tuple[str, ...]:
    """The tokens of a text for a model; together they are the text. A character that takes several tokens is the
    last of them, and those before it are empty."""
    return rules_of(model).split(text)
