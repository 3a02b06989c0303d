"""wrk asks what the benchmarks' own load asks."""

import json
import socket
from collections.abc import Iterator

import pytest

from benchmarks import wrk
from benchmarks.asked import CHAT
from mockai import MockOpenAI

pytestmark = pytest.mark.skipif(not wrk.installed(), reason="asks with wrk: apt-get install wrk")


@pytest.fixture
def mock() -> Iterator[MockOpenAI]:
    with MockOpenAI("benchmarks/scenarios/twenty_rules.yaml", mode="server", set_env=False) as mock:
        yield mock


def port_of(mock: MockOpenAI) -> int:
    return int(mock.url.rpartition(":")[2].partition("/")[0])


@pytest.mark.parametrize("kind", ["same chat", "chat"])
def test_it_asks_for_what_the_rest_asks_for_and_counts_what_came_back(kind, mock):
    count = wrk.by_wrk(port_of(mock), kind, 0.3, 2)
    calls = mock.calls
    assert 0 < count.replies <= mock.session.journal.total
    assert 0.9 < count.seconds < 3
    assert count.busy > 0
    assert {(call.method, call.path, call.rule, call.status) for call in calls if call.outcome == "complete"} == {
        ("POST", "/v1/chat/completions", calls[0].rule, 200)
    }
    bodies = {json.dumps(call.request.body) for call in calls}
    usual = json.loads(CHAT.partition(b"\r\n\r\n")[2])
    if kind == "same chat":
        assert list(map(json.loads, bodies)) == [usual]
    else:
        assert len(bodies) == len(calls)
        (text,) = {body["messages"][0]["content"][:-9] for body in map(json.loads, bodies)}
        assert text == f"{usual['messages'][0]['content']} Number "


def test_what_fails_is_no_measurement(mock):
    mock.when(user="topic-15").reply(error=500)
    with pytest.raises(RuntimeError, match=r"of \d+ replies to wrk \d+ failed"):
        wrk.by_wrk(port_of(mock), "chat", 0.3, 2)


def test_nobody_listens():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    with pytest.raises(RuntimeError, match="wrk ended with 1: unable to connect"):
        wrk.by_wrk(port, "chat", 0.3, 2)


def test_it_says_which_one_it_is():
    assert wrk.version().startswith("wrk ")
