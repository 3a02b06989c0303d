"""Vectors, pictures, verdicts and transcripts: what is written, and what becomes of it."""

from dataclasses import replace

import pytest
from jsonschema import Draft202012Validator

from mockai.ids import Mint
from mockai.records import Definitions, InvalidValue
from mockai.replies.answer import Picture, Segment, Transcript, Vectors, Verdict
from mockai.replies.render import render
from mockai.request import APIRequest, Message
from mockai.scenario.schema import (
    Defaults,
    EmbeddingSpec,
    ImageSpec,
    ModerationSpec,
    Reply,
    SegmentSpec,
    TranscriptSpec,
)
from mockai.scenario.templates import Scope
from mockai.wire import HTTPRequest

REQUEST = APIRequest(
    HTTPRequest("POST", "/v1/embeddings"), "embeddings", messages=(Message("user", "cats"),), unaided=True
)


def scope(request):
    return Scope(request, {}, {}, 1, 0, Mint(0), 0)


def rendered(**written):
    return render(Reply.model_validate(written), scope(REQUEST), Defaults())


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"embedding": [1.0, 2]}, (Vectors(((1.0, 2.0),)),)),
        ({"embedding": {"vector": [1.0]}}, (Vectors(((1.0,),)),)),
        ({"embedding": [[1.0], [2.0]]}, (Vectors(((1.0,), (2.0,))),)),
        ({"embedding": "{{ request.user }} and dogs"}, (Vectors(like="cats and dogs"),)),
        ({"image": "https://a.example/{{ 1 + 1 }}.png"}, (Picture(url="https://a.example/2.png"),)),
        ({"image": [{"base64": "QUJD"}, {"revised_prompt": "a cat"}]}, (Picture(b"ABC"), Picture(None, None, "a cat"))),
        ({"moderation": "hate"}, (Verdict(frozenset({"hate"}), {"hate": 0.97}),)),
        ({"moderation": []}, (Verdict(),)),
        (
            {"moderation": {"categories": ["hate"], "scores": {"hate": 0.5, "sexual": 0.1}, "flagged": False}},
            (Verdict(frozenset({"hate"}), {"hate": 0.5, "sexual": 0.1}, False),),
        ),
        ({"transcript": "Hi"}, (Transcript((Segment("Hi"),)),)),
        (
            {"transcript": {"segments": ["a", {"text": "b", "start": 1, "speaker": "B"}], "language": "german"}},
            (Transcript((Segment("a"), Segment("b", 1.0, None, "B")), "german"),),
        ),
    ],
)  # fmt: skip
def test_what_is_written_is_rendered(written, expected):
    answer = rendered(**written)
    assert (answer.media, answer.choices) == (expected, ())


def test_auto_is_left_to_an_endpoint_that_answers_by_itself():
    assert rendered(auto=True, model="m").choices == ()
    aided = scope(replace(REQUEST, unaided=False))
    assert render(Reply(auto=True), aided, Defaults()).choices != ()
    assert render(Reply(text="Hi"), aided, Defaults()).media == ()


@pytest.mark.parametrize(
    ("model", "value", "reason"),
    [
        (EmbeddingSpec, {}, "an embedding is one of vector, vectors, like; seen none of them"),
        (EmbeddingSpec, {"vector": [1.0], "like": "a"}, "one of vector, vectors, like; seen vector and like"),
        (EmbeddingSpec, [], "must be a list of at least 1; seen a list of 0"),
        (EmbeddingSpec, [True], "vector.0: must be a number; seen true"),
        (ImageSpec, {"base64": "QQ==", "url": "x"}, "an image has `base64` or `url`, not both"),
        (ImageSpec, {"base64": "?"}, "base64 does not hold base64"),
        (ModerationSpec, "rudeness", "categories.0: must be one of harassment, "),
        (ModerationSpec, {"scores": {"hate": 2}}, "scores.hate: must be at most 1; seen the number 2"),
        (SegmentSpec, {"text": "a", "start": 2, "end": 1}, "a segment starts before it ends; seen 2.0 to 1.0"),
        (TranscriptSpec, {}, "a transcript has `text` or `segments`, and not both"),
        (TranscriptSpec, {"text": "a", "segments": ["b"]}, "a transcript has `text` or `segments`, and not both"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(model, value, reason):
    with pytest.raises(InvalidValue) as caught:
        model.model_validate(value)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "good",
    [
        {"embedding": [1.0]},
        {"embedding": [[1.0]]},
        {"embedding": "a"},
        {"moderation": ["hate"]},
        {"moderation": "hate"},
    ],
)
def test_short_forms_are_in_the_exported_schema(good):
    definitions = Definitions()
    schema = Draft202012Validator({**Reply.schema(definitions), "$defs": definitions.found})
    assert schema.is_valid(good)
    assert not schema.is_valid({"moderation": "rudeness"})
