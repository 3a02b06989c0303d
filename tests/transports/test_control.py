"""The control API, over a real server."""

import threading

import httpx
import pytest

from mockai import MockOpenAI
from mockai.coverage import Coverage
from mockai.transports.control import control_app

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}


@pytest.fixture
def control(live):
    with httpx.Client(base_url=live.url, trust_env=False) as client:
        yield client


def say(client, text="Hello", session=None, **headers):
    """Ask the mock something in a session."""
    prefix = f"/s/{session}" if session else ""
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": text}]}
    return client.post(f"{prefix}/v1/chat/completions", json=body, headers=headers)


def test_a_brownout_is_added_to_a_session(live, control):
    live.reply("Fine.")
    added = control.post("/_mockai/brownouts", json={"brownout": {"phases": [{"phase": "down", "calls": 1}]}})
    assert (added.status_code, added.json()) == (201, {"key": "brownout+2"})
    assert [say(control).status_code for _ in range(2)] == [503, 200]


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({}, "as it would stand in a YAML file"),
        ({"brownout": {"phases": ["dwon"]}}, "Did you mean `down`?"),
        ({"brownout": {"phases": ["down"]}, "x": 1}, "Unknown key 'x'"),
    ],
)
def test_a_brownout_that_is_none_is_refused(live, control, body, told):
    refused = control.post("/_mockai/brownouts", json=body)
    assert (refused.status_code, told in refused.text) == (400, True)


def test_what_is_used_of_the_scenarios_is_told_where_it_is_counted(live, control):
    refused = control.get("/_mockai/coverage")
    assert (refused.status_code, "start `mockai serve` with --coverage" in refused.text) == (409, True)
    Coverage().watch(live.engine)
    assert control.get("/_mockai/coverage").json() == {"percent": 100.0, "files": []}


def test_health(live, control):
    assert control.get("/_mockai/health").json() == {"status": "ok", "version": "0.1.0", "rules": 0, "sessions": 0}


def test_a_rule_is_added_to_one_session_and_removed_again(control):
    made = control.post("/_mockai/rules", json={"session": "a", "rule": {"name": "greet", "reply": "Hi"}})
    assert made.status_code == 201
    key = made.json()["key"]
    assert say(control, session="a").json()["choices"][0]["message"]["content"] == "Hi"
    assert say(control, session="b").status_code == 404
    (rule,) = control.get("/_mockai/rules", params={"session": "a"}).json()["rules"]
    assert (rule["key"], rule["calls"], rule["rule"]["replies"]) == (key, 1, [{"text": "Hi"}])
    assert control.delete(f"/_mockai/rules/{key}", params={"session": "a"}).json() == {"removed": 1}
    assert control.delete(f"/_mockai/rules/{key}", params={"session": "a"}).status_code == 404
    assert say(control, session="a").status_code == 404


def test_all_added_rules_are_removed_at_once(control):
    for _ in range(3):
        control.post("/_mockai/rules", json={"rule": {"reply": "Hi"}})
    assert control.delete("/_mockai/rules").json() == {"removed": 3}
    assert control.get("/_mockai/rules").json() == {"rules": []}


def test_a_session_can_be_named_by_a_header(control):
    control.post("/_mockai/rules", json={"session": "h", "rule": {"reply": "Hi"}})
    assert say(control, **{"x-mockai-session": "h"}).status_code == 200


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (b"{bad", "The body is not JSON"),
        (b"[]", "The body must be a JSON object, not list."),
        (b"{}", 'Send {"session": name, "rule": {...}}'),
        (b'{"rules": {}}', "Unknown key 'rules'; known are session, rule."),
        (b'{"session": 1, "rule": {}}', "'session' must be a string, not int."),
        (b'{"rule": {"repply": "x"}}', "The rule cannot be used."),
    ],
)
def test_a_bad_rule_says_what_is_wrong(control, body, message):
    reply = control.post("/_mockai/rules", content=body)
    assert reply.status_code == 400
    assert reply.json()["error"]["message"].startswith(message)


def test_the_problems_of_a_rule_are_listed(control):
    reply = control.post("/_mockai/rules", json={"rule": {"when": {"usr": "x"}, "reply": "y"}})
    assert "user" in reply.json()["error"]["problems"][0]


def test_the_journal_is_filtered_and_bounded(control):
    control.post(
        "/_mockai/rules", json={"session": "a", "rule": {"name": "greet", "when": {"user": "Hello"}, "reply": "Hi"}}
    )
    for text in ("Hello", "Bye", "Hello"):
        say(control, text, session="a", authorization="Bearer sk-secret-secret-secret")
    everything = control.get("/_mockai/journal").json()
    assert [entry["status"] for entry in everything["entries"]] == [200, 404, 200]
    assert "sk-secret-secret-secret" not in control.get("/_mockai/journal").text
    found = control.get("/_mockai/journal", params={"session": "a", "status": 200, "limit": 1}).json()
    assert (found["total"], [entry["number"] for entry in found["entries"]]) == (2, [3])
    rule = everything["entries"][0]["rule"]
    assert control.get("/_mockai/journal", params={"rule": rule}).json()["total"] == 2
    assert control.get("/_mockai/journal", params={"limit": 0}).json()["entries"] == []
    assert control.get("/_mockai/journal", params={"session": "nobody"}).json() == {
        "total": 0,
        "entries": [],
        "webhooks": [],
    }


