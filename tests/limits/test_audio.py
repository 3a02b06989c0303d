"""Limits of recordings: how long they are, how large, and what one too many gets."""

import struct
from contextlib import ExitStack

import openai
import pytest

from mockai import MockOpenAI
from mockai.limits.demand import demand_of
from mockai.media.silence import mp3
from mockai.request import APIRequest
from mockai.wire import HTTPRequest

RATE = 8_000


def wav(seconds):
    """A silent recording of so many seconds, a byte a sample."""
    size = int(seconds * RATE)
    head = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36 + size, b"WAVE", b"fmt ", 16, 1, 1, RATE, RATE, 1, 8, b"data", size
    )
    return head + b"\x80" * size


def asked(data, filename="talk.wav", endpoint="audio.transcriptions"):
    """The request that uploads a recording."""
    part = f'--x\r\nContent-Disposition: form-data; name="file"; filename="{filename}"\r\n\r\n'.encode()
    headers = (("content-type", "multipart/form-data; boundary=x"),)
    http = HTTPRequest("POST", "/", (), headers, part + data + b"\r\n--x--\r\n")
    return APIRequest(http, endpoint, model="whisper-1")


TAKEN = [
    (asked(wav(2.5)), 2.5),
    (asked(wav(60), endpoint="audio.translations"), 60.0),
    (asked(mp3(48_000), "talk.mp3"), pytest.approx(2.0, abs=0.03)),
    (asked(b"\xff" * 32_000, "talk.webm"), 2.0),  # 128 kbit/s, as it does not say
]


@pytest.mark.parametrize(("request_", "seconds"), TAKEN, ids=["wav", "translation", "mp3", "webm"])
def test_a_recording_takes_as_long_as_it_is_and_as_much(request_, seconds):
    taken = demand_of(request_)
    assert taken.audio_seconds == seconds
    size = len(request_.http.body) - 100
    assert taken.audio_megabytes == pytest.approx(size / 2**20, abs=1e-3)
    assert (taken.requests, taken.tokens, taken.images) == (1, None, None)


def test_other_requests_take_no_audio():
    taken = demand_of(APIRequest(HTTPRequest("POST", "/"), "audio.speech", model="tts-1"))
    assert (taken.audio_seconds, taken.audio_megabytes) == (None, None)


@pytest.fixture
def transcribing():
    """Make a mock with limits, whose time moves only with waits, and what asks it for transcripts."""
    with ExitStack() as stack:

        def make(limits, *, retries=0, **options):
            options = {"mode": "patch", "time": "virtual", "on_unmatched": "auto", **options}
            mock = stack.enter_context(MockOpenAI(limits=limits, **options))
            create = mock.client(max_retries=retries).audio.transcriptions.with_raw_response.create
            return mock, lambda seconds, model="whisper-1": create(model=model, file=("talk.wav", wav(seconds)))

        yield make


REACHED = (
    "Rate limit reached for whisper-1 in organization org-mockai on {}: Limit {}, Used {}, Requested {}. Please try"
)
REFUSED = [
    ({"audio_seconds_per_minute": 60}, (50, 20), "seconds of audio per min (ASPM)", (60, 50, 20), "seconds", 10.0),
    ({"audio_seconds_per_hour": 60}, (59.5, 2), "seconds of audio per hour (ASPH)", (60, 60, 2), "seconds", 90.0),
    ({"audio_seconds_per_day": 60}, (60, 0.5), "seconds of audio per day (ASPD)", (60, 60, 1), "seconds", 720.0),
    (
        {"audio_megabytes_per_minute": 1},
        (100, 80),
        "megabytes of audio per min (AMPM)",
        (1, 1, 1),
        "megabytes",
        pytest.approx(60 * (180 * RATE + 88 - 2**20) / 2**20, abs=0.01),
    ),
]


@pytest.mark.parametrize(("limits", "lengths", "words", "numbers", "kind", "wait"), REFUSED, ids=range(len(REFUSED)))
def test_audio_too_much_is_refused_with_the_true_wait(transcribing, limits, lengths, words, numbers, kind, wait):
    _, transcribe = transcribing(limits)
    transcribe(lengths[0])
    with pytest.raises(openai.RateLimitError) as caught:
        transcribe(lengths[1])
    assert caught.value.body["message"].startswith(REACHED.format(words, *numbers))
    assert (caught.value.type, caught.value.code) == (kind, "rate_limit_exceeded")
    assert float(caught.value.response.headers["retry-after-ms"]) / 1000 == wait


def test_who_waits_that_long_is_let_in(transcribing):
    mock, transcribe = transcribing({"audio_seconds_per_minute": 60}, retries=1)
    transcribe(50)
    transcribe(20)
    assert [wait.seconds for wait in mock.clock.waits] == [10.0]
    assert [call.status for call in mock.calls] == [200, 429, 200]


def test_headers_tell_how_much_audio_is_left(transcribing):
    _, transcribe = transcribing({"audio_seconds_per_hour": 7200, "audio_seconds_per_day": 28_800})
    told = transcribe(1.5).headers
    assert [told[f"x-ratelimit-{each}-audio-seconds"] for each in ("limit", "remaining", "reset")] == [
        "7200",
        "7198",
        "750ms",
    ]
    assert told["x-ratelimit-remaining-requests"] == "14999"
    assert "x-ratelimit-limit-tokens" not in told


@pytest.mark.parametrize("limit", ["audio_seconds_per_minute", "audio_megabytes_per_minute"])
def test_a_recording_larger_than_a_whole_limit_is_refused_for_good(transcribing, limit):
    _, transcribe = transcribing({limit: 1})
    with pytest.raises(
        openai.RateLimitError, match=r"Request too large for whisper-1 .* The audio must be shorter"
    ) as caught:
        transcribe(200)
    assert caught.value.type == limit.split("_")[1]
    assert "retry-after" not in caught.value.response.headers


def test_each_model_has_limits_of_its_own_and_quotas_show_what_was_used(transcribing):
    mock, transcribe = transcribing({"models": {"whisper*": {"audio_seconds_per_minute": 60}}})
    transcribe(59)
    transcribe(59, "gpt-4o-transcribe")
    with pytest.raises(openai.RateLimitError):
        transcribe(59)
    (used,) = [each["limits"] for each in mock.quotas if each["owner"]["model"] == "whisper-1"]
    assert used == {"audio_seconds_per_minute": {"limit": 60, "used": 59, "remaining": 1, "reset": 59.0}}


def test_groq_has_its_own_words_for_it_and_its_own_free_tier(transcribing):
    _, transcribe = transcribing("free", provider="groq")
    for _ in range(2):
        transcribe(3000, "whisper-large-v3")
    with pytest.raises(openai.RateLimitError) as caught:
        transcribe(3000, "whisper-large-v3")
    message = caught.value.body["message"]
    assert (
        "on seconds of audio per hour (ASPH): Limit 7200, Used 6000, Requested 3000. Please try again in 15m0s"
        in message
    )
    assert caught.value.body["type"] == "seconds"
    assert caught.value.response.headers["x-ratelimit-remaining-audio-seconds"] == "1200"
