"""What a model does not do is refused as the API refuses it, and what nothing is known of takes everything."""

from typing import Any

import openai
import pytest

from mockai import MockOpenAI
from mockai.api_errors import named
from mockai.errors import UsageError

USER = {"role": "user", "content": "Say it in JSON."}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {"type": "object", "properties": {}}}}
IMAGE = {"type": "image_url", "image_url": {"url": "https://example.com/cat.png"}}
SOUND = {"type": "input_audio", "input_audio": {"data": "UklGRg==", "format": "wav"}}
SCHEMA = {"type": "json_schema", "json_schema": {"name": "x", "schema": {"type": "object"}}}
OBJECT = {"type": "json_object"}
EFFORTS = ("none", "low", "medium", "high", "xhigh")
TERRA = "gpt-5.6-terra"
OWN = {
    "models": {
        "house-model": {
            "context": 60,
            "output": 30,
            "unsupported": "stop",
            "inputs": "text",
            "formats": ["text"],
            "choices": 2,
            "roles": ["user", "system"],
            "efforts": ["low", "high"],
            "effort": "low",
        },
        "house-completer": {"endpoints": "completions", "context": 60},
        "house-embedder": {"endpoints": "embeddings", "context": 70},
        "house-chatter-*": {
            "endpoints": "chat",
            "while_reasoning": "tools",
            "efforts": ["none", "low"],
            "effort": "none",
        },
        "gpt-4o-mini": {"context": 40},
    }
}


@pytest.fixture(scope="module")
def client():
    with MockOpenAI({**OWN, "rules": [{"reply": "Yes."}]}, mode="patch") as mock:
        yield mock.client(max_retries=0)


@pytest.fixture(scope="module")
def strangers():
    """A client of a mock that only answers models it knows."""
    with MockOpenAI({**OWN, "rules": [{"reply": "Yes."}]}, mode="patch", models="known") as mock:
        yield mock.client(max_retries=0)


def refused(call, **body: Any):
    with pytest.raises(openai.APIStatusError) as caught:
        call(**body)
    error = caught.value
    return type(error), error.status_code, error.body["message"], error.body["type"], error.param, error.code


def as_refused(name: str, **values: Any):
    error = named(name, **values)
    kind = {400: openai.BadRequestError, 403: openai.PermissionDeniedError, 404: openai.NotFoundError}[error.status]
    return kind, error.status, error.message, error.type, error.param, error.code


def unsupported(param: str) -> tuple[str, dict[str, Any]]:
    return "unsupported_stop", {"param": param}


