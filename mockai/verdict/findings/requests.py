"""What stands in a request: tools that nobody offered, secrets, mistakes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from mockai.verdict.attempt import Attempt
from mockai.verdict.evidence import Evidence, broke_off
from mockai.verdict.finding import Seen, Severity, finding

__all__ = ["refused_request", "secret_echoed", "side_effect_repeated", "unoffered_tool_run"]

_NOT_THE_REQUEST = frozenset({408, 409, 429})


@finding(
    "error",
    "note",
    why="The API refuses it each time, whatever the server's health; users see it as an outage.",
    advice="Correct the request; the message says what is wrong with it.",
)
def refused_request(evidence: Evidence) -> Iterator[Seen]:
    """Sent a request that the API refuses."""
    told: set[str] = set()
    for before, attempt in pairwise((None, *evidence.attempts)):
        if attempt is None or _sent_on(before):
            continue
        for severity, message in _refusals(attempt):
            if message not in told:
                told.add(message)
                yield Seen(severity, (attempt.number,), message)


def _sent_on(before: Attempt | None) -> bool:
    """Whether a redirect sent the client where it went next."""
    return before is not None and before.status is not None and 300 <= before.status < 400


def _refusals(attempt: Attempt) -> Iterator[tuple[Severity, str]]:
    """What the API says against a request, and how sure it is that it should not have been sent."""
    for message in attempt.tolerated:
        yield "error", f"{message} (lenient validation let it pass)"
    status = attempt.status or 0
    if attempt.own or attempt.rule is not None or not 400 <= status < 500 or status in _NOT_THE_REQUEST:
        return
    unknown_id = status == 404 and attempt.endpoint is not None
    yield "note" if unknown_id else "error", f"{status}: {attempt.message}"


@finding(
    "error",
    "warning",
    why="What is sent to a model is stored, logged and read by others, and may come back in anybody's answer.",
    advice="Keep secrets out of prompts, tool results and metadata; take them out of logs and errors before these go "
    "into a message. Replace a secret that was sent.",
)
def secret_echoed(evidence: Evidence) -> Iterator[Seen]:
    """Echoed a secret into a request."""
    told: set[tuple[str, str]] = set()
    for attempt in evidence.attempts:
        for place, what in attempt.leaks:
            if (place, what) not in told:
                told.add((place, what))
                own = what == "its own API key"
                yield Seen("error" if own else "warning", (attempt.number,), f"{what} stands in {place}")


@finding(
    "error",
    why="The model made the tool up, or was talked into it: running what was not offered is how injections do harm.",
    advice="Look a call up among the tools that were offered; for any other, send a result that says there is no such "
    "tool.",
)
def unoffered_tool_run(evidence: Evidence) -> Iterator[Seen]:
    """Ran a tool that was never offered."""
    told: set[str | None] = set()
    offered: set[str] = set()
    for attempt in evidence.attempts:
        offered.update(attempt.conversation.tools)
        for result in attempt.conversation.results:
            made_up = result.name is not None and result.name not in offered and not result.failed
            if made_up and result.call_id not in told:
                told.add(result.call_id)
                yield Seen("error", (attempt.number,), f"a result of {result.name}, which no request had offered")


@finding(
    "error",
    "warning",
    why="What was done on the word of half an answer is done again on the word of the next: two mails, two orders.",
    advice="Run tools when the whole answer is there, or remember what was run; drop the text of a broken answer "
    "before you ask again. Give what creates something a key that makes it happen once.",
)
def side_effect_repeated(evidence: Evidence) -> Iterator[Seen]:
    """Repeated a side effect after a partial answer."""
    for case in evidence.cases:
        for before, after in case.retries:
            yield from _done_twice(evidence, before, after)
            if _creates(before) and broke_off(before) and (after.status or 500) < 300:
                what = f"{before.name} was asked for again after a {before.status} whose body broke off, and made twice"
                yield Seen("warning", (before.number, after.number), what)


def _done_twice(evidence: Evidence, before: Attempt, after: Attempt) -> Iterator[Seen]:
    said = before.said
    if not (said.calls or said.text):
        return
    for later in evidence.after(after):
        for result in later.conversation.results:
            if result.call_id in said.calls and not result.failed:
                what = f"the tool call {result.call_id} of the broken answer was run, and the question asked again"
                yield Seen("error", (before.number, after.number, later.number), what)
                return
        if said.text and any(text.startswith(said.text * 2) for text in later.conversation.assistant):
            what = "the beginning of the broken answer stands twice in what the application made of it"
            yield Seen("error", (before.number, after.number, later.number), what)
            return


def _creates(attempt: Attempt) -> bool:
    """Whether a request makes something that stays: a job, a file, a batch."""
    name = attempt.endpoint or ""
    return attempt.method == "POST" and name.endswith(".create") and not name.startswith(_PASSING_REPLIES)


_PASSING_REPLIES = tuple(
    f"{name}."
    for name in ("chat.completions", "completions", "responses", "embeddings", "moderations", "audio", "images")
)
