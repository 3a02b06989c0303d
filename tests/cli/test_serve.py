"""`mockai serve`: a real process, real sockets, the real client."""

import json
import os
import re
import signal
import socket
import sys

import httpx
import openai
import pytest

from mockai.tokens.encodings import tokenizer
from mockai.version import __version__

GREETING = "name: greetings\nrules:\n  - when: {user: hello}\n    reply: Hi there\n"
FLAKY = """\
rules:
  - when: {user: hello}
    replies:
      - error: rate_limit_exceeded
        retry_after: 0
      - text: Fine.
"""
SLOW = """\
rules:
  - when: {user: slow}
    reply:
      text: one two three four five six
      latency: {per_token: 30}
  - when: {user: gate}
    reply: {text: one two three, gate: door}
  - when: {user: stall}
    reply: {text: one two three, faults: [{stall: {after: 1}}]}
"""
AT_ONCE = 1.0
"""Seconds within which a signal must have ended the server."""


# ------------------------------------------------------------------------------------------------ start


def test_it_says_what_it_serves_and_where(serve, write):
    write("all/a.yaml", GREETING)
    server = serve("all")
    base_url = server.base_url()
    server.line("export")
    root = base_url.removesuffix("/v1")
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/v1", base_url)
    assert server.said == [
        f"MockAI {__version__}",
        "",
        "all/a.yaml  greetings  1 rule",
        "",
        f"base URL  {base_url}",
        f"docs      {root}/docs",
        "",
        f"export OPENAI_BASE_URL={base_url} OPENAI_API_KEY=sk-mockai",
    ]
    assert httpx.get(f"{root}/docs").status_code == 200
    assert httpx.get(f"{root}/_mockai/health").json()["rules"] == 1


def test_requests_are_answered_and_logged_one_a_line(serve, write, client, ask):
    write("flaky.yaml", FLAKY)
    server = serve("flaky.yaml")
    api = client(server.base_url(), max_retries=2)
    assert [ask(api, "hello"), ask(api, "hello")] == ["Fine.", "Fine."]
    server.line("export")
    lines = [re.sub(r"\d[\d.]* ms$", "0 ms", server.line("POST")) for _ in range(3)]
    assert lines == [
        "POST chat.completions  flaky.yaml#1 reply 1/2  attempt 0  429  0 ms",
        "POST chat.completions  flaky.yaml#1 reply 2/2  attempt 1  200  0 ms",
        "POST chat.completions  flaky.yaml#1 reply 2/2  attempt 0  200  0 ms",
    ]


def test_a_request_without_a_rule_is_explained_below_its_line(serve, write, client, ask):
    write("a.yaml", GREETING)
    server = serve("a.yaml")
    api = client(server.base_url())
    with pytest.raises(openai.NotFoundError):
        ask(api, "bye")
    assert server.line("POST").startswith("POST chat.completions  no rule  attempt 0  404  ")
    assert server.line("    No rule") == "    No rule answers this request:"
    assert "a.yaml#1 (a.yaml:3:5)" in server.line("1. ")


@pytest.mark.parametrize(
    ("words", "said", "answer"),
    [
        ([], "no scenarios; every request gets a plausible answer (auto)", None),
        (["--on-unmatched", "echo"], "no scenarios; every request gets its last user message back (echo)", "hello"),
    ],
    ids=["auto", "echo"],
)
def test_without_a_path_every_request_is_answered(serve, client, ask, words, said, answer):
    server = serve(*words)
    api = client(server.base_url())
    assert said in server.said
    given = ask(api, "hello")
    assert given == answer if answer else given
    assert "gpt-4o" in [model.id for model in api.models.list()]


def test_a_provider_is_served_at_its_own_path_with_more_quirks(serve, client):
    url = serve("--provider", "groq", "--quirk", "provider_name", "--quirk", "hex_ids").base_url()
    assert url.endswith("/openai/v1")
    ask = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
    made = client(url).chat.completions.create(**ask)
    assert (made.provider, len(made.id), made.x_groq["id"][:4]) == ("MockAI", 32, "req_")


