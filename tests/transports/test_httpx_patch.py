"""Requests are answered inside httpx and httpx2, whoever built the client and whenever; others go their way."""

import gc
import subprocess
import sys
import threading

import httpcore
import httpcore2
import httpx
import httpx2
import openai
import pytest
import respx
from respx.mocks import HTTPCoreMocker, Mocker

from mockai import MockOpenAI
from mockai.errors import UsageError
from mockai.transports import httpx_doors
from mockai.transports.httpx_patch import Patch
from mockai.wire import Abort, Body, Head, Wait

LIBRARIES = pytest.mark.parametrize("library", [httpx, httpx2], ids=lambda library: library.__name__)
URL = "https://api.openai.com/v1/models"
EARLY = {httpx: httpx.Client(), httpx2: httpx2.Client()}
EARLY_SDK = openai.OpenAI(api_key="sk-early")
STREAM = Head(200, (("content-type", "text/event-stream"),))
CHUNK = Body(
    b'data: {"id":"1","object":"chat.completion.chunk","created":1,"model":"m","choices":'
    b'[{"index":0,"delta":{"content":"Hi"},"finish_reason":null}]}\n\n',
    "piece",
)


def network_calls(monkeypatch):
    """Every address a connection was tried to; none succeeds."""
    tried = []

    def connect(self, host, port, *args, **options):
        tried.append((host, port))
        raise httpcore2.ConnectError("no network in this test")

    monkeypatch.setattr("httpcore2.SyncBackend.connect_tcp", connect)
    monkeypatch.setattr("httpcore.SyncBackend.connect_tcp", connect)
    return tried


# --------------------------------------------------------------------------------- what is caught


@LIBRARIES
def test_clients_built_before_the_patch_are_caught(library, scripted, json_plan):
    with Patch(scripted(json_plan)):
        assert EARLY[library].get(URL).json() == {"ok": True}


@LIBRARIES
def test_after_the_patch_requests_go_to_the_network_again(library, scripted, json_plan, monkeypatch):
    tried = network_calls(monkeypatch)
    with Patch(scripted(json_plan)):
        pass
    with pytest.raises((httpx.ConnectError, httpx2.ConnectError, httpcore2.ConnectError)):
        EARLY[library].get(URL)
    assert tried == [("api.openai.com", 443)]


@LIBRARIES
async def test_async_clients_are_caught(library, scripted, json_plan):
    with Patch(scripted(json_plan)):
        async with library.AsyncClient() as client:
            assert (await client.get(URL)).json() == {"ok": True}


@LIBRARIES
def test_clients_behind_a_proxy_are_caught(library, scripted, json_plan):
    with Patch(scripted(json_plan)), library.Client(proxy="http://127.0.0.1:9") as client:
        assert client.get(URL).json() == {"ok": True}


def test_the_engine_sees_the_request_as_a_server_would(scripted, json_plan):
    engine = scripted(json_plan)
    with Patch(engine):
        httpx.request("post", f"{URL}?a=1&a=2&b=&c=%C3%A9", content=b"body", headers={"X-Mixed": b"Case \xe9"})
    http = engine.entry.http
    assert (http.method, http.path, http.body) == ("POST", "/v1/models", b"body")
    assert http.query == (("a", "1"), ("a", "2"), ("b", ""), ("c", "é"))
    assert (http.header("host"), http.header("x-mixed")) == ("api.openai.com", "Case é")


def test_escapes_in_a_path_are_resolved(scripted, json_plan):
    engine = scripted(json_plan)
    with Patch(engine):
        httpx.get("https://api.openai.com/v1/models/ft%3Agpt%20x")
    assert engine.entry.http.path == "/v1/models/ft:gpt x"


@pytest.mark.parametrize("url", ["http://bücher.test/v1", "http://xn--bcher-kva.test/v1"])
def test_a_host_is_known_by_its_letters(url, scripted, json_plan):
    engine = scripted(json_plan)
    with Patch(engine, base_urls=["http://bücher.test/v1"]):
        assert httpx.get(f"{url}/models").json() == {"ok": True}
    assert engine.entry.http.host == "bücher.test"


