"""Whatever breaks on a socket breaks alike in patch mode: the same exception, word for word, after the same bytes."""

import importlib
from contextlib import ExitStack

import pytest

from mockai import MockOpenAI
from mockai.errors import PatchLimit

STREAM = {"status": 200, "headers": {"content-type": "text/event-stream"}, "events": [{"a": 1}, {"b": 2}, "[DONE]"]}
JSON = {"status": 200, "body": {"a": "bc"}}
ASK = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
TEXT = "seen before it broke"

FAULTS = [
    "reset",
    "close",
    "garbage",
    {"garbage": {"text": "no line"}},
    {"garbage": {"text": "no line", "after": 1}},
    {"garbage": {"text": "SSH-2.0\r\n"}},
    {"garbage": {"text": "no size\n", "after": 1}},
    "bad_chunk",
    "content_length_mismatch",
    {"content_length_mismatch": {"by": -3}},
    "corrupt_gzip",
    "disconnect",
    "truncate",
    "error_event",
    "bom",
    "split",
    {"refuse": {"seconds": 0.01, "after": 1}},
]


def broken(library, mock: MockOpenAI) -> tuple[bytes, str, str]:
    """The bytes read, and the exception that ended it."""
    data = b""
    try:
        with library.Client() as client, client.stream("POST", f"{mock.base_url}/chat/completions", json=ASK) as reply:
            for part in reply.iter_bytes():
                data += part
    except library.HTTPError as error:
        return data, type(error).__name__, str(error)
    return data, "", ""


async def async_broken(library, mock: MockOpenAI) -> tuple[bytes, str, str]:
    """The same for the other half of the library."""
    data = b""
    try:
        async with (
            library.AsyncClient() as client,
            client.stream("POST", f"{mock.base_url}/chat/completions", json=ASK) as reply,
        ):
            async for part in reply.aiter_bytes():
                data += part
    except library.HTTPError as error:
        return data, type(error).__name__, str(error)
    return data, "", ""


@pytest.fixture(params=["httpx", "httpx2"])
def library(request):
    return importlib.import_module(request.param)


@pytest.fixture
def mocks(shared_server):
    """One over a socket, one patched, both with this reply."""
    with ExitStack() as stack:

        def made(raw, fault):
            for mode, server in (("server", shared_server), ("patch", None)):
                mock = stack.enter_context(MockOpenAI(mode=mode, server=server, set_env=False))
                mock.reply(raw=raw, faults=[fault])
                yield mock

        yield made


@pytest.mark.parametrize("raw", [STREAM, JSON], ids=["stream", "json"])
@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_sync_client_meets_the_same(mocks, library, raw, fault):
    over_a_socket, patched = (broken(library, mock) for mock in mocks(raw, fault))
    assert patched == over_a_socket


@pytest.mark.parametrize("raw", [STREAM, JSON], ids=["stream", "json"])
@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_an_async_client_meets_the_same(mocks, library, raw, fault):
    over_a_socket, patched = [await async_broken(library, mock) for mock in mocks(raw, fault)]
    assert patched == over_a_socket


def test_a_refused_sync_client_is_told_so_by_both(mocks, library):
    over_a_socket, patched = mocks(JSON, {"refuse": {"seconds": 600}})
    assert broken(library, over_a_socket)[:2] == (b"", "ReadError")
    refused = broken(library, over_a_socket)
    assert refused == (b"", "ConnectError", "[Errno 111] Connection refused")
    assert broken(library, patched) == refused


async def test_a_refused_async_client_is_told_so_by_both(mocks, library):
    over_a_socket, patched = mocks(JSON, {"refuse": {"seconds": 600}})
    assert (await async_broken(library, over_a_socket))[:2] == (b"", "ReadError")
    refused = await async_broken(library, over_a_socket)
    assert refused == (b"", "ConnectError", "All connection attempts failed")
    assert await async_broken(library, patched) == refused


def test_bytes_that_are_http_are_no_garbage_in_patch_mode(library):
    text = "HTTP/1.1 204 No Content\r\n\r\n"
    with MockOpenAI(mode="patch", set_env=False) as mock:
        mock.reply(raw=JSON, faults=[{"garbage": {"text": text}}])
        with pytest.raises(PatchLimit) as caught:
            library.post(f"{mock.base_url}/chat/completions", json=ASK)
    assert str(caught.value) == f"patch mode cannot send {text.encode()!r}, which is HTTP; write it as a `raw` reply"
