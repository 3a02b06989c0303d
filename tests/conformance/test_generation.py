"""The generation endpoints as the official SDK sees them: sync and async, over a socket and patched."""

import base64
import math
import struct
from typing import Any

import httpx
import openai
import pytest

from mockai import MockOpenAI, Reply
from mockai.media.tone import wav

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

STYLES = ["sync", "async"]
RECORDING = ("a.wav", wav(48_000))
PNG = ("a.png", b"\x89PNG and so on", "image/png")


async def ask(mock: MockOpenAI, style: str, method: str, **arguments: Any) -> Any:
    """What a method of the SDK's client returns, the events of a stream as a list."""
    if style == "sync":
        with mock.client(max_retries=0) as client:
            got = _method(client, method)(**arguments)
            return list(got) if isinstance(got, openai.Stream) else got
    async with mock.async_client(max_retries=0) as client:
        got = await _method(client, method)(**arguments)
        return [event async for event in got] if isinstance(got, openai.AsyncStream) else got


def _method(client: Any, path: str) -> Any:
    for name in path.split("."):
        client = getattr(client, name)
    return client


def nearness(one: list[float], other: list[float]) -> float:
    return math.fsum(a * b for a, b in zip(one, other, strict=True))


# ------------------------------------------------------------------------------------------ embeddings


@pytest.mark.parametrize("style", STYLES)
async def test_embeddings_just_work(mock, style):
    texts = ["How do I reset my password?", "Steps to reset a password", "The weather in Paris is mild"]
    got = await ask(mock, style, "embeddings.create", model="text-embedding-3-small", input=texts)
    first, second, third = (each.embedding for each in got.data)
    assert [(each.index, len(each.embedding)) for each in got.data] == [(0, 1536), (1, 1536), (2, 1536)]
    assert nearness(first, first) == pytest.approx(1, abs=1e-6)
    assert nearness(first, second) > 0.5 > 0.2 > abs(nearness(first, third))
    assert (got.model, got.usage.prompt_tokens, got.usage.total_tokens) == ("text-embedding-3-small", 18, 18)
    assert mock.last.rule is None


@pytest.mark.parametrize("style", STYLES)
async def test_floats_and_base64_are_the_same_numbers(mock, style):
    ask_for = {"model": "text-embedding-3-large", "input": [1, 2, 3], "dimensions": 8}
    coded = await ask(mock, style, "embeddings.create", **ask_for)
    floats = await ask(mock, style, "embeddings.create", **ask_for, encoding_format="float")
    assert coded.data[0].embedding == floats.data[0].embedding
    assert len(floats.data[0].embedding) == 8


def test_a_text_rule_leaves_embeddings_alone_and_an_embedding_rule_leaves_chat_alone(mock):
    mock.reply("Hello")
    mock.reply(embedding=[0.5, -0.5])
    with mock.client() as client:
        chat = client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
        vector = client.embeddings.create(model="m", input="Hi").data[0].embedding
    assert chat.choices[0].message.content == "Hello"
    assert vector == [0.5, -0.5]


GENERATION = {
    "completions.create": {"model": "gpt-3.5-turbo-instruct", "prompt": "Hi"},
    "embeddings.create": {"model": "text-embedding-3-small", "input": "Hi"},
    "moderations.create": {"input": "Hi"},
    "images.generate": {"model": "gpt-image-1", "prompt": "Hi"},
    "images.edit": {"model": "gpt-image-1", "prompt": "Hi", "image": PNG},
    "images.create_variation": {"image": PNG},
    "audio.speech.create": {"model": "tts-1", "voice": "alloy", "input": "Hi"},
    "audio.transcriptions.create": {"model": "whisper-1", "file": RECORDING},
    "audio.translations.create": {"model": "whisper-1", "file": RECORDING},
    "videos.create": {"prompt": "Hi"},
}


@pytest.mark.parametrize("method", GENERATION)
@pytest.mark.parametrize("style", STYLES)
async def test_an_error_rule_without_conditions_fails_every_endpoint(mock, style, method):
    mock.reply(error="rate_limit_exceeded")
    with pytest.raises(openai.RateLimitError):
        await ask(mock, style, method, **GENERATION[method])


@pytest.mark.parametrize("method", GENERATION)
@pytest.mark.parametrize("style", STYLES)
async def test_auto_answers_every_endpoint(mock, style, method):
    key = mock.reply(auto=True, headers={"x-mine": "yes"})
    await ask(mock, style, method, **GENERATION[method])
    assert (mock.last.rule, mock.last.status, mock.last.outcome) == (key, 200, "complete")


