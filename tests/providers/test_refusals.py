"""What each provider says to requests that it does not take: the real SDK against each, and each wording by itself."""

import json
from typing import Any

import openai
import pytest
from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from mockai import MockOpenAI
from mockai.api_errors import NAMES, named
from mockai.providers import PROFILES
from mockai.providers.pydantic_words import detail_of
from mockai.providers.wrong import end_of, wrong_in
from mockai.request import APIRequest
from mockai.wire import HTTPRequest

HI = [{"role": "user", "content": "Hi"}]
CALL = {"id": "abcABC123", "type": "function", "function": {"name": "f", "arguments": "{}"}}
CALLED = [*HI, {"role": "assistant", "tool_calls": [CALL]}]
RESULT = {"role": "tool", "tool_call_id": "abcABC123", "content": "x"}
FAILED = "Failed to deserialize the JSON body into the target type"
ORDER = "After the (optional) system message(s), user or tool message(s) should alternate with assistant message(s)."


def mistral(**detail: Any) -> dict[str, Any]:
    found = {"detail": [detail]}
    return {"object": "error", "message": found, "type": "invalid_request_error", "param": None, "code": None}


def of_mistral(message: str, kind: str, code: str | None) -> dict[str, Any]:
    return {"object": "error", "message": message, "type": kind, "param": None, "code": code}


def google(message: str, *violations: dict[str, str]) -> list[dict[str, Any]]:
    error: dict[str, Any] = {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}
    if violations:
        found = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": list(violations)}
        error["details"] = [found]
    return [{"error": error}]


