"""Running a batch: each line asked of the session like a request of its own, its reply as a line of the output."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from mockai.endpoints.batches_input import BatchLine
from mockai.endpoints.resource import Stored
from mockai.ids import Mint
from mockai.wire import Abort, Body, Call, Head, Headers, HTTPRequest, Plan, Wait

__all__ = ["WINDOW", "Result", "output_files", "run_line", "usage_of"]

WINDOW = 86_400
"""Seconds within which a batch is to be completed: `completion_window: 24h`."""
_EXPIRED = {
    "code": "batch_expired",
    "message": "This request could not be executed before the completion window expired.",
}


@dataclass(frozen=True, slots=True)
class Result:
    """How the request of one line ended: a line of the output file, or of the error file where it `failed`. It
    `expired` if there was no answer within the window."""

    line: Stored
    failed: bool
    expired: bool = False

    @property
    def usage(self) -> Mapping[str, Any]:
        """The usage its reply reports, if any."""
        response = self.line["response"]
        body = response["body"] if response else None
        usage = body.get("usage") if isinstance(body, dict) else None
        return usage if isinstance(usage, dict) else {}


def run_line(
    line: BatchLine, ask: Callable[[HTTPRequest], Plan], headers: Headers, mint: Mint
) -> Generator[Call, None, Result]:
    """Ask for one line; yields the calls on the way. Scripted waits are left out, but one that is longer than the
    window is too long, and so is one without end."""
    own = (("content-type", "application/json"), *headers)
    plan = ask(HTTPRequest("POST", line.url, (), own, orjson.dumps(line.body)))
    head, bodies, waited = Head(0), [b""], 0.0
    for step in plan:
        match step:
            case Call():
                yield step
            case Wait(seconds):
                waited += seconds
            case Head():
                head = step
            case Body(data):
                bodies.append(data)
            case Abort(how):
                head, waited = Head(0), WINDOW if how == "stall" else waited
                break
        if waited >= WINDOW:
            break
    _close(plan)
    return _result(line.custom_id, head, b"".join(bodies), mint) if waited < WINDOW else _unrun(line, mint)


def _unrun(line: BatchLine, mint: Mint) -> Result:
    """A line that there was no time for."""
    return Result(_line(line.custom_id, mint) | {"error": _EXPIRED}, failed=True, expired=True)


def _line(custom_id: str, mint: Mint) -> Stored:
    return {"id": f"batch_req_{mint.hex(32)}", "custom_id": custom_id, "response": None, "error": None}


def _close(plan: Plan) -> None:
    close = getattr(plan, "close", None)
    if close is not None:
        close()


def _result(custom_id: str, head: Head, data: bytes, mint: Mint) -> Result:
    line = _line(custom_id, mint)
    if head.status == 0:
        error = {"code": "request_failed", "message": "The connection was closed before this request was answered."}
        return Result({**line, "error": error}, failed=True)
    request_id = dict(head.headers).get("x-request-id", "")
    response = {"status_code": head.status, "request_id": request_id.removeprefix("req_"), "body": _json(data)}
    return Result({**line, "response": response}, failed=head.status >= 400)


def _json(data: bytes) -> Any:
    try:
        return orjson.loads(data)
    except orjson.JSONDecodeError:
        return data.decode("utf-8", "replace")


def output_files(results: Sequence[Result], mint: Mint) -> tuple[bytes, bytes]:
    """The output file and the error file; their lines are not in the order of the input, as the API warns."""
    shuffled = list(results)
    mint.child("order").rng.shuffle(shuffled)
    return _jsonl(each for each in shuffled if not each.failed), _jsonl(each for each in shuffled if each.failed)


def _jsonl(results: Iterable[Result]) -> bytes:
    return b"".join(orjson.dumps(each.line) + b"\n" for each in results)


def usage_of(results: Iterable[Result]) -> Stored:
    """The usage of all requests together, as a batch reports it."""
    usages = [each.usage for each in results]

    def total(*names: str) -> int:
        return sum(_first(usage, names) for usage in usages)

    def detail(name: str, *groups: str) -> int:
        return sum(_first(_group(usage, groups), (name,)) for usage in usages)

    return {
        "input_tokens": total("input_tokens", "prompt_tokens"),
        "input_tokens_details": {"cached_tokens": detail("cached_tokens", *_INPUT_DETAILS)},
        "output_tokens": total("output_tokens", "completion_tokens"),
        "output_tokens_details": {"reasoning_tokens": detail("reasoning_tokens", *_OUTPUT_DETAILS)},
        "total_tokens": total("total_tokens"),
    }


_INPUT_DETAILS = ("input_tokens_details", "prompt_tokens_details")
_OUTPUT_DETAILS = ("output_tokens_details", "completion_tokens_details")


def _first(usage: Mapping[str, Any], names: Sequence[str]) -> int:
    return next((usage[name] for name in names if type(usage.get(name)) is int), 0)


def _group(usage: Mapping[str, Any], names: Sequence[str]) -> Mapping[str, Any]:
    return next((usage[name] for name in names if isinstance(usage.get(name), dict)), {})
