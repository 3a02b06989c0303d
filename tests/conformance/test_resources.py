"""Stored things live and die as the official SDK sees it: sync and async, over a socket and patched."""

import inspect
import json
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import openai
import pytest

LINES = [
    {
        "custom_id": f"line-{at}",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": text}]},
    }
    for at, text in enumerate(["Hello", "Fail", "Bye"])
]


class Style:
    """One of the two clients; `await style(call)` gives the result of either, with pages as lists."""

    def __init__(self, name: str, client: Any) -> None:
        self.name = name
        self.client = client

    async def __call__(self, result: Any) -> Any:
        return await result if inspect.isawaitable(result) else result

    def lenient(self) -> None:
        """From now on, take what the API sends but the SDK's types do not have."""
        self.client._strict_response_validation = False

    async def listed(self, page: Any) -> list[Any]:
        if self.name == "async":
            return [each async for each in page]
        return list(page)


@pytest.fixture(params=["sync", "async"])
async def style(request, mock):
    """A client of the mock without retries; the sync one leaves the event loop to the server's thread."""
    make = mock.client if request.param == "sync" else mock.async_client
    client = make(max_retries=0, _strict_response_validation=True)
    yield Style(request.param, client)
    closed = client.close()
    if inspect.isawaitable(closed):
        await closed


async def upload(style: Style, name: str, data: bytes, purpose: str = "assistants") -> Any:
    return await style(style.client.files.create(file=(name, data), purpose=purpose))


def jsonl(*lines: Any) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


# ---------------------------------------------------------------------------------------------- files


async def test_a_file_lives_from_upload_to_deletion(style):
    files = style.client.files
    made = await style(files.create(file=("notes.jsonl", b'{"a": 1}\n'), purpose="batch"))
    assert (made.filename, made.bytes, made.purpose, made.status) == ("notes.jsonl", 9, "batch", "processed")
    assert await style(files.retrieve(made.id)) == made
    assert (await style(files.content(made.id))).read() == b'{"a": 1}\n'
    assert (await style(files.wait_for_processing(made.id))).status == "processed"
    other = await style(files.create(file=("b.txt", b"b"), purpose="assistants"))
    assert [each.id for each in await style.listed(files.list(limit=1))] == [other.id, made.id]
    assert [each.id for each in await style.listed(files.list(purpose="batch"))] == [made.id]
    deleted = await style(files.delete(made.id))
    assert (deleted.id, deleted.object, deleted.deleted) == (made.id, "file", True)
    with pytest.raises(openai.NotFoundError) as refused:
        await style(files.retrieve(made.id))
    assert refused.value.body["message"] == f"No such File object: {made.id}"


async def test_an_upload_in_parts_becomes_a_file(style):
    data = b'{"n": 1}\n' * 10
    upload = await style(
        style.client.uploads.upload_file_chunked(
            file=data, filename="n.jsonl", bytes=len(data), mime_type="text/jsonl", purpose="batch", part_size=32
        )
    )
    assert (upload.status, upload.bytes, upload.file.filename) == ("completed", 90, "n.jsonl")
    assert (await style(style.client.files.content(upload.file.id))).read() == data


async def test_a_cancelled_upload_takes_no_more_parts(style):
    uploads = style.client.uploads
    made = await style(uploads.create(filename="n.jsonl", bytes=9, mime_type="text/jsonl", purpose="batch"))
    assert made.status == "pending"
    assert (await style(uploads.cancel(made.id))).status == "cancelled"
    with pytest.raises(openai.BadRequestError, match="has status 'cancelled'"):
        await style(uploads.parts.create(made.id, data=b"more"))


# -------------------------------------------------------------------------------------------- batches


