"""What people write, as models: short forms, and what is refused."""

from dataclasses import FrozenInstanceError

import pytest

from mockai.faults import Place
from mockai.records import InvalidValue
from mockai.scenario.schema import (
    Amount,
    AudioSpec,
    ChoiceSpec,
    Chunking,
    Citation,
    CountMatch,
    ErrorSpec,
    FaultSpec,
    GateSpec,
    ItemSpec,
    Latency,
    LogprobSpec,
    QuirkSpec,
    RawSpec,
    Reply,
    Rule,
    StateSpec,
    TextMatch,
    ToolCallSpec,
    ToolMatch,
    ToolResultMatch,
    When,
)


@pytest.mark.parametrize(
    ("model", "short", "whole"),
    [
        (Reply, "x", Reply(text="x")),
        (TextMatch, "x", TextMatch(contains="x")),
        (ToolMatch, "f", ToolMatch(name="f")),
        (ToolResultMatch, "f", ToolResultMatch(name="f")),
        (CountMatch, 2, CountMatch(one_of=(2,))),
        (CountMatch, [1, 2], CountMatch(one_of=(1, 2))),
        (Amount, 2, Amount(fixed=2.0)),
        (Latency, 0.5, Latency(total=Amount(fixed=0.5))),
        (GateSpec, "g", GateSpec(name="g", after=0)),
        (QuirkSpec, "hex_ids", QuirkSpec(name="hex_ids")),
        (QuirkSpec, {"hex_ids": None}, QuirkSpec(name="hex_ids")),
        (QuirkSpec, {"hex_ids": {"prefix": "a"}}, QuirkSpec(name="hex_ids", options={"prefix": "a"})),
        (FaultSpec, "stall", FaultSpec(name="stall")),
        (FaultSpec, {"stall": None}, FaultSpec(name="stall")),
        (FaultSpec, {"stall": {"after": 3, "on": 2, "probability": 0.5}},
         FaultSpec(name="stall", place=Place("after", 3), on=(2,), probability=0.5)),
        (FaultSpec, {"stall": {"at_end": True, "on": [1, 2]}}, FaultSpec(name="stall", place=Place("at_end"), on=(1,
         2))),
        (ToolCallSpec, "f", ToolCallSpec(name="f")),
        (ToolCallSpec, {"f": None}, ToolCallSpec(name="f", arguments={})),
        (ToolCallSpec, {"f": {"a": 1}}, ToolCallSpec(name="f", arguments={"a": 1})),
        (ToolCallSpec, {"f": '{"a"'}, ToolCallSpec(name="f", arguments='{"a"')),
        (ToolCallSpec, {"name": {"a": 1}}, ToolCallSpec(name="name", arguments={"a": 1})),
        (Citation, "http://x", Citation(url="http://x")),
        (AudioSpec, "hi", AudioSpec(transcript="hi")),
        (ItemSpec, "x", ItemSpec(text="x")),
        (ChoiceSpec, "x", ChoiceSpec(text="x")),
        (ErrorSpec, "rate_limit_exceeded", ErrorSpec(name="rate_limit_exceeded")),
        (ErrorSpec, 500, ErrorSpec(status=500)),
        (Chunking, ["a", "b"], Chunking(pieces=("a", "b"))),
        (LogprobSpec, "t", LogprobSpec(token="t")),
        (When, {"endpoint": "responses", "has": "image"}, When(endpoint=("responses",), has=("image",))),
        (When, {"headers": {"a": "x", "b": 1, "c": True, "d": {"regex": "."}}},
         When(headers={"a": TextMatch(equals="x"), "b": TextMatch(equals="1"), "c": TextMatch(equals="true"),
         "d": TextMatch(regex=".")})),
        (When, {"query": {"a": False}}, When(query={"a": TextMatch(equals="false")})),
        (When, {"not": {"user": "x"}}, When(not_=When(user=TextMatch(contains="x")))),
        (Rule, {"reply": "x"}, Rule(replies=(Reply(text="x"),))),
        (Reply, {"error": 500, "retry_after": 2, "headers": {"a": 1.5}},
         Reply(error=ErrorSpec(status=500), retry_after="2", headers={"a": "1.5"})),
        (Reply, {"text": "x", "refusal": None}, Reply(text="x")),
    ],
)  # fmt: skip
def test_a_short_form_is_the_same_as_the_whole_one(model, short, whole):
    assert model.model_validate(short) == whole


@pytest.mark.parametrize(
    ("made", "whole"),
    [
        (Rule(reply="x"), Rule(replies=(Reply(text="x"),))),
        (FaultSpec(stall={"after": 3}), FaultSpec(name="stall", place=Place("after", 3))),
        (ToolCallSpec(f={"a": 1}), ToolCallSpec(name="f", arguments={"a": 1})),
    ],
)
def test_keywords_in_python_may_be_short_forms_too(made, whole):
    assert made == whole


