from typing import Any

import pytest

from mockai.matching.wording import HIDDEN, concealed, did_you_mean, is_secret, overlap, quoted, shortened, shown


@pytest.mark.parametrize(
    ("name", "secret"),
    [
        ("authorization", True),
        ("Proxy-Authorization", True),
        ("api-key", True),
        ("X-API-Key", True),
        ("ocp-apim-subscription-key", True),
        ("apikey", True),
        ("key", True),
        ("cookie", True),
        ("x-auth-token", True),
        ("x-client-secret", True),
        ("idempotency-key", False),
        ("x-tenant", False),
        ("max_tokens", False),
        ("openai-organization", False),
        ("api-version", False),
    ],
)
def test_a_name_tells_whether_a_value_may_be_a_secret(name: str, secret: bool) -> None:
    assert is_secret(name) is secret


@pytest.mark.parametrize(
    ("value", "secret"), [("Bearer x", True), ("sk-proj-1", True), ("Basic eA==", True), ("blue", False)]
)
def test_a_value_tells_whether_it_may_be_a_secret(value: str, secret: bool) -> None:
    assert is_secret("x-anything", value) is secret


def test_secrets_are_concealed_at_any_depth() -> None:
    written: Any = {"headers": {"authorization": {"equals": "x"}, "x-a": {"equals": "sk-1"}}, "all": ({"user": "hi"},)}
    assert concealed(written) == {
        "headers": {"authorization": HIDDEN, "x-a": {"equals": HIDDEN}},
        "all": [{"user": "hi"}],
    }


@pytest.mark.parametrize(
    ("text", "limit", "expected"), [("abcdef", 6, "abcdef"), ("abcdefg", 6, "abc…fg"), ("a" * 9 + "z", 6, "aaa…az")]
)
def test_a_long_text_keeps_its_beginning_and_its_end(text: str, limit: int, expected: str) -> None:
    assert shortened(text, limit) == expected


def test_a_text_is_quoted_on_one_line() -> None:
    assert quoted('say "é"\n\x00') == '"say \\"é\\"\\n\\u0000"'


@pytest.mark.parametrize(
    ("value", "expected"), [(None, "null"), (True, "true"), ("a", '"a"'), ([1, {"a": "é"}], '[1, {"a": "é"}]')]
)
def test_a_value_is_shown_as_json(value: Any, expected: str) -> None:
    assert shown(value) == expected


@pytest.mark.parametrize(
    ("wanted", "text", "share"), [("abcd", "xabcx", 0.5), ("ABC", "abc", 1.0), ("ab", "abc", 0.0), ("", "", 1.0)]
)
def test_overlap_is_the_share_of_the_runs_wanted(wanted: str, text: str, share: float) -> None:
    assert overlap(wanted, text) == share


@pytest.mark.parametrize(
    ("names", "expected"), [(("search", "sort"), 'did you mean "search"?'), (("x",), ""), ((), "")]
)
def test_a_near_name_is_proposed(names: tuple[str, ...], expected: str) -> None:
    assert did_you_mean("serch", names) == expected
