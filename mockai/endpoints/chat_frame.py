"""What every form of a chat completion has in common: its id, its model, and what was asked of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from mockai.endpoints.chat_choice import Spent
from mockai.endpoints.chat_request import Asked
from mockai.endpoints.families import Family, family_of, fingerprint, snapshot
from mockai.endpoints.usage import completion_usage
from mockai.ids import Mint, alnum_of
from mockai.replies.answer import Completion

__all__ = ["Frame", "identity", "own_id"]


def own_id(mint: Mint) -> bytes:
    """The id of a completion that has none written."""
    return b"chatcmpl-" + alnum_of(mint.seal()[:29])


def identity(completion: Completion, mint: Mint, kind: str) -> bytes:
    """The beginning of a reply, which no other has: its id, its kind and its time."""
    id = orjson.dumps(completion.id) if completion.id else b'"%b"' % own_id(mint)
    created = mint.created if completion.created is None else completion.created
    return b'{"id":%b,"object":"%b","created":%d' % (id, kind.encode(), created)


@dataclass(frozen=True, slots=True)
class Frame:
    """What is the same in every reply of a completion to requests that ask for the same: the keys around the choices
    but the id and the time. `service_tier` of None is left out; the fingerprint may be null."""

    model: str
    service_tier: str | None
    system_fingerprint: str | None
    family: Family
    asked: Asked

    @classmethod
    def of(cls, completion: Completion, requested: str, asked: Asked, seed: int | str) -> Frame:
        """The frame of the replies to requests for this model that ask for this."""
        family = family_of(completion.model or requested)
        model = completion.model or snapshot(requested)
        print_ = fingerprint(family, seed, model)
        return cls(
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

    @property
    def in_chunks(self) -> bytes:
        """What stands in each chunk between its time and its choices."""
        return (
            b"," + orjson.dumps({"model": self.model, **self.tier, "system_fingerprint": self.system_fingerprint})[1:-1]
        )

    def usage(self, prompt: int, completion: Completion, spent: Spent) -> dict[str, Any]:
        """The usage after a prompt of so many tokens, once everything was sent."""
        return completion_usage(prompt, *spent, self.family, completion.usage)

    def lasts(self, completion: Completion) -> bool:
        """Whether what is sent of the choices is the same every time; log probabilities are drawn anew."""
        drawn = self.asked.logprobs or any(choice.logprobs is not None for choice in completion.choices)
        return completion.still and not drawn