def test_a_fault_strikes_what_answers_by_itself(mock):
    mock.when(endpoint="embeddings").reply(auto=True, faults=["reset"])
    with mock.client(max_retries=0) as client, pytest.raises(openai.APIConnectionError):
        client.embeddings.create(model="m", input="Hi")


# ----------------------------------------------------------------------------------------- moderations


@pytest.mark.parametrize("style", STYLES)
async def test_moderation_judges_by_its_words_and_by_rule(mock, style):
    mock.when(user="my own word").reply(moderation={"categories": ["hate"], "scores": {"violence": 0.4}})
    got = await ask(mock, style, "moderations.create", input=["A nice day", "I will kill you", "my own word"])
    scripted = await ask(mock, style, "moderations.create", input="my own word")
    assert [result.flagged for result in got.results] == [True, True, True]
    (result,) = scripted.results
    assert (result.categories.hate, result.categories.violence, result.category_scores.violence) == (True, False, 0.4)
    mock.reset()
    calm, threat = (await ask(mock, style, "moderations.create", input=["A nice day", "I will kill you"])).results
    assert (calm.flagged, threat.flagged, threat.categories.violence) == (False, True, True)
    assert threat.category_applied_input_types.violence == ["text"]
    assert scripted.id.startswith("modr-")


# ----------------------------------------------------------------------------------------- completions


@pytest.mark.parametrize("style", STYLES)
async def test_completions_go_on_from_prompts(mock, style):
    mock.when(user="Once").reply(" upon a time")
    got = await ask(mock, style, "completions.create", model="gpt-3.5-turbo-instruct", prompt="Once", echo=True, n=2)
    assert [(choice.index, choice.text, choice.finish_reason) for choice in got.choices] == [
        (0, "Once upon a time", "stop"),
        (1, "Once upon a time", "stop"),
    ]
    assert got.model == "gpt-3.5-turbo-instruct:20230824-v2"


@pytest.mark.parametrize("style", STYLES)
async def test_completions_stream_and_count(mock, style):
    mock.reply("one two three four")
    chunks = await ask(
        mock,
        style,
        "completions.create",
        model="m",
        prompt="Count",
        stream=True,
        max_tokens=3,
        stream_options={"include_usage": True},
    )
    assert "".join(chunk.choices[0].text for chunk in chunks[:-1]) == "one two three"
    assert [chunk.choices[0].finish_reason for chunk in chunks[:-1]] == [None, None, None, "length"]
    assert (chunks[-1].choices, chunks[-1].usage.completion_tokens) == ([], 3)


# ---------------------------------------------------------------------------------------------- images


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("format", "magic"), [("png", b"\x89PNG\r\n\x1a\n"), ("jpeg", b"\xff\xd8\xff"), ("webp", b"RIFF")]
)
async def test_images_are_real_files(mock, style, format, magic):
    got = await ask(
        mock, style, "images.generate", model="gpt-image-1", prompt="a cat", n=2, output_format=format, size="1536x1024"
    )
    first, second = (base64.b64decode(image.b64_json) for image in got.data)
    assert first.startswith(magic)
    assert first != second
    assert (got.size, got.output_format, got.usage.output_tokens) == ("1536x1024", format, 12480)


@pytest.mark.parametrize("style", STYLES)
async def test_image_urls_lead_back_here(mock, style):
    got = await ask(mock, style, "images.generate", model="dall-e-3", prompt="a cat")
    fetched = httpx.get(got.data[0].url)
    assert (fetched.status_code, fetched.headers["content-type"]) == (200, "image/png")
    assert struct.unpack(">II", fetched.content[16:24]) == (1024, 1024)
    assert got.data[0].revised_prompt == "a cat"


def test_scripted_image_bytes_can_be_fetched_too(mock):
    mock.reply(image={"base64": base64.b64encode(b"\xff\xd8 mine").decode()})
    with mock.client() as client:
        url = client.images.generate(model="dall-e-2", prompt="a cat").data[0].url
    fetched = httpx.get(url)
    assert (fetched.content, fetched.headers["content-type"]) == (b"\xff\xd8 mine", "image/jpeg")
    assert httpx.get(url.rpartition("/")[0] + "/other.png").status_code == 404


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("method", "more", "name"),
    [("images.generate", {}, "image_generation"), ("images.edit", {"image": [PNG, PNG]}, "image_edit")],
)
async def test_images_stream_as_they_are_painted(mock, style, method, more, name):
    events = await ask(mock, style, method, model="gpt-image-1", prompt="a cat", stream=True, partial_images=2, **more)
    assert [event.type for event in events] == [f"{name}.partial_image"] * 2 + [f"{name}.completed"]
    assert [event.partial_image_index for event in events[:2]] == [0, 1]
    assert len({event.b64_json for event in events}) == 3
    assert events[-1].usage.input_tokens_details.image_tokens == (646 if more else 0)