def invalid(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error", "param": None, "code": None}}


def deepseek(message: str) -> dict[str, Any]:
    body = {"message": message, "type": "invalid_request_error", "param": None, "code": "invalid_request_error"}
    return {"error": body}


def groq(message: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": "invalid_request_error"}}


def fireworks(message: str) -> dict[str, Any]:
    return {"error": {"object": "error", "type": "invalid_request_error", "message": message}, "raw_output": None}


def perplexity(message: str, kind: str) -> dict[str, Any]:
    return {"error": {"message": message, "type": kind, "code": 400}}


REFUSED = [
    ("mistral", {"messages": None}, 422,
     mistral(type="missing", loc=["body", "messages"], msg="Field required", input={"model": "some-model"})),
    ("mistral", {"top_p": "high"}, 422,
     mistral(type="float_parsing", loc=["body", "top_p"],
             msg="Input should be a valid number, unable to parse string as a number", input="high")),
    ("mistral", {"messages": [{"role": "user", "content": 7}]}, 422,
     mistral(type="string_type", loc=["body", "messages", 0, "user", "content"], msg="Input should be a valid string",
             input=7)),
    ("mistral", {"max_completion_tokens": 32000}, 422,
     mistral(type="extra_forbidden", loc=["body", "max_completion_tokens"], msg="Extra inputs are not permitted",
             input=32000)),
    ("mistral", {"messages": [*HI, {"role": "assistant", "content": "a", "reasoning_content": "\n"}, *HI]}, 422,
     mistral(type="extra_forbidden", loc=["body", "messages", 1, "assistant", "reasoning_content"],
             msg="Extra inputs are not permitted", input="\n")),
    ("mistral", {"messages": [{"content": "x"}]}, 422,
     mistral(type="union_tag_not_found", loc=["body", "messages", 0],
             msg="Unable to extract tag using discriminator 'role'", input={"content": "x"},
             ctx={"discriminator": "'role'"})),
    ("mistral", {"messages": [*CALLED, RESULT, *HI]}, 400,
     of_mistral("Unexpected role 'user' after role 'tool'", "invalid_request_message_order", "3230")),
    ("mistral", {"messages": [*HI, RESULT]}, 400,
     of_mistral("Unexpected role 'tool' after role 'user'", "invalid_request_message_order", "3230")),
    ("mistral", {"messages": [*HI, {"role": "assistant", "content": "a"}]}, 400,
     of_mistral("Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant",
                "invalid_request_message_order", "3230")),
    ("mistral", {"messages": [*CALLED, *HI]}, 400,
     of_mistral("Not the same number of function calls and responses", "invalid_request_error", None)),
    ("deepseek", {"messages": [{"role": "developer", "content": "x"}, *HI]}, 400,
     deepseek(f"{FAILED}: messages[0].role: unknown variant `developer`, expected one of `system`, `user`, "
              "`assistant`, `tool`, `latest_reminder` at line 1 column 68")),
    ("deepseek", {"messages": [{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}]}, 400,
     deepseek(f"{FAILED}: messages[0]: unknown variant `image_url`, expected `text` at line 1 column 106")),
    ("deepseek", {"messages": None}, 400, deepseek(f"{FAILED}: missing field `messages` at line 1 column 22")),
    ("deepseek", {"messages": [*HI, RESULT]}, 400,
     deepseek("Messages with role 'tool' must be a response to a preceding message with 'tool_calls'")),
    ("deepseek", {"messages": [*CALLED, *HI]}, 400,
     deepseek("An assistant message with 'tool_calls' must be followed by tool messages responding to each "
              "'tool_call_id'. (insufficient tool messages following tool_calls message)")),
    ("groq", {"messages": [{"role": "system", "content": 7}]}, 400,
     groq("'messages.0' : for 'role:system' the following must be satisfied"
          "[('messages.0.content' : value must be a string)]")),
    ("groq", {"messages": [{"role": "user", "content": "Hi", "metadata": None}]}, 400,
     groq("'messages.0' : for 'role:user' the following must be satisfied"
          "[('messages.0' : property 'metadata' is unsupported)]")),
    ("groq", {"messages": [{"content": "x"}]}, 400,
     groq("'messages.0' : discriminator property 'role' has invalid value")),
    ("groq", {"messages": None}, 400, groq("property 'messages' is missing")),
    ("groq", {"max_tokens": "many"}, 400, groq("'max_tokens' : value must be an integer")),
    ("gemini", {"prompt_cache_key": "k"}, 400,
     google('Invalid JSON payload received. Unknown name "prompt_cache_key": Cannot find field.',
            {"description": 'Invalid JSON payload received. Unknown name "prompt_cache_key": Cannot find field.'})),
    ("gemini", {"temperature": "hot"}, 400,
     google("Invalid value at 'temperature' (TYPE_FLOAT), \"hot\"",
            {"field": "temperature", "description": "Invalid value at 'temperature' (TYPE_FLOAT), \"hot\""})),
    ("gemini", {"messages": None}, 400, google("* GenerateContentRequest.contents: contents is not specified\n")),
    ("gemini", {"messages": [{"content": "x"}]}, 400, google("Request contains an invalid argument.")),
    ("gemini", {"tools": "x"}, 400, google("Request contains an invalid argument.")),
    ("ollama", {"messages": None}, 400, invalid("[] is too short - 'messages'")),
    ("ollama", {"temperature": "hot"}, 400,
     invalid("json: cannot unmarshal string into Go struct field ChatCompletionRequest.temperature of type float64")),
    ("ollama", {"stream": 1}, 400,
     invalid("json: cannot unmarshal number into Go struct field ChatCompletionRequest.stream of type bool")),
    ("ollama", {"messages": [{"content": "x"}]}, 400, invalid("Missing required parameter: 'messages[0].role'.")),
    ("fireworks", {"temperature": "hot"}, 400,
     fireworks("Input should be a valid number, unable to parse string as a number, field: 'temperature', "
               "value: 'hot'")),
    ("fireworks", {"messages": [{"role": "user", "content": 7}]}, 400,
     fireworks("Input should be a valid string, field: 'messages[0].content', value: 7")),
    ("anthropic", {"messages": None}, 400, invalid("messages: Field required")),
    ("anthropic", {"messages": [{"role": "user", "content": 7}]}, 400,
     invalid("messages.0.content: Input should be a valid string")),
    ("openrouter", {"messages": None}, 400,
     {"error": {"message": 'Input required: specify "prompt" or "messages"', "code": 400}, "user_id": "user_mockai"}),
    ("perplexity", {"messages": [*HI, *HI]}, 400, perplexity(ORDER, "invalid_message")),
    ("perplexity", {"messages": [*HI, {"role": "assistant", "content": "a"}]}, 400,
     perplexity("Last message must have role `user`.", "invalid_message")),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "more", "status", "body"), REFUSED)
def test_a_request_is_refused_as_the_provider_refuses_it(provider, more, status, body):
    asked = {"model": "some-model", "messages": HI, **more}
    sent = {key: value for key, value in asked.items() if value is not None}
    with MockOpenAI({"rules": [{"reply": "Hello!"}]}, provider=provider, mode="patch") as mock:
        with pytest.raises(openai.APIStatusError) as caught:
            mock.client(max_retries=0).post("/chat/completions", body=sent, cast_to=object)
        error, calls = caught.value, mock.calls
    assert (error.status_code, error.response.json()) == (status, body)
    assert type(error) is (openai.UnprocessableEntityError if status == 422 else openai.BadRequestError)
    assert len(calls) == 1


@pytest.mark.parametrize(
    ("provider", "messages"),
    [
        ("mistral", [*CALLED, RESULT]),
        ("mistral", [*HI, {"role": "assistant", "content": "Once", "prefix": True}]),
        ("perplexity", [{"role": "system", "content": "s"}, *HI, {"role": "assistant", "content": "a"}, *HI]),
        ("perplexity", [*CALLED, RESULT, RESULT]),
        ("deepseek", [{"role": "latest_reminder", "content": "x"}, *HI]),
        ("deepseek", [{"role": "user", "content": [{"type": "text", "text": "Hi"}]}]),
        ("groq", [{"role": "developer", "content": "x"}, *HI]),
    ],
)
def test_a_conversation_in_order_is_taken(say, provider, messages):
    assert say(provider=provider, messages=messages).status == 200


def test_rust_answers_in_plain_text():
    with MockOpenAI({"rules": [{"reply": "Hello!"}]}, provider="xai", mode="patch") as mock:
        with pytest.raises(openai.UnprocessableEntityError) as caught:
            mock.client().post("/chat/completions", body={"model": "grok-4"}, cast_to=object)
        said = caught.value.response
    assert said.text == f"{FAILED}: missing field `messages` at line 1 column 18"
    assert said.headers["content-type"] == "text/plain; charset=utf-8"


def test_vllm_writes_what_is_wrong_as_python_does(say):
    said = say(provider="vllm", messages=None)
    found = "{'type': 'missing', 'loc': ('body', 'messages'), 'msg': 'Field required', 'input': {'model': 'gpt-4o'}}"
    text = f"1 validation error:\n  {found} [{found}]"
    assert (said.status, said.json) == (
        400,
        {"error": {"message": text, "type": "Bad Request", "param": None, "code": 400}},
    )


# ------------------------------------------------------------------------------------- keys and models

NOT_FOUND = "Some requested entity was not found"
ADMITTED = [
    ("mistral", "sk-wrong", 401, {"detail": "Unauthorized"}),
    ("groq", "sk-wrong", 401,
     {"error": {"message": "Invalid API Key", "type": "invalid_request_error", "code": "invalid_api_key"}}),
    ("together", "sk-wrong", 401,
     {"error": {"message": "Invalid API key provided. You can find your API key at "
                "https://api.together.xyz/settings/api-keys.", "type": "invalid_request_error", "param": None,
                "code": "invalid_api_key"}}),
    ("xai", "gsk_1234Q6", 400,
     {"code": "Client specified an invalid argument",
      "error": "Incorrect API key provided: gs***Q6. You can obtain an API key from https://console.x.ai."}),
    ("openrouter", "sk-wrong", 401, {"error": {"message": "User not found.", "code": 401}}),
    ("openrouter", None, 401, {"error": {"message": "No auth credentials found", "code": 401}}),
    ("gemini", None, 400,
     [{"error": {"code": 400, "message": "Missing Authorization header.", "status": "INVALID_ARGUMENT"}}]),
    ("vllm", "sk-wrong", 401, {"error": "Unauthorized"}),
    ("deepseek", "sk-1234567890da05", 401,
     {"error": {"message": "Authentication Fails, Your api key: ****da05 is invalid", "type": "authentication_error",
                "param": None, "code": "invalid_request_error"}}),
    ("litellm", None, 401,
     {"error": {"message": "Authentication Error, No api key passed in.", "type": "auth_error", "param": "None",
                "code": "401"}}),
    ("anthropic", "sk-wrong", 401,
     {"error": {"message": "invalid x-api-key", "type": "authentication_error", "param": None, "code": None}}),
    ("fireworks", "sk-wrong", 401, fireworks("Invalid API key")),
    ("mistral", "sk-right", 400, of_mistral("Invalid model: nope", "invalid_model", "1500")),
    ("fireworks", "sk-right", 404,
     {"error": {"message": "Model not found, inaccessible, and/or not deployed", "type": "error", "param": "model",
                "code": "NOT_FOUND"}}),
    ("together", "sk-right", 404,
     {"id": "mockai",
      "error": {"message": "Unable to access model nope. Please visit https://api.together.ai/models to view the list "
                "of supported models.", "type": "invalid_request_error", "param": None,
                "code": "model_not_available"}}),
    ("openrouter", "sk-right", 400,
     {"error": {"message": "nope is not a valid model ID", "code": 400}, "user_id": "user_mockai"}),
    ("vllm", "sk-right", 404,
     {"error": {"message": "The model `nope` does not exist.", "type": "NotFoundError", "param": "model",
                "code": 404}}),
    ("perplexity", "sk-right", 400,
     perplexity("Invalid model 'nope'. Permitted models can be found in the documentation at "
                "https://docs.perplexity.ai/docs/getting-started/models.", "invalid_model")),
    ("litellm", "sk-right", 400,
     {"error": {"message": {"error": "/chat/completions: Invalid model name passed in model=nope. Call `/v1/models` to "
                            "view available models for your key."}, "type": "None", "param": "None", "code": "400"}}),
    ("deepseek", "sk-right", 400, deepseek("Model Not Exist")),
]  # fmt: skip


@pytest.mark.parametrize(("provider", "key", "status", "body"), ADMITTED)
def test_a_key_or_a_model_is_refused_as_the_provider_refuses_it(say, provider, key, status, body):
    headers = () if key is None else (("authorization", f"Bearer {key}"),)
    said = say(provider=provider, keys=("sk-right",), headers=headers, model="nope", models="known")
    assert (said.status, said.json) == (status, body)


def test_gemini_says_why_a_key_is_no_key(say):
    (body,) = say(provider="gemini", keys=("sk-right",), headers=(("authorization", "Bearer sk-wrong"),)).json
    reason, words = body["error"].pop("details")
    message = "API key not valid. Please pass a valid API key."
    assert body["error"] == {"code": 400, "message": message, "status": "INVALID_ARGUMENT"}
    assert (reason["reason"], words["message"]) == ("API_KEY_INVALID", message)


def test_a_key_unknown_to_litellm_is_told_by_its_hash(say):
    said = say(provider="litellm", keys=("sk-right",), headers=(("authorization", "Bearer sk-wrong-8aSP"),)).json
    assert said["error"]["message"] == (
        "Authentication Error, Invalid proxy server token passed. Received API Key = sk-...8aSP, Key Hash (Token) ="
        "f7c12ce0d000346692bbdaa10bd1f8273fdd341ce0c28c29f61f6a6c72a712cc. Unable to find token in cache or "
        "`LiteLLM_VerificationTokenTable`"
    )
    assert (said["error"]["type"], said["error"]["param"], said["error"]["code"]) == (
        "token_not_found_in_db",
        "key",
        "401",
    )


def test_perplexity_shows_a_page_to_a_wrong_key(say):
    said = say(provider="perplexity", keys=("sk-right",))
    assert (said.status, said.headers["content-type"]) == (401, "text/html")
    assert b"<h1>401 Authorization Required</h1>" in said.data


@pytest.mark.parametrize(
    ("provider", "path", "body"),
    [
        ("groq", "/openai/v1/nowhere",
         {"error": {"message": "Unknown request URL: POST /openai/v1/nowhere. Please check the URL for typos, or see "
                    "the docs at https://console.groq.com/docs/", "type": "invalid_request_error",
                    "code": "unknown_url"}}),
        ("xai", "/v1/nowhere",
         {"code": NOT_FOUND, "error": "No handler found on route. Please double check your URL and consult "
                                      "https://api.x.ai/docs for more information."}),
        ("vllm", "/v1/nowhere",
         {"error": {"message": "Not Found", "type": "Not Found", "param": None, "code": 404}}),
        ("litellm", "/v1/nowhere", {"detail": "Not Found"}),
        ("together", "/v1/nowhere",
         {"id": "mockai", "error": {"message": "Not Found", "type": "invalid_request_error", "param": None,
                                    "code": "unknown_url"}}),
    ],
)  # fmt: skip
def test_a_path_is_unknown_as_the_provider_says_it(say, provider, path, body):
    said = say(provider=provider, path=path)
    assert (said.status, said.json) == (404, body)


def test_ollama_answers_an_unknown_path_in_plain_text(say):
    said = say(provider="ollama", path="/v1/nowhere")
    assert (said.status, said.data, said.headers["content-type"]) == (404, b"404 page not found", "text/plain")


@pytest.mark.parametrize("provider", [name for name in PROFILES if name not in ("openai", "azure", "litellm")])
@pytest.mark.parametrize("asked", [{"path": "/v1/nowhere"}, {"keys": ("sk-right",)}, {"broken": True}])
def test_nobody_but_openai_speaks_of_openai(say, provider, asked):
    if asked.pop("broken", False):
        with MockOpenAI(provider=provider, mode="patch") as mock:
            sent = {"content": b'{"model": x', "headers": {"content-type": "application/json"}}
            assert "openai.com" not in mock.client()._client.post(f"{mock.base_url}/chat/completions", **sent).text
    else:
        assert b"platform.openai.com" not in say(provider=provider, **asked).data


@pytest.mark.parametrize(
    ("unit", "name"), [("day", "openrouter_free_per_day"), ("minute", "openrouter_free_per_minute")]
)
def test_free_models_of_openrouter_are_limited_in_its_words(unit, name):
    limits = {f"requests_per_{unit}": 1}
    with MockOpenAI({"limits": limits}, provider="openrouter", mode="patch", on_unmatched="auto") as mock:
        client = mock.client(max_retries=0)
        client.chat.completions.create(model="a/b:free", messages=HI)
        with pytest.raises(openai.RateLimitError) as caught:
            client.chat.completions.create(model="a/b:free", messages=HI)
    body = caught.value.response.json()
    assert body == named(name, limit="1").envelope()
    assert body["error"]["message"].startswith("Rate limit exceeded: free-models-per-")


@pytest.mark.parametrize(
    ("operation", "asked", "path"),
    [
        ("embeddings", {"model": "gpt-4o", "input": "Hi"}, "embeddings"),
        ("completion", {"model": "gpt-4o", "prompt": "Hi"}, "completions"),
        ("chatCompletion", {"model": "text-embedding-3-small", "messages": HI}, "chat/completions"),
    ],
)
def test_azure_says_which_operation_a_model_does_not_do(operation, asked, path):
    with MockOpenAI(provider="azure", mode="patch") as mock, pytest.raises(openai.BadRequestError) as caught:
        mock.client().post(f"/{path}", body=asked, cast_to=object)
    message = (
        f"The {operation} operation does not work with the specified model, {asked['model']}. Please choose different "
        "model and try again. You can learn more about which models can be used with each operation here: "
        "https://go.microsoft.com/fwlink/?linkid=2197993."
    )
    assert caught.value.body == {"code": "OperationNotSupported", "message": message}


# ----------------------------------------------------------------------------------- quirks by themselves


def test_the_list_can_stand_alone(say):
    said = say({"detail_list": {"bare": True}}, temperature="hot")
    assert (said.status, list(said.json)) == (422, ["detail"])
    assert said.json["detail"][0]["loc"] == ["body", "temperature"]


@pytest.mark.parametrize(
    ("quirk", "text"),
    [
        ("detail_list", "Input should be a valid number"),
        ("python_repr", "1 validation error"),
        ("field_and_value", "field: 'temperature', value: 'hot'"),
        ("path_before_words", "temperature: Input should be"),
        ("property_rules", "'temperature' : value must be a number"),
        ("field_violations", "Invalid value at 'temperature' (TYPE_FLOAT)"),
        ("serde_errors", 'temperature: invalid type: string "hot", expected f32'),
        ("unmarshal_errors", "into Go struct field ChatCompletionRequest.temperature of type float64"),
    ],
)
def test_each_wording_can_be_had_without_its_provider(say, quirk, text):
    said = say(quirk, temperature="hot")
    assert said.status == (422 if quirk in ("detail_list", "serde_errors") else 400)
    assert text in said.data.decode().replace('\\"', '"')
    assert say(quirk).status == 200
    assert say(quirk, temperature=99).json["error"]["code"] == "decimal_above_max_value"
    assert (
        say(quirk, rule={"reply": {"error": {"name": "invalid_type", "message": "Mine."}}}).json["error"]
        == (say(rule={"reply": {"error": {"name": "invalid_type", "message": "Mine."}}}).json["error"])
    )


@pytest.mark.parametrize(
    ("quirk", "asked", "param"),
    [
        ("refused_parameters", {"store": False}, "store"),
        ({"refused_parameters": {"names": "user, messages.name"}},
         {"messages": [*HI, {"role": "user", "content": "a", "name": "x"}]}, "messages[1].name"),
        ("known_roles", {"messages": [{"role": "developer", "content": "x"}]}, "messages[0].role"),
        ("text_only", {"messages": [{"role": "user", "content": [
            {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}]}]}, "messages[0].content.type"),
    ],
)  # fmt: skip
def test_what_is_refused_without_a_provider_is_refused_in_openais_words(say, quirk, asked, param):
    said = say(quirk, **asked)
    assert (said.status, said.json["error"]["param"]) == (400, param)
    assert say(quirk).status == 200
    assert say(**asked).status == 200


def test_vllm_stores_what_runs_in_the_background(say):
    asked = {"model": "m", "input": "Hi", "background": True, "store": False, "messages": None}
    said = say(path="/v1/responses", provider="vllm", **asked)
    text = "background can only be used when `store` is true"
    assert (said.status, said.json) == (
        400,
        {"error": {"message": text, "type": "BadRequestError", "param": "background", "code": 400}},
    )
    assert say("stored_background", path="/v1/responses", **asked).status == 400
    assert say("stored_background", path="/v1/responses", **asked | {"store": None}).status == 200


@pytest.mark.parametrize("quirk", ["answer_between", "alternating_roles"])
def test_the_order_of_messages_matters_with_a_quirk(say, quirk):
    assert say(quirk, messages=[*HI, {"role": "assistant", "content": "a"}]).status == 400
    assert say(quirk, messages=HI).status == 200
    assert say(quirk, rule={"reply": {"error": "tool_message_without_call"}}).status == 400


def test_lenient_validation_notes_what_a_provider_would_have_refused():
    with MockOpenAI({"rules": [{"reply": "Hello!"}]}, provider="mistral", validation="lenient", mode="patch") as mock:
        said = mock.client().chat.completions.create(model="m", messages=HI, store=False)
        assert said.choices[0].message.content == "Hello!"
        assert list(mock.calls[0].tolerated) == ["Unknown parameter: 'store'."]


def test_a_path_that_azure_does_not_know_is_not_tolerated(say):
    said = say(
        "api_version_required", path="/openai/deployments/a/chat/completions", scenario={"validation": "lenient"}
    )
    assert said.status == 404


# --------------------------------------------------------------------------- words of validators and parsers


class _Message(BaseModel):
    content: str


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")
    a: int | None = None
    b: float | None = None
    c: bool | None = None
    d: list[str] | None = None
    e: dict[str, str] | None = None
    f: _Message | None = None


@pytest.mark.parametrize(
    ("path", "value", "error"),
    [
        ("a", "x", {"expected": "an integer", "got": "a string"}),
        ("a", 1.5, {"expected": "an integer", "got": "a decimal number"}),
        ("a", [], {"expected": "an integer", "got": "an array"}),
        ("b", "x", {"expected": "a decimal", "got": "a string"}),
        ("b", [], {"expected": "a decimal", "got": "an array"}),
        ("c", "x", {"expected": "a boolean", "got": "a string"}),
        ("c", [], {"expected": "a boolean", "got": "an array"}),
        ("d", 1, {"expected": "an array of strings", "got": "an integer"}),
        ("e", 1, {"expected": "an object", "got": "an integer"}),
        ("f.content", 1, {"expected": "a string", "got": "an integer"}),
        ("f.content", None, None),
        ("g", 1, "unknown"),
    ],
)
def test_the_words_are_pydantics(path, value, error):
    keys = path.split(".")
    body: Any = {} if error is None else value
    if error is None:
        keys = keys[:-1]
    for key in reversed(keys):
        body = {key: body}
    with pytest.raises(ValidationError) as caught:
        TypeAdapter(_Body).validate_python(body)
    name = {None: "missing_required_parameter", "unknown": "unknown_parameter"}.get(
        error if not isinstance(error, dict) else "type", "invalid_type"
    )
    refused = named(name, param=path, **(error if isinstance(error, dict) else {}))
    detail = detail_of(asking(body), refused)
    (expected,) = caught.value.errors(include_url=False)
    assert detail == {**expected, "loc": ("body", *expected["loc"])}


def asking(body: Any) -> APIRequest:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return APIRequest(HTTPRequest("POST", "/v1/chat/completions", body=data), "chat.completions")


def test_a_body_that_is_no_json_is_told_by_its_place():
    refused = named("invalid_json")
    assert detail_of(asking(b'{"a": x}'), refused) == {
        "type": "json_invalid",
        "loc": ("body", 6),
        "msg": "JSON decode error",
        "input": {},
        "ctx": {"error": "Expecting value"},
    }
    whole = detail_of(asking(b"[]"), refused)
    assert whole is not None
    assert (whole["type"], whole["loc"], whole["input"]) == ("model_attributes_type", ("body",), "[]")
    deep = detail_of(asking(b"[" * 100_000 + b"]" * 100_000), refused)
    assert deep is not None
    assert deep["type"] == "model_attributes_type"


BROKEN = {
    "serde_errors": (b'{"a": x}', "Failed to parse the request body as JSON: expected value at line 1 column 7"),
    "path_before_words": (b'{"a": x}', "The request body is not valid JSON: Expecting value: line 1 column 7 (char 6)"),
    "field_violations": (b'{"a": x}', 'Invalid JSON payload received. Unexpected token.\n{"a": x}\n      ^'),
}


@pytest.mark.parametrize(
    ("quirk", "data", "text"),
    [
        *((quirk, data, text) for quirk, (data, text) in BROKEN.items()),
        ("unmarshal_errors", b'{"a": x}', "invalid character 'x' looking for beginning of value"),
        ("unmarshal_errors", b'{"a": ', "unexpected EOF"),
        ("unmarshal_errors", b"", "EOF"),
    ],
)
def test_a_parser_says_where_it_stopped(quirk, data, text):
    with MockOpenAI(quirks=[quirk], mode="patch") as mock:
        sent = {"content": data, "headers": {"content-type": "application/json"}}
        said = mock.client()._client.post(f"{mock.base_url}/chat/completions", **sent)
    assert said.status_code == 400
    assert (said.text if quirk == "serde_errors" else said.json()["error"]["message"]
            if isinstance(said.json(), dict) else said.json()[0]["error"]["message"]) == text  # fmt: skip


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (True, "boolean `true`"),
        (None, "null"),
        (0.5, "floating point `0.5`"),
        ([1], "sequence"),
        ({"a": 1}, "map"),
        ("x", 'string "x"'),
        (3, "integer `3`"),
    ],
)
def test_rust_says_what_it_met(value, said):
    from mockai.providers import quirk

    refused = named("invalid_type", param="stop", expected="a string", got="x")
    error = quirk("serde_errors").refused(refused, asking({"stop": value}))
    assert error.message.startswith(f"{FAILED}: stop: invalid type: {said}, expected a string at line 1 column ")