@pytest.mark.parametrize(
    ("model", "value", "reason"),
    [
        (TextMatch, {"regex": "a{99999999999}"}, "not a regular expression: the repetition number is too large"),
        (When, {"jmespath": "a["},
         'jmespath is not a JMESPath expression: Invalid jmespath expression: Incomplete expression: "a[" ^'),
        (StateSpec, {"per": "a b"}, "per is not a JMESPath expression"),
        (Amount, {}, "must be a number, {lognormal: [median, sigma]} or {uniform: [low, high]}"),
        (Amount, {"fixed": 1, "uniform": [1, 2]},
         "must be a number, {lognormal: [median, sigma]} or {uniform: [low, high]}"),
        (Amount, {"uniform": [2, 1]}, "uniform: [low, high] needs low <= high"),
        (Latency, {"per_token": 1, "tokens_per_second": 1},
         "per_token and tokens_per_second say the same thing; give one of them"),
        (Latency, {"tokens_per_second": 0}, "tokens_per_second must be greater than 0"),
        (Latency, {"tokens_per_second": {"uniform": [0, 1]}}, "tokens_per_second must be greater than 0"),
        (QuirkSpec, 5, "a quirk is a name or {name: {options}}; seen 5"),
        (QuirkSpec, "hex_id", "no quirk is called 'hex_id'; did you mean hex_ids?"),
        (QuirkSpec, {"name": "hex_ids", "options": {"prefx": "a"}}, "hex_ids has no option 'prefx'"),
        (FaultSpec, 5, "a fault is a name or {name: {options}}"),
        (FaultSpec, {}, "a fault is a name or {name: {options}}; seen the keys none"),
        (FaultSpec, {"stall": {}, "reset": {}}, "a fault is a name or {name: {options}}; seen the keys stall, reset"),
        (FaultSpec, {"stall": 3}, "the options of stall are a mapping, such as {after: 3}"),
        (FaultSpec, {"stall": {"after": 1, "before": True}}, "a fault strikes at one place; seen before and after"),
        (FaultSpec, "nope", "no fault is called 'nope'"),
        (FaultSpec, {"empty_content": {"after": 1}},
         "empty_content changes what is said, not how it is sent, and has no place; leave it out"),
        (ToolCallSpec, {"name": "f", "arguments": {}, "input": "x"},
         "a tool call has `arguments` (of a function) or `input` (of a custom tool), not both"),
        (Citation, {"url": "u", "start_index": 3, "end_index": 2}, "a citation starts before it ends; seen 3 to 2"),
        (ItemSpec, {}, "an item is exactly one of text, reasoning, refusal, tool_calls, citation, audio, event, gate"),
        (ItemSpec, {"text": "a", "gate": "b"}, "an item is exactly one of"),
        (ErrorSpec, {"message": "x"}, "an error has a `name` (rate_limit_exceeded) or a `status` (429), or both"),
        (ErrorSpec, "nope", "no error is called nope; `mockai list errors` shows them all"),
        (RawSpec, {"body": "x", "base64": "aGk="},
         "a raw reply has one of body, base64 and events; seen body and base64"),
        (RawSpec, {"base64": "a"}, "base64 does not hold base64: "),
        (AudioSpec, {"data": "a b"}, "data does not hold base64: "),
        (Chunking, {"by": "word", "size": 2}, "chunks are cut in one way: pieces, by or size; seen by and size"),
        (ChoiceSpec, {"text": "x", "json": 1},
         "a choice is one of text, json, refusal, tool_calls, items; seen text and json"),
        (Reply, {},
         "a reply is exactly one of text, json, tool_calls, refusal, error, audio, auto, echo, items, choices, "
         "embedding, image, moderation, transcript, raw; seen none of them"),
        (Reply, {"text": None}, "seen none of them"),
        (Reply, {"text": "x", "json": None}, "seen text and json"),
        (Reply, {"text": "x", "headers": {"a": "b\nc"}}, "a header value cannot hold a line break"),
        (Rule, {"reply": "a", "replies": []}, "a rule has `reply` or `replies`, not both"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused_in_our_words(model, value, reason):
    with pytest.raises(InvalidValue) as caught:
        model.model_validate(value)
    (wrong,) = caught.value.wrongs
    assert reason in wrong.reason


@pytest.mark.parametrize(
    ("model", "value", "reason"),
    [
        (Rule, {"reply": "x", "priority": "5"}, "must be a whole number"),
        (Rule, {"reply": "x", "required": "yes"}, "must be true or false"),
        (Latency, {"jitter": "0.5"}, "must be a number"),
        (Latency, {"jitter": True}, "must be a number"),
        (Latency, float("nan"), "must be a finite number"),
        (CountMatch, [True], "must be a whole number"),
        (TextMatch, True, "must be text or a mapping with keys such as contains, equals"),
        (Rule, "x", "must be a mapping with keys such as reply, name"),
    ],
)
def test_nothing_is_turned_into_another_kind_of_value(model, value, reason):
    with pytest.raises(InvalidValue) as caught:
        model.model_validate(value)
    (wrong,) = caught.value.wrongs
    assert wrong.reason.startswith(reason)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (Reply(text=""), "text"),
        (Reply.model_validate({"json": None}), "json"),
        (Reply(python=print), "python"),
        (Reply(echo=True, reasoning="x"), "echo"),
    ],
)
def test_a_reply_knows_its_kind(reply, kind):
    assert reply.kind == kind


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        (FaultSpec(name="reset"), Place("before")),
        (FaultSpec(name="disconnect"), Place("after", 1)),
        (FaultSpec(name="reset", place=Place("at", 2)), Place("at", 2)),
    ],
)
def test_a_fault_strikes_where_it_is_told_else_at_its_own_place(fault, where):
    assert (fault.where(), fault.fault().name) == (where, fault.name)


def test_what_was_written_does_not_change_afterwards():
    with pytest.raises(FrozenInstanceError, match=r"Reply does not change; model_copy\(update=...\) makes another"):
        Reply(text="x").text = "y"