async def test_a_batch_runs_its_lines_through_the_rules(style, mock):
    mock.when(user="Fail").reply(error="rate_limit_exceeded")
    mock.when(user="Hello").reply("Hi!")
    mock.when(user="Bye").reply(lambda request: f"Bye from {request.model}")
    client = style.client
    file = await style(client.files.create(file=("in.jsonl", jsonl(*LINES)), purpose="batch"))
    batch = await style(
        client.batches.create(
            input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h", metadata={"a": "b"}
        )
    )
    seen = [batch]
    for _ in range(3):
        seen.append(await style(client.batches.retrieve(batch.id)))
    assert [each.status for each in seen] == ["validating", "in_progress", "finalizing", "completed"]
    done = seen[-1]
    assert (done.request_counts.total, done.request_counts.completed, done.request_counts.failed) == (3, 2, 1)
    output = (await style(client.files.content(done.output_file_id))).text.splitlines()
    replies = {line["custom_id"]: line["response"]["body"] for line in map(json.loads, output)}
    texts = {id: body["choices"][0]["message"]["content"] for id, body in replies.items()}
    assert texts == {"line-0": "Hi!", "line-2": "Bye from gpt-4o-mini"}
    (failed,) = map(json.loads, (await style(client.files.content(done.error_file_id))).text.splitlines())
    assert (failed["custom_id"], failed["response"]["status_code"]) == ("line-1", 429)
    assert failed["response"]["body"]["error"]["code"] == "rate_limit_exceeded"
    assert done.usage.total_tokens == sum(body["usage"]["total_tokens"] for body in replies.values())
    assert [each.id for each in await style.listed(client.batches.list())] == [batch.id]


async def test_a_batch_with_bad_lines_fails_and_says_where(style):
    client = style.client
    file = await style(client.files.create(file=("in.jsonl", b"{oops\n" + jsonl(LINES[0])), purpose="batch"))
    batch = await style(
        client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
    )
    failed = await style(client.batches.retrieve(batch.id))
    assert failed.status == "failed"
    (error,) = failed.errors.data
    assert (error.code, error.line, error.message) == (
        "invalid_json_line",
        1,
        "This line is not parseable as valid JSON.",
    )


async def test_a_batch_is_cancelled_at_the_next_look(style):
    client = style.client
    file = await style(client.files.create(file=("in.jsonl", jsonl(LINES[0])), purpose="batch"))
    batch = await style(
        client.batches.create(input_file_id=file.id, endpoint="/v1/chat/completions", completion_window="24h")
    )
    assert (await style(client.batches.cancel(batch.id))).status == "cancelling"
    assert (await style(client.batches.retrieve(batch.id))).status == "cancelled"
    with pytest.raises(openai.BadRequestError, match="Cannot cancel"):
        await style(client.batches.cancel(batch.id))


# -------------------------------------------------------------------------------------- vector stores


async def test_a_vector_store_finds_what_its_files_say(style):
    client, stores = style.client, style.client.vector_stores
    paris = await style(
        client.files.create(file=("paris.md", b"Paris is the capital of France."), purpose="assistants")
    )
    oslo = await style(client.files.create(file=("oslo.md", b"Oslo is the capital of Norway."), purpose="assistants"))
    image = await style(client.files.create(file=("map.png", b"\x89PNG"), purpose="assistants"))
    store = await style(stores.create(name="capitals", file_ids=[paris.id]))
    assert (store.name, store.status, store.file_counts.in_progress) == ("capitals", "in_progress", 1)
    store = await style(stores.retrieve(store.id))
    assert (store.status, store.file_counts.completed, store.usage_bytes) == ("completed", 1, paris.bytes)
    added = await style(stores.files.create_and_poll(oslo.id, vector_store_id=store.id, attributes={"north": True}))
    assert (added.status, added.attributes) == ("completed", {"north": True})
    failed = await style(stores.files.create_and_poll(image.id, vector_store_id=store.id))
    assert (failed.status, failed.last_error.code) == ("failed", "unsupported_file")
    found = await style.listed(stores.search(store.id, query="capital of Norway"))
    assert [(each.filename, each.score, each.content[0].text) for each in found] == [
        ("oslo.md", 1.0, "Oslo is the capital of Norway."),
        ("paris.md", 0.6667, "Paris is the capital of France."),
    ]
    northern = {"type": "eq", "key": "north", "value": True}
    assert len(await style.listed(stores.search(store.id, query="capital", filters=northern))) == 1
    content = await style.listed(stores.files.content(oslo.id, vector_store_id=store.id))
    assert [part.text for part in content] == ["Oslo is the capital of Norway."]
    assert (await style(stores.files.delete(oslo.id, vector_store_id=store.id))).deleted
    assert [each.id for each in await style.listed(stores.files.list(store.id))] == [image.id, paris.id]
    assert (await style(stores.delete(store.id))).deleted
    with pytest.raises(openai.NotFoundError, match="not found"):
        await style(stores.retrieve(store.id))


