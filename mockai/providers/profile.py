"""What is said of a provider."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, TypeAlias

from mockai.providers.base import Quirk, quirk
from mockai.providers.error_shapes import OPENAI_SHAPE, ErrorShape
from mockai.wire import Headers

__all__ = ["Profile", "ProviderName"]

ProviderName: TypeAlias = Literal[
    "openai", "azure", "openrouter", "groq", "ollama", "vllm", "litellm", "vercel", "anthropic", "gemini", "mistral",
    "deepseek", "together", "fireworks", "xai", "perplexity",
]  # fmt: skip


@dataclass(frozen=True)
class Profile:
    """A provider.

    `base_url` is what its clients are given. Requests below one of `prefixes` are meant for it where nothing else is
    said; `hosts` are answered in patch mode. `written` are its quirks as a scenario would write them. `headers` may
    hold `{uuid}`, `{hex}`, `{ms}` and `{model}`. `variables` are what its clients read their key from, `roots` and
    `bases` the environment variables for the URL without and with the path, `others` what else they need.
    `openai_models`: it serves OpenAI's, and refuses the parameters that these refuse. `tells_limits`: every reply has
    headers that tell of limits; `free` are those of its free tier, as `limits` in a scenario. `keyless`: it asks for no
    key.
    """

    name: ProviderName
    title: str
    base_url: str
    written: tuple[str | Mapping[str, Any], ...] = ()
    errors: ErrorShape = OPENAI_SHAPE
    headers: Headers = ()
    models: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    roots: tuple[str, ...] = ()
    bases: tuple[str, ...] = ()
    others: Mapping[str, str] = field(default_factory=dict)
    openai_headers: bool = False
    openai_models: bool = False
    tells_limits: bool = False
    free: Mapping[str, Any] = field(default_factory=dict)
    keyless: bool = False

    @cached_property
    def quirks(self) -> tuple[Quirk, ...]:
        """The quirks themselves."""
        return tuple(quirk(each) for each in self.written)

    @property
    def path(self) -> str:
        """The path that the mock's own base URL has for it."""
        return self.prefixes[0] if self.prefixes else "/v1"
