"""The handle: when it is active, what it decorates, what it loads, and what it refuses."""

import asyncio
import inspect
import os
import unittest

import httpx
import openai
import pytest

from mockai import MockOpenAI, ScenarioError, UnmatchedRequest, Unsatisfied, UsageError
from mockai.mock import API_KEY, load_all
from mockai.state import Memory

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}


def ask(**options):
    """What an application asks that knows nothing of a mock."""
    with openai.OpenAI(**options) as client:
        return client.chat.completions.create(**ASK).choices[0].message.content


def rules(*replies):
    return {"rules": [{"reply": reply} for reply in replies]}


# ----------------------------------------------------------------------------------------- active


def test_an_active_mock_sets_the_environment_and_puts_it_back(mode, shared_server, monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-mine")
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)
    with MockOpenAI(rules("Hi."), mode=mode, server=shared_server) as mock:
        assert os.environ["OPENAI_BASE_URL"] == mock.base_url == f"{mock.url}/v1"
        assert {name: os.environ[name] for name in mock.env} == mock.env
        assert ask() == "Hi."
    assert (os.environ["OPENAI_API_KEY"], "OPENAI_BASE_URL" in os.environ) == ("sk-mine", False)


def test_a_mock_of_its_own_server_answers_on_the_port_asked_for():
    with MockOpenAI(rules("Hi.")) as mock:
        assert httpx.post(f"{mock.base_url}/chat/completions", json=ASK).status_code == 200
        assert httpx.get(f"{mock.url}/_mockai/health").json()["status"] == "ok"
        assert httpx.get(f"{mock.url}/_mockai/health").json()["rules"] == 1
        url = mock.url
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/_mockai/health")


def test_an_inactive_mock_has_no_url():
    mock = MockOpenAI()
    with pytest.raises(UsageError, match="the mock is not active"):
        _ = mock.base_url
    with MockOpenAI(mode="patch") as mock, pytest.raises(UsageError, match="already active"):
        mock.__enter__()
    with pytest.raises(UsageError, match="the mock is not active"):
        _ = mock.url


def test_a_mock_may_be_entered_again(mode, shared_server):
    mock = MockOpenAI(rules("Hi."), mode=mode, server=shared_server)
    with mock:
        first = mock.base_url
        assert ask() == "Hi."
    with mock:
        assert mock.base_url != first
        assert ask() == "Hi."
    assert mock.count == 2


def test_what_waits_at_a_gate_goes_on_when_the_mock_ends(mode, shared_server):
    with MockOpenAI(mode=mode, server=shared_server) as mock:
        gate = mock.gate("never")
        assert not gate.is_open
    assert gate.is_open


def test_only_the_mock_that_sets_the_environment_answers_for_openai_itself():
    with (
        MockOpenAI(rules("default"), mode="patch") as default,
        MockOpenAI(rules("b"), mode="patch", set_env=False) as b,
    ):
        assert ask(base_url="https://api.openai.com/v1") == "default"
        assert ask(base_url=b.base_url) == "b"
    assert (default.count, b.count) == (1, 1)


@pytest.mark.parametrize("allowed", [False, True])
def test_a_provider_is_not_reached_unless_it_is_allowed(mode, shared_server, allowed, monkeypatch):
    hosts = ["*.groq.com"] if allowed else []
    with MockOpenAI(mode=mode, server=shared_server, allow_hosts=hosts) as mock:
        with pytest.raises((Unsatisfied, httpx.HTTPError)) as caught:
            httpx.get("https://api.groq.com/openai/v1/models", timeout=0.001)
        assert isinstance(caught.value, Unsatisfied) is not allowed
        assert len(mock.blocked) == (0 if allowed else 1)
        if not allowed:
            with pytest.raises(Unsatisfied, match=r"https://api\.groq\.com, and nothing mocks it"):
                mock.check()
    assert MockOpenAI().blocked == ()


def test_a_key_given_is_the_only_one_let_in(mode, shared_server):
    with MockOpenAI(rules("Hi."), mode=mode, server=shared_server, api_key="sk-only") as mock:
        assert (mock.env["OPENAI_API_KEY"], ask()) == ("sk-only", "Hi.")
        with mock.client(api_key="sk-other") as client, pytest.raises(openai.AuthenticationError):
            client.chat.completions.create(**ASK)
    assert MockOpenAI().api_key == API_KEY