async def test_a_file_batch_gets_done_by_being_polled(style):
    client, stores = style.client, style.client.vector_stores
    files = [await style(client.files.create(file=(f"{at}.txt", b"text"), purpose="assistants")) for at in range(3)]
    store = await style(stores.create())
    batch = await style(
        stores.file_batches.create_and_poll(vector_store_id=store.id, file_ids=[each.id for each in files])
    )
    assert (batch.status, batch.file_counts.completed, batch.file_counts.total) == ("completed", 3, 3)
    listed = await style.listed(stores.file_batches.list_files(batch.id, vector_store_id=store.id, limit=2))
    assert {each.id for each in listed} == {each.id for each in files}


# --------------------------------------------------------------------------------- assistants and runs

WEATHER = {
    "type": "function",
    "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {"city": {"type": "string"}}}},
}
pytestmark = pytest.mark.filterwarnings("ignore:(deprecated|.*Assistants API|The Sora API):DeprecationWarning")


@pytest.fixture
async def assistant(style):
    return await style(
        style.client.beta.assistants.create(
            model="gpt-4o", name="Weather", instructions="Speak of weather.", tools=[WEATHER]
        )
    )


async def test_an_assistant_lives_and_dies(style, assistant):
    assistants = style.client.beta.assistants
    assert (assistant.name, assistant.instructions, assistant.temperature) == ("Weather", "Speak of weather.", 1.0)
    changed = await style(assistants.update(assistant.id, name="Rain", metadata={"a": "b"}))
    assert (changed.name, changed.metadata, changed.model) == ("Rain", {"a": "b"}, "gpt-4o")
    assert [each.id for each in await style.listed(assistants.list())] == [assistant.id]
    assert (await style(assistants.delete(assistant.id))).deleted
    with pytest.raises(openai.NotFoundError, match=f"No assistant found with id '{assistant.id}'"):
        await style(assistants.retrieve(assistant.id))


async def test_a_run_answers_the_thread_by_rule(style, assistant, mock):
    mock.when(endpoint="threads.runs", system="Speak of weather", user="Paris", tools="get_weather").reply("Sunny.")
    threads = style.client.beta.threads
    thread = await style(threads.create(messages=[{"role": "user", "content": "Hello"}]))
    await style(threads.messages.create(thread.id, role="user", content="How is Paris?"))
    run = await style(threads.runs.create(thread.id, assistant_id=assistant.id))
    assert (run.status, run.usage, run.model) == ("queued", None, "gpt-4o")
    with pytest.raises(openai.BadRequestError, match=f"Can't add messages to {thread.id} while a run {run.id}"):
        await style(threads.messages.create(thread.id, role="user", content="And now?"))
    with pytest.raises(openai.BadRequestError, match=f"Thread {thread.id} already has an active run {run.id}"):
        await style(threads.runs.create(thread.id, assistant_id=assistant.id))
    seen = [(await style(threads.runs.retrieve(run.id, thread_id=thread.id))).status for _ in range(3)]
    assert seen == ["in_progress", "completed", "completed"]
    messages = await style.listed(threads.messages.list(thread.id, order="asc"))
    assert [(each.role, each.content[0].text.value) for each in messages] == [
        ("user", "Hello"),
        ("user", "How is Paris?"),
        ("assistant", "Sunny."),
    ]
    (step,) = await style.listed(threads.runs.steps.list(run.id, thread_id=thread.id))
    assert (step.type, step.step_details.message_creation.message_id) == ("message_creation", messages[-1].id)
    done = await style(threads.runs.retrieve(run.id, thread_id=thread.id))
    assert done.usage.total_tokens == done.usage.prompt_tokens + done.usage.completion_tokens