EVERYTHING_MADE_UP = """
rules:
  - when: {user: Fake}
    reply: "{{ faker.name() }} {{ faker.date() }} {{ faker.past_datetime() }} {{ uuid }} {{ now }}"
  - when: {user: Call}
    reply: {tool_calls: [book]}
  - when: {user: Limit}
    reply: {error: rate_limit_exceeded}
  - when: {user: Speak}
    reply: {audio: Hello there.}
  - reply: {auto: true}
"""
BOOKING = {
    "type": "object",
    "properties": {
        "guest": {"type": "string"},
        "nights": {"type": "integer"},
        "from": {"type": "string", "format": "date"},
    },
}
BOOK = {"type": "function", "function": {"name": "book", "parameters": BOOKING}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "Booking", "schema": BOOKING}}
ASKED = [
    ("Fake it.", {}),
    ("Call it.", {"tools": [BOOK]}),
    ("Limit it.", {}),
    ("Speak.", {}),
    ("Tell me about Faker.", {"stream": True, "stream_options": {"include_usage": True}, "logprobs": True}),
    ("Book two nights in Paris.", {"tools": [BOOK], "stream": True}),
    ("A booking, please.", {"response_format": SCHEMA, "n": 2}),
]


def test_the_same_seed_gives_the_same_bytes(serve, write):
    """In another process too, where sets have another order."""
    write("a.yaml", EVERYTHING_MADE_UP)
    sent = []
    for seed in ("7", "7", "seven"):
        url = f"{serve('a.yaml', '--seed', seed).base_url()}/chat/completions"
        bodies = [{"model": "gpt-4o", "messages": [{"role": "user", "content": text}], **body} for text, body in ASKED]
        replies = [httpx.post(url, json=body) for body in bodies]
        sent.append([(reply.status_code, reply.headers["x-request-id"], reply.content) for reply in replies])
    assert [status for status, *_ in sent[0]] == [200, 200, 429, 200, 200, 200, 200]
    assert sent[0] == sent[1]
    assert [one for one, other in zip(sent[0], sent[2], strict=True) if one == other] == []


def test_time_scale_0_waits_for_nothing(serve, write, client, ask):
    write("a.yaml", "rules: [{reply: {text: Hi, latency: {total: 600}}}]\n")
    server = serve("a.yaml", "--time-scale", "0", "--log-format", "json")
    start = json.loads(server.line("started"))
    assert ask(client(start["base_url"], timeout=20), "hello") == "Hi"
    assert json.loads(server.line("request"))["waited"] == 600


def test_rules_added_at_run_time_are_counted_in_the_log(serve, write, client, ask):
    write("a.yaml", GREETING)
    server = serve("a.yaml")
    base_url = server.base_url()
    rule = {"rule": {"name": "mine", "replies": ["one", "two"]}}
    added = httpx.post(base_url.removesuffix("/v1") + "/_mockai/rules", json=rule)
    assert ask(client(base_url), "hello") == "one"
    assert f"{added.json()['key']} reply 1/2" in server.line("POST")


def test_old_sessions_are_forgotten_past_the_limit(serve, client, ask):
    server = serve("--session-limit", "2")
    base_url = server.base_url()
    for name in ("a", "b", "c"):
        ask(client(base_url, default_headers={"x-mockai-session": name}), "hello")
    sessions = httpx.get(base_url.removesuffix("/v1") + "/_mockai/sessions").json()["sessions"]
    assert "a" not in [session["name"] for session in sessions]
    assert "session c" in server.line("session c")


def test_ids_that_nobody_created_are_answered_on_demand(serve, client):
    assert client(serve("--unknown-ids", "synthesize").base_url()).files.retrieve("file-x").id == "file-x"
    with pytest.raises(openai.NotFoundError):
        client(serve().base_url()).files.retrieve("file-x")