CHAT = [
    # measured on gpt-5.6-terra
    (TERRA, {"temperature": 0.2}, "unsupported_temperature", {"value": 0.2}),
    (TERRA, {"temperature": 0}, "unsupported_temperature", {"value": 0}),
    (TERRA, {"top_p": 0.5}, *unsupported("top_p")),
    (TERRA, {"stop": ["ZZ"]}, *unsupported("stop")),
    (TERRA, {"logit_bias": {"1": 1}}, *unsupported("logit_bias")),
    (TERRA, {"prediction": {"type": "content", "content": "pong"}}, *unsupported("prediction")),
    (TERRA, {"max_tokens": 32}, "unsupported_max_tokens", {}),
    (TERRA, {"frequency_penalty": 0.5}, *unsupported("frequency_penalty")),
    (TERRA, {"presence_penalty": 0.5}, *unsupported("presence_penalty")),
    (TERRA, {"logprobs": True}, *unsupported("logprobs")),
    (TERRA, {"n": 9}, "too_many_choices", {"maximum": 8, "value": 9}),
    (
        TERRA,
        {"logprobs": True, "reasoning_effort": "none", "top_logprobs": 20},
        "top_logprobs_too_large",
        {"maximum": 5},
    ),
    (TERRA, {"reasoning_effort": "max"}, "unsupported_reasoning_effort", {"value": "max", "supported": EFFORTS}),
    (TERRA, {"web_search_options": {}}, "unknown_parameter", {"param": "web_search_options"}),
    (TERRA, {"n": 9, "modalities": ["text"]}, "unknown_parameter", {"param": "modalities"}),
    (TERRA, {"tools": [TOOL]}, "tools_with_reasoning", {"model": TERRA}),
    (
        TERRA,
        {"messages": [USER, {"role": "function", "name": "f", "content": "1"}]},
        "unsupported_system_role",
        {"param": "messages[1].role", "value": "function"},
    ),
    (TERRA, {"tools": [TOOL], "reasoning_effort": "low"}, "tools_with_reasoning", {"model": TERRA}),
    (TERRA, {"n": 9, "stop": ["ZZ"]}, "too_many_choices", {"maximum": 8, "value": 9}),  # in the API's order
    (TERRA, {"stop": ["ZZ"], "temperature": 0.5}, *unsupported("stop")),
    # other models that reason
    ("gpt-5.4", {"tools": [TOOL], "reasoning_effort": "high"}, "tools_with_reasoning", {"model": "gpt-5.4"}),
    ("gpt-5.2", {"temperature": 0.5, "reasoning_effort": "low"}, "unsupported_temperature", {"value": 0.5}),
    ("gpt-5-mini", {"temperature": 0.7}, "unsupported_temperature", {"value": 0.7}),
    ("gpt-5", {"stop": "END"}, *unsupported("stop")),
    (
        "gpt-5",
        {"reasoning_effort": "none"},
        "unsupported_reasoning_effort",
        {"value": "none", "supported": ("minimal", "low", "medium", "high")},
    ),
    ("o3-mini", {"max_tokens": 5}, "unsupported_max_tokens", {}),
    ("o3-mini", {"parallel_tool_calls": True, "tools": [TOOL]}, *unsupported("parallel_tool_calls")),
    ("o4-mini-2025-04-16", {"top_p": 0.1}, *unsupported("top_p")),
    ("ft:o4-mini:org::abc", {"logprobs": True}, *unsupported("logprobs")),
    (
        "o1-mini",
        {"messages": [{"role": "system", "content": "Be nice."}, USER]},
        "unsupported_system_role",
        {"param": "messages[0].role", "value": "system"},
    ),
    # models that do not
    ("gpt-4.1", {"reasoning_effort": "low"}, *unsupported("reasoning_effort")),
    ("gpt-4o", {"web_search_options": {}}, "web_search_unsupported", {}),
    ("gpt-4", {"response_format": SCHEMA}, "unsupported_response_format", {}),
    ("gpt-4", {"response_format": OBJECT}, "unsupported_response_format", {"kind": "json_object", "more": ""}),
    ("gpt-3.5-turbo", {"response_format": SCHEMA}, "unsupported_response_format", {}),
    (
        "gpt-3.5-turbo",
        {"messages": [USER, {"role": "user", "content": [{"type": "text", "text": "See?"}, IMAGE]}]},
        "unsupported_image_content",
        {"param": "messages.[1].content.[1].type"},
    ),
    (
        "gpt-4o",
        {"messages": [{"role": "user", "content": [SOUND]}]},
        "invalid_content_part",
        {"param": "messages[0]"},
    ),
    # where they are served
    ("gpt-3.5-turbo-instruct", {}, "completion_model_in_chat", {}),
    ("text-embedding-3-small", {}, "not_allowed_to_sample", {}),
    ("gpt-image-1", {}, "not_allowed_to_sample", {}),
    ("o1-pro", {}, "responses_model_in_chat", {}),
    # how much they hold
    ("gpt-4o", {"max_tokens": 20480}, "max_tokens_too_large", {"limit": 16384, "requested": 20480}),
    (
        "gpt-4o",
        {"max_completion_tokens": 16385},
        "max_tokens_too_large",
        {"limit": 16384, "requested": 16385, "param": "max_completion_tokens"},
    ),
    # what a scenario says
    ("house-model", {"stop": "a"}, *unsupported("stop")),
    ("house-model", {"n": 3}, "too_many_choices", {"maximum": 2, "value": 3}),
    ("house-model", {"response_format": OBJECT}, "unsupported_response_format", {"kind": "json_object", "more": ""}),
    ("house-model", {"max_tokens": 31}, "max_tokens_too_large", {"limit": 30, "requested": 31}),
    ("house-model", {"reasoning_effort": "max"}, "unsupported_reasoning_effort", {"supported": ("low", "high")}),
    (
        "house-model",
        {"messages": [{"role": "developer", "content": "Hi"}]},
        "unsupported_system_role",
        {"param": "messages[0].role", "value": "developer"},
    ),
    ("house-completer", {}, "completion_model_in_chat", {}),
    (
        "house-chatter-1",
        {"tools": [TOOL], "reasoning_effort": "low"},
        "tools_with_reasoning",
        {"model": "house-chatter-1"},
    ),
]


@pytest.mark.parametrize(("model", "body", "name", "values"), CHAT)
def test_what_a_model_does_not_do_in_chat_is_refused(client, model, body, name, values):
    body = {"model": model, "messages": [USER], **body}
    assert refused(client.chat.completions.create, **body) == as_refused(name, **values)


