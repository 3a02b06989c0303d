"""One server for many mocks: each behind a path of its own, nobody behind one that is gone."""

import threading

import httpx
import pytest

from mockai import MockOpenAI
from mockai.transports.shared import SharedServer

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}


@pytest.fixture(scope="module")
def server():
    """A shared server, stopped at the end."""
    shared = SharedServer()
    yield shared
    shared.stop()


def ask(mock, path="/chat/completions"):
    return httpx.post(f"{mock.base_url}{path}", json=ASK, timeout=10)


def test_mocks_share_the_port_and_nothing_else(server):
    with MockOpenAI(server=server) as one, MockOpenAI(server=server, set_env=False) as two:
        one.reply("one")
        two.reply("two")
        got = [ask(mock).json()["choices"][0]["message"]["content"] for mock in (one, two, one)]
        assert got == ["one", "two", "one"]
        assert (one.count, two.count) == (2, 1)
        assert one.url.rpartition("/s/")[0] == two.url.rpartition("/s/")[0]


def test_a_url_whose_mock_has_ended_is_answered_by_no_other(server):
    with MockOpenAI(server=server) as ended:
        url = ended.base_url
    with MockOpenAI(server=server) as mock:
        got = httpx.post(f"{url}/chat/completions", json=ASK)
        assert (got.status_code, got.headers["x-should-retry"]) == (404, "false")
        name = url.split("/")[-2]
        assert got.json()["error"]["message"] == (
            f"No mock is active as '{name}': the test that used this URL has ended, or the URL is not one of MockAI's."
        )
        assert httpx.get(mock.url.rpartition("/s/")[0]).status_code == 404
        assert mock.count == 0


def test_sessions_of_a_mock_are_reached_below_it(server):
    with MockOpenAI({"rules": [{"reply": "Hi."}]}, server=server) as mock:
        assert httpx.post(f"{mock.url}/s/other/v1/chat/completions", json=ASK).status_code == 200
        assert mock.count == 0
        assert mock.engine.store.session("other").journal.total == 1


def test_the_control_api_of_each_mock_is_below_it(server):
    with MockOpenAI({"rules": [{"reply": "Hi."}]}, server=server) as mock:
        ask(mock)
        assert httpx.get(f"{mock.url}/_mockai/journal").json()["entries"][0]["status"] == 200


def test_a_stream_that_waits_goes_on_when_its_mock_ends(server):
    got = []
    with MockOpenAI(server=server) as mock:
        mock.reply(text="one two", gate={"name": "never", "after": 1})
        url, opened = mock.base_url, threading.Event()

        def read():
            with httpx.stream("POST", f"{url}/chat/completions", json={**ASK, "stream": True}, timeout=10) as stream:
                for line in stream.iter_lines():
                    got.append(line)
                    if '"one"' in line:
                        opened.set()

        reader = threading.Thread(target=read)
        reader.start()
        assert opened.wait(10)
    reader.join(10)
    assert got[-2:] == ["data: [DONE]", ""]


def test_a_server_that_nobody_needed_has_nothing_to_stop():
    SharedServer().stop()


def test_stopping_ends_the_server_and_what_waits_on_it():
    shared = SharedServer()
    mock = MockOpenAI(server=shared)
    with mock:
        url = mock.base_url
        shared.stop()
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{url}/models")
