"""The `usage` of a reply."""

from __future__ import annotations

from typing import Any

from mockai.endpoints.families import Family
from mockai.scenario.schema import UsageSpec

__all__ = ["completion_usage"]


_NOTHING = UsageSpec()
_SENT = ("cached_tokens", "cache_write_tokens")
_MADE = ("reasoning_tokens", "audio_tokens", "accepted_prediction_tokens", "rejected_prediction_tokens")


def completion_usage(
    prompt: int, completion: int, reasoning: int, family: Family, written: UsageSpec | None
) -> dict[str, Any]:
    """The `usage` of a chat or text completion; what is written in the scenario stands, the rest is counted.

    `completion` includes `reasoning`. Where only details are written, the totals follow: reasoning and rejected
    predictions are paid for beside the text, and no total is less than its details together.
    """
    own = written or _NOTHING
    sent = own.prompt_tokens if own.prompt_tokens is not None else max(prompt, _details(own, _SENT))
    made = own.completion_tokens if own.completion_tokens is not None else _made(completion, reasoning, own)
    return {
        "prompt_tokens": sent,
        "completion_tokens": made,
        "total_tokens": own.total_tokens if own.total_tokens is not None else sent + made,
        "prompt_tokens_details": _prompt_details(sent, family, own),
        "completion_tokens_details": {
            "reasoning_tokens": reasoning if own.reasoning_tokens is None else own.reasoning_tokens,
            "audio_tokens": own.audio_tokens or 0,
            "accepted_prediction_tokens": own.accepted_prediction_tokens or 0,
            "rejected_prediction_tokens": own.rejected_prediction_tokens or 0,
            **({"text_tokens": max(0, made - (own.audio_tokens or 0))} if family.modalities else {}),
        },
    }


def _made(completion: int, reasoning: int, own: UsageSpec) -> int:
    if own.reasoning_tokens is not None:
        completion += own.reasoning_tokens - reasoning
    return max(completion + (own.rejected_prediction_tokens or 0), _details(own, _MADE))


def _details(own: UsageSpec, names: tuple[str, ...]) -> int:
    if own is _NOTHING:
        return 0
    return sum(getattr(own, name) or 0 for name in names)


def _prompt_details(sent: int, family: Family, own: UsageSpec) -> dict[str, int]:
    details = {"cached_tokens": own.cached_tokens or 0, "audio_tokens": 0}
    if family.cache_write or own.cache_write_tokens is not None:
        details["cache_write_tokens"] = own.cache_write_tokens or 0
    if family.modalities:
        details |= {"image_tokens": 0, "text_tokens": sent}
    return details
