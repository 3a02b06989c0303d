"""Clients that live with a provider that fails: a fallback, a circuit breaker, a hedge."""

import asyncio
import time
from collections.abc import Callable
from typing import Any

import openai


def ask(client: openai.OpenAI, question: str, model: str = "gpt-4o") -> str:
    """The answer to a question."""
    made = client.chat.completions.create(model=model, messages=[{"role": "user", "content": question}])
    return str(made.choices[0].message.content)


def with_fallback(client: openai.OpenAI, question: str, models: tuple[str, ...]) -> str:
    """The answer of the first of these models that has one."""
    for model in models[:-1]:
        try:
            return ask(client, question, model)
        except (openai.InternalServerError, openai.RateLimitError, openai.APIConnectionError):
            continue
    return ask(client, question, models[-1])


class CircuitBreaker:
    """Asks `backup` while `primary` is taken for broken: after so many `failures` in a row, for so many seconds."""

    def __init__(
        self,
        primary: Any,
        backup: Any,
        *,
        failures: int = 3,
        seconds: float = 10.0,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.primary, self.backup = primary, backup
        self.failures, self.seconds, self.now = failures, seconds, now
        self.failed = 0
        self.opened: float | None = None

    def ask(self, question: str) -> str:
        """The answer of whichever is in use."""
        if self.opened is not None and self.now() - self.opened < self.seconds:
            return ask(self.backup, question)
        try:
            answer = ask(self.primary, question)
        except openai.InternalServerError:
            self._note_failure()
            return ask(self.backup, question)
        self.failed, self.opened = 0, None
        return answer

    def _note_failure(self) -> None:
        self.failed += 1
        if self.failed >= self.failures:
            self.opened = self.now()


async def hedged(client: openai.AsyncOpenAI, question: str, after: float) -> str:
    """The first answer to come; a second request is sent if there is none after so many seconds."""

    async def once() -> str:
        messages = [{"role": "user", "content": question}]
        made = await client.chat.completions.create(model="gpt-4o", messages=messages)
        return str(made.choices[0].message.content)

    tasks = [asyncio.create_task(once())]
    done, _ = await asyncio.wait(tasks, timeout=after)
    if not done:
        tasks.append(asyncio.create_task(once()))
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return done.pop().result()
