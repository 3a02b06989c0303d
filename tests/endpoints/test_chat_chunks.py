"""A chat completion as a stream."""

from dataclasses import replace

import pytest
from openai.types.chat import ChatCompletionChunk

from mockai.endpoints.chat_chunks import chunks
from mockai.ids import EPOCH, Mint
from mockai.replies.answer import (
    Annotation,
    Audio,
    Choice,
    Completion,
    CustomEvent,
    Hold,
    Reasoning,
    Refusal,
    Text,
    ToolCall,
)
from mockai.scenario.schema import Chunking
from mockai.wire import Body, Call, Wait

MINT = Mint(0, "rule", 1)
CALL = ToolCall("weather", '{"city":"Paris"}', "call_1")
SQL = ToolCall("sql", "select 1", "call_2", kind="custom")
PLAIN = {"stream": True, "stream_options": {"include_obfuscation": False}}
HEAD = (
    'data: {"id":"chatcmpl-XGQvJpQVwjFqM5ulcXbx7wIlcQLxB","object":"chat.completion.chunk","created":1767225600,'
    '"model":"gpt-4o-2024-08-06","service_tier":"default","system_fingerprint":"fp_16497a2ca2","choices":['
)


@pytest.fixture
def deltas(ask, chunks_of):
    """The choice index, delta and finish reason of every chunk of a completion's stream."""

    def read(completion, *, live=None, **body):
        found = chunks_of(chunks(completion, ask(**{**PLAIN, **body}), MINT, live))
        for chunk in found:
            if '"custom"' not in str(chunk).replace("'", '"'):  # the SDK's type of a delta knows functions only
                ChatCompletionChunk.model_validate(chunk)
        return [(each["index"], each["delta"], each["finish_reason"]) for one in found for each in one["choices"]]

    return read


def test_a_text_is_streamed_byte_for_byte_as_the_api_streams_it(ask, answer):
    plan = tuple(chunks(answer(Text("Hello world")), ask(**PLAIN), MINT))
    end = ',"logprobs":null,"finish_reason":null}]}\n\n'
    assert [(step.data.decode(), step.kind, step.tokens) for step in plan] == [
        (f'{HEAD}{{"index":0,"delta":{{"role":"assistant","content":"","refusal":null}}{end}', "open", 0),
        (f'{HEAD}{{"index":0,"delta":{{"content":"Hello"}}{end}', "piece", 1),
        (f'{HEAD}{{"index":0,"delta":{{"content":" world"}}{end}', "piece", 1),
        (f'{HEAD}{{"index":0,"delta":{{}},"logprobs":null,"finish_reason":"stop"}}]}}\n\n', "finish", 0),
        ("data: [DONE]\n\n", "done", 0),
    ]


def test_usage_is_null_on_every_chunk_and_comes_last_when_asked_for(ask, answer, chunks_of):
    body = {"stream_options": {"include_usage": True, "include_obfuscation": False}}
    plan = tuple(chunks(answer(Text("Hi")), ask(stream=True, **body), MINT))
    *others, last = chunks_of(plan)
    assert [chunk["usage"] for chunk in others] == [None, None, None]
    assert (last["choices"], last["usage"]["total_tokens"]) == ([], 9)
    assert [step.kind for step in plan] == ["open", "piece", "finish", "usage", "done"]
    assert plan[1].data.endswith(b',"finish_reason":null}],"usage":null}\n\n')


def test_usage_is_left_out_when_not_asked_for(ask, answer, chunks_of):
    assert not any("usage" in chunk for chunk in chunks_of(chunks(answer(Text("Hi")), ask(**PLAIN), MINT)))


def test_every_chunk_is_padded_unless_the_client_declines(ask, answer, chunks_of):
    request = ask(stream=True, stream_options={"include_usage": True})
    found = chunks_of(chunks(answer(Text("a b c d e f g h i j k l m n o p")), request, MINT))
    lengths = [len(chunk["obfuscation"]) for chunk in found]
    assert all(list(chunk)[-1] == "obfuscation" and chunk["obfuscation"].isalnum() for chunk in found)
    assert set(lengths) == set(range(1, 16))


def test_reasoning_models_send_no_logprobs_key(ask, answer, chunks_of):
    found = chunks_of(chunks(answer(Text("Hi")), ask(model="gpt-5", **PLAIN), MINT))
    assert {tuple(each) for chunk in found for each in chunk["choices"]} == {("index", "delta", "finish_reason")}


def call_delta(index, **keys):
    return {"tool_calls": [{"index": index, **keys}]}


OPEN_CALL = call_delta(0, id="call_1", type="function", function={"name": "weather", "arguments": ""})
ARGUMENTS = [(0, call_delta(0, function={"arguments": piece}), None) for piece in ('{"', "city", '":"', "Paris", '"}')]
NOTHING = {"role": "assistant", "content": None}