@pytest.mark.parametrize("core", [httpcore, httpcore2], ids=lambda core: core.__name__)
@pytest.mark.parametrize("url", ["https://api.openai.com/v1/models", "https://api.openai.com:443/v1/models"])
def test_clients_below_httpx_are_caught(core, url, scripted, json_plan):
    with Patch(scripted(json_plan), hosts=(), base_urls=["https://api.openai.com/v1"]), core.ConnectionPool() as pool:
        assert pool.request("GET", url).content == b'{"ok":true}'


@LIBRARIES
def test_a_reply_that_is_closed_unread_is_one_its_client_left(library, scripted, json_plan):
    engine = scripted(json_plan)
    with Patch(engine), library.Client() as client, client.stream("GET", URL):
        assert engine.entry.received is None
    assert (engine.entry.outcome, engine.entry.received, engine.entry.left is None) == ("complete", 0, False)


@LIBRARIES
def test_a_reply_that_is_dropped_unread_is_one_its_client_left(library, scripted, json_plan):
    engine = scripted(json_plan)
    with Patch(engine), library.Client() as client:
        client.send(client.build_request("GET", URL), stream=True)
        gc.collect()
        assert (engine.entry.outcome, engine.entry.received, engine.entry.left is None) == ("complete", 0, False)


@LIBRARIES
async def test_a_reply_that_is_read_is_not_left(library, scripted, json_plan):
    engine, other = scripted(json_plan), scripted(json_plan)
    with Patch(engine), library.Client() as client:
        client.get(URL)
    async with library.AsyncClient() as client:
        with Patch(other):
            await client.get(URL)
    assert [(each.entry.received, each.entry.left) for each in (engine, other)] == [(11, None)] * 2


@pytest.mark.parametrize(
    ("hosts", "url", "is_caught"),
    [
        (("api.openai.com",), "https://api.openai.com/v1/x", True),
        (("api.openai.com",), "http://API.OpenAI.com:8443/v1/x", True),
        (("API.OPENAI.COM",), "https://api.openai.com/v1/x", True),
        (("api.openai.com",), "https://eu.api.openai.com/v1/x", False),
        (("*.openai.azure.com",), "https://me.openai.azure.com/openai/deployments/d/x", True),
        (("*.openai.azure.com",), "https://api.openai.com/v1/x", False),
        ((), "https://api.openai.com/v1/x", False),
    ],
)
def test_hosts_are_names_or_globs(hosts, url, is_caught, scripted, json_plan):
    patch = Patch(scripted(json_plan), hosts=hosts)
    assert patch.path_of(httpx.URL(url)) == (httpx.URL(url).path if is_caught else None)


@pytest.mark.parametrize(
    ("base", "url", "path"),
    [
        ("http://llm.test/v1", "http://llm.test/v1/models", "/v1/models"),
        ("http://llm.test/v1/", "http://llm.test/v1/models", "/v1/models"),
        ("http://llm.test:80/v1", "http://llm.test/v1/models", "/v1/models"),
        ("http://llm.test/v1", "http://llm.test/v1", "/v1"),
        ("http://llm.test/v1", "http://llm.test/v10/models", None),
        ("http://llm.test/v1", "http://llm.test/v2/models", None),
        ("http://llm.test/v1", "https://llm.test/v1/models", None),
        ("http://llm.test/v1", "http://llm.test:81/v1/models", None),
        ("http://llm.test/v1", "http://other.test/v1/models", None),
        ("https://GW.test/team/openai/v1", "https://gw.test/team/openai/v1/models", "/v1/models"),
        ("https://gw.test/proxy", "https://gw.test/proxy/models", "/models"),
        ("https://gw.test", "https://gw.test/anything", "/anything"),
        ("https://gw.test:8443/v1", "https://gw.test:8443/v1/models", "/v1/models"),
        ("http://[::1]:8000/v1", "http://[::1]:8000/v1/models", "/v1/models"),
    ],
)
def test_base_urls_are_answered_below_their_path(base, url, path, scripted, json_plan):
    patch = Patch(scripted(json_plan), hosts=(), base_urls=[base])
    assert patch.path_of(httpx.URL(url)) == path