def test_a_request_that_the_api_would_refuse_is_logged_with_the_reason(serve, client):
    server = serve()
    with pytest.raises(openai.BadRequestError):
        client(server.base_url()).chat.completions.create(
            model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], extra_body={"foo": 1}
        )
    assert server.line("refused") == "    refused: Unknown parameter: 'foo'."


def test_what_lenient_validation_lets_through_is_logged_and_listed_at_the_end(serve, client):
    server = serve("--validation", "lenient")
    url = server.base_url()
    assert client(url).chat.completions.create(
        model="gpt-4o", messages=[{"role": "user", "content": "Hi"}], temperature=3
    )
    said = "Invalid 'temperature': decimal above maximum value. Expected a value <= 2, but got 3 instead."
    assert f"let through: {said}" in server.line("POST chat.completions")
    shown = httpx.get(url.removesuffix("/v1") + "/_mockai/validation").json()
    assert shown["validation"] == "lenient"
    assert [(each["count"], each["message"]) for each in shown["let_through"]] == [(1, said)]
    server.stop()
    assert server.rest()[0][-2:] == ["let through by lenient validation", f"  1 x chat.completions.create: {said}"]


def test_the_list_at_the_end_is_an_object_in_a_json_log(serve, client):
    server = serve("--validation", "lenient", "--log-format", "json")
    url = json.loads(server.line("started"))["base_url"]
    client(url).embeddings.create(model="text-embedding-3-small", input="a", dimensions=0)
    server.line("embeddings")
    server.stop()
    last = json.loads(server.rest()[0][-1])
    assert (last["event"], [error["param"] for error in last["errors"]]) == ("let_through", ["dimensions"])


# ------------------------------------------------------------------------------------------------- keys


def test_only_the_keys_given_are_let_in_and_none_is_printed(serve, client, ask):
    server = serve("--api-key", "sk-first-of-them", "--api-key", "sk-second-of-them")
    base_url = server.base_url()
    with pytest.raises(openai.AuthenticationError):
        ask(client(base_url, api_key="sk-wrong"), "hello")
    for key in ("sk-first-of-them", "sk-second-of-them"):
        assert ask(client(base_url, api_key=key), "hello")
    server.stop()
    lines, errors = server.rest()
    assert "of-them" not in "\n".join([*server.said, *lines, errors])


@pytest.mark.parametrize("env", [{}, {"MOCKAI_TOKEN": "chosen"}], ids=["made up", "chosen"])
def test_beyond_loopback_the_control_api_wants_its_token_from_loopback_too(serve, mockai, monkeypatch, env):
    server = serve("--host", "0.0.0.0", env=env)
    root = server.base_url().removesuffix("/v1")
    server.line("export")
    assert root.startswith("http://127.0.0.1:")
    tokens = [line.split()[1] for line in server.said if line.startswith("token")]
    assert [len(token) >= 32 for token in tokens] == ([] if env else [True])
    token = tokens[0] if tokens else "chosen"
    statuses = [
        httpx.get(f"{root}/_mockai/journal", headers=headers, trust_env=False).status_code
        for headers in ({}, {"x-mockai-token": "wrong"}, {"x-mockai-token": token})
    ]
    assert statuses == [401, 401, 200]
    refused = mockai("verdict", root)
    assert (refused.exit_code, "send its token (MOCKAI_TOKEN)" in refused.stderr) == (2, True)
    monkeypatch.setenv("MOCKAI_TOKEN", token)
    assert mockai("verdict", root).exit_code == 0


def test_on_loopback_the_control_api_wants_no_token_even_if_there_is_one(serve):
    root = serve(env={"MOCKAI_TOKEN": "chosen"}).base_url().removesuffix("/v1")
    assert httpx.get(f"{root}/_mockai/health", trust_env=False).status_code == 200


