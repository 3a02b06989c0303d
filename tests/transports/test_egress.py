"""A request that would leave for a model provider fails before a socket is opened, and is remembered."""

import asyncio
import socket

import aiohttp
import httpx
import httpx2
import openai
import pytest
import respx

from mockai.errors import EgressBlocked, Unsatisfied, UsageError
from mockai.transports import egress
from mockai.transports.egress import PROVIDERS, EgressGuard
from mockai.transports.httpx_patch import Patch

URL = "https://api.openai.com/v1/models"


@pytest.fixture(autouse=True)
def opened(monkeypatch):
    """Every attempt to reach the network; none succeeds."""
    tried = []

    def refuse(*args, **options):
        tried.append(args)
        raise OSError("no network in this test")

    async def refuse_later(*args, **options):
        refuse(*args)

    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "create_connection", refuse_later)
    return tried


def by_sync(library):
    def ask(url, **options):
        with library.Client(trust_env=False, **options) as client:
            client.get(url)

    return ask


def by_async(library):
    def ask(url, **options):
        async def main():
            async with library.AsyncClient(trust_env=False, **options) as client:
                await client.get(url)

        asyncio.run(main())

    return ask


def by_aiohttp(url, proxy=None):
    async def main():
        async with aiohttp.ClientSession() as session, session.get(url, proxy=proxy):
            pass

    asyncio.run(main())


CLIENTS = {
    "httpx sync": (by_sync(httpx), "httpx"),
    "httpx async": (by_async(httpx), "httpx"),
    "httpx2 sync": (by_sync(httpx2), "httpx2"),
    "httpx2 async": (by_async(httpx2), "httpx2"),
    "aiohttp": (by_aiohttp, "aiohttp"),
}
ALL_CLIENTS = pytest.mark.parametrize(("ask", "library"), CLIENTS.values(), ids=CLIENTS)


@ALL_CLIENTS
def test_a_request_to_a_provider_raises_and_is_remembered(ask, library, opened):
    with EgressGuard() as guard, pytest.raises(EgressBlocked) as caught:
        ask(URL)
    assert guard.blocked == [caught.value]
    assert str(caught.value).startswith(
        f"a request by {library} was about to leave this test for https://api.openai.com, and nothing mocks it."
    )
    assert "allow_hosts=['api.openai.com']" in str(caught.value)
    assert opened == []


@ALL_CLIENTS
def test_a_proxy_does_not_hide_where_a_request_goes(ask, library, opened):
    with EgressGuard() as guard, pytest.raises(EgressBlocked, match=r"for https://api\.openai\.com,"):
        ask(URL, proxy="http://127.0.0.1:9")
    assert (len(guard.blocked), opened) == (1, [])


@ALL_CLIENTS
@pytest.mark.parametrize("allowed", ["api.openai.com", "API.openai.com", "*.openai.com", "*"])
def test_allowed_hosts_may_be_reached(ask, library, allowed, opened):
    with (
        EgressGuard(allow_hosts=[allowed]) as guard,
        pytest.raises((httpx.ConnectError, httpx2.ConnectError, aiohttp.ClientConnectionError)),
    ):
        ask(URL)
    assert guard.blocked == []
    assert opened != []


@ALL_CLIENTS
def test_the_guard_ends_with_its_block(ask, library, opened):
    with EgressGuard() as guard:
        pass
    with pytest.raises((httpx.ConnectError, httpx2.ConnectError, aiohttp.ClientConnectionError)):
        ask(URL)
    assert (guard.blocked, opened != []) == ([], True)


@pytest.mark.parametrize(
    "host",
    [
        "api.openai.com",
        "eu.api.openai.com",
        "me.openai.azure.com",
        "me.services.ai.azure.com",
        "api.groq.com",
        "openrouter.ai",
        "api.anthropic.com",
        "generativelanguage.googleapis.com",
        "europe-west4-aiplatform.googleapis.com",
        "bedrock-runtime.eu-central-1.amazonaws.com",
        "api.mistral.ai",
        "api.deepseek.com",
        "api.together.xyz",
        "api.fireworks.ai",
        "api.x.ai",
        "api.perplexity.ai",
        "API.OPENAI.COM",
        "api.openai.com.",
    ],
)
def test_a_provider_is_known_by_its_host(host):
    guard = EgressGuard()
    with pytest.raises(EgressBlocked):
        guard.check("https", host, "httpx")
    assert len(guard.blocked) == 1


