"""Replies made piece by piece."""

import asyncio
import gc
import json

import pytest
from openai.types.chat import ChatCompletionChunk

from mockai.errors import ReplyError
from mockai.replies.answer import (
    Annotation,
    Choice,
    Completion,
    CustomEvent,
    Hold,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
    VerbatimChunk,
)
from mockai.replies.live import Live, gather, pull, shown
from mockai.scenario.schema import Chunking, ItemSpec
from mockai.wire import Call

BESIDE = Completion((Choice((), "length"),), model="m", headers={"x-a": "b"}, chunks=Chunking(size=1))
CHUNK = {
    "id": "c",
    "choices": [{"index": 0, "delta": {"content": "Hi"}, "finish_reason": "stop"}],
    "created": 1,
    "model": "gpt-4o",
    "object": "chat.completion.chunk",
}


def do(call):
    """Play one call as a player without an event loop does."""
    try:
        value = call.function()
        call.returned(asyncio.run(_await(value)) if hasattr(value, "__await__") else value)
    except Exception as error:
        call.raised(error)


async def _await(value):
    return await value


def played(steps):
    """What comes between the calls, and what the generator returns."""
    found = []
    try:
        while True:
            step = next(steps)
            if isinstance(step, Call):
                do(step)
            else:
                found.append(step)
    except StopIteration as stop:
        return found, stop.value


@pytest.fixture
def live(scope_of):
    def build(source, **fields):
        return Live(source, scope_of(), BESIDE, **fields)

    return build


def call_id(scope, number):
    return scope.mint.child("call", number).id("call_")


def test_pieces_become_items(live, scope_of):
    event = CustomEvent(b"1", "n")
    pieces = ["Hel", "lo {{ call }}", {"reasoning": "hm"}, {"tool_calls": ["f", {"g": {"a": 1}}]}, {"gate": "g"}, event]
    expected = [
        Text("Hel"),
        Text("lo {{ call }}"),
        Reasoning("hm"),
        ToolCall("f", "{}", call_id(scope_of(), 0)),
        ToolCall("g", '{"a":1}', call_id(scope_of(), 1)),
        Hold("g"),
        event,
        Refusal("No"),
    ]
    assert played(pull(live(iter([*pieces, ItemSpec(refusal="No")]))))[0] == expected


def test_every_piece_follows_the_call_that_makes_it(live):
    steps = pull(live(iter(["a", {"tool_calls": ["f", "g"]}])))
    kinds = []
    for step in steps:
        kinds.append(type(step).__name__)
        if isinstance(step, Call):
            do(step)
    assert kinds == ["Call", "Text", "Call", "ToolCall", "ToolCall", "Call"]


def test_a_citation_lies_before_the_empty_text_that_bears_it(live):
    pieces = [
        "Paris",
        " is",
        {"citation": "https://a.example"},
        {"citation": {"url": "u", "start_index": 0, "end_index": 5}},
    ]
    made, _ = played(pull(live(iter(pieces))))
    assert made[2:] == [
        Text("", (Annotation("https://a.example", "", -8, 0),)),
        Text("", (Annotation("u", "", -8, -3),)),
    ]


def test_the_sdks_chunks_are_passed_on_as_they_are(live):
    (first, hold, second), _ = played(
        pull(live(iter([ChatCompletionChunk.model_validate(CHUNK), {"gate": "g"}, CHUNK])))
    )
    assert (json.loads(first.data), hold) == (CHUNK, Hold("g"))
    assert second == VerbatimChunk(json.dumps(CHUNK, separators=(",", ":")).encode())


@pytest.mark.parametrize(
    ("pieces", "complaint"),
    [
        ([5], "a Python reply yielded int 5; it can yield text, a mapping"),
        ([None], "a Python reply yielded NoneType None; it can yield text"),
        ([{"txt": "a"}], "a Python reply yielded dict {'txt': 'a'}, which is no item: "),
        ([{"reasoning": 5}], "a Python reply yielded dict {'reasoning': 5}, which is no item: reasoning: "),
        (["a", CHUNK], "a Python reply yielded the SDK's chunks after items; it has to keep to one of them"),
        ([CHUNK, "a"], "a Python reply yielded items after the SDK's chunks; it has to keep to one of them"),
    ],
)
def test_anything_else_is_refused(live, pieces, complaint):
    with pytest.raises(ReplyError) as raised:
        played(pull(live(iter(pieces))))
    assert str(raised.value).startswith(complaint)