EVERYTHING = {
    "temperature": 0.1, "top_p": 0.1, "presence_penalty": 1, "frequency_penalty": 1, "logprobs": True, "max_tokens": 9,
    "top_logprobs": 20, "n": 128, "stop": ["a"], "logit_bias": {"1": 1}, "tools": [TOOL], "parallel_tool_calls": True,
    "prediction": {"type": "content", "content": "x"}, "response_format": SCHEMA, "reasoning_effort": "max",
    "messages": [{"role": "developer", "content": "a"}, {"role": "user", "content": [IMAGE, SOUND]}],
    "web_search_options": {},
}  # fmt: skip


@pytest.mark.parametrize("model", ["llama3.2", "not-used", "ft:mistral:me::1", "anthropic/claude", "x" * 300])
def test_an_unknown_model_takes_everything(client, model):
    assert client.chat.completions.create(model=model, **EVERYTHING).choices
    body = {"model": model, "input": "Hi", "temperature": 0.1, "top_p": 0.1, "top_logprobs": 3}
    assert client.responses.create(**body, max_output_tokens=10**9, reasoning={"effort": "max"}).output
    assert client.completions.create(model=model, prompt="Hi").choices


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (TERRA, {"temperature": 1, "top_p": 1, "presence_penalty": 0, "logprobs": False, "n": 8}),
        (TERRA, {"reasoning_effort": "none", "frequency_penalty": 0.5, "presence_penalty": 0.5, "logprobs": True}),
        (TERRA, {"reasoning_effort": "none", "tools": [TOOL]}),
        ("gpt-5.4", {"tools": [TOOL], "temperature": 0.2}),  # it does not reason unless it is asked to
        ("gpt-5.1", {"temperature": 0.2, "top_p": 0.5}),
        ("gpt-5", {"tools": [TOOL], "reasoning_effort": "minimal", "max_completion_tokens": 5}),
        (
            "gpt-4o",
            {"messages": [{"role": "user", "content": [IMAGE]}], "response_format": SCHEMA, "max_tokens": 16384},
        ),
        ("gpt-4o-audio-preview", {"messages": [{"role": "user", "content": [SOUND]}]}),
        ("gpt-4o-search-preview", {"web_search_options": {}}),
        ("gpt-3.5-turbo", {"response_format": OBJECT, "temperature": 0, "stop": "a", "logprobs": True}),
        ("ft:gpt-4o-mini-2024-07-18:me::1", {"temperature": 0}),
        ("text-davinci-003", {}),  # retired, which matters where only known models are let in
        ("house-model", {"temperature": 0, "n": 2}),
        ("house-chatter-1", {"tools": [TOOL]}),
    ],
)
def test_what_a_model_does_is_answered(client, model, body):
    assert client.chat.completions.create(**{"model": model, "messages": [USER], **body}).choices


RESPONSES = [
    (TERRA, {"temperature": 0.5}, "responses_unsupported_parameter", {"param": "temperature"}),
    (TERRA, {"top_p": 1}, "responses_unsupported_parameter", {"param": "top_p"}),
    (TERRA, {"top_logprobs": 2}, "responses_unsupported_logprobs", {}),
    (TERRA, {"include": ["message.output_text.logprobs"]}, "responses_unsupported_logprobs", {"param": "include"}),
    (TERRA, {"reasoning": {"effort": "minimal"}}, "responses_unsupported_reasoning_effort", {}),
    ("gpt-4.1", {"reasoning": {"effort": "low"}}, "responses_unsupported_reasoning", {}),
    (
        "gpt-4o",
        {"max_output_tokens": 16385},
        "integer_above_max_value",
        {"param": "max_output_tokens", "maximum": 16384, "value": 16385},
    ),
    ("house-model", {"input": "word " * 70}, "responses_context_length_exceeded", {}),
    ("gpt-audio-mini", {}, "model_not_in_responses", {"model": "gpt-audio-mini"}),
    ("house-completer", {}, "model_not_in_responses", {"model": "house-completer"}),
]


@pytest.mark.parametrize(("model", "body", "name", "values"), RESPONSES)
def test_what_a_model_does_not_do_in_a_response_is_refused(client, model, body, name, values):
    body = {"model": model, "input": "Hi", **body}
    assert refused(client.responses.create, **body) == as_refused(name, **values)


@pytest.mark.parametrize(
    ("model", "body"),
    [
        (TERRA, {"temperature": 1, "reasoning": {"effort": "max"}, "tools": [{"type": "function", "name": "f"}]}),
        ("o1-pro", {}),
        ("gpt-4o", {"max_output_tokens": 16384, "temperature": 0, "top_logprobs": 2}),
        ("house-model", {"input": "word " * 70, "truncation": "auto"}),
    ],
)
def test_what_a_model_does_in_a_response_is_answered(client, model, body):
    assert client.responses.create(**{"model": model, "input": "Hi", **body}).output


