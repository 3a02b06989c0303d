"""Client secrets of realtime sessions."""

import pytest

PATH = "/realtime/client_secrets"
INCLUDED = "item.input_audio_transcription.logprobs"


def test_a_session_has_what_the_client_leaves_out(api):
    made = api("POST", PATH, {})
    session = made["session"]
    assert made["value"].startswith("ek_")
    assert made["expires_at"] == 1_767_225_601 + 600
    assert session.pop("id").startswith("sess_")
    assert (session["model"], session["output_modalities"], session["max_output_tokens"]) == (
        "gpt-realtime",
        ["audio"],
        "inf",
    )
    assert session["audio"]["output"] == {
        "format": {"type": "audio/pcm", "rate": 24000},
        "voice": "alloy",
        "speed": 1.0,
    }
    assert session["audio"]["input"]["turn_detection"]["type"] == "server_vad"


def test_a_session_has_what_the_client_says(api):
    asked = {
        "session": {"type": "realtime", "model": "gpt-realtime-mini", "audio": {"input": {"turn_detection": None}}},
        "expires_after": {"seconds": 10},
    }
    made = api("POST", PATH, asked)
    assert made["expires_at"] == 1_767_225_601 + 10
    assert (made["session"]["model"], made["session"]["audio"]["input"]["turn_detection"]) == (
        "gpt-realtime-mini",
        None,
    )


def test_a_session_may_transcribe(api):
    session = api("POST", PATH, {"session": {"type": "transcription", "include": [INCLUDED]}})["session"]
    assert (session["object"], session["include"]) == ("realtime.transcription_session", [INCLUDED])
    assert "output" not in session["audio"]


REFUSED = [
    ({"session": 1}, "Invalid type for 'session': expected an object, but got an integer instead."),
    (
        {"session": {"type": "video"}},
        "Invalid value: 'video'. Supported values are: 'realtime' and 'transcription'.",
    ),
    (
        {"expires_after": {"seconds": 1}},
        "Invalid 'expires_after.seconds': integer below minimum value. Expected a value >= 10, but got 1 instead.",
    ),
]


@pytest.mark.parametrize(("body", "message"), REFUSED)
def test_a_bad_request_is_refused(api, body, message):
    assert api.refused("POST", PATH, body) == (400, message)
