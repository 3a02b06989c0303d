"""`POST /completions`: prompts in, text out, whole and streamed."""

from dataclasses import replace

import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints.completions import encode
from mockai.endpoints.completions_request import decode_create
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import Choice, Completion, CustomEvent, Hold, Logprob, Reasoning, Refusal, Text, Vectors
from mockai.scenario.schema import Chunking, UsageSpec
from mockai.wire import Body, Call, Head, Wait

MINT = Mint(0, "rule", 1)


@pytest.fixture
def ask(post):
    return lambda **body: decode_create(post({"model": "m", "prompt": "Say: ", **body}), {})


@pytest.fixture
def whole(ask, answer, body_of):
    """The JSON of a reply with this text."""
    return lambda text="Hi you", **body: body_of(encode(answer(Text(text)), ask(**body), MINT))


def test_a_reply_in_one_piece(whole):
    sent = whole()
    assert sent == {
        "id": sent["id"],
        "object": "text_completion",
        "created": MINT.created,
        "model": "m",
        "choices": [{"text": "Hi you", "index": 0, "logprobs": None, "finish_reason": "stop"}],
        "usage": {"prompt_tokens": 3, "completion_tokens": 2, "total_tokens": 5},
    }
    assert (sent["id"][:5], len(sent["id"])) == ("cmpl-", 34)


@pytest.mark.parametrize(
    ("body", "text", "reason"),
    [
        ({"max_tokens": 1}, "Hi", "length"),
        ({"max_tokens": 0, "echo": True}, "Say: ", "length"),
        ({"echo": True}, "Say: Hi you", "stop"),
        ({"stop": " you"}, "Hi", "stop"),
        ({"stop": ["x", "i"], "echo": True}, "Say: H", "stop"),
        ({"prompt": None, "echo": True}, "Hi you", "stop"),
        ({"suffix": "the end"}, "Hi you", "stop"),
    ],
)
def test_the_request_shapes_the_text(whole, body, text, reason):
    (choice,) = whole(**body)["choices"]
    assert (choice["text"], choice["finish_reason"]) == (text, reason)


def test_sixteen_tokens_are_written_where_nothing_is_said(whole):
    sent = whole("word " * 40)
    assert (sent["usage"]["completion_tokens"], sent["choices"][0]["finish_reason"]) == (16, "length")
    assert whole("word " * 40, max_tokens=30)["usage"]["completion_tokens"] == 30


def test_every_prompt_has_its_choices_and_unseen_candidates_are_paid_for(whole):
    sent = whole(prompt=["a", "b"], n=2, best_of=3, echo=True)
    assert [(choice["index"], choice["text"]) for choice in sent["choices"]] == [
        (0, "aHi you"),
        (1, "aHi you"),
        (2, "bHi you"),
        (3, "bHi you"),
    ]
    assert sent["usage"] == {"prompt_tokens": 2, "completion_tokens": 12, "total_tokens": 14}


@pytest.mark.parametrize(
    ("prompt", "texts", "tokens"),
    [("a b", ["a b"], 2), (["a", "b c"], ["a", "b c"], 3), ([5, 6], ["5 6"], 2), ([[5], [6, 7]], ["5", "6 7"], 3)],
)
def test_prompts_come_in_four_forms(ask, answer, body_of, prompt, texts, tokens):
    request = ask(prompt=prompt)
    assert [message.text for message in request.messages] == texts
    assert body_of(encode(answer(Text("x")), request, MINT))["usage"]["prompt_tokens"] == tokens


def test_log_probabilities_come_in_four_lists(whole):
    found = whole(logprobs=2, echo=True)["choices"][0]["logprobs"]
    assert (found["tokens"], found["text_offset"]) == (["Say", ":", " ", "Hi", " you"], [0, 3, 4, 5, 7])
    assert found["token_logprobs"][0] is found["top_logprobs"][0] is None
    assert all(each <= 0 for each in found["token_logprobs"][1:])
    assert {len(each) for each in found["top_logprobs"][1:]} == {2}
    alone = whole(logprobs=0)["choices"][0]["logprobs"]
    assert (alone["tokens"], alone["top_logprobs"], alone["text_offset"]) == (["Hi", " you"], None, [5, 7])


def test_an_echo_without_alternatives_has_none_of_its_prompt_either(whole):
    found = whole(logprobs=0, echo=True)["choices"][0]["logprobs"]
    assert (found["top_logprobs"], found["token_logprobs"][0]) == (None, None)


def test_scripted_log_probabilities_stand(ask, answer, body_of):
    scripted = answer(Text("Hi"), logprobs=(Logprob("Hi", -1.5, (("Hi", -1.5), ("Ho", -2.0))),))
    found = body_of(encode(scripted, ask(logprobs=1), MINT))["choices"][0]["logprobs"]
    assert found == {
        "tokens": ["Hi"],
        "token_logprobs": [-1.5],
        "top_logprobs": [{"Hi": -1.5, "Ho": -2.0}],
        "text_offset": [5],
    }


def test_what_is_scripted_beside_the_text_stands(ask, answer, body_of):
    scripted = answer(
        Refusal("No."),
        finish_reason="content_filter",
        id="cmpl-mine",
        model="mine",
        created=7,
        usage=UsageSpec(total_tokens=9),
        system_fingerprint="fp_1",
    )
    sent = body_of(encode(scripted, ask(), MINT))
    keys = ("id", "model", "created", "system_fingerprint")
    assert tuple(sent[key] for key in keys) == ("cmpl-mine", "mine", 7, "fp_1")
    assert (sent["choices"][0]["text"], sent["choices"][0]["finish_reason"]) == ("No.", "content_filter")
    assert sent["usage"]["total_tokens"] == 9


