"""An application that expects failures: it waits between attempts, gives up in time, and checks what it is told."""

import json
import random
import time
from typing import Any

import openai

ATTEMPTS = 4
PATIENCE = 30.0
TRANSIENT = frozenset({408, 409, 429, *range(500, 600)})
"""Statuses that may be gone next time."""


class Unavailable(Exception):
    """No answer could be had; the cause says why."""


class BadAnswer(ValueError):
    """The answer is not what was asked for."""


def summary(text: str) -> str:
    """A summary, streamed. Raises Unavailable."""
    return _attempted(lambda: _streamed([{"role": "user", "content": f"Summarize: {text}"}]))


def order_of(mail: str) -> dict[str, Any]:
    """What a mail orders: an item and how many of it. Raises Unavailable."""
    return _attempted(lambda: _ordered([{"role": "user", "content": f"Extract the order as JSON: {mail}"}]))


def _attempted(ask: Any) -> Any:
    for attempt in range(ATTEMPTS):
        try:
            return ask()
        except (openai.APIError, ValueError) as error:  # a JSONDecodeError and a bad answer are ValueErrors
            if not _may_pass(error) or attempt == ATTEMPTS - 1:
                raise Unavailable(str(error)) from error
            time.sleep(_wait(error, attempt))
    raise AssertionError("the last attempt returns or raises")


def _may_pass(error: Exception) -> bool:
    if not isinstance(error, openai.APIStatusError):
        return True
    return error.status_code in TRANSIENT and error.code != "insufficient_quota"


def _wait(error: Exception, attempt: int) -> float:
    """As long as the server says, else longer each time, and never for two clients the same."""
    response = getattr(error, "response", None)
    told = "" if response is None else response.headers.get("retry-after", "")
    if told.replace(".", "", 1).isdigit():
        return float(told) + 0.05
    return 0.5 * 2**attempt * random.uniform(1, 1.25)


def _client() -> openai.OpenAI:
    return openai.OpenAI(max_retries=0, timeout=PATIENCE)


def _streamed(messages: list[Any]) -> str:
    parts, finish = [], None
    with _client() as client:
        for chunk in client.chat.completions.create(model="gpt-4o", messages=messages, stream=True):
            for choice in chunk.choices:
                parts.append(choice.delta.content or "")
                finish = choice.finish_reason or finish
    if finish != "stop" or not "".join(parts).strip():
        raise BadAnswer(f"the summary ended with {finish}")
    return "".join(parts)


def _ordered(messages: list[Any]) -> dict[str, Any]:
    with _client() as client:
        reply = client.chat.completions.create(
            model="gpt-4o", messages=messages, response_format={"type": "json_object"}
        )
    if not isinstance(reply, openai.types.chat.ChatCompletion) or not reply.choices:
        raise BadAnswer("the answer is no completion")
    order = json.loads(reply.choices[0].message.content or "")
    if not (isinstance(order, dict) and set(order) == {"item", "count"} and isinstance(order["count"], int)):
        raise BadAnswer(f"no order: {order}")
    return order