async def test_tool_outputs_lead_to_the_next_turn(style, assistant, mock):
    mock.when(tool_result={"name": "get_weather", "json": {"celsius": 18}}).reply("18 degrees.")
    mock.when(endpoint="threads.create_and_run").reply(tool_calls=[{"get_weather": {"city": "Paris"}}])
    threads = style.client.beta.threads
    run = await style(
        threads.create_and_run_poll(
            assistant_id=assistant.id, thread={"messages": [{"role": "user", "content": "Paris?"}]}
        )
    )
    assert run.status == "requires_action"
    (call,) = run.required_action.submit_tool_outputs.tool_calls
    assert (call.function.name, json.loads(call.function.arguments)) == ("get_weather", {"city": "Paris"})
    with pytest.raises(openai.BadRequestError, match="Expected tool outputs"):
        await style(threads.runs.submit_tool_outputs(run.id, thread_id=run.thread_id, tool_outputs=[]))
    outputs = [{"tool_call_id": call.id, "output": '{"celsius": 18}'}]
    run = await style(
        threads.runs.submit_tool_outputs_and_poll(run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs)
    )
    assert run.status == "completed"
    messages = await style.listed(threads.messages.list(run.thread_id))
    assert messages[0].content[0].text.value == "18 degrees."
    steps = await style.listed(threads.runs.steps.list(run.id, thread_id=run.thread_id, order="asc"))
    assert [(step.type, step.status) for step in steps] == [
        ("tool_calls", "completed"),
        ("message_creation", "completed"),
    ]
    assert steps[0].step_details.tool_calls[0].function.output == '{"celsius": 18}'


async def events_of(style, manager):
    if style.name == "sync":
        with manager as stream:
            return list(stream), stream.get_final_run()
    async with manager as stream:
        events = [event async for event in stream]
        return events, await stream.get_final_run()


async def test_a_streamed_run_sends_its_events_in_order(style, assistant, mock):
    mock.reply("Once upon a time.")
    threads = style.client.beta.threads
    thread = await style(threads.create(messages=[{"role": "user", "content": "Tell me."}]))
    manager = threads.runs.stream(thread_id=thread.id, assistant_id=assistant.id)
    events, run = await events_of(style, manager)
    names = [event.event for event in events]
    deltas = names.count("thread.message.delta")
    assert names == [
        "thread.run.created",
        "thread.run.queued",
        "thread.run.in_progress",
        "thread.run.step.created",
        "thread.run.step.in_progress",
        "thread.message.created",
        "thread.message.in_progress",
        *["thread.message.delta"] * deltas,
        "thread.message.completed",
        "thread.run.step.completed",
        "thread.run.completed",
    ]
    assert deltas > 1
    messages = await style.listed(threads.messages.list(thread.id))
    assert (run.status, messages[0].content[0].text.value) == ("completed", "Once upon a time.")
    assert messages[0] == next(event.data for event in events if event.event == "thread.message.completed")
    assert await style(threads.runs.retrieve(run.id, thread_id=thread.id)) == run


