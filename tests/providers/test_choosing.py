"""Who answers: the server, a scenario file, an upstream, or the path of a request says so."""

import openai
import pytest

from mockai import MockOpenAI, UsageError
from mockai.engine import Engine
from mockai.providers import QUIRKS, Quirk
from mockai.scenario.loading import Loaded, load_data
from mockai.settings import Settings
from mockai.wire import Body, HTTPRequest

AZURE = (("api-key", "k"),)
DATED = (("api-version", "2024-10-21"),)

SIGNS = {
    "openai": "service_tier",
    "azure": "prompt_filter_results",
    "openrouter": "native_finish_reason",
    "groq": "x_groq",
    "vllm": "kv_transfer_params",
    "perplexity": "citations",
}
"""What each has in every completion, and no other."""


def who(said) -> str:
    """Whose completion it is."""
    text = said.data.decode()
    if "msg_01" in text:
        return "anthropic"
    found = [name for name, sign in SIGNS.items() if sign in text and name != "openai"]
    return found[0] if found else "openai" if '"service_tier"' in text else "another"


@pytest.mark.parametrize(
    ("path", "more", "expected"),
    [
        ("/v1/chat/completions", {}, "openai"),
        ("/chat/completions", {}, "openai"),
        ("/openai/v1/chat/completions", {}, "groq"),
        ("/openai/v1/chat/completions", {"headers": AZURE}, "azure"),
        ("/openai/v1/chat/completions", {"query": DATED}, "azure"),
        ("/openai/deployments/mine/chat/completions", {"query": DATED}, "azure"),
        ("/api/v1/chat/completions", {}, "openrouter"),
        ("/inference/v1/chat/completions", {}, "another"),
        ("/v1beta/openai/chat/completions", {}, "another"),
    ],
)
def test_the_path_says_whose_it_is(say, path, more, expected):
    said = say(path=path, **more)
    assert (said.status, who(said)) == (200, expected)


@pytest.mark.parametrize(
    ("url", "sign"),
    [
        ("https://api.groq.com/openai/v1", "x_groq"),
        ("https://api.perplexity.ai", "citations"),
        ("https://gateway.example/v1", "service_tier"),
        ("https://api.openai.com/v1", "service_tier"),
    ],
)
def test_the_host_says_whose_it_is_in_patch_mode(url, sign):
    with MockOpenAI(mode="patch", base_urls=[url], on_unmatched="auto") as mock:
        ask = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
        made = mock.client(base_url=url).chat.completions.create(**ask)
        assert [name for name in ("x_groq", "citations", "service_tier") if getattr(made, name, None)] == [sign]


@pytest.mark.parametrize("path", ["/openai/v1/chat/completions", "/v1/chat/completions"])
def test_what_the_mock_was_told_beats_the_path(say, path):
    assert who(say(provider="openai", path=path)) == "openai"
    assert who(say(provider="vllm", path=path)) == "vllm"


@pytest.mark.parametrize("path", ["/api/v1/chat/completions", "/v1beta/openai/chat/completions"])
def test_a_mock_of_openai_has_no_paths_of_others(say, path):
    assert say(provider="openai", path=path).status == 404


def test_a_file_beats_what_the_mock_was_told(say):
    assert who(say(provider="vllm", scenario={"provider": "groq"})) == "groq"


def test_a_file_alone_says_it_for_errors_and_models_too(say):
    alone = {"provider": "openrouter"}
    assert who(say(scenario=alone)) == "openrouter"
    assert say(scenario=alone, rule=None).json["error"]["code"] == 404
    assert say(scenario=alone, method="GET", path="/v1/models").json["data"][0]["owned_by"] == "openrouter"


def ask(engine: Engine, user: str, path: str = "/v1/chat/completions") -> bytes:
    body = b'{"model":"m","messages":[{"role":"user","content":"%b"}]}' % user.encode()
    plan = engine.handle(HTTPRequest("POST", path, body=body)).plan
    return b"".join(step.data for step in plan if isinstance(step, Body))