STREAMS = [
    ((), [(0, NOTHING, None), (0, {}, "stop")]),
    (
        (Refusal("No."),),
        [
            (0, {**NOTHING, "refusal": ""}, None),
            (0, {"refusal": "No"}, None),
            (0, {"refusal": "."}, None),
            (0, {}, "stop"),
        ],
    ),
    (
        (Reasoning("Hm"), Text("Hi")),
        [(0, NOTHING, None), (0, {"reasoning_content": "Hm"}, None), (0, {"content": "Hi"}, None), (0, {}, "stop")],
    ),
    (
        (Reasoning(""), Text(""), Text("")),
        [(0, NOTHING, None), (0, {"reasoning_content": ""}, None), (0, {"content": ""}, None), (0, {}, "stop")],
    ),
    ((CALL,), [(0, {**NOTHING, **OPEN_CALL, "refusal": None}, None), *ARGUMENTS, (0, {}, "tool_calls")]),
    (
        (CALL, SQL),
        [
            (0, NOTHING, None),
            (0, OPEN_CALL, None),
            *ARGUMENTS,
            (0, call_delta(1, id="call_2", type="custom", custom={"name": "sql", "input": ""}), None),
            (0, call_delta(1, custom={"input": "select"}), None),
            (0, call_delta(1, custom={"input": " "}), None),
            (0, call_delta(1, custom={"input": "1"}), None),
            (0, {}, "tool_calls"),
        ],
    ),
    (
        (Text("Look"), CALL),
        [
            (0, {"role": "assistant", "content": "", "refusal": None}, None),
            (0, {"content": "Look"}, None),
            (0, OPEN_CALL, None),
            *ARGUMENTS,
            (0, {}, "tool_calls"),
        ],
    ),
    (
        (Audio("audio_1", "QUJD" * 1025, "Hello you", EPOCH),),
        [
            (0, NOTHING, None),
            (0, {"audio": {"id": "audio_1", "transcript": "Hello"}}, None),
            (0, {"audio": {"transcript": " you"}}, None),
            (0, {"audio": {"data": "QUJD" * 1024}}, None),
            (0, {"audio": {"data": "QUJD"}}, None),
            (0, {"audio": {"expires_at": EPOCH}}, None),
            (0, {}, "stop"),
        ],
    ),
    (
        (Audio("audio_1", "", "", EPOCH),),
        [
            (0, NOTHING, None),
            (0, {"audio": {"id": "audio_1", "transcript": ""}}, None),
            (0, {"audio": {"expires_at": EPOCH}}, None),
            (0, {}, "stop"),
        ],
    ),
]


@pytest.mark.parametrize(("items", "expected"), STREAMS, ids=range(len(STREAMS)))
def test_items_become_deltas(deltas, answer, items, expected):
    assert deltas(answer(*items)) == expected


def test_the_keys_of_a_single_call_stand_in_the_apis_order(deltas, answer):
    _, delta, _ = deltas(answer(CALL))[0]
    assert list(delta) == ["role", "content", "tool_calls", "refusal"]


def test_a_client_that_offers_functions_gets_a_function_call(deltas, answer):
    *opened, (_, _, reason) = deltas(answer(CALL, replace(CALL, id="call_2")), functions=[{"name": "weather"}])
    pieces = ('{"', "city", '":"', "Paris", '"}')
    assert [delta for _, delta, _ in opened] == [
        {**NOTHING, "function_call": {"name": "weather", "arguments": ""}, "refusal": None},
        *({"function_call": {"arguments": piece}} for piece in pieces),
    ]
    assert reason == "function_call"


def test_citations_come_between_the_text_and_the_end(deltas, answer):
    found = deltas(answer(Text("See", (Annotation("u", "t", 0, 3),))))
    cited = {"end_index": 3, "start_index": 0, "title": "t", "url": "u"}
    assert found[-2:] == [
        (0, {"annotations": [{"type": "url_citation", "url_citation": cited}]}, None),
        (0, {}, "stop"),
    ]


CHUNKINGS = [
    (None, ["Hello", " there", "."]),
    (Chunking(by="word"), ["Hello", " there."]),
    (Chunking(by="character"), list("Hello there.")),
    (Chunking(size=7), ["Hello t", "here."]),
    (Chunking(pieces=("He", "llo", " you")), ["He", "llo", " you"]),
]


@pytest.mark.parametrize(("chunking", "expected"), CHUNKINGS)
def test_the_text_is_cut_as_scripted(deltas, answer, chunking, expected):
    found = deltas(answer(Text("Hello there."), chunks=chunking))
    assert [delta["content"] for _, delta, _ in found[1:-1]] == expected


def test_pieces_are_the_arguments_where_there_is_no_text(deltas, answer):
    found = deltas(answer(CALL, chunks=Chunking(pieces=('{"a":', "1}"))))
    assert [delta["tool_calls"][0]["function"]["arguments"] for _, delta, _ in found[:-1]] == ["", '{"a":', "1}"]