async def test_a_streamed_run_asks_for_tools_and_goes_on_in_a_new_stream(style, assistant, mock):
    async def pieces(request):
        yield "It "
        yield "is 18."

    mock.when(user="Paris").reply(tool_calls=[{"get_weather": {"city": "Paris"}}, {"get_weather": {"city": "Oslo"}}])
    mock.when(tool_result="get_weather").reply(pieces)
    threads = style.client.beta.threads
    thread = {"messages": [{"role": "user", "content": "Paris?"}]}
    manager = threads.create_and_run_stream(assistant_id=assistant.id, thread=thread)
    events, run = await events_of(style, manager)
    assert events[0].event == "thread.created"
    assert run.status == "requires_action"
    calls = run.required_action.submit_tool_outputs.tool_calls
    assert [json.loads(call.function.arguments)["city"] for call in calls] == ["Paris", "Oslo"]
    outputs = [{"tool_call_id": call.id, "output": "18"} for call in calls]
    manager = threads.runs.submit_tool_outputs_stream(run_id=run.id, thread_id=run.thread_id, tool_outputs=outputs)
    events, run = await events_of(style, manager)
    assert [event.event for event in events][:3] == [
        "thread.run.step.completed",
        "thread.run.queued",
        "thread.run.in_progress",
    ]
    messages = await style.listed(threads.messages.list(run.thread_id))
    assert (run.status, [each.content[0].text.value for each in messages]) == ("completed", ["It is 18.", "Paris?"])


async def test_a_run_is_cancelled_at_the_next_look(style, assistant, mock):
    mock.reply("Never read.")
    threads = style.client.beta.threads
    run = await style(threads.create_and_run(assistant_id=assistant.id))
    assert (await style(threads.runs.cancel(run.id, thread_id=run.thread_id))).status == "cancelling"
    assert (await style(threads.runs.retrieve(run.id, thread_id=run.thread_id))).status == "cancelled"
    assert await style.listed(threads.messages.list(run.thread_id)) == []
    with pytest.raises(openai.BadRequestError, match="Cannot cancel run with status 'cancelled'"):
        await style(threads.runs.cancel(run.id, thread_id=run.thread_id))


# ------------------------------------------------------------------------------------------ fine-tuning


def examples(number: int) -> bytes:
    return jsonl(*[{"messages": [{"role": "user", "content": f"Example {at}"}]} for at in range(number)])


async def test_a_fine_tuning_job_ends_in_a_model(style):
    client, jobs = style.client, style.client.fine_tuning.jobs
    file = await upload(style, "train.jsonl", examples(10), "fine-tune")
    job = await style(jobs.create(model="gpt-4o-mini", training_file=file.id, suffix="tone", seed=7))
    seen = [job] + [await style(jobs.retrieve(job.id)) for _ in range(3)]
    assert [each.status for each in seen] == ["validating_files", "queued", "running", "succeeded"]
    done = seen[-1]
    assert done.fine_tuned_model.startswith("ft:gpt-4o-mini:mockai:tone:")
    assert (done.seed, done.hyperparameters.n_epochs, done.error) == (7, 3, None)
    assert done.trained_tokens > 0
    events = await style.listed(jobs.list_events(job.id, limit=3))
    assert [events[0].message, events[-1].message] == [
        "The job has successfully completed",
        f"Created fine-tuning job: {job.id}",
    ]
    assert [each.type for each in events].count("metrics") == 3
    checkpoints = await style.listed(jobs.checkpoints.list(job.id))
    assert [each.step_number for each in checkpoints] == [3, 2, 1]
    assert checkpoints[0].fine_tuned_model_checkpoint == done.fine_tuned_model
    metrics = (await style(client.files.content(done.result_files[0]))).text.splitlines()
    assert [row.partition(",")[0] for row in metrics] == ["step", "1", "2", "3"]
    assert [each.id for each in await style.listed(jobs.list())] == [job.id]
    with pytest.raises(openai.BadRequestError, match="cannot be cancelled"):
        await style(jobs.cancel(job.id))