def test_pages_of_every_origin_are_let_in_with_cors(serve):
    base_url = serve("--cors").base_url()
    headers = {
        "origin": "http://page.example",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,x-stainless-lang",
    }
    asked = httpx.options(f"{base_url}/chat/completions", headers=headers)
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (200, "*")
    assert "x-stainless-lang" in asked.headers["access-control-allow-headers"]
    answered = httpx.get(f"{base_url}/models", headers={"origin": "http://page.example"})
    assert answered.headers["access-control-allow-origin"] == "*"


# ------------------------------------------------------------------------------------------------ the log


def test_the_log_as_json_is_one_object_a_line(serve, write, client, ask):
    write("a.yaml", GREETING)
    server = serve("a.yaml", "--log-format", "json")
    start = json.loads(server.line("{"))
    assert (start["event"], start["files"]) == ("started", [{"file": "a.yaml", "name": "greetings", "rules": 1}])
    ask(client(start["base_url"]), "hello")
    logged = json.loads(server.line("{"))
    wanted = {"event": "request", "endpoint": "chat.completions.create", "rule": "a.yaml#1", "reply": 0, "replies": 1}
    assert {key: logged[key] for key in wanted} == wanted
    server.stop()
    assert server.rest() == ([], "")


@pytest.mark.parametrize("form", ["text", "json"])
def test_at_the_level_of_warnings_only_what_nobody_has_planned_is_logged(serve, write, client, ask, form):
    write("a.yaml", GREETING + "  - when: {user: broken}\n    reply: {error: server_error}\n")
    server = serve("a.yaml", "--log-level", "warning", "--log-format", form)
    api = client(json.loads(server.line("started"))["base_url"] if form == "json" else server.base_url())
    with pytest.raises(openai.InternalServerError):
        ask(api, "broken")
    assert ask(api, "hello") == "Hi there"
    with pytest.raises(openai.NotFoundError):
        ask(api, "bye")
    server.stop()
    logged = [line for line in server.rest()[0] if line.startswith(("POST", "{"))]
    assert len(logged) == 1
    assert "404" in logged[0]


@pytest.fixture
def piped(serve):
    """A server that writes into a pipe, and the reading end after its first line; its base URL."""
    reading, writing = os.pipe()
    with os.fdopen(reading, encoding="utf-8") as lines:

        def start(*words):
            server = serve(*words, "--log-format", "json", stdout=writing)
            os.close(writing)
            return server, lines, json.loads(lines.readline())["base_url"]

        yield start


def test_a_closed_pipe_does_not_stop_it(piped, client, ask):
    server, lines, base_url = piped()
    lines.close()
    for _ in range(3):
        assert ask(client(base_url), "hello")
    code, _ = server.stop()
    assert (code, server.process.stderr.read()) == (0, "")


def test_a_pipe_nobody_reads_holds_nothing_up(piped, client):
    server, _, base_url = piped("--on-unmatched", "error")
    api = client(base_url, timeout=10)
    # A pipe holds 64 KiB on Linux; the model is said in each line.
    for _ in range(100):
        with pytest.raises(openai.NotFoundError):
            api.chat.completions.create(model="x" * 2000, messages=[{"role": "user", "content": "bye"}])
    code, seconds = server.stop()
    assert (code, server.process.stderr.read()) == (0, "")
    assert seconds < AT_ONCE


# ---------------------------------------------------------------------------------------------- reloading


def replaced(path, text):
    """Write a file as editors do: another file in its place."""
    beside = path.with_suffix(".tmp")
    beside.write_text(text)
    beside.replace(path)


def written(path, text):
    path.write_text(text)


@pytest.mark.parametrize("save", [written, replaced])
@pytest.mark.parametrize("given", ["all", "all/a.yaml"], ids=["folder", "file"])
def test_a_changed_file_is_loaded_again(serve, write, client, ask, save, given):
    path = write("all/a.yaml", GREETING)
    server = serve(given, "--reload")
    api = client(server.base_url())
    assert ask(api, "hello") == "Hi there"
    server.line("export")
    save(path, GREETING.replace("Hi there", "Good day"))
    assert server.line("reloaded") == "reloaded  a.yaml: 1 rule in 1 file"
    assert ask(api, "hello") == "Good day"


