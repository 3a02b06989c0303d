"""`POST /audio/transcriptions` and `/audio/translations`: uploads in, transcripts out."""

import httpx
import orjson
import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints.transcriptions import OPERATIONS, encode
from mockai.endpoints.transcripts import Spoken, made_up, timed
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.media.tone import wav
from mockai.replies.answer import Choice, Completion, Picture, Segment, Text, Transcript
from mockai.scenario.schema import Chunking
from mockai.wire import Body, Call, HTTPRequest

MINT = Mint(0, "rule", 1)
TRANSCRIPTIONS, TRANSLATIONS = OPERATIONS
HELLO = Completion((Choice((Text("Hello there. Bye."),)),))


RECORDING = ("a.wav", wav(24_000))


def ask(operation=TRANSCRIPTIONS, file=RECORDING, **data):
    sent = httpx.Request("POST", "http://x", data={"model": "gpt-4o-transcribe", **data}, files={"file": file})
    headers = tuple((name.lower(), value) for name, value in sent.headers.items())
    return operation.decode(HTTPRequest("POST", operation.path, (), headers, sent.read()), {})


def events(plan):
    lines = (line for step in plan if isinstance(step, Body) for line in step.data.decode().split("\n"))
    return [orjson.loads(line.removeprefix("data: ")) for line in lines if line]


def test_a_recording_is_a_user_message_with_audio():
    request = ask(prompt="Names: Ada.")
    (message,) = request.messages
    assert (message.role, message.text, message.has) == ("user", "Names: Ada.", frozenset({"audio"}))
    assert (request.endpoint, request.model, request.stream) == ("audio.transcriptions", "gpt-4o-transcribe", False)


@pytest.mark.parametrize(
    ("operation", "model", "stream"),
    [
        (TRANSCRIPTIONS, "gpt-4o-transcribe", True),
        (TRANSCRIPTIONS, "whisper-1", False),
        (TRANSLATIONS, "other", False),
    ],
)
def test_not_everything_streams(operation, model, stream):
    assert ask(operation, model=model, stream="true").stream is stream


@pytest.mark.parametrize(
    ("operation", "data", "message"),
    [
        (TRANSCRIPTIONS, {"model": ""}, "you must provide a model parameter"),
        (TRANSCRIPTIONS, {"temperature": "2"}, "Invalid 'temperature': decimal above maximum value."),
        (TRANSCRIPTIONS, {"response_format": "x"}, "Invalid value: 'x'. Supported values are: 'json', 'text', 'srt',"),
        (TRANSLATIONS, {"response_format": "diarized_json"}, "Invalid value: 'diarized_json'."),
        (
            TRANSCRIPTIONS,
            {"response_format": "srt"},
            "response_format 'srt' is not compatible with model 'gpt-4o-transcribe'. Use 'json' or 'text' instead.",
        ),
        (
            TRANSCRIPTIONS,
            {"response_format": "vtt", "model": "gpt-4o-transcribe-diarize"},
            "response_format 'vtt' is not compatible with model 'gpt-4o-transcribe-diarize'. "
            "Use 'json', 'text' or 'diarized_json' instead.",
        ),
        (TRANSCRIPTIONS, {"file": ("a.wav", b"")}, "Audio file is too short. Minimum audio length is 0.1 seconds."),
        (TRANSCRIPTIONS, {"file": ("noname", b"x")}, "Invalid file format."),
    ],
)
def test_what_the_api_refuses_is_refused(operation, data, message):
    with pytest.raises(RequestRefused) as refused:
        ask(operation, **data)
    assert refused.value.error.message.startswith(message)


def test_a_form_needs_a_file():
    sent = httpx.Request("POST", "http://x", data={"model": "m"}, files={"other": ("a.wav", b"")})
    http = HTTPRequest("POST", "/", (), (("content-type", sent.headers["content-type"]),), sent.read())
    with pytest.raises(RequestRefused, match="Missing required parameter: 'file'"):
        TRANSCRIPTIONS.decode(http, {})


def test_translations_are_text_or_details(body_of):
    assert body_of(encode(HELLO, ask(TRANSLATIONS, model="whisper-1"), MINT)) == {"text": "Hello there. Bye."}
    sent = body_of(encode(HELLO, ask(TRANSLATIONS, model="whisper-1", response_format="verbose_json"), MINT))
    assert (sent["task"], sent["language"], sent["duration"], "usage" in sent) == ("translate", "english", 1.0, False)


