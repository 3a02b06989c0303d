"""Three applications under every fault: a naive one, a careful one and an agent, and what becomes of each."""

from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

import openai
import pytest

from mockai.faults.sets import sets


def app(name: str) -> ModuleType:
    spec = spec_from_file_location(name, Path(__file__).parent / f"{name}.py")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


naive, careful, agent = app("naive"), app("careful"), app("agent")

NEWS = {
    "rules": [
        {"when": {"user": "Summarize"}, "reply": "Rates stay as they are."},
        {"when": {"user": "Extract"}, "reply": {"json": {"item": "lamp", "count": 2}}},
    ]
}
CALL = {"tool_calls": [{"get_weather": {"city": "Paris"}}]}
WEATHER = {
    "rules": [
        {"when": {"tool_result": {"json": {"temp": 21}}}, "reply": "It is 21 degrees in Paris."},
        {"when": {"any": [{"tool_result": {}}, {"user": "weather"}]}, "reply": CALL},
    ]
}


def outcomes(**faults: str) -> dict[str, object]:
    """What is expected of each fault, `recovered` unless it is named; words in one string stand for one outcome."""
    named = {fault: outcome for outcome, words in faults.items() for fault in words.split()}
    return {name: EXPECTED[named.get(name, "recovered")] for name in sets()["all"]}


EXPECTED = {
    "recovered": "recovered",
    "not_met": "not met",
    "wrong": "wrong result",
    "hung": "hung",
    "decode": ValueError,
    "type": (TypeError, AttributeError),
    "openai": openai.OpenAIError,
    "unavailable": careful.Unavailable,
    "confused": agent.Confused,
}
ONLY_IN_STREAMS = (
    "duplicate drop reorder keepalive_comments missing_done double_done late_error coalesce crlf multi_line_data "
    "missing_last_blank_line "
)
NOT_TRANSIENT = "invalid_api_key model_not_found context_length_exceeded redirect "
ABOUT_TOOLS = "malformed_arguments wrong_arguments endless_tool_loop prompt_injection "


@pytest.mark.mockai(NEWS)
@pytest.mark.mockai_faults(
    expect=outcomes(
        hung="stall",
        wrong="truncate duplicate drop reorder empty_body wrong_content_type json_for_stream unknown_tool "
        "empty_content whitespace_flood repeated_text",
        decode="malformed_json",
        not_met=ABOUT_TOOLS + "wrong_schema",
    )
)
def test_a_naive_summary(mock_openai):
    assert naive.summary("the news") == "Rates stay as they are."


@pytest.mark.mockai(NEWS)
@pytest.mark.mockai_faults(
    expect=outcomes(
        wrong="duplicate drop reorder",  # no client can know
        unavailable=NOT_TRANSIENT + "insufficient_quota",
        not_met=ABOUT_TOOLS + "wrong_schema",
    ),
    strict=True,
)
def test_a_careful_summary(mock_openai):
    assert careful.summary("the news") == "Rates stay as they are."


@pytest.mark.mockai(NEWS)
@pytest.mark.mockai_faults(
    expect=outcomes(
        wrong="wrong_schema",
        decode="truncate malformed_json empty_body empty_content whitespace_flood repeated_text",
        type="error_event wrong_content_type json_for_stream unknown_tool",
        openai=NOT_TRANSIENT,
        not_met=ABOUT_TOOLS + ONLY_IN_STREAMS,
    )
)
def test_a_naive_order(mock_openai):
    assert naive.order_of("Two lamps, please") == {"item": "lamp", "count": 2}


@pytest.mark.mockai(NEWS)
@pytest.mark.mockai_faults(
    expect=outcomes(
        unavailable=NOT_TRANSIENT + "insufficient_quota",
        not_met=ABOUT_TOOLS + ONLY_IN_STREAMS,
    ),
    strict=True,
)
def test_a_careful_order(mock_openai):
    assert careful.order_of("Two lamps, please") == {"item": "lamp", "count": 2}


@pytest.mark.mockai(WEATHER)
@pytest.mark.mockai_faults(
    expect=outcomes(
        wrong="repeated_text prompt_injection",
        decode="truncate malformed_json empty_body",
        confused="error_event wrong_content_type json_for_stream empty_content whitespace_flood",
        openai=NOT_TRANSIENT,
        not_met=ONLY_IN_STREAMS + "wrong_schema",
    )
)
def test_an_agent(mock_openai):
    assert agent.weather_report("What is the weather in Paris?") == "It is 21 degrees in Paris."
