"""Python replies: what is called, and what becomes of what it returns."""

import inspect
from functools import partial

import pytest
from openai.types.chat import ChatCompletion, ChatCompletionChunk
from pydantic import BaseModel

from mockai.api_errors import named
from mockai.errors import ReplyError
from mockai.replies.answer import Choice, Completion, Logprob, RawAnswer, Reasoning, Text
from mockai.replies.live import Live
from mockai.replies.python import answer_of, call_reply
from mockai.scenario.schema import Chunking, Defaults, Reply, UsageSpec

COMPLETION = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 5,
    "model": "gpt-4o",
    "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": "Hi"}}],
}
CHUNK = {"id": "c", "choices": [], "created": 1, "model": "gpt-4o", "object": "chat.completion.chunk"}


class Replier:
    def __call__(self, request):
        return request.model

    def bound(self):
        return "bound"


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda: "none", "none"),
        (lambda request: request.model, "gpt-4o"),
        (lambda request, more=1: (request.model, more), ("gpt-4o", 1)),
        (lambda *all: len(all), 1),
        (lambda more=1: more if isinstance(more, int) else "request", "request"),
        (Replier(), "gpt-4o"),
        (Replier().bound, "bound"),
        (partial(lambda a, b: (a, b.model), 1), (1, "gpt-4o")),
        (partial(lambda a, b: (a, b), 1, b=2), (1, 2)),
    ],
)
def test_a_function_is_called_with_the_request_or_with_nothing(ask, function, expected):
    assert call_reply(function, ask()).function() == expected


def test_a_built_in_function_without_a_signature_is_called_with_the_request(ask):
    with pytest.raises(ValueError, match="no signature"):
        inspect.signature(iter)
    with pytest.raises(TypeError, match="'APIRequest' object is not iterable"):
        call_reply(iter, ask()).function()


TEXT = Completion((Choice((Text("Hi {{ x }}"),)),))
SDK = Completion((Choice((Text("Hi"),), "stop"),), model="gpt-4o", id="chatcmpl-1", created=5)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Hi {{ x }}", TEXT),
        ({"text": "Hi {{ x }}"}, TEXT),
        (Reply(text="Hi {{ x }}"), TEXT),
        ({"raw": {"body": "x"}}, RawAnswer(200, {"content-type": "text/plain; charset=utf-8"}, b"x")),
        ({"error": "server_error"}, named("server_error")),
        (COMPLETION, SDK),
        (ChatCompletion.model_validate(COMPLETION), SDK),
        (TEXT, TEXT),
        (RawAnswer(200, {}), RawAnswer(200, {})),
        (named("server_error"), named("server_error")),
    ],
)
def test_what_is_returned_is_what_is_sent_with_its_braces(scope_of, value, expected):
    assert answer_of(value, scope_of(), Defaults()) == expected


def pieces():
    yield "a"


async def async_pieces():
    yield "a"


@pytest.mark.parametrize(
    "value",
    [
        ["a"],
        ("a",),
        iter(["a"]),
        pieces(),
        async_pieces(),
        CHUNK,
        ChatCompletionChunk.model_validate(CHUNK),
        [CHUNK],
    ],
    ids=["list", "tuple", "iterator", "generator", "async generator", "chunk", "SDK chunk", "chunks"],
)
def test_pieces_make_a_live_reply(scope_of, value):
    scope = scope_of()
    live = answer_of(value, scope, Defaults(model="m"))
    assert isinstance(live, Live)
    assert (live.scope, live.beside, live.first) == (scope, Completion((Choice(()),), model="m"), ())


def test_a_live_reply_is_passed_on(scope_of):
    live = Live(iter(()), scope_of(), TEXT)
    assert answer_of(live, scope_of(), Defaults()) is live


class Other(BaseModel):
    name: str = "x"


