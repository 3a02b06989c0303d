"""Assistants: what is taken and what is refused."""

import pytest


def test_an_assistant_has_the_apis_keys(api):
    made = api("POST", "/assistants", {"model": "gpt-4o", "temperature": 0.5, "response_format": {"type": "text"}})
    assert made.pop("id").startswith("asst_")
    assert made == {
        "object": "assistant",
        "created_at": 1_767_225_601,
        "name": None,
        "description": None,
        "model": "gpt-4o",
        "instructions": None,
        "tools": [],
        "top_p": 1.0,
        "temperature": 0.5,
        "reasoning_effort": None,
        "tool_resources": {},
        "metadata": {},
        "response_format": {"type": "text"},
    }


def test_what_is_changed_is_what_is_given(api):
    id = api("POST", "/assistants", {"model": "gpt-4o", "name": "A", "instructions": "Be kind."})["id"]
    changed = api(
        "POST", f"/assistants/{id}", {"name": None, "tool_resources": {"code_interpreter": {}}, "model": "o3"}
    )
    assert (changed["name"], changed["model"], changed["instructions"]) == (None, "o3", "Be kind.")
    assert changed["tool_resources"] == {"code_interpreter": {}}


REFUSED = [
    ({}, "Missing required parameter: 'model'."),
    (
        {"model": "m", "temperature": "hot"},
        "Invalid type for 'temperature': expected a decimal, but got a string instead.",
    ),
    (
        {"model": "m", "temperature": True},
        "Invalid type for 'temperature': expected a decimal, but got a boolean instead.",
    ),
    (
        {"model": "m", "temperature": -1},
        "Invalid 'temperature': decimal below minimum value. Expected a value >= 0, but got -1 instead.",
    ),
    (
        {"model": "m", "top_p": 1.5},
        "Invalid 'top_p': decimal above maximum value. Expected a value <= 1, but got 1.5 instead.",
    ),
    (
        {"model": "m", "name": "n" * 257},
        "Invalid 'name': string too long. Expected a string with maximum length 256, but got a string with length 257 "
        "instead.",
    ),
    (
        {"model": "m", "tools": [{}] * 129},
        "Invalid 'tools': array too long. Expected an array with maximum length 128, but got an array with length 129 "
        "instead.",
    ),
]


@pytest.mark.parametrize(("body", "message"), REFUSED)
def test_a_bad_assistant_is_refused(api, body, message):
    assert api.refused("POST", "/assistants", body) == (400, message)
