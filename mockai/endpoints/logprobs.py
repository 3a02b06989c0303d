"""Log probabilities of tokens, as scripted or made up."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from mockai.ids import Mint
from mockai.replies.answer import Logprob

__all__ = ["Logprobs"]

_MOST = 20
_OTHERS = (
    *(" the", " a", " and", " of", " to", " in", " is", " I", "The", " for", " that", " with", " on", " as", " it"),
    *(",", ".", ":", "!", "?", " an", " or", " at"),
)


class Logprobs:
    """Gives the entries for text as it is sent, piece by piece.

    Scripted ones belong to the text by their length: those are given whose tokens end within what was sent.
    Made-up ones say that every token was the likeliest one, followed by `top` - 1 alternatives.
    """

    def __init__(self, mint: Mint, top: int = 0, scripted: Sequence[Logprob] | None = None) -> None:
        self._rng = mint.child("logprobs").rng
        self._top = min(top, _MOST)
        self._scripted = None if scripted is None else list(reversed(scripted))
        self._sent = 0

    def entries(self, text: str, tokens: Sequence[str]) -> list[dict[str, Any]]:
        """The entries for the next text, which is made of these tokens."""
        # A character of several tokens has one entry.
        made_up = self._scripted is None
        found = map(self._made_up, filter(None, tokens)) if made_up else self._next(text, self._scripted or [])
        return [self._entry(each) for each in found]

    def _next(self, text: str, scripted: list[Logprob]) -> Iterator[Logprob]:
        self._sent += len(text)
        while scripted and len(scripted[-1].token) <= self._sent:
            self._sent -= len(scripted[-1].token)
            yield scripted.pop()

    def _made_up(self, token: str) -> Logprob:
        logprob = -round(self._rng.expovariate(8.0), 8)
        others = self._rng.sample([other for other in _OTHERS if other != token], max(0, self._top - 1))
        falling = sorted((round(logprob - self._rng.uniform(0.5, 12), 8) for _ in others), reverse=True)
        likeliest = [(token, logprob)] if self._top else []
        return Logprob(token, logprob, (*likeliest, *zip(others, falling, strict=True)))

    def _entry(self, each: Logprob) -> dict[str, Any]:
        top = [_one(token, logprob) for token, logprob in each.top]
        return {**_one(each.token, each.logprob), "top_logprobs": top}


def _one(token: str, logprob: float) -> dict[str, Any]:
    return {"token": token, "logprob": logprob, "bytes": list(token.encode())}
