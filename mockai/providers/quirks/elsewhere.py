"""Oddities of hosts that have no profile of their own, and of proxies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from mockai.providers.base import Asked, Quirk, register
from mockai.providers.quirks.keepalive import is_stream
from mockai.wire import Body, Call, Head, Plan, Step, Wait

__all__: list[str] = []

_ERROR = b'data: {"error":'


@register
class FirstErrorAsStatus(Quirk):
    """LiteLLM has not sent its status yet when the first chunk fails."""

    name = "first_error_as_status"
    summary = (
        "An error in place of the first event of a stream becomes a reply with a status of its own: the error's "
        "code, or 500."
    )

    def late(self, plan: Plan, asked: Asked) -> Plan:
        """The head of a stream waits for what follows it."""
        steps = iter(plan)
        for step in steps:
            if isinstance(step, Head) and is_stream(step):
                yield from _opened(step, steps)
            else:
                yield step


def _opened(head: Head, steps: Iterator[Step]) -> Iterator[Step]:
    for step in steps:
        if isinstance(step, Body) and step.data.startswith(_ERROR):
            yield from _failed(head, step.data)
            return
        if isinstance(step, Wait | Call):
            yield step
            continue
        yield from (head, step)
        yield from steps
        return
    yield head


def _failed(head: Head, event: bytes) -> Iterator[Step]:
    value = orjson.loads(event.removeprefix(b"data: "))
    code = str(value["error"].get("code"))
    status = int(code) if code.isdecimal() and 400 <= int(code) < 600 else 500
    data = orjson.dumps({"error": {**value["error"], "code": str(status)}})
    framing = (("content-type", "application/json"), ("content-length", str(len(data))))
    yield Head(status, framing + head.without("content-type").headers)
    yield Body(data, "json")


@register
class NoLogprobs(Quirk):
    """A parameter that is taken and ignored."""

    name = "no_logprobs"
    summary = "Log probabilities are not sent, though they were asked for."
    evidence = "documented"

    def choice(self, choice: dict[str, Any], asked: Asked) -> None:
        """Without them."""
        choice.pop("logprobs", None)


@register
class TimeInfo(Quirk):
    """Cerebras says how long it took."""

    name = "time_info"
    summary = (
        "A completion, and the last chunk of a stream, has `time_info`: seconds in the queue, for the prompt, for the "
        "completion."
    )

    def reply(self, reply: dict[str, Any], asked: Asked) -> None:
        """With times that follow from the seed."""
        if any(choice.get("finish_reason") for choice in reply["choices"]):
            total = (1 + asked.mint.child("time info").number() % 99) / 1000
            own = {"queue_time": 0.0001, "prompt_time": 0.001, "completion_time": total, "total_time": total + 0.0011}
            reply["time_info"] = {**own, "created": reply["created"]}


@register
@dataclass(frozen=True, slots=True)
class RetryAfterOnSuccess(Quirk):
    """Hugging Face's router asks to wait although all is well."""

    name = "retry_after_on_success"
    summary = "Replies of status 200 have `retry-after`; clients that wait whenever they see it are slow."

    seconds: int = 1

    def head(self, head: Head, asked: Asked) -> Head:
        """With that header."""
        return head if head.status != 200 else head.plus(("retry-after", str(self.seconds)))
