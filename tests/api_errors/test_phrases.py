"""How the API words what it echoes."""

import pytest

from mockai.api_errors.phrases import Phrases, kind_of, listed, literal, masked, shorten, wait_text

CASES = [
    (shorten, "bogus_item", "bogus_item"),
    (shorten, "conversation", "conversation"),
    (shorten, "previous_response_id", "pre..._id"),
    (shorten, "k" * 70, "kkk...kkk"),
    (shorten, 7, "7"),
    (masked, "sk-foobar", "sk-foobar"),
    (masked, "your_api_key_here", "your_api*****here"),
    (masked, "sk-proj-" + "x" * 20 + "1234", "sk-proj-" + "*" * 20 + "1234"),
    (literal, "max", "'max'"),
    (literal, "previous_response_id", "'pre..._id'"),
    (literal, 0.2, "0.2"),
    (literal, {"a": 1}, "{'a': 1}"),
    (listed, ("auto",), "'auto'"),
    (listed, ("auto", "low"), "'auto' and 'low'"),
    (listed, ("a", "b", "c"), "'a', 'b', and 'c'"),
    (listed, "'a' or more", "'a' or more"),
    (kind_of, None, "null"),
    (kind_of, True, "a boolean"),
    (kind_of, "x", "a string"),
    (kind_of, 7, "an integer"),
    (kind_of, 0.5, "a decimal number"),
    (kind_of, [], "an array"),
    (kind_of, {}, "an object"),
    (wait_text, 0, "0s"),
    (wait_text, 0.004, "4ms"),
    (wait_text, 0.644, "644ms"),
    (wait_text, 0.9999, "1s"),
    (wait_text, 1.2, "1.2s"),
    (wait_text, 20, "20s"),
    (wait_text, 83.5, "1m23.5s"),
    (wait_text, 360, "6m0s"),
    (wait_text, 3600, "1h0m0s"),
    (wait_text, 86_400, "24h0m0s"),
]


@pytest.mark.parametrize(("say", "value", "words"), CASES)
def test_the_api_says(say, value, words):
    assert say(value) == words


@pytest.mark.parametrize(
    ("template", "values", "text"),
    [
        ("{model} in {organization}", {"model": "gpt-4o", "organization": "org-x"}, "gpt-4o in org-x"),
        ("'{value:echo}'", {"value": "k" * 70}, "'kkk...kkk'"),
        ("{key:masked}", {"key": "your_api_key_here"}, "your_api*****here"),
        ("{value:literal}", {"value": "max"}, "'max'"),
        ("{supported:listed}", {"supported": ["a", "b"]}, "'a' and 'b'"),
        ("{id:bare}", {"id": "req_abc"}, "abc"),
        ("{wait:wait} {wait:ms} {wait:seconds}", {"wait": 0.644}, "644ms 644 1"),
        ("{wait:wait} {wait:ms} {wait:seconds}", {"wait": "18.24"}, "18.24s 18240 19"),
        ("{wait:seconds}", {"wait": 0}, "1"),
    ],
)
def test_a_placeholder_chooses_its_wording(template, values, text):
    assert Phrases().vformat(template, (), values) == text


@pytest.mark.parametrize("wait", ["soon", -1, float("inf"), float("nan"), [1]])
def test_a_wait_that_is_no_number_of_seconds_is_refused(wait):
    with pytest.raises(ValueError, match=r"`wait` is a number of seconds from 0, such as 1\.5; seen"):
        wait_text(wait)
