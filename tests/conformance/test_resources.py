"""Stored things live and die as the official SDK sees it: sync and async, over a socket and patched."""

import inspect
import json
from typing import Any

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

    async def listed(self, page: Any) -> list[Any]:
        if self.name == "async":
            return [each async for each in page]
        return list(page)


@pytest.fixture(params=["sync", "async"])
async def style(request, mock):
    """A client of the mock without retries; the sync one leaves the event loop to the server's thread."""
    client = (mock.client if request.param == "sync" else mock.async_client)(max_retries=0)
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