def test_files_that_do_not_agree_say_it_for_their_own_replies():
    files = [
        load_data({"provider": name, "rules": [{"when": {"user": name}, "reply": "x"}]}, name)
        for name in ("groq", "perplexity")
    ]
    engine = Engine(Loaded.joined(files))
    assert b"x_groq" in ask(engine, "groq")
    assert b"citations" in ask(engine, "perplexity")
    assert b'"param": null' in ask(engine, "nobody")  # OpenAI's own, indented


def test_an_upstream_is_a_provider():
    scenario = {
        "upstreams": {"one": {"path": "/one", "provider": "groq"}, "two": {"models": "grok*", "provider": "vllm"}},
        "rules": [{"reply": "x"}],
    }
    engine = Engine(load_data(scenario, "a test"), Settings(provider="perplexity"))
    assert b"x_groq" in ask(engine, "Hi", "/one/v1/chat/completions")
    assert b"citations" in ask(engine, "Hi")


def test_quirks_add_up_and_a_reply_has_its_own_in_place_of_the_files(say):
    file = {"quirks": ["provider_name"]}
    assert "provider" in say("no_fingerprint", scenario=file).json
    assert "system_fingerprint" not in say("no_fingerprint", scenario=file).json
    own = {"reply": {"text": "a", "quirks": ["hex_ids"]}}
    said = say("no_fingerprint", scenario=file, rule=own).json
    assert ("provider" in said, "system_fingerprint" in said, len(said["id"])) == (False, False, 32)
    none = {"reply": {"text": "a", "quirks": []}}
    assert "provider" not in say(scenario=file, rule=none).json


def test_options_that_are_written_later_replace_those_before(say):
    rule = {"reply": {"text": "a", "quirks": [{"comment_keepalive": {"text": "hm"}}]}}
    assert say(provider="deepseek", rule=rule, stream=True).data.startswith(b": hm\n\n")


def test_a_reply_written_in_python_brings_its_quirks():
    with MockOpenAI(mode="patch") as mock:
        mock.reply(lambda: {"text": "a", "quirks": ["provider_name"]})
        made = mock.client().chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}])
        assert made.provider == "MockAI"


@pytest.mark.parametrize("quirks", [[], ["whole_tool_calls", "usage_on_finish", "empty_choices_first"]])
def test_a_live_stream_is_said_as_any_other(quirks):
    def speak():
        yield "one "
        yield "two"

    with MockOpenAI(mode="patch", provider="groq", quirks=quirks) as mock:
        mock.reply(speak)
        chunks = list(
            mock.client().chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}], stream=True)
        )
    assert "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices) == "one two"
    assert chunks[-1].usage.completion_tokens > 0


@pytest.mark.parametrize(("name", "status"), [("openai", 400), ("azure", 400), ("openrouter", 200), ("vllm", 200)])
def test_other_providers_have_other_parameters(say, name, status):
    body = {"model": "o3", "temperature": 0.5, "max_tokens": 5}
    assert say(provider=name, **body).status == status
    assert say(provider=name, temperature="hot").status == 400


LONG_ID = "chatcmpl-tool-" + "a" * 32
TURN = [
    {"role": "user", "content": "Hi"},
    {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": LONG_ID, "type": "function", "function": {"name": "find", "arguments": "{}"}}],
    },
    {"role": "tool", "tool_call_id": LONG_ID, "content": "{}"},
]


@pytest.mark.parametrize(
    ("body", "odd"),
    [
        ({"messages": TURN}, "an id too long for OpenAI"),
        ({"temperature": 2.5}, "a temperature too high for OpenAI"),
        ({"top_k": 40, "transforms": ["middle-out"]}, "parameters OpenAI does not know"),
        (
            {"tool_choice": "any", "tools": [{"type": "function", "function": {"name": "f"}}]},
            "Mistral's word for required",
        ),
        ({"reasoning_effort": "default"}, "Groq's effort"),
    ],
)
def test_other_providers_take_what_openai_refuses(say, body, odd):
    assert say(provider="openai", **body).status == 400
    assert say(provider="vllm", **body).status == 200


def test_a_quirk_alone_takes_back_what_it_sends(say):
    assert say("hex_tool_ids", messages=TURN).status == 200