@pytest.mark.parametrize("value", ["x", "-1", "nan", "inf"])
def test_a_number_that_is_none_is_refused(control, value):
    reply = control.get("/_mockai/journal", params={"limit": value})
    assert reply.json()["error"]["message"] == f"limit must be a number from 0 up, not {value!r}."


def test_waiting_for_calls(control):
    waited = {}

    def wait():
        with httpx.Client(base_url=control.base_url, trust_env=False) as client:
            waited.update(client.get("/_mockai/journal/wait", params={"count": 2, "timeout": 5}).json())

    waiting = threading.Thread(target=wait)
    waiting.start()
    say(control)
    say(control)
    waiting.join(5)
    assert waited == {"count": 2, "reached": True}
    late = control.get("/_mockai/journal/wait", params={"count": 3, "timeout": 0.01})
    assert (late.status_code, late.json()) == (408, {"count": 2, "reached": False})


def test_sessions_are_listed_and_dropped(control):
    rule = {"reply": {"text": "Hi", "set": {"step": "greeted"}}}
    control.post("/_mockai/rules", json={"session": "a", "rule": rule})
    say(control, session="a")
    (session,) = control.get("/_mockai/sessions").json()["sessions"]
    assert session == {"name": "a", "requests": 1, "rules": 1, "states": {"": {"step": "greeted"}}}
    assert control.delete("/_mockai/sessions/a").json() == {"dropped": "a"}
    assert control.delete("/_mockai/sessions/a").status_code == 404


def test_reset_forgets_one_session_or_all(control):
    for name in ("a", "b"):
        control.post("/_mockai/rules", json={"session": name, "rule": {"reply": "Hi"}})
    assert control.post("/_mockai/reset", params={"session": "a"}).json() == {"reset": ["a"]}
    assert (say(control, session="a").status_code, say(control, session="b").status_code) == (404, 200)
    assert sorted(control.post("/_mockai/reset").json()["reset"]) == ["a", "b"]
    assert control.post("/_mockai/reset", json={"session": "nobody"}).json() == {"reset": []}
    assert say(control, session="b").status_code == 404


def test_a_gate_is_opened(live, control):
    live.reply(text="one two", gate="half")
    held = threading.Thread(target=say, args=(control,))
    held.start()
    while control.get("/_mockai/gates").json() != {"gates": {"half": False}}:
        assert held.is_alive()
    assert control.post("/_mockai/gates/half/open").json() == {"opened": "half"}
    held.join(5)
    assert control.get("/_mockai/gates").json() == {"gates": {"half": True}}
    control.post("/_mockai/gates/other/open", params={"session": "a"})
    assert control.get("/_mockai/gates", params={"session": "a"}).json() == {"gates": {"other": True}}
    assert control.get("/_mockai/gates", params={"session": "nobody"}).json() == {"gates": {}}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://127.0.0.1"}, 403),
        ({"Host": "evil.example"}, 403),
        ({"Host": "evil.example:80"}, 403),
        ({"Host": "127.0.0.1.evil.example"}, 403),
        ({"Host": "localhost:1234"}, 200),
        ({"Host": "[::1]:1234"}, 200),
        ({"Host": "127.9.9.9"}, 200),
    ],
)
def test_pages_and_foreign_names_are_refused(control, headers, status):
    assert control.get("/_mockai/health", headers=headers).status_code == status


@pytest.mark.parametrize(
    ("token", "given", "status"),
    [(None, None, 401), (None, "x", 401), ("right", None, 401), ("right", "wrong", 401), ("right", "right", 200)],
)
async def test_off_loopback_it_takes_a_token(token, given, status):
    app = control_app(MockOpenAI().engine, token=token)
    headers = {} if given is None else {"x-mockai-token": given}
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://10.0.0.7:8000") as client:
        assert (await client.get("/_mockai/health", headers=headers)).status_code == status


@pytest.mark.parametrize("host", ["127.0.0.1", "10.0.0.7"])
@pytest.mark.parametrize(
    ("token", "given", "said"),
    [
        (None, "", "has no token: set MOCKAI_TOKEN where it is started"),
        ("right", "wrong", "send its token (MOCKAI_TOKEN) as x-mockai-token"),
        ("right", "right", None),
    ],
)
async def test_an_exposed_one_takes_a_token_from_everyone(host, token, given, said):
    transport = httpx.ASGITransport(control_app(MockOpenAI().engine, token=token, exposed=True))
    async with httpx.AsyncClient(transport=transport, base_url=f"http://{host}:8000") as client:
        reply = await client.get("/_mockai/health", headers={"x-mockai-token": given, "host": "mockai:8000"})
    assert reply.status_code == (200 if said is None else 401)
    assert said is None or said in reply.json()["error"]["message"]