@pytest.mark.parametrize(
    "host",
    ["localhost", "127.0.0.1", "example.com", "openai.com.example.org", "notopenai.com", "storage.googleapis.com", ""],
)
def test_other_hosts_are_nobodys_business(host):
    guard = EgressGuard()
    guard.check("https", host, "httpx")
    assert guard.blocked == []


def test_each_provider_is_listed_once_and_in_lower_case():
    assert len(PROVIDERS) == len(set(PROVIDERS))
    assert [glob for glob in PROVIDERS if glob != glob.lower()] == []


def test_a_blocked_request_is_a_failed_assertion():
    assert issubclass(EgressBlocked, Unsatisfied)
    assert issubclass(EgressBlocked, AssertionError)


def test_one_host_given_as_a_string_is_refused():
    with pytest.raises(UsageError, match=r"allow_hosts is a list of hosts; write allow_hosts=\['x.test'\]"):
        EgressGuard(allow_hosts="x.test")


@ALL_CLIENTS
def test_a_refused_client_can_be_used_again(ask, library, opened):
    with EgressGuard() as guard:
        for _ in range(2):
            with pytest.raises(EgressBlocked):
                ask(URL)
    assert len(guard.blocked) == 2


def test_a_pool_that_was_refused_still_works(scripted, json_plan):
    with httpx2.Client(trust_env=False) as client:
        with EgressGuard(), pytest.raises(EgressBlocked):
            client.get(URL)
        with Patch(scripted(json_plan)):
            assert client.get(URL).json() == {"ok": True}


@pytest.mark.parametrize("first", ["guard", "patch"])
def test_what_a_patch_answers_does_not_leave(first, scripted, json_plan):
    guard, patch = EgressGuard(), Patch(scripted(json_plan))
    outer, inner = (guard, patch) if first == "guard" else (patch, guard)
    with outer, inner:
        assert httpx.get(URL).json() == {"ok": True}
        with pytest.raises(EgressBlocked):
            httpx2.get("https://api.anthropic.com/v1/messages")
    assert len(guard.blocked) == 1


@pytest.mark.parametrize("first", ["guard", "respx"])
def test_what_respx_mocks_does_not_leave(first):
    guard, router = EgressGuard(), respx.mock()
    outer, inner = (guard, router) if first == "guard" else (router, guard)
    with outer, inner:
        router.post("https://api.anthropic.com/v1/messages").respond(json={"by": "respx"})
        assert httpx.post("https://api.anthropic.com/v1/messages").json() == {"by": "respx"}
    assert guard.blocked == []


def test_what_respx_passes_through_is_stopped():
    with EgressGuard() as guard, respx.mock() as router:
        router.get(URL).pass_through()
        with pytest.raises(EgressBlocked):
            httpx.get(URL)
    assert len(guard.blocked) == 1


def test_guards_stack_and_the_inner_one_hears_of_it():
    with EgressGuard() as outer, EgressGuard() as inner, pytest.raises(EgressBlocked):
        httpx.get(URL)
    assert (len(outer.blocked), len(inner.blocked)) == (0, 1)


def test_the_sdk_does_not_retry_and_does_not_wrap_it():
    with EgressGuard() as guard, pytest.raises(EgressBlocked):
        openai.OpenAI(api_key="sk-x").models.list()
    assert len(guard.blocked) == 1


@pytest.fixture
def looked_for_again():
    """Libraries are looked for once a process."""
    egress._doors.cache_clear()
    yield
    egress._doors.cache_clear()


@pytest.mark.usefixtures("looked_for_again")
@pytest.mark.parametrize("missing", ["aiohttp", "httpcore", "httpcore2"])
def test_a_library_that_is_not_installed_needs_no_guard(missing, monkeypatch):
    import importlib.util

    real = importlib.util.find_spec
    monkeypatch.setattr("mockai.transports.egress.find_spec", lambda name: None if name == missing else real(name))
    asked = {"aiohttp": "httpx sync", "httpcore": "httpx2 sync", "httpcore2": "httpx sync"}[missing]
    with EgressGuard() as guard, pytest.raises(EgressBlocked):
        CLIENTS[asked][0](URL)
    assert len(guard.blocked) == 1