def test_a_quirk_of_your_own_is_a_class(say, monkeypatch):
    class Shouted(Quirk):
        name = "shouted"
        summary = "Everything is in capitals."

        def part(self, part, asked):
            if part.get("content"):
                part["content"] = part["content"].upper()

    monkeypatch.setitem(QUIRKS, "shouted", Shouted)
    assert say("shouted").json["choices"][0]["message"]["content"] == "ONE TWO"
    assert [delta.get("content") for delta in say("shouted", stream=True).deltas()] == ["", "ONE", " TWO"]


# ----------------------------------------------------------------------------------------------- limits


def test_the_free_tier_is_the_providers():
    rules = {"rules": [{"reply": "Hi"}]}
    with MockOpenAI(rules, provider="groq", limits="free", mode="patch", time="virtual") as mock:
        client = mock.client(max_retries=0)
        ask = {"model": "llama-3.1-8b-instant", "messages": [{"role": "user", "content": "Hi"}]}
        told = client.chat.completions.with_raw_response.create(**ask).headers
        assert {
            name: told[f"x-ratelimit-{name}"] for name in ("limit-requests", "limit-tokens", "remaining-requests")
        } == {
            "limit-requests": "14400",
            "limit-tokens": "6000",
            "remaining-requests": "14399",
        }
        for _ in range(29):
            client.chat.completions.create(**ask)
        with pytest.raises(openai.RateLimitError, match="service tier `on_demand` on requests per min") as caught:
            client.chat.completions.create(**ask)
        assert caught.value.response.headers["retry-after"] == "2"
        assert "retry-after-ms" not in caught.value.response.headers
        with pytest.raises(openai.APIStatusError, match="reduce your message size") as large:
            client.chat.completions.create(**ask, max_tokens=6000)
        assert large.value.status_code == 413


def test_limits_of_free_models_of_openrouter():
    with MockOpenAI(provider="openrouter", limits="free", mode="patch", on_unmatched="auto") as mock:
        client = mock.client(max_retries=0)

        def asked(model):
            messages = [{"role": "user", "content": "Hi"}]
            return client.chat.completions.with_raw_response.create(model=model, messages=messages).headers

        for _ in range(20):
            assert "x-ratelimit-limit-requests" not in asked("meta-llama/llama-3.3-70b-instruct:free")
        with pytest.raises(openai.RateLimitError):
            asked("meta-llama/llama-3.3-70b-instruct:free")
        asked("openai/gpt-4o")


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("openai", ("x-ratelimit-reset-requests", "4ms")),
        ("groq", ("x-ratelimit-reset-requests", "4ms")),
        ("azure", ("x-ratelimit-reset-requests", "1")),
        ("anthropic", ("anthropic-ratelimit-requests-reset", "2026-01-01T00:00:02Z")),
        ("mistral", None),
        ("ollama", None),
    ],
)
def test_who_tells_of_limits_and_how(say, name, header):
    headers = say(provider=name).headers
    if header is None:
        assert not any("ratelimit" in each for each in headers)
    else:
        assert headers[header[0]] == header[1]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"provider": "grok"}, "provider: none is called 'grok'; did you mean groq? They are openai, azure"),
        ({"quirks": "no_tool_index"}, "quirks is a list; write quirks=['no_tool_index']"),
        ({"quirks": ["no_tool_indx"]}, "quirks: no quirk is called 'no_tool_indx'; did you mean no_tool_index?"),
    ],
)
def test_a_provider_or_a_quirk_that_is_none_is_refused(options, said):
    with pytest.raises(UsageError, match="^" + said.replace("[", r"\[").replace("?", r"\?")):
        MockOpenAI(**options)


def test_the_environment_is_the_providers(monkeypatch):
    monkeypatch.setenv("GROQ_API_KEY", "mine")
    with MockOpenAI(provider="groq") as mock:
        expected = {
            "GROQ_API_KEY": "sk-mockai",
            "GROQ_BASE_URL": mock.url,
            "OPENAI_API_KEY": "sk-mockai",
            "OPENAI_BASE_URL": f"{mock.url}/openai/v1",
        }
        assert expected.items() <= mock.env.items()
        mock.reply("Hello!")
        made = openai.OpenAI().chat.completions.create(model="m", messages=[{"role": "user", "content": "Hi"}])
        assert made.x_groq["id"].startswith("req_")