@pytest.mark.parametrize(
    ("value", "complaint"),
    [
        (None, "a Python reply returned NoneType None; it can return text, a mapping"),
        (5, "a Python reply returned int 5; it can return text"),
        (b"Hi", "a Python reply returned bytes b'Hi'; it can return text"),
        ({"a"}, "a Python reply returned set {'a'}; it can return text"),
        (Other(), "a Python reply returned Other Other(name='x'); it can return text"),
        ({"txt": "Hi"}, "a Python reply returned dict {'txt': 'Hi'}, which is no reply: txt: there is no such key"),
        ({"text": 5}, "a Python reply returned dict {'text': 5}, which is no reply: text: "),
        ({"python": print}, "a reply made by Python cannot be another `python` reply"),
    ],
)
def test_anything_else_is_refused(scope_of, value, complaint):
    with pytest.raises(ReplyError) as raised:
        answer_of(value, scope_of(), Defaults())
    assert str(raised.value).startswith(complaint)


WRITTEN = Reply(
    python=pieces,
    model="beside",
    id="chatcmpl-{{ call }}",
    usage={"prompt_tokens": 1},
    chunks={"by": "word"},
    service_tier="flex",
    system_fingerprint="fp_1",
    headers={"x-a": "{{ call }}", "x-b": "beside"},
    finish_reason="length",
    logprobs=["Hi"],
    reasoning="hm {{ call }}",
)
DEFAULTS = Defaults(headers={"x-c": "{{ request.model }}"}, model="default")
HEADERS = {"x-a": "1", "x-b": "beside", "x-c": "gpt-4o"}


def test_what_stands_beside_the_function_goes_with_what_it_returns(scope_of):
    assert answer_of("Hi", scope_of(), DEFAULTS, WRITTEN) == Completion(
        (Choice((Reasoning("hm 1"), Text("Hi")), "length", (Logprob("Hi", 0.0),)),),
        model="beside",
        id="chatcmpl-1",
        usage=UsageSpec(prompt_tokens=1),
        headers=HEADERS,
        chunks=Chunking(by="word"),
        service_tier="flex",
        system_fingerprint="fp_1",
    )


def test_what_the_function_returns_stands_above_it(scope_of):
    own = {
        "text": "Hi",
        "model": "own",
        "id": "own",
        "usage": {"prompt_tokens": 9},
        "chunks": {"size": 1},
        "service_tier": "default",
        "system_fingerprint": "fp_2",
        "headers": {"x-b": "own"},
        "finish_reason": "stop",
        "logprobs": [],
        "reasoning": "own",
    }
    assert answer_of(own, scope_of(), DEFAULTS, WRITTEN) == Completion(
        (Choice((Reasoning("own"), Text("Hi")), "stop", ()),),
        model="own",
        id="own",
        usage=UsageSpec(prompt_tokens=9),
        headers={**HEADERS, "x-b": "own"},
        chunks=Chunking(size=1),
        service_tier="default",
        system_fingerprint="fp_2",
    )


def test_it_goes_with_the_sdks_completion_raw_replies_and_errors_too(scope_of):
    made = answer_of(COMPLETION, scope_of(), DEFAULTS, WRITTEN)
    assert (made.model, made.id, made.usage, made.headers) == (
        "gpt-4o",
        "chatcmpl-1",
        UsageSpec(prompt_tokens=1),
        HEADERS,
    )
    raw = answer_of({"raw": {"headers": {"x-b": "own"}}}, scope_of(), DEFAULTS, WRITTEN)
    assert raw == RawAnswer(200, {**HEADERS, "x-b": "own"})
    error = answer_of({"error": 500, "headers": {"x-b": "own"}}, scope_of(), DEFAULTS, WRITTEN)
    assert dict(error.headers) == {**HEADERS, "x-b": "own"}


def test_it_goes_with_a_live_reply_too(scope_of):
    live = answer_of(["Hi"], scope_of(), DEFAULTS, WRITTEN)
    assert live.first == (Reasoning("hm 1"),)
    assert live.beside.choices == (Choice((), "length", (Logprob("Hi", 0.0),)),)
    assert (live.beside.model, live.beside.headers) == ("beside", HEADERS)


def test_annotations_beside_a_function_are_refused(scope_of):
    written = Reply(python=pieces, annotations=["https://a.example"])
    with pytest.raises(ReplyError, match=r"^annotations beside a function have no text to belong to"):
        answer_of("Hi", scope_of(), Defaults(), written)