async def test_clients_talk_to_the_mock_whatever_the_environment(mode, shared_server):
    with MockOpenAI(rules("Hi."), mode=mode, server=shared_server, set_env=False) as mock:
        with mock.client(max_retries=5) as client:
            assert (client.max_retries, str(client.base_url)) == (5, f"{mock.base_url}/")
            assert client.chat.completions.create(**ASK).choices[0].message.content == "Hi."
        async with mock.async_client() as client:
            got = await client.chat.completions.create(**ASK)
    assert got.choices[0].message.content == "Hi."


def test_clients_need_the_openai_package(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "openai", None)
    with MockOpenAI(mode="patch") as mock, pytest.raises(UsageError, match="pip install openai"):
        mock.client()


def test_reset_takes_back_calls_and_added_rules_and_keeps_those_of_files():
    with MockOpenAI(rules("file"), mode="patch") as mock:
        mock.reply("added")
        assert ask() == "added"
        mock.reset()
        assert (mock.count, ask()) == (0, "file")


def test_virtual_time_has_a_clock_and_real_time_none():
    with MockOpenAI({"rules": [{"reply": {"text": "Hi.", "latency": 30}}]}, mode="patch", time="virtual") as mock:
        assert ask() == "Hi."
        assert [wait.seconds for wait in mock.clock.waits] == [30.0]
    with pytest.raises(UsageError, match="time is real here"):
        _ = MockOpenAI(mode="patch").clock


def test_the_store_given_is_used():
    store = Memory()
    assert MockOpenAI(store=store).session is store.session("")


# -------------------------------------------------------------------------------------- decorator


def test_a_decorated_function_runs_with_a_mock_of_its_own_each_time():
    seen = []

    @MockOpenAI(rules("Hi."), mode="patch")
    def run(number, mock_openai, *, word):
        seen.append(mock_openai)
        return number, word, ask(), mock_openai.count

    assert [run(1, word="a"), run(2, word="b")] == [(1, "a", "Hi.", 1), (2, "b", "Hi.", 1)]
    assert seen[0] is not seen[1]
    assert list(inspect.signature(run).parameters) == ["number", "word"]
    assert run.__name__ == "run"


def test_a_decorated_function_need_not_take_the_mock():
    @MockOpenAI(rules("Hi."), mode="patch")
    def run():
        return ask()

    assert run() == "Hi."


def test_a_decorated_coroutine_is_one():
    @MockOpenAI(rules("Hi."), mode="patch")
    async def run(mock_openai):
        async with openai.AsyncOpenAI() as client:
            return (await client.chat.completions.create(**ASK)).choices[0].message.content

    assert inspect.iscoroutinefunction(run)
    assert asyncio.run(run()) == "Hi."


def test_a_decorated_function_is_judged_at_its_end_unless_it_fails_itself():
    @MockOpenAI(mode="patch")
    def swallows():
        with pytest.raises(openai.NotFoundError):
            ask()

    @MockOpenAI(mode="patch")
    def fails():
        with pytest.raises(openai.NotFoundError):
            ask()
        raise LookupError("its own")

    with pytest.raises(UnmatchedRequest):
        swallows()
    with pytest.raises(LookupError):
        fails()


def test_hooks_given_as_iterators_serve_every_call():
    seen = []

    @MockOpenAI(rules("Hi."), mode="patch", before=iter([lambda request: seen.append(request.model)]))
    def run():
        ask()

    run()
    run()
    assert seen == ["gpt-4o", "gpt-4o"]


def test_a_decorated_class_has_each_of_its_tests_decorated():
    @MockOpenAI(rules("Hi."), mode="patch")
    class Tests(unittest.TestCase):
        test_not_a_function = "Hi."

        def helper(self):
            return ask()

        def test_one(self):
            assert self.helper() == "Hi."

        def test_two(self, mock_openai):
            self.helper()
            mock_openai.assert_called(times=1)

        def test_three(self):
            with pytest.raises(openai.OpenAIError):
                ask(base_url="https://api.openai.com/v2", max_retries=0)
            MockOpenAI().assert_called()

    result = unittest.TestResult()
    unittest.defaultTestLoader.loadTestsFromTestCase(Tests).run(result)
    assert result.testsRun == 3
    assert [case.id().rpartition(".")[2] for case, _ in (*result.failures, *result.errors)] == ["test_three"]


# ------------------------------------------------------------------------------- scenarios, options