async def test_a_fine_tuning_job_fails_for_its_file_pauses_and_is_cancelled(style):
    jobs = style.client.fine_tuning.jobs
    few = await upload(style, "few.jsonl", examples(2), "fine-tune")
    job = await style(jobs.create(model="gpt-4o-mini", training_file=few.id))
    failed = await style(jobs.retrieve(job.id))
    assert (failed.status, failed.error.code, failed.error.message) == (
        "failed",
        "invalid_n_examples",
        "Training file has 2 example(s), but must have at least 10 examples",
    )
    enough = await upload(style, "enough.jsonl", examples(10), "fine-tune")
    job = await style(jobs.create(model="gpt-4o-mini", training_file=enough.id))
    await style(jobs.retrieve(job.id))
    style.lenient()  # its types know no paused job
    assert (await style(jobs.pause(job.id))).status == "paused"
    assert (await style(jobs.resume(job.id))).status == "queued"
    assert (await style(jobs.cancel(job.id))).status == "cancelled"


# ------------------------------------------------------------------ containers, skills, client secrets


async def test_a_container_holds_files(style):
    containers = style.client.containers
    file = await upload(style, "data.csv", b"a,b\n1,2\n")
    made = await style(containers.create(name="work", file_ids=[file.id]))
    assert (made.status, made.expires_after.minutes, made.memory_limit) == ("running", 20, "1g")
    assert await style(containers.retrieve(made.id)) is not None
    (copied,) = await style.listed(containers.files.list(made.id))
    assert (copied.path, copied.source, copied.bytes) == ("/mnt/data/data.csv", "user", 8)
    own = await style(containers.files.create(made.id, file=("b.txt", b"b")))
    named = await style(containers.files.create(made.id, file_id=file.id))
    assert (own.path, named.path) == ("/mnt/data/b.txt", "/mnt/data/data.csv")
    assert (await style(containers.files.content.retrieve(own.id, container_id=made.id))).read() == b"b"
    await style(containers.files.delete(own.id, container_id=made.id))
    with pytest.raises(openai.NotFoundError):
        await style(containers.files.retrieve(own.id, container_id=made.id))
    assert [each.id for each in await style.listed(containers.list(name="work"))] == [made.id]
    await style(containers.delete(made.id))
    with pytest.raises(openai.NotFoundError, match=f"Container with id '{made.id}' not found"):
        await style(containers.retrieve(made.id))


def skill_files(description: str) -> list[Any]:
    manifest = f"---\nname: greeter\ndescription: {description}\n---\nGreet.\n".encode()
    return [("greeter/SKILL.md", manifest), ("greeter/run.py", b"print('hi')\n")]


async def test_a_skill_has_versions(style):
    skills = style.client.skills
    made = await style(skills.create(files=skill_files("Says hi")))
    assert (made.name, made.description, made.default_version, made.latest_version) == ("greeter", "Says hi", "1", "1")
    second = await style(skills.versions.create(made.id, files=skill_files("Says hello")))
    assert (second.version, second.skill_id, second.description) == ("2", made.id, "Says hello")
    changed = await style(skills.update(made.id, default_version="2"))
    assert (changed.default_version, changed.latest_version, changed.description) == ("2", "2", "Says hello")
    assert [each.version for each in await style.listed(skills.versions.list(made.id))] == ["2", "1"]
    archive = (await style(skills.content.retrieve(made.id))).read()
    assert archive == (await style(skills.versions.content.retrieve("2", skill_id=made.id))).read()
    with ZipFile(BytesIO(archive)) as unpacked:
        assert unpacked.namelist() == ["greeter/SKILL.md", "greeter/run.py"]
    assert (await style(skills.versions.delete("1", skill_id=made.id))).deleted
    assert (await style(skills.delete(made.id))).deleted
    with pytest.raises(openai.NotFoundError):
        await style(skills.retrieve(made.id))


async def test_a_client_secret_opens_a_session(style):
    secret = await style(
        style.client.realtime.client_secrets.create(
            session={"type": "realtime", "instructions": "Be kind.", "audio": {"output": {"voice": "marin"}}},
            expires_after={"anchor": "created_at", "seconds": 60},
        )
    )
    assert secret.value.startswith("ek_")
    assert (secret.session.instructions, secret.session.audio.output.voice) == ("Be kind.", "marin")
    assert secret.session.model == "gpt-realtime"