def test_an_image_of_an_unknown_type_is_refused(mock):
    with mock.client() as client, pytest.raises(openai.BadRequestError, match="unsupported mimetype"):
        client.images.edit(model="gpt-image-1", prompt="p", image=b"bytes without a name")


# ----------------------------------------------------------------------------------------------- audio


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize(
    ("format", "type", "magic"),
    [
        (None, "audio/mpeg", b"\xff\xf3"),
        ("opus", "audio/opus", b"OggS"),
        ("aac", "audio/aac", b"\xff\xf1"),
        ("flac", "audio/flac", b"fLaC"),
        ("wav", "audio/wav", b"RIFF"),
        ("pcm", "audio/pcm", b"\x00\x00"),
    ],
)
async def test_speech_is_a_recording(mock, style, format, type, magic):
    more = {} if format is None else {"response_format": format}
    got = await ask(mock, style, "audio.speech.create", model="tts-1", voice="alloy", input="Hello you", **more)
    assert got.content.startswith(magic)
    assert got.response.headers["content-type"] == type


def test_speech_streams_as_events(mock):
    with (
        mock.client() as client,
        client.audio.speech.with_streaming_response.create(
            model="gpt-4o-mini-tts", voice="alloy", input="Hello you", response_format="pcm", stream_format="sse"
        ) as got,
    ):
        lines = [line for line in got.iter_lines() if line]
    assert lines[0].startswith('data: {"type":"speech.audio.delta","audio":"')
    assert lines[-1] == (
        'data: {"type":"speech.audio.done","usage":{"input_tokens":2,"output_tokens":16,"total_tokens":18}}'
    )


def test_scripted_speech_is_sent_as_it_is(mock):
    mock.when(user="Hi").reply(audio={"transcript": "Hi", "data": base64.b64encode(b"mine").decode()})
    with mock.client() as client:
        assert client.audio.speech.create(model="tts-1", voice="alloy", input="Hi").content == b"mine"


@pytest.mark.parametrize("style", STYLES)
async def test_transcripts_come_in_every_format(mock, style):
    mock.reply("It works. Really.")

    async def transcript(**more: Any) -> Any:
        return await ask(
            mock, style, "audio.transcriptions.create", **{"model": "whisper-1", "file": RECORDING, **more}
        )

    plain = await transcript()
    assert (plain.text, plain.usage.type, plain.usage.seconds) == ("It works. Really.", "duration", 2)
    assert await transcript(response_format="text") == "It works. Really.\n"
    assert await transcript(response_format="srt") == (
        "1\n00:00:00,000 --> 00:00:01,330\nIt works.\n\n2\n00:00:01,330 --> 00:00:02,000\nReally.\n\n"
    )
    assert (await transcript(response_format="vtt")).startswith("WEBVTT\n\n00:00:00.000 --> 00:00:01.330\nIt works.\n")
    detailed = await transcript(response_format="verbose_json", timestamp_granularities=["word", "segment"])
    assert [word.word for word in detailed.words] == ["It", "works", "Really"]
    assert [(each.start, each.end, each.text) for each in detailed.segments] == [
        (0.0, 1.33, " It works."),
        (1.33, 2.0, " Really."),
    ]
    tokens = await transcript(model="gpt-4o-transcribe", include=["logprobs"])
    assert (tokens.usage.type, tokens.usage.total_tokens) == ("tokens", 25)
    assert "".join(each.token for each in tokens.logprobs) == "It works. Really."


@pytest.mark.parametrize("style", STYLES)
async def test_speakers_are_told_apart_and_streamed(mock, style):
    mock.reply(transcript={"segments": [{"text": "Hi.", "speaker": "A"}, {"text": "Hello.", "speaker": "B"}]})
    wanted = {"model": "gpt-4o-transcribe-diarize", "file": RECORDING, "response_format": "diarized_json"}
    whole = await ask(mock, style, "audio.transcriptions.create", **wanted)
    assert [(each.speaker, each.text) for each in whole.segments] == [("A", "Hi."), ("B", "Hello.")]
    events = await ask(mock, style, "audio.transcriptions.create", **wanted, stream=True)
    assert [event.type.removeprefix("transcript.text.") for event in events] == [
        *("delta", "delta", "segment", "delta", "delta", "segment", "done"),
    ]
    assert "".join(event.delta for event in events if event.type.endswith("delta")) == events[-1].text == "Hi. Hello."