def test_a_broken_file_keeps_the_old_rules_and_says_where_it_broke(serve, write, client, ask):
    path = write("a.yaml", GREETING)
    server = serve("a.yaml", "--reload")
    api = client(server.base_url())
    server.line("export")
    path.write_text("rules:\n  - repl: Hi\n")
    assert server.line("reloaded") == "not reloaded  a.yaml: the rules stay as they were"
    assert server.line("repl").startswith("    a.yaml:2:5: ")
    assert ask(api, "hello") == "Hi there"
    path.write_text(GREETING.replace("Hi there", "Mended"))
    server.line("reloaded  a.yaml")
    assert ask(api, "hello") == "Mended"


def test_a_file_that_is_included_from_now_on_is_watched_too(serve, write, client, ask):
    path = write("a.yaml", GREETING)
    part = write("parts/b.yaml", "rules: [{when: {user: bye}, reply: Bye}]\n")
    server = serve("a.yaml", "--reload")
    api = client(server.base_url())
    server.line("export")
    path.write_text(f"include: parts/b.yaml\n{GREETING}")
    server.line("reloaded  a.yaml: 2 rules in 2 files")
    assert ask(api, "bye") == "Bye"
    part.write_text("rules: [{when: {user: bye}, reply: Farewell}]\n")
    server.line("reloaded  b.yaml: 2 rules in 2 files")
    assert ask(api, "bye") == "Farewell"


# ------------------------------------------------------------------------------------------------- the end


def streamed(api, text):
    messages = [{"role": "user", "content": text}]
    return api.chat.completions.create(model="gpt-4o", messages=messages, stream=True)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_paced_stream_with_everything_it_had_to_say(serve, write, client, number):
    write("a.yaml", SLOW)
    server = serve("a.yaml")
    stream = streamed(client(server.base_url()), "slow")
    first = next(stream).choices[0].delta.content
    code, seconds = server.stop(number)
    chunks = list(stream)
    text = first + "".join(chunk.choices[0].delta.content or "" for chunk in chunks)
    assert (code, text, chunks[-1].choices[0].finish_reason) == (0, "one two three four five six", "stop")
    assert seconds < AT_ONCE
    assert server.rest()[1] == ""


@pytest.mark.parametrize("text", ["slow", "gate", "stall"])
def test_nothing_that_waits_keeps_it_from_ending_within_a_second(serve, write, client, text):
    write("a.yaml", SLOW)
    server = serve("a.yaml")
    stream = streamed(client(server.base_url()), text)
    next(stream)
    code, seconds = server.stop()
    assert code == 0
    assert seconds < AT_ONCE
    assert server.rest()[1] == ""
    stream.close()


def test_a_client_that_reads_nothing_does_not_keep_it_from_ending(serve, write):
    write("a.yaml", f"rules: [{{reply: {{text: {'x' * 60_000}, chunks: {{by: character}}}}}}]\n")
    server = serve("a.yaml")
    base_url = httpx.URL(server.base_url())
    body = json.dumps({"model": "gpt-4o", "stream": True, "messages": [{"role": "user", "content": "Hi"}]})
    with socket.create_connection((base_url.host, base_url.port)) as sock:
        head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: a\r\ncontent-length: {len(body)}\r\n\r\n"
        sock.sendall(head.encode() + body.encode())
        assert sock.recv(12) == b"HTTP/1.1 200"
        code, seconds = server.stop()
    assert code == 0
    assert seconds < AT_ONCE
    assert server.rest()[1] == ""


# ----------------------------------------------------------------------------------- what does not start


def test_a_taken_port_is_one_line(mockai):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = mockai("serve", "--port", str(port))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        f"Error: port {port} on 127.0.0.1 is taken; choose another with --port, or --port 0 for any free one\n"
    )