# ---------------------------------------------------------------------------------------------- evals


async def test_an_eval_asks_the_model_and_grades_it(style, mock):
    mock.when(user="2+2").reply("4")
    mock.when(user="3+3").reply("7")
    style.lenient()  # its types know no run without an error
    evals = style.client.evals
    made = await style(
        evals.create(
            name="sums",
            data_source_config={"type": "custom", "item_schema": {"type": "object"}, "include_sample_schema": True},
            testing_criteria=[
                {
                    "type": "string_check",
                    "name": "exact",
                    "input": "{{sample.output_text}}",
                    "reference": "{{item.answer}}",
                    "operation": "eq",
                }
            ],
        )
    )
    rows = [{"item": {"sum": "2+2", "answer": "4"}}, {"item": {"sum": "3+3", "answer": "6"}}]
    run = await style(
        evals.runs.create(
            made.id,
            data_source={
                "type": "completions",
                "model": "gpt-4o",
                "source": {"type": "file_content", "content": rows},
                "input_messages": {"type": "template", "template": [{"role": "user", "content": "{{item.sum}}"}]},
            },
        )
    )
    seen = [run] + [await style(evals.runs.retrieve(run.id, eval_id=made.id)) for _ in range(2)]
    assert [each.status for each in seen] == ["queued", "in_progress", "completed"]
    counts = seen[-1].result_counts
    assert (counts.total, counts.passed, counts.failed, counts.errored) == (2, 1, 1, 0)
    assert seen[-1].per_testing_criteria_results[0].passed == 1
    (failed,) = await style.listed(evals.runs.output_items.list(run.id, eval_id=made.id, status="fail"))
    assert (failed.datasource_item["sum"], failed.sample.output[0].content) == ("3+3", "7")
    item = await style(evals.runs.output_items.retrieve(failed.id, eval_id=made.id, run_id=run.id))
    assert item.to_dict() == failed.to_dict()
    assert (await style(evals.runs.delete(run.id, eval_id=made.id))).deleted
    assert (await style(evals.delete(made.id))).deleted
    with pytest.raises(openai.NotFoundError):
        await style(evals.retrieve(made.id))


async def test_an_eval_run_is_canceled(style):
    style.lenient()  # its types know no run without an error
    evals = style.client.evals
    made = await style(evals.create(data_source_config={"type": "logs"}, testing_criteria=[]))
    source = {"type": "jsonl", "source": {"type": "file_content", "content": []}}
    run = await style(evals.runs.create(made.id, data_source=source))
    assert (await style(evals.runs.cancel(run.id, eval_id=made.id))).status == "canceled"
    with pytest.raises(openai.BadRequestError, match="Cannot cancel"):
        await style(evals.runs.cancel(run.id, eval_id=made.id))


# ------------------------------------------------------- threads, conversations, what chat stores, webhooks


async def test_a_thread_and_its_messages_live_and_die(style):
    threads = style.client.beta.threads
    thread = await style(threads.create(metadata={"a": "b"}))
    assert (await style(threads.update(thread.id, metadata={"c": "d"}))).metadata == {"c": "d"}
    made = [await style(threads.messages.create(thread.id, role="user", content=text)) for text in ("one", "two")]
    changed = await style(threads.messages.update(made[0].id, thread_id=thread.id, metadata={"e": "f"}))
    assert await style(threads.messages.retrieve(made[0].id, thread_id=thread.id)) == changed
    pages = await style.listed(threads.messages.list(thread.id, order="asc", limit=1))
    assert [each.content[0].text.value for each in pages] == ["one", "two"]
    assert (await style(threads.messages.delete(made[0].id, thread_id=thread.id))).deleted
    assert [each.id for each in await style.listed(threads.messages.list(thread.id))] == [made[1].id]
    assert (await style(threads.delete(thread.id))).deleted
    with pytest.raises(openai.NotFoundError, match=f"No thread found with id '{thread.id}'"):
        await style(threads.retrieve(thread.id))


