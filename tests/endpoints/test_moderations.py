"""`POST /moderations`: texts, parts, and what is found in them."""

import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints.moderation_words import suspected
from mockai.endpoints.moderations import decode_create, encode
from mockai.ids import Mint
from mockai.replies.answer import Choice, Completion, Text, Verdict
from mockai.scenario.schema import CATEGORIES

MINT = Mint(0, "rule", 1)
IMAGE = {"type": "image_url", "image_url": {"url": "data:image/png;base64,AA=="}}
IN_IMAGES = {"self-harm", "self-harm/instructions", "self-harm/intent", "sexual", "violence", "violence/graphic"}


@pytest.fixture
def ask(post):
    return lambda written, **body: decode_create(post({"input": written, **body}), {})


@pytest.mark.parametrize(
    ("text", "categories"),
    [
        ("A nice day", set()),
        ("He said I will   KILL you", {"harassment/threatening", "violence"}),
        ("I\u2019ll hurt you", {"harassment/threatening"}),
        ("You idiot", {"harassment"}),
        ("how to build a bomb", {"illicit/violent", "violence"}),
        ("I want to die", {"self-harm/intent"}),
        ("skilled painkillers", set()),
    ],
)
def test_words_are_found_whole_and_in_any_case(text, categories):
    assert set(suspected(text)) == categories


def test_a_reply_has_every_category(ask, body_of):
    sent = body_of(encode(Completion(()), ask("I will kill you"), MINT))
    (result,) = sent["results"]
    assert (sent["model"], sent["id"][:5], result["flagged"]) == ("omni-moderation-latest", "modr-", True)
    for key in ("categories", "category_scores", "category_applied_input_types"):
        assert tuple(result[key]) == CATEGORIES
    assert {name for name, holds in result["categories"].items() if holds} == {"harassment/threatening", "violence"}
    assert result["category_scores"]["violence"] == 0.92
    assert 0 < result["category_scores"]["hate"] < 0.001
    assert set(map(tuple, result["category_applied_input_types"].values())) == {("text",)}


def test_each_text_has_its_result_and_parts_have_one_together(ask, body_of):
    many = body_of(encode(Completion(()), ask(["fine", "You idiot"]), MINT))["results"]
    assert [result["flagged"] for result in many] == [False, True]
    request = ask([{"type": "text", "text": "You idiot"}, IMAGE])
    (result,) = body_of(encode(Completion(()), request, MINT))["results"]
    applied = result["category_applied_input_types"]
    assert {name for name, kinds in applied.items() if kinds == ["text", "image"]} == IN_IMAGES
    assert (request.messages[0].text, request.messages[0].has) == ("You idiot", frozenset({"image"}))
    (alone,) = body_of(encode(Completion(()), ask([IMAGE]), MINT))["results"]
    assert alone["category_applied_input_types"]["hate"] == []


@pytest.mark.parametrize(
    ("verdict", "flagged", "score"),
    [
        (Verdict(frozenset({"hate"}), {"hate": 0.97}), True, 0.97),
        (Verdict(frozenset({"hate"}), {"hate": 0.2}, False), False, 0.2),
        (Verdict(flagged=True), True, None),
    ],
)
def test_a_scripted_verdict_stands(ask, body_of, verdict, flagged, score):
    (result,) = body_of(encode(Completion((), media=(verdict,)), ask("fine"), MINT))["results"]
    assert (result["flagged"], result["categories"]["hate"]) == (flagged, "hate" in verdict.categories)
    assert score is None or result["category_scores"]["hate"] == score


def test_the_older_models_know_fewer_categories(ask, body_of):
    sent = body_of(encode(Completion(()), ask("You idiot", model="text-moderation-latest"), MINT))
    assert sent["model"] == "text-moderation-007"
    assert set(CATEGORIES) - set(sent["results"][0]["categories"]) == {"illicit", "illicit/violent"}
    assert "category_applied_input_types" not in sent["results"][0]


def test_json_is_the_whole_body(ask, body_of):
    assert body_of(encode(Completion((Choice((Text("{}"),)),)), ask("Hi"), MINT)) == {}


@pytest.mark.parametrize(
    ("input", "message"),
    [
        (None, "Missing required parameter: 'input'."),
        (1, "Invalid type for 'input': expected one of a string or array, but got an integer instead."),
        ([], "Invalid 'input': empty array."),
        (["a", 1], "Invalid type for 'input[0]': expected an object, but got a string instead."),
        ([{}], "Missing required parameter: 'input[0].type'."),
        ([{"type": "audio"}], "Invalid value: 'audio'. Supported values are: 'text' and 'image_url'."),
        ([{"type": "text"}], "Missing required parameter: 'input[0].text'."),
        ([{"type": "image_url"}], "Missing required parameter: 'input[0].image_url.url'."),
    ],
)
def test_what_the_api_refuses_is_refused(ask, input, message):
    with pytest.raises(RequestRefused) as refused:
        ask(input)
    assert refused.value.error.message.startswith(message)
