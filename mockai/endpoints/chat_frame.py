"""What every form of a chat completion has in common: its id, its model, and what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from mockai.endpoints.chat_choice import Spent
from mockai.endpoints.chat_request import Asked
from mockai.endpoints.families import Family, family_of, fingerprint, snapshot
from mockai.endpoints.usage import completion_usage
from mockai.ids import Mint
from mockai.replies.answer import Completion
from mockai.request import APIRequest
from mockai.tokens import prompt_tokens

__all__ = ["Frame"]


@dataclass(frozen=True, slots=True)
class Frame:
    """The keys around the choices. `service_tier` of None is left out; the fingerprint may be null."""

    id: str
    created: int
    model: str
    service_tier: str | None
    system_fingerprint: str | None
    family: Family
    asked: Asked

    @classmethod
    def of(cls, completion: Completion, request: APIRequest, mint: Mint) -> Frame:
        """The frame of the reply to a request; equal arguments give equal frames."""
        asked, requested = Asked.of(request.body), request.model or ""
        family = family_of(completion.model or requested)
        model = completion.model or snapshot(requested)
        print_ = fingerprint(family, mint.seed, model)
        return cls(
            id=completion.id or mint.child("chat").id("chatcmpl-"),
            created=mint.created if completion.created is None else completion.created,
            model=model,
            service_tier=completion.service_tier or (asked.service_tier if family.tier else None),
            system_fingerprint=print_ if completion.system_fingerprint is None else completion.system_fingerprint,
            family=family,
            asked=asked,
        )

    @property
    def tier(self) -> dict[str, str]:
        """The service tier as a part of the reply: one key, or none."""
        return {} if self.service_tier is None else {"service_tier": self.service_tier}

    def usage(self, request: APIRequest, completion: Completion, spent: Spent) -> dict[str, Any]:
        """The usage, once everything was sent."""
        return completion_usage(prompt_tokens(request), *spent, self.family, completion.usage)

    def lasts(self, completion: Completion) -> bool:
        """Whether what is sent of the choices is the same every time; log probabilities are drawn anew."""
        drawn = self.asked.logprobs or any(choice.logprobs is not None for choice in completion.choices)
        return completion.still and not drawn