def test_scenarios_are_tried_in_the_order_given(tmp_path):
    for name in ("a", "b"):
        (tmp_path / f"{name}.yaml").write_text(f"rules:\n  - {{name: {name}, reply: {name}}}\n")
    data = {"rules": [{"name": "data", "reply": "data"}]}
    loaded = load_all({"rules": [{"name": "loaded", "reply": "loaded"}]})
    together = load_all(tmp_path / "b.yaml", str(tmp_path / "a.yaml"), data, loaded, tmp_path / "b.yaml")
    assert [placed.rule.name for placed in together.rules] == ["b", "a", "data", "loaded", "b"]
    assert [placed.key for placed in MockOpenAI(together).engine.script.rules][1:4] == ["a", "data", "loaded"]
    assert load_all() is None


def test_every_problem_of_every_scenario_is_told(tmp_path):
    (tmp_path / "a.yaml").write_text("rules:\n  - replay: Hi.\n")
    with pytest.raises(ScenarioError) as caught:
        MockOpenAI(tmp_path / "a.yaml", {"rulez": []}, tmp_path / "none.yaml")
    places = [problem.where for problem in caught.value.problems]
    assert len(places) >= 3
    assert (str(tmp_path / "a.yaml") in places[0], "scenario 2 at rulez" in places, "none.yaml" in places[-1]) == (
        True, True, True,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"mode": "proxy"}, "mode is 'server' or 'patch'; seen 'proxy'"),
        ({"time": "fast"}, "time is 'real' or 'virtual'; seen 'fast'"),
        (
            {"time": "virtual"},
            "time='virtual' needs mode='patch': a real server waits in real time; use time_scale there",
        ),
        ({"then": "stop"}, "then is 'repeat_last', 'fail', 'cycle' or 'fall_through'; seen 'stop'"),
        ({"on_unmatched": "ignore"}, "on_unmatched is 'error', 'auto' or 'echo'; seen 'ignore'"),
        ({"unknown_ids": 404}, "unknown_ids is '404' or 'synthesize'; seen 404"),
        ({"seed": [1]}, "seed is a number or a word; seen [1]"),
        ({"before": ["anonymous"]}, "before is a list of functions; seen 'anonymous' in it"),
        ({"after": [None]}, "after is a list of functions; seen None in it"),
        ({"time_scale": "0.5"}, "time_scale is a number from 0 up; seen '0.5'"),
        ({"time_scale": -1}, "time_scale is a number from 0 up; seen -1"),
        ({"time_scale": float("inf")}, "time_scale is a number from 0 up; seen inf"),
        ({"api_key": 5}, "api_key is text; seen a value of type int"),
        ({"api_key": " "}, "an empty api_key lets nobody in; leave it out to accept every key"),
        ({"port": "x"}, "port is a whole number from 0 (any free one) to 65535; seen 'x'"),
        ({"port": 65536}, "port is a whole number from 0 (any free one) to 65535; seen 65536"),
        ({"port": True}, "port is a whole number from 0 (any free one) to 65535; seen True"),
        ({"host": 5}, "host is an address or a name to listen on; seen 5"),
        ({"host": ""}, "host is an address or a name to listen on; seen ''"),
        ({"allow_hosts": 5}, "allow_hosts is a list of hosts; seen 5"),
        ({"base_urls": "https://a/v1"}, "base_urls is a list of URLs; write base_urls=['https://a/v1']"),
        ({"base_urls": [5]}, "base_urls is a list of URLs; seen [5]"),
        ({"before": 5}, "before is a list of functions; seen 5"),
        ({"limits": 5}, "limits is a tier (free, tier1, tier2, tier3, tier4, tier5), a mapping or a file; seen 5"),
        ({"quirks": 5}, "quirks is a list of names, or of {name: {options}}; seen 5"),
        ({"quirks": {"hex_ids": {}}}, "quirks is a list; write quirks=[{'hex_ids': {}}]"),
    ],
)
def test_options_that_cannot_be_meant_are_refused(options, said):
    with pytest.raises(UsageError) as caught:
        MockOpenAI(**options)
    assert str(caught.value) == said


@pytest.mark.parametrize("scenario", [5, None, [], b"a.yaml"])
def test_what_is_no_scenario_is_refused(scenario):
    with pytest.raises(UsageError) as caught:
        MockOpenAI({"rules": []}, scenario)
    said = f"a scenario is a file, a folder, a mapping or what load_all returned; seen {scenario!r}"
    assert str(caught.value) == said


@pytest.mark.parametrize("provider", [5, ["groq"]])
def test_a_provider_that_is_no_name_is_refused(provider):
    with pytest.raises(UsageError, match=r"^provider is a name "):
        MockOpenAI(provider=provider)


def test_one_host_is_not_a_list_of_letters():
    with pytest.raises(UsageError, match="allow_hosts is a list of hosts"):
        MockOpenAI(mode="patch", allow_hosts="api.openai.com").__enter__()