def test_a_broken_file_is_said_and_nothing_is_served(mockai, write):
    write("a.yaml", "rules:\n  - repl: Hi\n")
    result = mockai("serve", "a.yaml")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error  a.yaml:2:5: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--reload"], "--reload has nothing to watch: give scenario files or folders."),
        (["nowhere.yaml"], "Path 'nowhere.yaml' does not exist."),
        (["--port", "70000"], "70000 is not in the range 0<=x<=65535."),
        (["--time-scale", "nan"], "nan is not a number from 0 up."),
        (["--time-scale", "-1"], "-1.0 is not a number from 0 up."),
        (["--api-key", " "], "an empty key lets nobody in; leave the option out to accept every key."),
        (["--on-unmatched", "guess"], "'guess' is not one of 'error', 'auto', 'echo'."),
        (["--provider", "grok"], "none is called 'grok'; did you mean groq? They are openai, azure, "),
        (["--quirk", "hex_id"], "no quirk is called 'hex_id'; did you mean hex_ids? The quirks are "),
        (["--session-limit", "0"], "0 is not in the range x>=1."),
        (["--host", "no such host"], "cannot listen on no such host:0: "),
    ],
)
def test_a_wrong_call_exits_with_2(mockai, words, said):
    result = mockai("serve", "--port", "0", *words)
    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("real", "MOCKAI_TOKENIZER is exact or estimate, or not set at all; seen 'real'"),
        ("exact", "MOCKAI_TOKENIZER=exact needs a tokenizer: pip install 'mockai-openai[tokens]'"),
    ],
)
def test_a_tokenizer_that_is_not_there_is_an_error_before_anything_is_served(mockai, monkeypatch, value, said):
    monkeypatch.setitem(sys.modules, "splintr", None)
    monkeypatch.setenv("MOCKAI_TOKENIZER", value)
    tokenizer.cache_clear()
    result = mockai("serve", "--port", "0")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"Error: {said}\n")


def test_limits_are_a_tier_or_those_of_a_file(serve, write, client, ask):
    write("limits.yaml", "limits: {requests_per_minute: 1}\n")
    base_url = serve("--limits", "limits.yaml").base_url()
    headers = (
        client(base_url)
        .chat.completions.with_raw_response.create(model="gpt-4o", messages=[{"role": "user", "content": "hello"}])
        .headers
    )
    assert headers["x-ratelimit-reset-requests"] == "1m0s"
    with pytest.raises(openai.RateLimitError, match="Limit 1, Used 1, Requested 1"):
        ask(client(base_url, max_retries=0), "hello")


def test_limits_that_are_none_are_an_error_before_anything_is_served(serve):
    assert (
        "limits is a tier (free, tier1, tier2, tier3, tier4, tier5), a mapping or a file"
        in serve("--limits", "x").rest()[1]
    )


def test_at_the_end_it_says_what_nobody_asked_for(serve, write, client, ask):
    write("a.yaml", "rules: [{when: {user: one}, reply: x}, {when: {user: two}, reply: y}]")
    server = serve("a.yaml", "--coverage")
    url = server.base_url()
    assert ask(client(url), "one") == "x"
    told = httpx.get(url.removesuffix("/v1") + "/_mockai/coverage", trust_env=False).json()
    assert told["percent"] == 50.0
    server.stop()
    said = server.rest()[0]
    assert said[-1].split() == ["all", "50", "%"]
    assert "  a.yaml:1:40: rule a.yaml#2 was never used" in said


def test_in_json_the_coverage_is_one_line_more(serve, write):
    write("a.yaml", "rules: [{name: one, reply: x}]")
    server = serve("a.yaml", "--coverage", "--log-format", "json")
    server.line('"event"')
    server.stop()
    last = json.loads(server.rest()[0][-1])
    assert (last["event"], last["percent"], last["files"][0]["missing"][0]["kind"]) == ("coverage", 0.0, "rule")