@pytest.mark.parametrize(
    ("wanted", "keys"),
    [({}, {"segments"}), ({"timestamp_granularities[]": "word"}, {"words"})],
)
def test_details_are_those_asked_for(body_of, wanted, keys):
    sent = body_of(encode(HELLO, ask(model="whisper-1", response_format="verbose_json", **wanted), MINT))
    assert set(sent) - {"task", "language", "duration", "text", "usage"} == keys


def test_speakers_come_with_their_segments(body_of):
    segments = (Segment("Hi.", 0.0, 1.5, "Ada"), Segment("Hello.", speaker="Bob"))
    scripted = Completion((), media=(Transcript(segments, duration=3.0),))
    request = ask(model="gpt-4o-transcribe-diarize", response_format="diarized_json")
    sent = body_of(encode(scripted, request, MINT))
    found = [(each["speaker"], each["start"], each["end"], each["text"]) for each in sent["segments"]]
    assert found == [("Ada", 0.0, 1.5, "Hi."), ("Bob", 1.5, 1.9, "Hello.")]
    assert (sent["duration"], sent["text"], sent["usage"]["type"]) == (3.0, "Hi. Hello.", "tokens")


def test_a_stream_gives_the_text_in_pieces_then_whole():
    scripted = Completion(HELLO.choices, chunks=Chunking(by="word"))
    found = events(encode(scripted, ask(stream="true", **{"include[]": "logprobs"}), MINT))
    assert [event.get("delta") for event in found] == ["Hello", " there.", " Bye.", None]
    assert found[-1]["text"] == "Hello there. Bye."
    assert found[-1]["logprobs"] == [each for event in found[:-1] for each in event["logprobs"]]
    assert set(found[0]["logprobs"][0]) == {"token", "logprob", "bytes"}


def test_what_python_makes_is_sent_when_it_is_known(body_of):
    call = Call(lambda: None)
    first, *plan = encode(Completion((), headers={"x-mine": "1"}), ask(), MINT, iter((call, Text("Hel"), Text("lo"))))
    assert (first, body_of(plan)["text"]) == (call, "Hello")
    assert dict(plan[0].headers)["x-mine"] == "1"


def test_other_replies_cannot_be_sent():
    with pytest.raises(ReplyError, match=r"audio\.transcriptions\.create cannot send .* it takes `transcript` or text"):
        encode(Completion((), media=(Picture(),)), ask(), MINT)


def test_what_is_made_up_follows_from_the_recording():
    assert made_up(b"one") == made_up(b"one")
    assert len({made_up(bytes((byte,))) for byte in range(8)}) > 4
    assert all(made_up(bytes((byte,))).segments for byte in range(50))


@pytest.mark.parametrize(
    ("transcript", "recorded", "expected"),
    [
        (Transcript((Segment("One two. Three."),)), 3.0, [("One two.", 0.0, 2.0), ("Three.", 2.0, 3.0)]),
        (Transcript((Segment("One two. Three."),)), None, [("One two.", 0.0, 0.8), ("Three.", 0.8, 1.2)]),
        (Transcript((Segment("a"), Segment("b")), duration=4.0), 9.0, [("a", 0.0, 2.0), ("b", 2.0, 4.0)]),
        (Transcript((Segment("a b", 5.0), Segment("c", end=9.0))), 2.0, [("a b", 5.0, 5.8), ("c", 5.8, 9.0)]),
        (Transcript((Segment("All. One.", 1.0),)), None, [("All. One.", 1.0, 1.8)]),
        (Transcript(()), None, []),
    ],
)
def test_times_are_filled_in(transcript, recorded, expected):
    found = timed(transcript, recorded)
    assert [(each.text, each.start, each.end) for each in found.segments] == expected
    assert found.duration == (transcript.duration or recorded or (expected[-1][2] if expected else 0.0))


def test_words_share_the_time_of_their_segment():
    words = list(Spoken("Well, two.", 1.0, 2.0, "B").words())
    assert words == [Spoken("Well", 1.0, 1.5, "B"), Spoken("two", 1.5, 2.0, "B")]
    assert list(Spoken("", 0.0, 1.0).words()) == []