@pytest.mark.parametrize(
    ("host", "token", "given", "status"),
    [
        ("127.0.0.1", "right", None, 200),
        ("localhost", None, None, 200),
        ("0.0.0.0", None, None, 401),
        ("0.0.0.0", "right", None, 401),
        ("0.0.0.0", "right", "right", 200),
    ],
)
async def test_a_mock_wants_the_token_of_the_environment_beyond_loopback(monkeypatch, host, token, given, status):
    monkeypatch.delenv("MOCKAI_TOKEN", raising=False)
    if token is not None:
        monkeypatch.setenv("MOCKAI_TOKEN", token)
    headers = {} if given is None else {"x-mockai-token": given}
    transport = httpx.ASGITransport(MockOpenAI(host=host).app)
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        assert (await client.get("/_mockai/health", headers=headers)).status_code == status


@pytest.mark.parametrize(("method", "path", "status"), [("GET", "/_mockai/nope", 404), ("PUT", "/_mockai/rules", 405)])
def test_what_is_not_there_points_to_the_docs(control, method, path, status):
    reply = control.request(method, path)
    assert reply.status_code == status
    assert reply.json()["error"]["message"] == f"No {method} {path} here; see /docs for the control API."


def test_the_description_names_every_operation(control):
    from mockai.endpoints import operations

    described = control.get("/openapi.json").json()
    mocked = {path for path, item in described["paths"].items() for one in item.values() if "mock" in one["tags"]}
    assert mocked == {f"/v1{operation.path}" for operation in operations()}
    page = control.get("/docs").text
    for path in described["paths"]:
        assert path in page
    assert "http://" not in page.replace("http://www.w3.org", "")
    assert "https://" not in page
    assert "<script" not in page


def test_every_route_of_the_control_api_is_described(live):
    routes = {
        (route.path.replace(":path", ""), method)
        for route in control_app(live.engine).routes
        for method in route.methods
    }
    from mockai.transports.openapi import document

    described = {(path, method.upper()) for path, item in document()["paths"].items() for method in item}
    hidden = {("/docs", "GET"), ("/openapi.json", "GET")}
    assert {(path, method) for path, method in routes if method != "HEAD"} - hidden <= described


def test_the_verdict_in_each_format(control):
    control.post("/_mockai/rules", json={"session": "a", "rule": {"reply": {"error": 503}}})
    say(control, session="a")
    got = control.get("/_mockai/verdict")
    assert [found["kind"] for found in got.json()["findings"]] == ["not_retried"]
    assert (got.headers["content-type"], got.headers["x-mockai-verdict"]) == ("application/json", "passed")
    assert control.get("/_mockai/verdict", params={"strict": "true"}).headers["x-mockai-verdict"] == "failed"
    for format, begins in (("text", "1 call, 1 attempt: 1 warning\n"), ("junit", "<?xml"), ("html", "<!doctype html>")):
        assert control.get("/_mockai/verdict", params={"format": format}).text.startswith(begins)
    nothing = {"session": "b"}, {"ignore": "not_retried"}
    assert [control.get("/_mockai/verdict", params=query).json()["findings"] for query in nothing] == [[], []]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ({"format": "pdf"}, "format is text, json, junit, html, not 'pdf'."),
        ({"ignore": "x"}, "no finding is called 'x'"),
    ],
)
def test_a_verdict_nobody_can_give_is_refused(control, query, message):
    reply = control.get("/_mockai/verdict", params=query)
    assert reply.status_code == 400
    assert reply.json()["error"]["message"].startswith(message)


def test_limits_are_shown_and_reset_by_session():
    scenario = {"limits": {"requests_per_minute": 1}, "rules": [{"reply": "Hi"}]}
    with MockOpenAI(scenario) as live, httpx.Client(base_url=live.url, trust_env=False) as control:
        assert control.get("/_mockai/limits").json() == {"limits": []}
        assert [say(control).status_code, say(control).status_code] == [200, 429]
        assert say(control, session="a").status_code == 200
        (shown,) = control.get("/_mockai/limits", params={"session": "a"}).json()["limits"]
        assert shown["owner"] == {"model": "gpt-4o"}
        assert (shown["limits"]["requests_per_minute"]["limit"], shown["limits"]["requests_per_minute"]["used"]) == (
            1,
            1,
        )
        assert control.post("/_mockai/limits/reset", json={"session": "a"}).json() == {"reset": ["a"]}
        assert [say(control, session="a").status_code, say(control).status_code] == [200, 429]
        assert control.post("/_mockai/limits/reset").json() == {"reset": ["a", ""]}
        assert say(control).status_code == 200
        assert control.get("/_mockai/limits", params={"session": "nobody"}).json() == {"limits": []}
        assert control.post("/_mockai/limits/reset", json={"session": "nobody"}).json() == {"reset": []}