def test_a_model_that_chats_does_not_complete(client):
    body = {"model": "gpt-4o", "prompt": "Hi"}
    assert refused(client.completions.create, **body) == as_refused("chat_model_in_completions")
    assert client.completions.create(model="gpt-3.5-turbo-instruct", prompt="Hi").choices
    body = {"model": "text-embedding-3-small", "prompt": "Hi"}
    assert refused(client.completions.create, **body) == as_refused("not_allowed_to_sample")


def test_a_model_that_chats_does_not_speak(client):
    body = {"input": "Hi", "voice": "alloy"}
    assert refused(client.audio.speech.create, model="gpt-4o", **body) == as_refused("not_allowed_to_sample")
    assert client.audio.speech.create(model="tts-1", **body).content


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5-mini", "tts-1"])
def test_a_model_that_chats_makes_no_embeddings(client, model):
    assert refused(client.embeddings.create, model=model, input="Hi") == as_refused("chat_model_in_embeddings")
    assert client.embeddings.create(model="text-embedding-3-small", input="Hi").data
    assert client.embeddings.create(model="of-nobody", input="Hi").data


# ------------------------------------------------------------------------------------------- context


def test_a_prompt_that_does_not_fit_is_told_the_numbers(client):
    body = {"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "word " * 50}]}
    used = client.chat.completions.create(**{**body, "model": "any"}).usage.prompt_tokens
    assert used > 40
    expected = as_refused("context_length_exceeded", limit=40, used=used)
    assert refused(client.chat.completions.create, **body) == expected


def test_a_prompt_and_the_tokens_asked_for_must_fit_together(client):
    body = {"model": "gpt-4o-mini", "messages": [USER], "max_tokens": 39}
    used = client.chat.completions.create(**{**body, "model": "any"}).usage.prompt_tokens
    values = {"limit": 40, "requested": used + 39, "prompt": used, "completion": 39}
    assert refused(client.chat.completions.create, **body) == as_refused("context_length_exceeded_completion", **values)
    assert client.chat.completions.create(**{**body, "max_tokens": 40 - used}).choices


def test_what_a_model_that_reasons_may_write_need_not_fit(client):
    body = {"model": "house-model", "max_tokens": 30}
    fits = {**USER, "content": "word " * 40}
    assert client.chat.completions.create(**body, messages=[fits]).usage.prompt_tokens > 30
    used = client.chat.completions.create(model="any", messages=[fits, fits]).usage.prompt_tokens
    expected = as_refused("context_length_exceeded", limit=60, used=used)
    assert refused(client.chat.completions.create, **body, messages=[fits, fits]) == expected


def test_what_is_long_and_has_few_tokens_fits(client):
    item = {"role": "user", "content": [{"type": "input_text", "text": "a" * 80}]}
    assert client.responses.create(model="house-model", input=[item], metadata={"k": "v" * 200}).output


def test_tools_count_by_themselves(client):
    body = {"model": "gpt-4o-mini", "messages": [USER], "max_tokens": 39}
    alone = client.chat.completions.create(**{**body, "model": "any"}).usage.prompt_tokens
    used = client.chat.completions.create(**{**body, "model": "any", "tools": [TOOL]}).usage.prompt_tokens
    values = {"limit": 40, "requested": used + 39, "prompt": alone, "functions": used - alone, "completion": 39}
    expected = as_refused("context_length_exceeded_functions", **values)
    assert refused(client.chat.completions.create, **body, tools=[TOOL]) == expected


def test_earlier_turns_count_too(client):
    first = client.responses.create(model="llama", input="word " * 70)
    again = {"model": "house-model", "input": "Hi", "previous_response_id": first.id}
    assert refused(client.responses.create, **again) == as_refused("responses_context_length_exceeded")


def test_a_prompt_to_complete_leaves_room_for_what_is_written(client):
    body = {"model": "house-completer", "prompt": ["a", "word " * 40], "max_tokens": 30}
    used = client.completions.create(model="any", prompt="word " * 40, max_tokens=30).usage.prompt_tokens
    values = {"limit": 60, "requested": used + 30, "prompt": used, "completion": 30}
    assert refused(client.completions.create, **body) == as_refused("completion_context_length", **values)
    assert client.completions.create(**{**body, "max_tokens": 60 - used}).choices
    assert client.completions.create(**{**body, "prompt": [[1000]] * 60}).choices
    assert refused(client.completions.create, **{**body, "prompt": list(range(45))})[2:] == (
        "This model's maximum context length is 60 tokens, however you requested 75 tokens (45 in your prompt; 30 for "
        "the completion). Please reduce your prompt; or completion length.",
        "invalid_request_error",
        None,
        None,
    )


def test_an_input_to_embed_is_no_longer_than_the_model_reads(client):
    body = {"model": "house-embedder", "input": ["a", "word " * 80]}
    used = client.embeddings.create(model="any", input="word " * 80).usage.prompt_tokens
    expected = as_refused("embedding_context_length", limit=70, requested=used, prompt=used)
    assert refused(client.embeddings.create, **body) == expected
    assert client.embeddings.create(**{**body, "input": ["word " * 20] * 9}).data
    assert client.embeddings.create(**{**body, "input": [[1234567]] * 70}).data
    assert refused(client.embeddings.create, **{**body, "input": list(range(71))})[2].count("(71 in your prompt;") == 1


# --------------------------------------------------------------------------------------- known models


@pytest.mark.parametrize("model", ["gpt-4o", "ft:gpt-4o:me::1", "house-model", "house-chatter-1"])
def test_a_known_model_is_answered(strangers, model):
    if model == "house-chatter-1":  # a glob names no model
        expected = as_refused("model_not_found", model=model)
        assert refused(strangers.chat.completions.create, model=model, messages=[USER]) == expected
    else:
        assert strangers.chat.completions.create(model=model, messages=[USER]).choices


@pytest.mark.parametrize("model", ["gpt-99", "ft:llama:me::1"])
def test_where_only_known_models_are_let_in_others_get_the_apis_error(strangers, model):
    chat = refused(strangers.chat.completions.create, model=model, messages=[USER])
    assert chat == as_refused("model_not_found", model=model)
    assert refused(strangers.embeddings.create, model=model, input="a") == chat
    expected = as_refused("model_not_found_responses", model=model)
    assert refused(strangers.responses.create, model=model, input="a") == expected
    expected = as_refused("image_model_not_found", model=model)
    assert refused(strangers.images.generate, model=model, prompt="a") == expected


@pytest.mark.filterwarnings("ignore:(deprecated|.*Assistants API):DeprecationWarning")
def test_an_assistant_and_a_run_of_it_have_a_known_model(strangers):
    expected = as_refused("model_not_found_responses", model="gpt-99")
    assistants, threads = strangers.beta.assistants, strangers.beta.threads
    assert refused(assistants.create, model="gpt-99") == expected
    run = {"thread_id": threads.create().id, "assistant_id": assistants.create(model="gpt-4o").id}
    assert refused(threads.runs.create, **run, model="gpt-99") == expected
    assert threads.runs.create(**run).model == "gpt-4o"


def test_a_retired_model_is_said_to_be_so(strangers):
    expected = as_refused("model_retired", model="text-davinci-003")
    assert refused(strangers.chat.completions.create, model="text-davinci-003", messages=[USER]) == expected


def test_whether_a_model_is_known_comes_before_what_else_is_wrong(strangers):
    body = {"model": "gpt-99", "messages": [USER], "n": 0}
    assert refused(strangers.chat.completions.create, **body) == as_refused("model_not_found", model="gpt-99")


def test_no_answer_is_made_up_for_a_model_that_is_not_known():
    with MockOpenAI({"rules": [{"reply": "Yes."}]}, mode="patch", models="known", unknown_ids="synthesize") as mock:
        create = mock.client(max_retries=0).chat.completions.create
        assert refused(create, model="gpt-99", messages=[USER]) == as_refused("model_not_found", model="gpt-99")


@pytest.mark.parametrize("model", ["gpt-99", "text-davinci-003"])
def test_a_model_that_a_rule_added_at_run_time_names_is_known(model):
    with MockOpenAI(mode="patch", models="known") as mock:
        mock.when(model=model).reply("Yes.")
        create = mock.client(max_retries=0).chat.completions.create
        assert create(model=model, messages=[USER]).choices[0].message.content == "Yes."
        assert refused(create, model="gpt-98", messages=[USER]) == as_refused("model_not_found", model="gpt-98")


def test_every_model_listed_is_one_that_is_known(strangers):
    names = [model.id for model in strangers.models.list()]
    assert {"house-model", "gpt-4o", "gpt-5.6-terra"} <= set(names)
    assert names[:4] == ["house-model", "house-completer", "house-embedder", "gpt-4o-mini"]
    for name in ("gpt-4o", "house-model"):
        assert strangers.models.retrieve(name).id == name


def test_which_models_there_are_is_any_or_known():
    with pytest.raises(UsageError, match="models is 'any' or 'known'; seen 'some'"):
        MockOpenAI(models="some")
