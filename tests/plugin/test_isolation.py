"""Tests do not meet: late requests, random order, processes, clients that outlive a test."""

import pytest

pytest_plugins = ["pytester"]

INI = """
[pytest]
addopts = -p no:cacheprovider -p no:hypothesispytest -p no:faker
filterwarnings = error
asyncio_mode = strict
asyncio_default_fixture_loop_scope = function
"""

LEAK = """
import threading
import openai
from app import asking

go, done, got = threading.Event(), threading.Event(), []
kept = {}


def late(url):
    go.wait(10)
    try:
        with openai.OpenAI(base_url=url, api_key="sk-x", max_retries=0) as client:
            client.chat.completions.create(**asking("late"))
    except openai.OpenAIError as error:
        got.append(error)
    done.set()


def test_one_leaves_a_request_behind(mock_openai):
    mock_openai.reply("one")
    kept["client"] = openai.OpenAI(max_retries=0)
    kept["client"].chat.completions.create(**asking("early"))
    threading.Thread(target=late, args=(mock_openai.base_url,), daemon=True).start()


def test_two_never_sees_it(mock_openai):
    mock_openai.reply("two")
    go.set()
    assert done.wait(10)
    assert len(got) == 1
    assert (mock_openai.count, mock_openai.traffic().count("late")) == (0, 0)


def test_three_is_not_reached_by_the_client_of_one(mock_openai):
    mock_openai.reply("three")
    try:
        kept["client"].chat.completions.create(**asking("late"))
    except (openai.NotFoundError, openai.APIConnectionError):
        pass
    kept["client"].close()
    assert mock_openai.count == 0
"""


@pytest.mark.parametrize("mode", ["server", "patch"])
def test_a_late_request_of_one_test_never_shows_in_another(project, mode):
    project.makepyfile(test_leak=LEAK)
    project.runpytest_subprocess(f"--mockai-mode={mode}").assert_outcomes(passed=3)


MANY = """
import pytest
from app import ask

@pytest.mark.parametrize("number", range(40))
def test_one_of_many(mock_openai, number):
    mock_openai.when(user=f"number {number}").replies("first", f"reply {number}")
    assert (ask(f"number {number}"), ask(f"number {number}")) == ("first", f"reply {number}")
    assert mock_openai.count == 2


def test_failing(mock_openai):
    mock_openai.reply("Hi.", required=True)
"""


@pytest.mark.parametrize(("mode", "args"), [("server", ["-n4", "--random-order"]), ("patch", ["--random-order"])])
def test_four_processes_and_a_random_order_change_nothing(project, mode, args):
    pytest.importorskip("xdist")
    pytest.importorskip("random_order")
    project.makepyfile(test_many=MANY)
    result = project.runpytest_subprocess(*args, f"--mockai-mode={mode}")
    result.assert_outcomes(passed=40, failed=1)
    result.stdout.fnmatch_lines(["1 rule never used:", "*- mockai traffic -*", f"mode {mode}, seed 0, 0 calls"])


ASYNC = """
import asyncio
import anyio
import openai
import pytest
from app import ask_async, asking


@pytest.fixture
def flaky(mock_openai):
    mock_openai.when(user="flaky").replies({"error": 500, "retry_after_ms": 1}, "Back.")
    return mock_openai


async def test_asyncio(flaky):
    assert await ask_async("flaky") == "Back."
    flaky.assert_retried(times=1)


async def test_many_at_once(mock_openai):
    mock_openai.reply(echo=True)
    assert await asyncio.gather(*(ask_async(str(n)) for n in range(8))) == [str(n) for n in range(8)]
    assert mock_openai.count == 8


async def test_unmatched(mock_openai):
    with pytest.raises(openai.NotFoundError):
        await ask_async()


async def test_a_cancelled_stream_is_seen_as_hung_up(mock_openai):
    mock_openai.reply(text="one two three", gate={"name": "half", "after": 1})
    first = asyncio.Event()

    async def read():
        async with openai.AsyncOpenAI() as client:
            async for chunk in await client.chat.completions.create(**asking("Hello"), stream=True):
                if chunk.choices[0].delta.content:
                    first.set()

    task = asyncio.create_task(read())
    await first.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.to_thread(mock_openai.wait_for, 1)
    assert (mock_openai.last.outcome, mock_openai.last.left_after) == ("client_left", 1)
"""