def test_scripted_choices_are_all_sent(ask, body_of):
    scripted = Completion((Choice((Text("a"),)), Choice((Text("b"),))))
    texts = [choice["text"] for choice in body_of(encode(scripted, ask(), MINT))["choices"]]
    per_prompt = [choice["text"] for choice in body_of(encode(scripted, ask(prompt=["x", "y"]), MINT))["choices"]]
    assert (texts, per_prompt) == (["a", "b"], ["a", "b"])


def test_a_stream_adds_up_to_the_reply_in_one_piece(ask, answer, chunks_of, whole):
    body = {"prompt": ["a", "b"], "n": 2, "logprobs": 1, "echo": True}
    request = ask(**body, stream=True, stream_options={"include_usage": True})
    *chunks, last = chunks_of(encode(answer(Text("Hi you")), request, MINT))
    sent = whole(**body)
    for choice in sent["choices"]:
        own = [each for chunk in chunks for each in chunk["choices"] if each["index"] == choice["index"]]
        assert "".join(each["text"] for each in own) == choice["text"]
        assert [each["finish_reason"] for each in own] == [None] * (len(own) - 1) + ["stop"]
        for key, values in choice["logprobs"].items():
            assert [value for each in own[:-1] for value in each["logprobs"][key]] == values
    assert (last["choices"], last["usage"]) == ([], sent["usage"])
    assert {chunk["usage"] for chunk in chunks} == {None}
    assert {chunk["id"] for chunk in (*chunks, last)} == {sent["id"]}


def test_a_stream_is_a_head_pieces_an_end_and_done(ask, answer):
    plan = encode(
        answer(Text("Hi"), Hold("gate"), CustomEvent(b"{}", "mine"), Text(" you")), ask(stream=True, n=2), MINT
    )
    head, *steps = plan
    assert isinstance(head, Head)
    assert [step for step in steps if isinstance(step, Wait)] == [Wait(gate="gate")]
    kinds = [step.kind for step in steps if isinstance(step, Body)]
    assert sorted(kinds) == ["done", "event", "finish", "finish", "piece", "piece", "piece", "piece"]
    assert kinds[-1] == "done"


def test_a_stream_is_cut_as_it_is_scripted(ask, answer, chunks_of):
    chunks = chunks_of(encode(answer(Text("ab"), chunks=Chunking(pieces=("x", "yz"))), ask(stream=True), MINT))
    assert [chunk["choices"][0]["text"] for chunk in chunks] == ["x", "yz", ""]


def test_what_python_makes_is_sent_as_it_comes(ask, answer, body_of, chunks_of):
    def live():
        yield Call(lambda: None)
        yield Text("Hi")
        yield Call(lambda: None)
        yield Text(" you")

    streamed = tuple(encode(answer(), ask(stream=True, echo=True), MINT, live()))
    assert isinstance(streamed[0], Call)
    texts = [chunk["choices"][0]["text"] for chunk in chunks_of(streamed)]
    assert texts == ["Say: ", "Hi", " you", ""]
    _, _, *plan = encode(answer(), ask(), MINT, live())
    assert body_of(plan)["choices"][0]["text"] == "Hi you"
    assert [c["choices"][0]["text"] for c in chunks_of(encode(answer(), ask(stream=True), MINT, iter(())))] == [""]


def test_a_completion_without_choices_is_empty_and_one_of_python_may_be_too(ask, body_of):
    assert body_of(encode(Completion(()), ask(), MINT))["choices"][0]["text"] == ""
    assert body_of(tuple(encode(Completion(()), ask(), MINT, iter((Text("x"),)))))["choices"][0]["text"] == "x"


def test_what_is_no_text_cannot_be_sent(ask, answer):
    with pytest.raises(ReplyError, match=r"completions\.create sends text only, and this reply holds a reasoning"):
        encode(answer(Reasoning("hm")), ask(), MINT)
    with pytest.raises(ReplyError, match=r"completions\.create sends text only"):
        encode(replace(answer(), media=(Vectors(),)), ask(), MINT)


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"model": None}, "you must provide a model parameter"),
        ({"prompt": 1}, "Invalid type for 'prompt': expected one of a string or array, but got an integer instead."),
        ({"prompt": []}, "'$.prompt' is invalid."),
        ({"prompt": ["a", 1]}, "'$.prompt' is invalid."),
        ({"suffix": 1}, "Invalid type for 'suffix': expected a string, but got an integer instead."),
        ({"n": 129}, "Invalid 'n': integer above maximum value."),
        ({"n": 3, "best_of": 2}, "Invalid 'best_of': integer below minimum value. Expected a value >= 3, but got 2"),
        ({"logprobs": 6}, "Invalid 'logprobs': integer above maximum value. Expected a value <= 5"),
        ({"max_tokens": -1}, "Invalid 'max_tokens': integer below minimum value."),
        ({"stop": [1]}, "'$.stop' is invalid."),
        ({"stop": list("abcde")}, "Invalid 'stop': array too long."),
        ({"echo": 1}, "Invalid type for 'echo': expected a boolean, but got an integer instead."),
        ({"stream_options": {}}, "The 'stream_options' parameter is only allowed when 'stream' is enabled."),
    ],
)
def test_what_the_api_refuses_is_refused(ask, body, message):
    with pytest.raises(RequestRefused) as refused:
        ask(**body)
    assert refused.value.error.message.startswith(message)