async def test_a_conversation_and_its_items_live_and_die(style, mock):
    mock.reply("Hello.")
    conversations = style.client.conversations
    greeting = {"type": "message", "role": "user", "content": "Hi"}
    made = await style(conversations.create(items=[greeting], metadata={"a": "b"}))
    assert await style(conversations.retrieve(made.id)) == made
    assert (await style(conversations.update(made.id, metadata={"c": "d"}))).metadata == {"c": "d"}
    await style(style.client.responses.create(model="gpt-4o", input="How are you?", conversation=made.id))
    added = await style(conversations.items.create(made.id, items=[{**greeting, "content": "Bye"}]))
    items = await style.listed(conversations.items.list(made.id, order="asc", limit=2))
    assert [(each.role, each.content[0].text) for each in items] == [
        ("user", "Hi"),
        ("user", "How are you?"),
        ("assistant", "Hello."),
        ("user", "Bye"),
    ]
    assert await style(conversations.items.retrieve(added.data[0].id, conversation_id=made.id)) == items[-1]
    await style(conversations.items.delete(items[0].id, conversation_id=made.id))
    with pytest.raises(openai.NotFoundError, match="not found"):
        await style(conversations.items.retrieve(items[0].id, conversation_id=made.id))
    assert (await style(conversations.delete(made.id))).deleted
    with pytest.raises(openai.NotFoundError, match=f"Conversation with id '{made.id}' not found"):
        await style(conversations.retrieve(made.id))


async def test_a_stored_completion_lives_and_dies(style, mock):
    mock.reply("Hello.")
    completions = style.client.chat.completions
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "store": True}
    made = [await style(completions.create(**asked, metadata={"n": str(at)})) for at in range(3)]
    assert (await style(completions.retrieve(made[0].id))).id == made[0].id
    assert (await style(completions.update(made[0].id, metadata={"n": "7"}))).metadata == {"n": "7"}
    assert [each.id for each in await style.listed(completions.list(limit=1))] == [each.id for each in made]
    assert [each.id for each in await style.listed(completions.list(metadata={"n": "2"}))] == [made[2].id]
    assert (await style(completions.delete(made[0].id))).deleted
    with pytest.raises(openai.NotFoundError):
        await style(completions.retrieve(made[0].id))
    style.lenient()  # its types know no message of the user
    (message,) = await style.listed(completions.messages.list(made[1].id))
    assert (message.role, message.content) == ("user", "Hi")


async def test_a_webhook_endpoint_lives_and_dies(style):
    webhooks = style.client.webhooks
    asked = {"url": "http://127.0.0.1:9/hook", "event_types": ["batch.completed"]}
    made = [await style(webhooks.create(name=name, **asked)) for name in "ab"]
    assert (await style(webhooks.update(made[0].id, name="c"))).name == "c"
    assert (await style(webhooks.rotate_secret(made[0].id))).signing_secret != made[0].signing_secret
    assert [each.name for each in await style.listed(webhooks.list(limit=1))] == ["c", "b"]
    assert "batch.completed" in (await style(webhooks.event_types.list())).data
    assert (await style(webhooks.delete(made[0].id))).deleted
    with pytest.raises(openai.NotFoundError):
        await style(webhooks.retrieve(made[0].id))


async def test_a_video_lives_and_dies(style):
    videos = style.client.videos
    made = await style(videos.create_and_poll(prompt="a cat", seconds="4"))
    assert (made.status, made.progress) == ("completed", 100)
    assert (await style(videos.download_content(made.id))).read()[4:8] == b"ftyp"
    other = await style(videos.remix(made.id, prompt="a dog"))
    assert [each.id for each in await style.listed(videos.list(limit=1))] == [other.id, made.id]
    assert (await style(videos.delete(made.id))).deleted
    with pytest.raises(openai.NotFoundError):
        await style(videos.retrieve(made.id))
