"""Each statement of docs/deviations.md, by its name: the day one is no longer true, its test says so."""

import inspect
import re
import struct
from base64 import b64encode
from pathlib import Path

import httpx
import openai
import pytest

from mockai import MockOpenAI
from mockai.api_errors import NAMES
from mockai.tokens import rules_of
from mockai.tokens.estimate import Estimate
from mockai.transports.asgi import ASGIApp

PAGE = (Path(__file__).parent.parent / "docs" / "deviations.md").read_text(encoding="utf-8")
STATEMENTS = re.findall(r"^- \*\*(.+?)\*\*: ", PAGE, re.MULTILINE)
HI = [{"role": "user", "content": "Hi"}]
TOOL = {"type": "function", "function": {"name": "find", "parameters": {"type": "object"}}}
SCHEMA = {
    "type": "json_schema",
    "json_schema": {
        "name": "answer",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"n": {"type": "integer"}},
            "required": ["n"],
            "additionalProperties": False,
        },
    },
}
PICTURE = {"type": "image_url", "image_url": {"url": "https://nowhere.invalid/cat.png"}}


@pytest.fixture
def mock():
    with MockOpenAI(mode="patch", on_unmatched="auto") as mock:
        yield mock


@pytest.fixture
def client(mock):
    return mock.client(max_retries=0)


def say(client, **more):
    return client.chat.completions.create(**{"model": "gpt-4o", "messages": HI, **more})


def test_every_statement_has_its_test_and_no_test_is_without_one():
    tests = {name.removeprefix("test_") for name in globals() if name.startswith("test_")}
    tests -= {"every_statement_has_its_test_and_no_test_is_without_one"}
    assert {statement.lower().replace(" ", "_") for statement in STATEMENTS} == tests
    assert len(STATEMENTS) == len(set(STATEMENTS))
    assert len(STATEMENTS) == len(re.findall(r"^- ", PAGE, re.MULTILINE))


# ----------------------------------------------------------------------------------------- what is said


def test_nothing_is_generated(mock):
    said = set()
    for sampling in (
        {},
        {"temperature": 2},
        {"temperature": 0, "seed": 7},
        {"logit_bias": {"50256": -100}, "top_p": 0.1},
    ):
        mock.reset()
        said.add(say(mock.client(), **sampling).choices[0].message.content)
    assert len(said) == 1
    with pytest.raises(openai.BadRequestError):
        say(mock.client(), temperature=3)


def test_scripted_replies_stand(mock, client):
    mock.reply("Not JSON.")
    called = say(client, tools=[TOOL], tool_choice="required").choices[0]
    assert (called.message.content, called.message.tool_calls, called.finish_reason) == ("Not JSON.", None, "stop")
    assert say(client, response_format=SCHEMA).choices[0].message.content == "Not JSON."


def test_further_choices_repeat(mock, client):
    mock.reply(choices=["a", "b"])
    assert [choice.message.content for choice in say(client, n=5).choices] == ["a", "b", "a", "b", "a"]


def test_thoughts_are_shown(mock, client):
    mock.reply(text="Four.", reasoning="Two and two.")
    assert say(client).choices[0].message.reasoning_content == "Two and two."


def test_log_probabilities_are_made_up(mock):
    def drawn(seed):
        with MockOpenAI({"rules": [{"reply": "one two"}]}, seed=seed, mode="patch") as other:
            return [each.logprob for each in say(other.client(), logprobs=True).choices[0].logprobs.content]

    assert drawn(1) == drawn(1) != drawn(2)
    assert all(logprob <= 0 for logprob in drawn(1))


def test_embeddings_know_words_only(client):
    texts = ["a small house", "a small house in town", "one tiny home"]
    first, near, same_meaning = (
        each.embedding for each in client.embeddings.create(model="text-embedding-3-small", input=texts).data
    )
    assert sum(a * b for a, b in zip(first, near, strict=True)) > 0.5
    assert sum(a * b for a, b in zip(first, same_meaning, strict=True)) < 0.3


def test_moderation_is_a_list_of_words(client):
    assert client.moderations.create(input="How do I kill a process in Linux?").results[0].flagged
    assert not client.moderations.create(input="Your mother would be ashamed of a brute like you.").results[0].flagged