ANYIO = """
import anyio
import pytest
from app import ask_async


@pytest.fixture(params=["asyncio", "trio"])
def anyio_backend(request):
    return request.param


@pytest.mark.anyio
async def test_anyio(mock_openai):
    mock_openai.when(user="flaky").replies({"error": 500, "retry_after_ms": 1}, "Back.")
    with anyio.fail_after(10):
        assert await ask_async("flaky") == "Back."
    mock_openai.assert_retried(times=1)


@pytest.mark.anyio
async def test_anyio_unmatched(mock_openai):
    with pytest.raises(Exception, match="No rule answers"):
        await ask_async()
"""


@pytest.mark.parametrize("mode", ["server", "patch"])
def test_asyncio_anyio_and_trio_tests_are_tests_like_others(project, outcomes, mode):
    project.makeini(INI)
    project.makepyfile(test_asyncio="import pytest\npytestmark = pytest.mark.asyncio\n" + ASYNC, test_anyio=ANYIO)
    assert outcomes(f"--mockai-mode={mode}") == {
        "test_asyncio": "PASSED",
        "test_many_at_once": "PASSED",
        "test_unmatched": "FAILED",
        "test_a_cancelled_stream_is_seen_as_hung_up": "PASSED",
        "test_anyio[asyncio]": "PASSED",
        "test_anyio[trio]": "PASSED",
        "test_anyio_unmatched[asyncio]": "FAILED",
        "test_anyio_unmatched[trio]": "FAILED",
    }


BESIDE = """
import httpcore2
import httpx2
import pytest
import pytest_httpx2
import respx

URL = "https://api.example.com/v1/models"


def asked_of_nobody():
    with pytest.raises(httpx2.ConnectError):
        httpx2.get("http://127.0.0.1:9/v1/models")


def asked_of_respx():
    with respx.mock(using="httpcore2") as router:
        router.get(URL).respond(203)
        assert httpx2.get(URL).status_code == 203
        with pytest.raises(AssertionError, match="not mocked!"):
            httpx2.get("https://example.org/")


@pytest.mark.parametrize("number", range(3))
def test_without_a_mock(number):
    asked_of_nobody()
    asked_of_respx()
    asked_of_nobody()


@pytest.mark.parametrize("number", range(3))
def test_with_a_mock(mock_openai, number):
    mock_openai.reply("Hi.")
    asked_of_nobody()
    asked_of_respx()
    assert mock_openai.client().chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Hello"}]
    ).choices[0].message.content == "Hi."
    asked_of_nobody()
"""

PUT_BACK = """
import httpcore, httpcore2

OWN = [
    (pool, name, vars(pool).get(name))
    for core in (httpcore, httpcore2)
    for pool in (core.ConnectionPool, core.HTTPProxy)
    for name in ("handle_request", "create_connection")
]


def pytest_configure(config):
    config.add_cleanup(lambda: print("put back:", all(vars(pool).get(name) is own for pool, name, own in OWN)))
"""


@pytest.mark.parametrize("mode", ["server", "patch"])
def test_tests_without_a_mock_and_those_after_the_run_find_everything_as_it_was(project, mode):
    project.makeconftest(PUT_BACK)
    project.makepyfile(test_beside=BESIDE)
    result = project.runpytest_subprocess(f"--mockai-mode={mode}", "--random-order")
    result.assert_outcomes(passed=6)
    result.stdout.fnmatch_lines(["put back: True"])


GONE = """
import gc

import pytest
from app import ask
from mockai import MockOpenAI


@pytest.mark.parametrize("number", range(4))
def test_alone(mock_openai, number):
    mock_openai.reply("Hi.")
    assert ask() == "Hi."
    gc.collect()
    assert sum(type(each) is MockOpenAI for each in gc.get_objects()) == 1
"""


@pytest.mark.parametrize("mode", ["server", "patch"])
def test_a_mock_does_not_outlive_its_test(project, mode):
    project.makepyfile(test_gone=GONE)
    project.runpytest_subprocess(f"--mockai-mode={mode}").assert_outcomes(passed=4)