@pytest.mark.parametrize(
    ("value", "said"), [(True, "bool"), (None, "null"), ([1], "array"), ({}, "object"), (1, "number")]
)
def test_go_says_what_it_met(value, said):
    from mockai.providers import quirk

    refused = named("invalid_type", param="model", expected="a string", got="x")
    error = quirk("unmarshal_errors").refused(refused, asking({"model": value}))
    assert (
        error.message
        == f"json: cannot unmarshal {said} into Go struct field ChatCompletionRequest.model of type string"
    )


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ((), (2, 72)),
        (("model",), (1, 13)),
        (("messages",), (2, 60)),
        (("messages", 0), (2, 30)),
        (("messages", 1, "content"), (2, 58)),
        (("messages", 7), (2, 60)),
        (("nowhere",), (2, 72)),
        (("n", "deeper"), (2, 71)),
    ],
)
def test_places_are_those_of_the_last_character(path, place):
    data = b'{"model": "m",\n  "messages": [{"role":"user"}, {"role":"user","content":7}], "n": [12]}'
    assert end_of(data, path) == place
    line = data.split(b"\n")[place[0] - 1]
    assert line[: place[1]].decode()[-1] in '"]}7'


def test_what_is_no_json_has_no_places():
    assert end_of(b"", ("a",)) == (1, 1)
    assert wrong_in(asking(b"nonsense"), named("missing_required_parameter", param="messages")) is not None


@pytest.mark.parametrize(
    ("content", "kind"), [({"role": "user"}, "missing"), ({"role": "user", "content": None}, "type")]
)
def test_content_that_is_not_there_is_missing_and_null_is_of_a_wrong_type(content, kind):
    wrong = wrong_in(asking({"messages": [content]}), named("null_content", param="messages.[0].content"))
    assert wrong is not None
    assert (wrong.kind, wrong.path, wrong.value) == (
        kind,
        ("messages", 0, "content"),
        content if kind == "missing" else None,
    )


def test_some_of_these_words_are_from_memory():
    words = ("deepseek_missing_api_key", "anthropic_model_not_found", "together_model_not_available")
    assert {NAMES[name].evidence for name in words} == {"unverified"}
