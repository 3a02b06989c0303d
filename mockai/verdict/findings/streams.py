"""Streams that did not go well, and what the client made of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from mockai.verdict.attempt import Attempt
from mockai.verdict.evidence import Evidence, truncated
from mockai.verdict.finding import Seen, finding

__all__ = ["malformed_chunk_ignored", "stream_error_swallowed", "truncation_accepted"]


@finding(
    "error",
    "warning",
    why="The SDKs raise nothing when a stream ends without a finish reason, so half an answer passes for a whole one.",
    advice="Read on until a chunk with a `finish_reason` (or `response.completed`); if the stream ends before, drop "
    "what came, and ask again or fail.",
)
def truncation_accepted(evidence: Evidence) -> Iterator[Seen]:
    """Took a truncated stream for a whole one."""
    for attempt in _unrepeated(evidence, truncated):
        later = _used(evidence, attempt)
        seen = f"the stream ended after {_pieces(attempt)} without a finish reason"
        if later is not None:
            yield Seen("error", (attempt.number, later.number), f"{seen}, and call {later.number} goes on from there")
        else:
            yield Seen("warning", (attempt.number,), f"{seen}, and nothing shows that the client minded")


@finding(
    "error",
    "note",
    why="A chunk that cannot be read is text, or a tool call, that is missing from the answer.",
    advice="Stop at the first event that is not JSON, drop what came, and ask again or fail. openai-python raises a "
    "bare `json.JSONDecodeError` there, which no `except openai.OpenAIError` catches.",
)
def malformed_chunk_ignored(evidence: Evidence) -> Iterator[Seen]:
    """Carried on after a malformed chunk."""
    for attempt in _unrepeated(evidence, lambda attempt: bool(attempt.said.malformed)):
        later = _used(evidence, attempt)
        seen = _unreadable(attempt)
        if later is not None:
            what = f"{seen}, and call {later.number} goes on with what came around it"
            yield Seen("error", (attempt.number, later.number), what)
        elif attempt.outcome == "complete" and not _turned_away(attempt):
            yield Seen("note", (attempt.number,), f"{seen}, and nothing shows that the client minded")


@finding(
    "error",
    why="The status was 200 and the error came later: what came before it is half an answer.",
    advice="Let the error through (the SDK raises `openai.APIError`), drop what came, and ask again or fail. A flat "
    "`error` event is not raised by openai-python: look at `event.type`.",
)
def stream_error_swallowed(evidence: Evidence) -> Iterator[Seen]:
    """Swallowed an error in a stream."""
    for attempt in _unrepeated(evidence, lambda attempt: bool(attempt.said.errors) and not attempt.whole):
        later = _used(evidence, attempt)
        if later is not None:
            what = f"an error ended the stream after {_pieces(attempt)}, and call {later.number} goes on from there"
            yield Seen("error", (attempt.number, later.number), what)


def _unrepeated(evidence: Evidence, struck: Callable[[Attempt], bool]) -> Iterator[Attempt]:
    return (a for a in evidence.attempts if not a.own and struck(a) and not evidence.was_repeated(a))


def _used(evidence: Evidence, attempt: Attempt) -> Attempt | None:
    """The later request that goes on from what this reply had said: with its text as the assistant's, or its id."""
    said = attempt.said
    texts = {text for text in (said.text.strip(), said.parts[0].strip() if said.parts else "") if text}
    for later in evidence.after(attempt):
        if later.conversation.previous in said.ids or texts & {text.strip() for text in later.conversation.assistant}:
            return later
    return None


def _turned_away(attempt: Attempt) -> bool:
    """Whether the client stopped reading: the SDKs do at what is not JSON; of others, patch mode can tell."""
    return attempt.sdk is not None or (attempt.received is not None and attempt.received < attempt.sent_bytes)


def _unreadable(attempt: Attempt) -> str:
    count = attempt.said.malformed
    return "an event was not JSON" if count == 1 else f"{count} events were not JSON"


def _pieces(attempt: Attempt) -> str:
    return f"{attempt.pieces} piece{'' if attempt.pieces == 1 else 's'} of content"
