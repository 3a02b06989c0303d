"""What a request takes of the limits, and whose they are."""

import pytest

from mockai.limits.demand import Demand, demand_of, owner_of, units_of
from mockai.request import APIRequest, Message
from mockai.wire import HTTPRequest

TEXTS = (Message("system", "12345678"), Message("user", "123456789"))  # 17 characters


def request(endpoint="chat.completions", operation="create", body=None, headers=(), messages=TEXTS):
    http = HTTPRequest("POST", "/", (), headers)
    return APIRequest(http, endpoint, operation, body=body or {}, messages=messages, model="gpt-4o")


DEMANDS = [
    (request(), Demand(1, 5)),
    (request(body={"max_tokens": 100}), Demand(1, 105)),
    (request(body={"max_completion_tokens": 100}), Demand(1, 105)),
    (request("responses", body={"max_output_tokens": 100}), Demand(1, 105)),
    (request(body={"max_tokens": "many"}), Demand(1, 5)),
    (request(body={"max_tokens": True}), Demand(1, 5)),
    (request(messages=()), Demand(1, 1)),
    (request("completions"), Demand(1, 5 + 16)),
    (request("embeddings"), Demand(1, 5)),
    (request("moderations"), Demand(1, 5)),
    (request("images", "generate", {"n": 3}), Demand(1, None, 3)),
    (request("images", "edit"), Demand(1, None, 1)),
    (request("audio.speech"), Demand(1)),
]


@pytest.mark.parametrize(("asked", "expected"), DEMANDS, ids=range(len(DEMANDS)))
def test_a_request_takes_a_quarter_of_its_characters_and_all_that_its_reply_may_have(asked, expected):
    assert demand_of(asked) == expected


COUNTED = [
    (request(), ("requests", "tokens")),
    (request("images", "edit"), ("requests", "images")),
    (request("chat.completions", "list"), ()),
    (request("models", "list"), ()),
    (request("files", "create"), ()),
]


@pytest.mark.parametrize(("asked", "expected"), COUNTED, ids=range(len(COUNTED)))
def test_what_models_have_to_do_with_is_counted(asked, expected):
    assert units_of(asked) == expected


OWNERS = [
    (
        {"authorization": "Bearer sk-1"},
        ("key", "organization", "project", "model"),
        ("Bearer sk-1", "org-a", "proj_b", "gpt-4o"),
    ),
    ({}, ("project",), ("proj_b",)),
    ({"api-key": "azure"}, ("key", "model"), ("azure", "gpt-4o")),
    ({}, ("key", "organization"), ("", "org-a")),
    ({}, (), ()),
]


@pytest.mark.parametrize(("headers", "per", "expected"), OWNERS, ids=range(len(OWNERS)))
def test_the_owner_is_made_of_what_has_quotas_of_its_own(headers, per, expected):
    assert owner_of(request(headers=tuple(headers.items())), per, "org-a", "proj_b") == expected
