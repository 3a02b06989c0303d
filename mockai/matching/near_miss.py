"""The rules that came nearest to a request that none answers, and the text that says so."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from mockai.matching.asked import EndpointMismatch
from mockai.matching.base import Mismatch, View
from mockai.matching.rules import CompiledRule, explain
from mockai.matching.suggestion import suggest
from mockai.matching.wording import quoted
from mockai.request import APIRequest

__all__ = ["Candidate", "NearMiss", "Status", "near_misses", "suggest", "unmatched_message"]

Status: TypeAlias = Literal["unmatched", "exhausted"]
"""Why a rule did not answer: its conditions, or because every reply it has was used."""


_USED_UP = (
    "its conditions hold, but {0} of {0} replies are used; "
    "add a reply, or set `then` to repeat_last, cycle or fall_through"
)
_BEHIND = "its conditions hold, but a rule above it holds too, is used up, and ends the search with `then: fail`"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A rule that did not answer, with the view it had."""

    rule: CompiledRule
    view: View
    status: Status = "unmatched"


@dataclass(frozen=True, slots=True)
class NearMiss:
    """A rule by its key and place, why it did not answer, and how near it came, from 0 to 1."""

    rule: str
    where: str
    reasons: tuple[str, ...]
    score: float


def near_misses(candidates: Iterable[Candidate], request: APIRequest, limit: int = 3) -> tuple[NearMiss, ...]:
    """The candidates that came nearest, the nearest first; equals stay in the order of the rules."""
    found = [(candidate, explain(candidate.rule, request, candidate.view).mismatches) for candidate in candidates]
    scored = [(_score(candidate, mismatches), candidate, mismatches) for candidate, mismatches in found]
    scored.sort(key=lambda entry: (-entry[0], len(entry[2])))
    return tuple(
        NearMiss(candidate.rule.key, candidate.rule.where, tuple(_reasons(candidate, mismatches)), score)
        for score, candidate, mismatches in scored[:limit]
    )


def _score(candidate: Candidate, mismatches: Sequence[Mismatch]) -> float:
    """The mean closeness of the conditions, where one that holds counts 1."""
    if not mismatches:
        return 1.0
    lacking = sum(1 - mismatch.closeness for mismatch in mismatches)
    score = 1 - lacking / len(candidate.rule.predicates)
    # A rule for another endpoint is far off, however much else agrees.
    return score / 4 if any(isinstance(mismatch, EndpointMismatch) for mismatch in mismatches) else score


def _reasons(candidate: Candidate, mismatches: Sequence[Mismatch]) -> Iterator[str]:
    for mismatch in mismatches:
        yield mismatch.sentence()
    if candidate.status == "exhausted":
        replies = len(candidate.rule.rule.replies)
        yield f"{replies} of {replies} replies are used" if mismatches else _USED_UP.format(replies)
    elif not mismatches:
        yield _BEHIND


def unmatched_message(request: APIRequest, near: Sequence[NearMiss], total_rules: int) -> str:
    """What was asked, which rules came nearest and why they did not answer, and a rule that would have."""
    parts = [
        "No rule answers this request:",
        "\n".join(f"    {label:<13}{value}" for label, value in _asked(request)),
        _nearest(near, total_rules),
        "This rule would have answered; put it under `rules:` and write its reply:",
        "\n".join(f"  {line}" for line in suggest(request).splitlines()),
    ]
    return "\n\n".join(parts)


def _asked(request: APIRequest) -> Iterator[tuple[str, str]]:
    yield "endpoint", f"{request.endpoint}.{request.operation} ({request.http.method} {request.http.path})"
    if request.model is not None:
        yield "model", quoted(request.model)
    asked = request.last("user")
    if asked is not None:
        yield "user", quoted(asked.text, 200)
    if results := request.tool_results():
        yield "tool results", ", ".join(quoted(result.name or result.call_id or "?") for result in results)
    if request.tools:
        yield "tools", ", ".join(quoted(tool.name) for tool in request.tools)
    yield "stream", "yes" if request.stream else "no"
    yield "attempt", f"{request.attempt} (a retry by the client)" if request.attempt else "0 (the first)"


def _nearest(near: Sequence[NearMiss], total_rules: int) -> str:
    if not near:
        return "There are no rules." if total_rules == 0 else f"None of the {total_rules} rules is for it."
    which = "The only rule" if total_rules == 1 else f"The nearest of {total_rules} rules"
    lines = [f"{which}, and why it did not answer:" if len(near) == 1 else f"{which}, and why they did not answer:"]
    for number, miss in enumerate(near, 1):
        lines.append(f"    {number}. {miss.rule}" + (f" ({miss.where})" if miss.where else ""))
        lines += [f"       - {reason}" for reason in miss.reasons]
    return "\n".join(lines)