def test_choices_take_turns_and_end_when_they_are_through(deltas):
    found = deltas(Completion((Choice((Text("a b c"),)), Choice((Text("d"),), "length"))))
    assert [(index, delta.get("content"), reason) for index, delta, reason in found] == [
        (0, "", None),
        (1, "", None),
        (0, "a", None),
        (1, "d", None),
        (0, " b", None),
        (1, None, "length"),
        (0, " c", None),
        (0, None, "stop"),
    ]


def test_text_that_may_be_a_stop_sequence_is_sent_once_it_is_none(deltas, answer):
    found = deltas(answer(Text("a EN")), stop="END")
    assert [delta.get("content") for _, delta, _ in found] == ["", "a", " ", "EN", None]


def test_events_and_gates_stand_where_they_are_scripted_and_only_once(ask, answer):
    items = (Text("a"), CustomEvent(b'{"x":1}', "note"), Hold("gate"), CustomEvent(b"{}"), Text("b"))
    plan = tuple(chunks(answer(*items), ask(n=2, **PLAIN), MINT))
    assert [step for step in plan if not isinstance(step, Body) or step.kind == "event"] == [
        Body(b'event: note\ndata: {"x":1}\n\n', "event"),
        Wait(gate="gate"),
        Body(b"data: {}\n\n", "event"),
    ]
    assert [step.kind for step in plan if isinstance(step, Body)].count("piece") == 4


# ----------------------------------------------------------------------------------------- logprobs


def test_logprobs_come_with_the_tokens_they_are_about(ask, answer, chunks_of):
    found = chunks_of(chunks(answer(Reasoning("r"), Text("Hi you")), ask(logprobs=True, **PLAIN), MINT))
    sent = [chunk["choices"][0]["logprobs"] for chunk in found]
    assert [each and [entry["token"] for entry in each["content"]] for each in sent] == [
        None,
        None,
        ["Hi"],
        [" you"],
        None,
    ]
    assert list(found[2]["choices"][0]) == ["index", "delta", "logprobs", "finish_reason"]


OPENINGS = [
    (Text("Hi"), {"content": [], "refusal": None}),
    (Refusal("No"), {"content": None, "refusal": []}),
    (CALL, None),
]


@pytest.mark.parametrize(("item", "expected"), OPENINGS)
def test_the_role_chunk_has_empty_logprobs(ask, answer, chunks_of, item, expected):
    found = chunks_of(chunks(answer(item), ask(logprobs=True, **PLAIN), MINT))
    assert found[0]["choices"][0]["logprobs"] == expected


def test_a_refusals_logprobs_are_its_own(ask, answer, chunks_of):
    found = chunks_of(chunks(answer(Refusal("No")), ask(logprobs=True, **PLAIN), MINT))
    logprobs = found[1]["choices"][0]["logprobs"]
    assert (logprobs["content"], [entry["token"] for entry in logprobs["refusal"]]) == (None, ["No"])


# --------------------------------------------------------------------------------------------- live


def test_live_items_are_sent_as_they_come_between_the_calls_that_make_them(ask, answer):
    calls = [Call(lambda: None) for _ in range(3)]
    pulled = []

    def live():
        for number, item in enumerate((Text("Hello you"), CALL)):
            yield calls[number]
            pulled.append(item)
            yield item
        yield calls[2]

    plan = chunks(answer(), ask(**PLAIN), MINT, live())
    kinds = []
    for step in plan:
        kinds.append(step if isinstance(step, Call) else step.kind)
        if len(kinds) == 2:
            assert pulled == [Text("Hello you")]
    assert kinds == [
        calls[0],
        "open",
        "piece",
        "piece",
        calls[1],
        *["piece"] * 6,
        calls[2],
        "finish",
        "done",
    ]


LIVE = [
    (),
    (Text("Hello you"),),
    (Text("Hel"), Text("lo")),
    (Refusal("No."),),
    (CALL,),
    (Reasoning("Hm"), Text("Hi"), CALL, SQL),
]


@pytest.mark.parametrize("items", LIVE, ids=range(len(LIVE)))
def test_live_items_make_the_same_stream_as_scripted_ones(deltas, answer, items):
    assert deltas(answer(), live=items) == deltas(answer(*items))


def test_live_parallel_calls_open_with_the_first(deltas, answer):
    found = deltas(answer(), live=(CALL, SQL))
    assert found[0] == (0, {**NOTHING, **OPEN_CALL, "refusal": None}, None)
    assert found[6][1] == call_delta(1, id="call_2", type="custom", custom={"name": "sql", "input": ""})


def test_live_items_are_repeated_for_every_choice_asked_for(deltas, answer):
    found = deltas(answer(), live=(Hold("gate"), Text("a b")), n=2)
    assert [(index, delta.get("content"), reason) for index, delta, reason in found] == [
        (0, None, None),
        (1, None, None),
        (0, "a", None),
        (1, "a", None),
        (0, " b", None),
        (1, " b", None),
        (0, None, "stop"),
        (1, None, "stop"),
    ]