def test_a_base_url_can_be_added_to_an_active_patch(scripted, json_plan):
    with Patch(scripted(json_plan)) as patch:
        patch.add_base_url("http://llm.test/v1")
        assert httpx2.get("http://llm.test/v1/models").json() == {"ok": True}


@pytest.mark.parametrize("url", ["llm.test/v1", "", "ftp://llm.test/v1", "https:///v1", "http://llm.test:many/v1"])
def test_what_is_no_base_url_is_refused(url, scripted, json_plan):
    with pytest.raises(UsageError, match=r"a base URL looks like https://gateway.example/v1; seen '"):
        Patch(scripted(json_plan), base_urls=[url])


@pytest.mark.parametrize(
    ("session", "url", "headers", "path"),
    [
        ("", URL, {}, "/v1/models"),
        ("mine", URL, {}, "/s/mine/v1/models"),
        ("mine", "https://api.openai.com/s/other/v1/models", {}, "/s/other/v1/models"),
        ("mine", URL, {"x-mockai-session": "other"}, "/v1/models"),
    ],
)
def test_the_session_is_the_patchs_unless_the_request_names_one(session, url, headers, path, scripted, json_plan):
    engine = scripted(json_plan)
    with Patch(engine, session=session):
        httpx.get(url, headers=headers)
    assert engine.entry.http.path == path


# --------------------------------------------------------------------------------- others' traffic


@LIBRARIES
def test_other_hosts_go_to_the_network(library, scripted, json_plan, monkeypatch):
    tried = network_calls(monkeypatch)
    with Patch(scripted(json_plan)), pytest.raises((httpx.ConnectError, httpx2.ConnectError, httpcore2.ConnectError)):
        EARLY[library].get("https://example.com/")
    assert tried == [("example.com", 443)]


async def test_other_hosts_go_to_the_network_from_async_clients(scripted, json_plan, monkeypatch):
    tried = []

    async def connect(self, host, port, *args, **options):
        tried.append((host, port))
        raise httpcore2.ConnectError("no network in this test")

    monkeypatch.setattr("httpcore2._backends.auto.AutoBackend.connect_tcp", connect)
    with Patch(scripted(json_plan)):
        async with httpx2.AsyncClient() as client:
            with pytest.raises(httpx2.ConnectError):
                await client.get("https://example.com/")
    assert tried == [("example.com", 443)]


def test_in_memory_transports_are_left_alone(scripted, json_plan):
    transport = httpx.MockTransport(lambda request: httpx.Response(418))
    with Patch(scripted(json_plan)), httpx.Client(transport=transport) as client:
        assert client.get(URL).status_code == 418


@pytest.mark.parametrize("outside", [True, False], ids=["respx outside", "respx inside"])
def test_a_respx_router_keeps_its_own_hosts(outside, scripted, json_plan):
    router, patch = respx.mock(), Patch(scripted(json_plan))
    first, second = (router, patch) if outside else (patch, router)
    with first, second:
        route = router.get("https://example.com/").respond(203)
        assert httpx.get("https://example.com/").status_code == 203
        assert httpx.get(URL).json() == {"ok": True}
        assert route.call_count == 1


@pytest.mark.parametrize("outside", [True, False], ids=["respx outside", "respx inside"])
def test_a_strict_respx_router_stays_strict(outside, scripted, json_plan, monkeypatch):
    tried = network_calls(monkeypatch)
    router, patch = respx.mock(), Patch(scripted(json_plan))
    first, second = (router, patch) if outside else (patch, router)
    with first, second, pytest.raises(AssertionError, match="not mocked!"):
        httpx.get("https://example.org/")
    assert tried == []


@pytest.mark.parametrize("outside", [True, False], ids=["respx outside", "respx inside"])
def test_a_respx_router_that_mocks_everything_does_not_take_what_is_ours(outside, scripted, json_plan):
    router, patch = respx.mock(assert_all_mocked=False), Patch(scripted(json_plan))
    first, second = (router, patch) if outside else (patch, router)
    with first, second:
        assert httpx.get(URL).json() == {"ok": True}
        assert httpx.get("https://example.org/").content == b""


