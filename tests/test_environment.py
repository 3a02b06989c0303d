"""The variables that lead clients to a mock, and how they are put back."""

import os

import pytest

from mockai.environment import environment, variables


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, "127.0.0.1,localhost,::1"),
        ({"NO_PROXY": " example.org , localhost,"}, "example.org,localhost,127.0.0.1,::1"),
        ({"NO_PROXY": "*"}, "*,127.0.0.1,localhost,::1"),
    ],
)
def test_no_proxy_stands_between_a_client_and_the_mock(environ, expected):
    found = variables("http://127.0.0.1:1/v1", "sk-x", environ)
    assert found == {
        "OPENAI_BASE_URL": "http://127.0.0.1:1/v1",
        "OPENAI_API_KEY": "sk-x",
        "NO_PROXY": expected,
        "no_proxy": "127.0.0.1,localhost,::1",
    }


def test_variables_are_put_back_as_they_were_even_after_an_error(monkeypatch):
    monkeypatch.setenv("MOCKAI_TEST_A", "before")
    monkeypatch.delenv("MOCKAI_TEST_B", raising=False)
    names = ("MOCKAI_TEST_A", "MOCKAI_TEST_B", "MOCKAI_TEST_C")
    with pytest.raises(LookupError), environment(dict.fromkeys(names, "during")):
        assert [os.environ[name] for name in names] == ["during"] * 3
        del os.environ["MOCKAI_TEST_C"]
        raise LookupError
    assert [os.environ.get(name) for name in names] == ["before", None, None]