@pytest.mark.parametrize("style", STYLES)
async def test_whisper_does_not_stream_and_a_function_may_transcribe(mock, style):
    mock.reply(lambda request: f"{request.body['file']['filename']} says hi")
    got = await ask(mock, style, "audio.transcriptions.create", model="whisper-1", file=RECORDING, stream=True)
    assert got == []  # the SDK reads no events from a JSON body, as with the real API
    translated = await ask(mock, style, "audio.translations.create", model="whisper-1", file=RECORDING)
    assert translated.text == "a.wav says hi"


REFUSED_FILES = {
    "Invalid file format": ("a.txt", b"text"),
    "too short": ("a.wav", wav(100)),
    "Maximum content size limit": ("a.mp3", b"x" * 26_214_401),
}


@pytest.mark.parametrize("message", REFUSED_FILES)
def test_bad_recordings_are_refused(mock, message):
    with mock.client(max_retries=0) as client, pytest.raises(openai.APIStatusError, match=message):
        client.audio.transcriptions.create(model="whisper-1", file=REFUSED_FILES[message])


# ---------------------------------------------------------------------------------------------- videos


@pytest.mark.parametrize("style", STYLES)
async def test_a_video_is_made_step_by_step(mock, style):
    made = await ask(mock, style, "videos.create_and_poll", prompt="a cat", seconds="8", size="1280x720")
    assert (made.status, made.progress, made.seconds, made.size) == ("completed", 100, "8", "1280x720")
    film = await ask(mock, style, "videos.download_content", video_id=made.id)
    assert film.content[4:12] == b"ftypisom"
    assert [call.status for call in mock.calls] == [200] * 4


def test_videos_are_listed_remixed_and_deleted(mock):
    with mock.client(max_retries=0) as client:
        first = client.videos.create_and_poll(prompt="a cat")
        second = client.videos.remix(first.id, prompt="a dog")
        listed = list(client.videos.list(limit=1))
        gone = client.videos.delete(first.id)
        with pytest.raises(openai.NotFoundError, match=f"No such Video object: {first.id}"):
            client.videos.retrieve(first.id)
        with pytest.raises(openai.BadRequestError, match="is not ready yet"):
            client.videos.download_content(second.id)
    assert (second.remixed_from_video_id, second.prompt) == (first.id, "a dog")
    assert [video.id for video in listed] == [second.id, first.id]
    assert (gone.id, gone.deleted) == (first.id, True)


def test_a_video_may_fail(mock):
    mock.when(endpoint="videos").reply(json={"status": "failed", "error": {"code": "moderation", "message": "No."}})
    with mock.client() as client:
        made = client.videos.create_and_poll(prompt="a cat")
    assert (made.status, made.progress, made.error.message) == ("failed", 50, "No.")


# ------------------------------------------------------------------------------------------- what fails


def test_a_reply_that_an_endpoint_cannot_send_says_what_it_takes(mock):
    mock.when(endpoint="embeddings").reply("text")
    mock.when(endpoint="images.generate").reply(lambda: Reply(embedding=[1.0]))
    with mock.client() as client:
        with pytest.raises(
            openai.InternalServerError, match=r"embeddings\.create cannot send this reply: it takes `emb"
        ):
            client.embeddings.create(model="m", input="Hi")
        with pytest.raises(openai.InternalServerError, match=r"images\.generate cannot send this reply"):
            client.images.generate(model="m", prompt="Hi")


def test_two_runs_with_one_seed_give_the_same_bytes(make_mock):
    def bodies() -> list[bytes]:
        mock = make_mock(seed=5)
        with mock.client() as client:
            return [
                client.moderations.with_raw_response.create(input="Hi").http_response.content,
                client.images.with_raw_response.generate(model="gpt-image-1", prompt="Hi").http_response.content,
                client.audio.transcriptions.with_raw_response.create(
                    model="gpt-4o-transcribe", file=RECORDING, include=["logprobs"]
                ).http_response.content,
            ]

    assert bodies() == bodies()