def test_a_respx_router_lives_on_after_the_patch(scripted, json_plan):
    with respx.mock() as router:
        router.get("https://example.com/").respond(203)
        with Patch(scripted(json_plan)):
            pass
        assert httpx.get("https://example.com/").status_code == 203


def test_the_inner_of_two_patches_answers_and_each_has_its_own_urls(scripted, json_plan):
    other = (Head(200, (("content-length", "5"),)), Body(b'"in"}'[:5], "json"))
    outer, inner = scripted(json_plan), scripted(other)
    with Patch(outer, base_urls=["http://outer.test/v1"]), Patch(inner):
        assert httpx.get(URL).content == other[1].data
        assert httpx.get("http://outer.test/v1/models").json() == {"ok": True}
    assert (len(outer.entries), len(inner.entries)) == (1, 1)


def test_a_patch_can_be_entered_again(scripted, json_plan):
    patch = Patch(scripted(json_plan))
    for _ in range(2):
        with patch:
            assert httpx.get(URL).json() == {"ok": True}
    assert HTTPCoreMocker.routers == []


def test_threads_share_a_patch(scripted, json_plan):
    engine, found = scripted(json_plan), []
    with Patch(engine):
        threads = [threading.Thread(target=lambda: found.append(httpx2.get(URL).json())) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert found == [{"ok": True}] * 8
    assert [entry.outcome for entry in engine.entries] == ["complete"] * 8


# ------------------------------------------------------------------------------------ libraries


def test_both_libraries_have_one_mocker_each(scripted, json_plan):
    with Patch(scripted(json_plan)):
        assert {name for name, mocker in Mocker.registry.items() if mocker.routers} == {"httpcore", "httpcore2"}


def in_another_process(code):
    found = subprocess.run([sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False)
    return found.stdout.strip() or found.stderr.strip().splitlines()[-1]


HIDDEN = """
import importlib.util, sys
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, package=None: None if name in {hidden!r} else real(name, package)
sys.modules.update(dict.fromkeys({hidden!r}))
from mockai import MockOpenAI
from mockai.transports.httpx_patch import Patch
"""
USE = """
mock = MockOpenAI(on_unmatched="auto")
with Patch(mock.engine):
    from respx.mocks import Mocker
    print(sorted(name for name, mocker in Mocker.registry.items() if mocker.routers), end=" ")
    import {library}
    print({library}.get("https://api.openai.com/v1/models").status_code)
"""


@pytest.mark.parametrize(
    ("hidden", "library", "expected"),
    [
        (["httpx2", "httpcore2", "pytest_httpx2"], "httpx", "['httpcore'] 200"),
        (["pytest_httpx2"], "httpx2", "['httpcore', 'httpcore2'] 200"),
        ([], "httpx2", "['httpcore', 'httpcore2'] 200"),
    ],
    ids=["without httpx2", "without pytest-httpx2", "with everything"],
)
def test_each_library_is_patched_if_it_is_there(hidden, library, expected):
    assert in_another_process(HIDDEN.format(hidden=hidden) + USE.format(library=library)) == expected


@pytest.fixture
def looked_for_again():
    """Libraries are looked for once a process."""
    httpx_doors.mockers.cache_clear()
    yield
    httpx_doors.mockers.cache_clear()


@pytest.mark.usefixtures("looked_for_again")
def test_a_library_that_is_not_installed_is_not_patched(scripted, json_plan, monkeypatch):
    monkeypatch.setattr("mockai.transports.httpx_doors.find_spec", lambda name: None if name == "httpcore2" else True)
    with Patch(scripted(json_plan)):
        assert {name for name, mocker in Mocker.registry.items() if mocker.routers} == {"httpcore"}


@pytest.mark.usefixtures("looked_for_again")
def test_without_respx_it_says_what_to_install(scripted, json_plan, monkeypatch):
    monkeypatch.setitem(sys.modules, "respx.mocks", None)
    with pytest.raises(UsageError, match="patch mode needs respx: pip install respx"):
        Patch(scripted(json_plan)).__enter__()


def test_pytest_httpx2_and_the_patch_share_a_mocker(httpx2_mock, scripted, json_plan):
    httpx2_mock.get("https://example.com/").respond(203)
    with Patch(scripted(json_plan)):
        assert httpx2.get("https://example.com/").status_code == 203
        assert httpx2.get(URL).json() == {"ok": True}


# ------------------------------------------------------------------------------------ the real SDK


def outcome_of_a_stream(client):
    """The chunks an SDK stream gave, and how it ended."""
    taken = []
    try:
        for chunk in client.chat.completions.create(model="m", messages=[], stream=True):
            taken.append(chunk.choices[0].delta.content)
    except openai.OpenAIError as error:
        return taken, type(error), type(error.__cause__)
    return taken, None, None


STREAM_ENDS = [
    ((STREAM, CHUNK, Abort("close")), openai.APIConnectionError, httpx2.RemoteProtocolError),
    ((STREAM, CHUNK, Wait(0.001), Abort("reset")), openai.APIConnectionError, httpx2.ReadError),
    ((STREAM, CHUNK, Abort("stall")), openai.APITimeoutError, httpx2.ReadTimeout),
    ((STREAM, CHUNK), None, None),
]


@pytest.mark.parametrize(("plan", "error", "cause"), STREAM_ENDS, ids=["close", "reset", "stall", "clean"])
def test_the_sdk_sees_a_broken_stream_as_over_a_socket(plan, error, cause, scripted):
    with Patch(scripted(plan)):
        client = openai.OpenAI(api_key="sk-x", timeout=0.05, max_retries=0)
        assert outcome_of_a_stream(client) == (["Hi"], *((error, cause) if error else (None, None)))


@pytest.mark.parametrize(
    ("how", "error", "cause"),
    [
        ("reset", openai.APIConnectionError, httpx2.ReadError),
        ("close", openai.APIConnectionError, httpx2.RemoteProtocolError),
        ("stall", openai.APITimeoutError, httpx2.ReadTimeout),
    ],
)
def test_the_sdk_retries_what_breaks_before_the_reply(how, error, cause, scripted, monkeypatch):
    monkeypatch.setattr("openai._base_client.BaseClient._calculate_retry_timeout", lambda *args, **options: 0)
    engine = scripted((Abort(how),))
    with Patch(engine), pytest.raises(error) as caught:
        openai.OpenAI(api_key="sk-x", timeout=0.03).models.list()
    assert type(caught.value.__cause__) is cause
    assert [entry.http.header("x-stainless-retry-count") for entry in engine.entries] == ["0", "1", "2"]


def test_a_sync_client_gets_a_whole_conversation():
    mock = MockOpenAI()
    mock.replies("Hello!", {"error": "rate_limit_exceeded", "retry_after": 0.001}, "Hello again.")
    ask = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}
    with Patch(mock.engine):
        first = EARLY_SDK.chat.completions.create(**ask)
        second = EARLY_SDK.chat.completions.create(**ask)
    assert [reply.choices[0].message.content for reply in (first, second)] == ["Hello!", "Hello again."]
    assert [entry.status for entry in mock.session.journal.entries()] == [200, 429, 200]


async def test_an_async_client_gets_a_stream():
    mock = MockOpenAI()
    mock.reply("Hello there, you.", chunks={"by": "word"})
    with Patch(mock.engine):
        async with openai.AsyncOpenAI(api_key="sk-x") as client:
            stream = await client.chat.completions.create(
                model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], stream=True
            )
            deltas = [chunk.choices[0].delta.content async for chunk in stream]
    assert "".join(delta or "" for delta in deltas) == "Hello there, you."
    assert mock.session.journal.entries()[0].outcome == "complete"


def test_the_sdk_on_plain_httpx_is_caught_too(scripted, json_plan):
    with Patch(scripted(json_plan)), httpx.Client() as http_client:
        client = openai.OpenAI(api_key="sk-x", http_client=http_client)
        assert client.models.with_raw_response.list().text == '{"ok":true}'
