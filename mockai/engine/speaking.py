"""From what is to be answered to how the provider that was asked says it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from functools import partial

from mockai.api_errors import ErrorReply
from mockai.endpoints.heads import error_plan
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.journal import Entry
from mockai.limits import Grant, headed
from mockai.matching.claim import Claim
from mockai.providers import PLAIN, Asked, Dialect
from mockai.replies.answer import Answer, Completion, RawAnswer
from mockai.replies.live import Live
from mockai.request import APIRequest
from mockai.tokens import prompt_tokens
from mockai.wire import Burst, Head, Plan

__all__ = ["asked_of", "broken", "headed_plan", "is_verbatim", "refused", "reply_error", "said", "worded"]


_MS, _LIMITS = "retry-after-ms", "x-ratelimit-"


def _abroad(error: ErrorReply, dialect: Dialect, scripted: Collection[str] = ()) -> ErrorReply:
    """The error without the headers that this provider does not send, but for those that were scripted."""
    foreign = ((_MS,) if dialect.elsewhere else ()) + (() if dialect.tells_limits else (_LIMITS,))
    kept = tuple(pair for pair in error.headers if pair[0] in scripted or not pair[0].startswith(foreign))
    return replace(error, headers=kept)


def is_verbatim(answer: Answer | Live) -> bool:
    """Whether an answer is bytes that somebody has written down, or that no API sends but a proxy before it."""
    return isinstance(answer, RawAnswer) or (isinstance(answer, ErrorReply) and answer.body is not None)


def worded(answer: Answer | Live, dialect: Dialect, taken: Claim, request: APIRequest) -> Answer | Live:
    """The answer, an error in the provider's shape; a message that was written stands."""
    if not isinstance(answer, ErrorReply):
        return answer
    written = taken.reply.error
    own = written is None or written.message is not None
    shaped = dialect.error(answer, request, own_message=own)
    scripted = {name.lower() for name in (*taken.rule.origin.defaults.headers, *taken.reply.headers)}
    return _abroad(shaped, dialect, scripted if taken.reply.retry_after_ms is None else {*scripted, _MS})


def asked_of(request: APIRequest, mint: Mint, entry: Entry, answer: Answer | Live | None = None) -> Asked:
    """What a dialect must know of a request, of what it was granted, and of the usage scripted for its answer.

    From now on it is for the dialect to tell of the grant.
    """
    options = request.body.get("stream_options")
    asks = isinstance(options, dict) and options.get("include_usage") is True
    beside = answer.beside if isinstance(answer, Live) else answer
    usage = beside.usage if isinstance(beside, Completion) else None
    scripted = None if usage is None else usage.prompt_tokens
    count = partial(prompt_tokens, request) if scripted is None else lambda: scripted
    limits = () if entry.grant is None else entry.grant.headers
    entry.grant = None if entry.grant is None else replace(entry.grant, headers=())
    return Asked(request, mint, count, asks, limits)


def said(plan: Plan, dialect: Dialect, request: APIRequest, mint: Mint, entry: Entry) -> Plan:
    """The plan of what no rule gave."""
    return plan if dialect is PLAIN else dialect.said(plan, asked_of(request, mint, entry))


def refused(error: ErrorReply, dialect: Dialect, entry: Entry, mint: Mint) -> Plan:
    """The plan of an error that no rule gave."""
    if dialect is PLAIN:
        return error_plan(error, mint)
    request_id = mint.id("req_")
    request = entry.request or APIRequest(entry.http, "", "")
    own = str(error.code).startswith("mockai_")
    shaped = dialect.error(error, request, own_message=own).with_request_id(request_id)
    shaped = _abroad(shaped, dialect)
    return shaped.plan() if shaped.body is not None else dialect.said(shaped.plan(), asked_of(request, mint, entry))


def headed_plan(plan: Plan, grant: Grant) -> Plan:
    """The plan, its head with the headers of the grant."""
    if type(plan) is tuple and len(plan) == 2 and type(plan[0]) is Head:
        head = headed(plan[0], grant)
        return plan if head is plan[0] else (head, plan[1])
    if type(plan) is Burst:
        return Burst(headed(plan.head, grant), plan.bodies)
    return tuple([headed(step, grant) if type(step) is Head else step for step in plan])


def reply_error(error: Exception, entry: Entry) -> ReplyError:
    """The error of a reply, which says whose it is: of which rule, if one had been found by then."""
    if not isinstance(error, ReplyError):
        made = ReplyError(f"{entry.rule or 'the reply'} failed: {type(error).__name__}: {error}")
        made.__cause__ = error
        return made
    if entry.rule is None:
        return error
    made = ReplyError(f"{entry.rule}: {error}").with_traceback(error.__traceback__)
    made.__cause__ = error.__cause__
    return made


def broken(error: BaseException) -> ErrorReply:
    """500 in OpenAI's shape for a reply that failed; not to be retried either."""
    headers = (("x-should-retry", "false"),)
    return ErrorReply(500, f"MockAI: {error}", "mockai_reply_error", code="mockai_reply_error", headers=headers)