def test_speech_is_a_tone(client):
    voices = [
        client.audio.speech.create(model="tts-1", voice=voice, input="Hello there!", response_format="pcm").read()
        for voice in ("alloy", "nova")
    ]
    assert voices[0] == voices[1]
    loudest = max(abs(sample) for (sample,) in struct.iter_unpack("<h", voices[0][: len(voices[0]) // 2 * 2]))
    assert loudest > 0


def test_transcripts_are_made_up(client):
    def heard(data):
        return client.audio.transcriptions.create(model="whisper-1", file=("a.wav", data)).text

    silence = client.audio.speech.create(model="tts-1", voice="alloy", input="Hello!", response_format="wav").read()
    assert heard(silence) == heard(silence)
    assert "Hello!" not in heard(silence)


def test_images_are_patterns(client):
    def painted(prompt):
        return client.images.generate(model="gpt-image-1", prompt=prompt, size="1024x1024").data[0].b64_json

    assert painted("a cat") == painted("a cat") != painted("a dog")


def test_images_are_not_fetched(mock, client):
    mock.reply("A cat.")
    said = say(client, messages=[{"role": "user", "content": [{"type": "text", "text": "What is it?"}, PICTURE]}])
    assert said.choices[0].message.content == "A cat."
    assert mock.blocked == ()


def test_images_are_not_decoded(client):
    picture = {"type": "image_url", "image_url": {"url": "data:image/png;base64,bm8gcGljdHVyZQ=="}}
    assert say(client, messages=[{"role": "user", "content": [picture]}]).choices
    with pytest.raises(openai.BadRequestError, match="Invalid base64 image_url"):
        say(
            client,
            messages=[{"role": "user", "content": [{**picture, "image_url": {"url": "data:image/png;base64,?"}}]}],
        )


def test_search_compares_words(client):
    store = client.vector_stores.create(name="facts")
    file = client.files.create(file=("facts.txt", b"Paris is the capital of France."), purpose="assistants")
    client.vector_stores.files.create(vector_store_id=store.id, file_id=file.id)
    client.vector_stores.files.retrieve(file.id, vector_store_id=store.id)

    def score(query):
        return client.vector_stores.search(store.id, query=query).data[0].score

    assert score("capital of France") > score("metropolis")


# ----------------------------------------------------------------------------------------------- errors


def test_unmatched_requests():
    with MockOpenAI({"rules": [{"when": {"user": "Bye"}, "reply": "Bye!"}]}, mode="patch") as mock:
        with pytest.raises(openai.NotFoundError) as caught:
            say(mock.client())
        assert (caught.value.code, caught.value.response.headers["x-should-retry"]) == ("mockai_unmatched", "false")
        assert "Bye" in caught.value.message
        assert len(mock.calls) == 1


def test_replies_that_fail():
    with MockOpenAI(mode="patch") as mock:
        mock.reply(lambda: 1 / 0)
        with pytest.raises(openai.InternalServerError) as caught:
            say(mock.client())
        assert (caught.value.code, len(mock.calls)) == ("mockai_reply_error", 1)
        assert caught.value.response.headers["x-should-retry"] == "false"


def test_loose_functions_are_hardly_checked(client):
    loose = {"type": "object", "properties": {"a": {"oneOf": [{}]}, "b": {"type": "nonsense"}}, "required": ["c"]}
    assert say(client, tools=[{"type": "function", "function": {"name": "f", "parameters": loose}}]).choices
    for wrong in ({"type": "string"}, {"type": "object", "properties": {"a": {"type": "array"}}}):
        with pytest.raises(openai.BadRequestError, match="Invalid schema for function 'f'"):
            say(client, tools=[{"type": "function", "function": {"name": "f", "parameters": wrong}}])


def test_any_vector_store_may_be_searched(client):
    search = {"type": "file_search", "vector_store_ids": ["vs_nobody_created"]}
    assert client.responses.create(model="gpt-4o", input="Hi", tools=[search]).output_text


def test_older_parameters_of_reasoning_are_taken(client):
    reasoning = {"generate_summary": "concise"}
    assert client.responses.create(model="gpt-5.6-terra", input="Hi", reasoning=reasoning).output_text


def test_every_prompt_exists(client):
    assert client.responses.create(model="gpt-4o", prompt={"id": "pmpt_nobody_stored"}).output_text


def test_some_words_are_from_memory():
    unverified = [name for name, error in NAMES.items() if error.evidence == "unverified"]
    assert 0 < len(unverified) < len(NAMES) / 2


# ----------------------------------------------------------------------------------------- time and ids


def test_the_clock_starts_in_2026(client):
    assert [say(client).created for _ in range(3)] == [1767225601, 1767225602, 1767225603]


def test_ids_come_from_the_seed():
    def ids(seed):
        with MockOpenAI(mode="patch", on_unmatched="auto", seed=seed) as mock:
            return [say(mock.client()).id for _ in range(2)]

    assert ids(3) == ids(3) != ids(4)
    assert len(set(ids(3))) == 2


def test_organization_and_project_are_ours(mock):
    client = mock.client(organization="org-mine", project="proj_mine")
    told = client.chat.completions.with_raw_response.create(model="gpt-4o", messages=HI).headers
    assert (told["openai-organization"], told["openai-project"]) == ("mockai", "proj_mockai")


def test_processing_time_is_made_up():
    def told():
        with MockOpenAI(mode="patch", on_unmatched="auto") as mock:
            raw = mock.client().chat.completions.with_raw_response.create(model="gpt-4o", messages=HI)
            return raw.headers["openai-processing-ms"]

    assert told() == told()
    assert 100 <= int(told()) < 1000


def test_streams_do_not_wait(mock, client):
    mock.reply("one two three")
    assert len(list(say(client, stream=True))) == 5
    assert mock.calls[0].scripted_wait == 0


def test_jobs_get_on_when_looked_at(client):
    job = client.responses.create(model="gpt-4o", input="Hi", background=True)
    seen = [client.responses.retrieve(job.id).status for _ in range(3)]
    assert (job.status, seen) == ("queued", ["in_progress", "completed", "completed"])


def test_webhooks_stay_on_this_machine(mock, client):
    mock.reply("Done.")
    client.webhooks.create(name="far", url="https://example.com/x", event_types=["response.completed"])
    response = client.responses.create(model="gpt-4o", input="Hello", background=True)
    statuses = [client.responses.retrieve(response.id).status for _ in range(2)]
    assert (statuses[-1], mock.deliveries.kept) == ("completed", ())


def test_the_test_of_a_webhook_does_not_wait(mock, client):
    nowhere = client.webhooks.create(name="near", url="http://127.0.0.1:9/x", event_types=["response.completed"])
    assert client.webhooks.test(nowhere.id, event_type="response.completed").status_code == 200
    assert [delivery.delivered for delivery in mock.deliveries.kept] == [False]


def test_graders_in_python_are_not_run(client):
    grader = {"type": "python", "name": "mine", "source": "def grade(sample, item):\n    return 1.0\n"}
    made = client.evals.create(data_source_config={"type": "logs"}, testing_criteria=[grader])
    content = [{"item": {}, "sample": {"output_text": "x"}}]
    source = {"type": "jsonl", "source": {"type": "file_content", "content": content}}
    run = client.evals.runs.create(made.id, data_source=source)
    for _ in range(2):
        run = client.evals.runs.retrieve(run.id, eval_id=made.id)
    (item,) = client.evals.runs.output_items.list(run.id, eval_id=made.id)
    assert (run.result_counts.errored, run.result_counts.passed) == (1, 0)
    assert item.results[0].sample == {"error": {"message": "MockAI does not run graders of type 'python'"}}


def test_nothing_is_trained(client):
    line = b'{"messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":"Arr!"}]}\n'
    file = client.files.create(file=("a.jsonl", line * 10), purpose="fine-tune")
    job = client.fine_tuning.jobs.create(model="gpt-4o-mini-2024-07-18", training_file=file.id)
    while job.status not in ("succeeded", "failed", "cancelled"):
        job = client.fine_tuning.jobs.retrieve(job.id)
    assert job.fine_tuned_model.startswith("ft:gpt-4o-mini-2024-07-18:")
    assert "Arr!" not in say(client, model=job.fine_tuned_model).choices[0].message.content


# ------------------------------------------------------------------------------------------------- keys


def test_every_key_is_good(mock):
    assert say(mock.client(api_key="no such key")).id
    assert httpx.post(f"{mock.base_url}/chat/completions", json={"model": "gpt-4o", "messages": HI}).status_code == 200
    with MockOpenAI(mode="patch", api_key="sk-right") as strict, pytest.raises(openai.AuthenticationError):
        say(strict.client(api_key="sk-wrong"))


def test_nothing_is_limited(client):
    sent = [client.chat.completions.with_raw_response.create(model="gpt-4o", messages=HI) for _ in range(5)]
    assert {reply.headers["x-ratelimit-remaining-requests"] for reply in sent} == {"14999"}
    with MockOpenAI(mode="patch", on_unmatched="auto", limits={"requests_per_minute": 1}) as limited:
        say(limited.client())
        with pytest.raises(openai.RateLimitError):
            say(limited.client(max_retries=0))


def test_too_many_at_once_is_in_our_words():
    assert NAMES["rate_limit_concurrent"].evidence == "unverified"


def test_every_model_is_answered(client):
    assert say(client, model="not-used", temperature=0.5, max_tokens=5, stop=["x"]).model == "not-used"
    with MockOpenAI(mode="patch", on_unmatched="auto", models="known") as known, pytest.raises(openai.NotFoundError):
        say(known.client(), model="not-used")


def test_models_are_not_all_listed(client):
    assert "not-used" not in [model.id for model in client.models.list()]
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("not-used")
    assert say(client, model="not-used").model == "not-used"


def test_a_rate_limit_tells_of_itself(mock):
    mock.reply({"error": "rate_limit_requests"})
    with pytest.raises(openai.RateLimitError) as caught:
        say(mock.client(max_retries=0))
    assert caught.value.response.headers["x-ratelimit-remaining-requests"] == "0"


def test_limits_of_audio_are_as_at_groq():
    with MockOpenAI(mode="patch", on_unmatched="auto", limits={"audio_seconds_per_minute": 3}) as mock:
        transcribe = mock.client(max_retries=0).audio.transcriptions.with_raw_response.create
        told = transcribe(model="whisper-1", file=("talk.webm", b"\xff" * 32_000)).headers
        assert told["x-ratelimit-remaining-audio-seconds"] == "1"
        with pytest.raises(openai.RateLimitError, match="on seconds of audio per min"):
            transcribe(model="whisper-1", file=("talk.webm", b"\xff" * 32_000))
    assert NAMES["rate_limit_audio"].evidence == "unverified"


def test_azure_has_every_deployment(mock):
    url = f"{mock.url}/openai/deployments/anything/chat/completions"
    dated = [
        httpx.post(url, json={"messages": HI}, params={"api-version": date}) for date in ("2024-10-21", "1999-01-01")
    ]
    assert [each.status_code for each in dated] == [200, 200]
    assert httpx.post(url, json={"messages": HI}).status_code == 404


# ----------------------------------------------------------------------------------------------- tokens


def test_tokens_are_estimated():
    assert Estimate().count("🧠") != 3  # which o200k_base needs
    assert Estimate().count("What is the capital of France?") == 7  # as o200k_base has it
    assert all(
        rules_of(model).tokenizer.count("🧠") == Estimate().count("🧠") for model in ("davinci", "code-davinci-002")
    )


def test_some_models_count_as_their_neighbours(client):
    tools = [{"type": "function", "function": {"name": "now", "description": "The time."}}]

    def paid(model):
        return say(client, model=model, tools=tools).usage.prompt_tokens

    assert paid("o3") == paid("o4-mini") == paid("gpt-5-mini") != paid("gpt-4o")


def paid(client, *content, **more):
    text = {"type": "text", "text": "What is it?"}
    return say(client, messages=[{"role": "user", "content": [text, *content]}], **more).usage.prompt_tokens


def test_sounds_and_files_are_free(client):
    sound = {"type": "input_audio", "input_audio": {"data": "AAAA", "format": "wav"}}
    file = {"type": "file", "file": {"filename": "a.pdf", "file_data": "data:application/pdf;base64,JVBERi0="}}
    assert paid(client) == paid(client, file) < paid(client, response_format=SCHEMA)
    assert paid(client, model="gpt-4o-audio-preview") == paid(client, sound, model="gpt-4o-audio-preview")


def test_pictures_elsewhere_have_one_size(client):
    head = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"

    def data(width, height):
        url = f"data:image/png;base64,{b64encode(head + struct.pack('>II', width, height) + bytes(8)).decode()}"
        return {"type": "image_url", "image_url": {"url": url}}

    assert paid(client, PICTURE) == paid(client, data(1024, 1024)) == paid(client) + 765
    assert paid(client, data(2048, 4096)) == paid(client) + 1105


def test_cached_tokens_are_scripted(client):
    long = [{"role": "user", "content": "Tell me more about it. " * 1000}]
    paid = [say(client, messages=long).usage for _ in range(2)]
    assert [usage.prompt_tokens_details.cached_tokens for usage in paid] == [0, 0]
    assert paid[0].prompt_tokens > 1024


# ------------------------------------------------------------------------------------------ what is kept


def test_the_oldest_are_forgotten(mock):
    url = f"{mock.base_url}/conversations"
    with httpx.Client() as http:
        made = [http.post(url, json={}).json()["id"] for _ in range(1001)]
        found = [http.get(f"{url}/{id}").status_code for id in (made[0], made[1], made[-1])]
    assert found == [404, 200, 200]


def test_large_files_come_in_parts(client):
    assert inspect.signature(ASGIApp).parameters["max_body"].default == 128 * 2**20
    asked = {"filename": "a.jsonl", "mime_type": "text/jsonl", "purpose": "batch"}
    assert client.uploads.create(bytes=256 * 2**20, **asked).status == "pending"
    with pytest.raises(openai.APIStatusError) as refused:
        client.with_options(max_retries=0).uploads.create(bytes=256 * 2**20 + 1, **asked)
    assert refused.value.status_code == 413


def test_nothing_outlives_the_server(client):
    file = client.files.create(file=("a.txt", b"a"), purpose="assistants")
    assert client.files.retrieve(file.id).id == file.id
    with MockOpenAI(mode="patch") as next_one, pytest.raises(openai.NotFoundError):
        next_one.client().files.retrieve(file.id)


def test_what_was_answered_may_be_sent_back(client):
    for more in ({"reasoning_content": "Hm."}, {"audio": {"id": "audio_1", "data": "AA=="}}):
        assert say(client, messages=[*HI, {"role": "assistant", "content": "Hello", **more}, *HI]).choices


def test_unknown_query_parameters_are_ignored(mock):
    for path in ("organization/projects", "files"):
        assert httpx.get(f"{mock.base_url}/{path}?nonsense=1&nonsense[a]=1").status_code == 200
        assert httpx.get(f"{mock.base_url}/{path}?limit=many").status_code == 400


def test_derived_operations_check_types_only(mock):
    url = f"{mock.base_url}/organization/projects"
    for body in ({}, {"name": 1}, {"name": "Mars", "nonsense": 1}):
        assert httpx.post(url, json=body).status_code == 400
    assert httpx.post(url, json={"name": "Mars" * 1000}).status_code == 200


# ----------------------------------------------------------------------------------------- on the wire


@pytest.fixture
def served():
    with MockOpenAI(on_unmatched="auto") as mock:
        yield mock


def raw(mock):
    body = {"model": "gpt-4o", "messages": HI}
    return httpx.post(f"{mock.base_url}/chat/completions", json=body, headers={"accept-encoding": "gzip, br"})


def test_headers_of_the_edge(served):
    edge = {"cf-ray", "cf-cache-status", "set-cookie", "strict-transport-security", "alt-svc", "x-content-type-options"}
    inside = {"x-envoy-upstream-service-time", "access-control-expose-headers"}
    assert (edge | inside).isdisjoint(raw(served).headers)


def test_nothing_is_compressed(served):
    assert "content-encoding" not in raw(served).headers


def test_plain_http(served, monkeypatch):
    assert served.url.startswith("http://127.0.0.1:")
    assert raw(served).http_version == "HTTP/1.1"
    with MockOpenAI(mode="patch", on_unmatched="auto", base_urls=["https://gateway.example/v1"]) as patched:
        assert say(patched.client(base_url="https://gateway.example/v1")).id


def test_paths_of_its_own(served):
    found = [httpx.get(f"{served.url}{path}").status_code for path in ("/_mockai/health", "/docs", "/s/mine/v1/models")]
    assert found == [200, 200, 200]


def test_no_web_sockets(served):
    assert httpx.get(f"{served.base_url}/realtime", params={"model": "gpt-realtime"}).status_code == 404
    made = httpx.post(f"{served.base_url}/realtime/client_secrets", json={})
    assert (made.status_code, made.json()["value"][:3]) == (200, "ek_")