def test_what_the_generator_raises_comes_out_after_the_pieces_before_it(live):
    def broken():
        yield "a"
        raise ValueError("no more")

    steps = pull(live(broken()))
    do(next(steps))
    assert next(steps) == Text("a")
    do(next(steps))
    with pytest.raises(ValueError, match="no more"):
        next(steps)


async def spoken():
    for piece in ("a", "b"):
        await asyncio.sleep(0)
        yield piece


def test_an_async_generator_is_asked_for_one_piece_at_a_time(live):
    async def play():
        made = []
        steps = pull(live(spoken()))
        for step in steps:
            if isinstance(step, Call):
                step.returned(await step.function())
            else:
                made.append(step)
        return made

    assert asyncio.run(play()) == [Text("a"), Text("b")]


def test_closing_closes_a_generator(live):
    closed = []

    def source():
        try:
            yield "a"
            yield "b"
        finally:
            closed.append(True)

    steps = pull(live(source()))
    do(next(steps))
    next(steps)
    steps.close()
    assert closed == [True]


def test_closing_before_the_beginning_does_no_harm(live):
    steps = pull(live(iter(["a"])))
    steps.close()
    assert list(steps) == []


@pytest.mark.parametrize("wait", [False, True])
def test_closing_closes_an_async_generator_as_far_as_it_does_not_wait(live, wait):
    closed = []

    async def source():
        try:
            yield "a"
        finally:
            closed.append("begun")
            if wait:
                await asyncio.sleep(3600)
            closed.append("done")

    async def play():
        steps = pull(live(source()))
        call = next(steps)
        call.returned(await call.function())
        next(steps)
        steps.close()
        del steps, call
        gc.collect()

    asyncio.run(play())
    assert closed[0] == "begun"
    assert ("done" in closed) is not wait


def test_a_generator_that_is_running_elsewhere_is_left_to_whoever_runs_it(live):
    seen = []

    def source():
        steps.close()
        seen.append("still running")
        yield "a"

    steps = pull(live(source()))
    do(next(steps))
    assert seen == ["still running"]


def test_a_live_reply_is_gathered_for_a_request_that_is_not_streamed(live):
    citation = {"citation": {"url": "u", "start_index": 1, "end_index": 3}}
    pieces = [{"reasoning": "h"}, "Hel", "lo", citation, {"refusal": "N"}, {"refusal": "o"}, {"gate": "g"}, "!"]
    _, whole = played(gather(live(iter(pieces), first=(Reasoning("o"),))))
    items = (Reasoning("oh"), Text("Hello", (Annotation("u", "", 1, 3),)), Refusal("No"), Hold("g"), Text("!"))
    assert whole == Completion((Choice(items, "length"),), model="m", headers={"x-a": "b"}, chunks=Chunking(size=1))


def test_chunks_are_gathered_to_the_completion_they_add_up_to(live):
    _, whole = played(gather(live(iter([CHUNK]))))
    assert whole == Completion(
        (Choice((Text("Hi"),), "stop"),),
        model="gpt-4o",
        id="c",
        created=1,
        headers={"x-a": "b"},
        chunks=Chunking(size=1),
    )


def test_giving_up_while_gathering_closes_the_source(live):
    closed = []

    def source():
        try:
            yield "a"
        finally:
            closed.append(True)

    steps = gather(live(source()))
    do(next(steps))
    next(steps)
    steps.close()
    assert closed == [True]


@pytest.mark.parametrize(
    ("value", "expected"),
    [(b"a", "bytes b'a'"), (list(range(99)), f"list {str(list(range(99)))[:77]}...")],
)
def test_values_are_shown_short(value, expected):
    assert shown(value) == expected
