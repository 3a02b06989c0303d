"""Requests that were sent to gpt-5.6 and refused: the same words, through the real client. What is measured of every
model is in `test_rows.py`, the order of faults in `test_order.py`."""

from typing import Any

import openai
import pytest

from mockai import MockOpenAI

TERRA = "gpt-5.6-terra"
USER = {"role": "user", "content": "Hi"}
TOOL = {"type": "function", "function": {"name": "f", "parameters": {}}}
FLAT = {"type": "function", "name": "f", "parameters": {"type": "object", "properties": {}}}
TIERS = "'auto', 'default', 'fast', 'flex', {} 'priority'"
EFFORTS = "'none', 'low', 'medium', 'high', and 'xhigh'"
ANY_EFFORT = "one of one of 'none', 'minimal', 'low', 'medium', 'high', 'xhigh', or 'max' or integer"
ONLY_24H = "This model is compatible only with 24h extended prompt caching"
CLOSED = "In context=(), 'additionalProperties' is required to be supplied and to be false."


def typed(param: str, expected: str, got: str) -> tuple[str, str, str]:
    return f"Invalid type for '{param}': expected {expected}, but got {got} instead.", param, "invalid_type"


def choice(param: str, value: str, supported: str) -> tuple[str, str, str]:
    return f"Invalid value: '{value}'. Supported values are: {supported}.", param, "invalid_value"


def missing(param: str) -> tuple[str, str, str]:
    return f"Missing required parameter: '{param}'.", param, "missing_required_parameter"


def unknown(param: str, hint: str = "") -> tuple[str, str, str]:
    return f"Unknown parameter: '{param}'.{hint}", param, "unknown_parameter"


def effort(value: str) -> tuple[str, str, str]:
    words = f"'reasoning_effort' does not support {value} with this model. Supported values are: {EFFORTS}."
    return f"Unsupported value: {words}", "reasoning_effort", "unsupported_value"


@pytest.fixture(scope="module")
def client():
    with MockOpenAI({"rules": [{"reply": "Yes."}]}, mode="patch") as mock:
        yield mock.client(max_retries=0)


def refused(client: openai.OpenAI, path: str, body: dict[str, Any]) -> tuple[str, str | None, str | None]:
    with pytest.raises(openai.BadRequestError) as caught:
        client.post(path, body=body, cast_to=object)
    error = caught.value
    assert error.type == "invalid_request_error"
    return error.body["message"], error.param, error.code


CHAT = [
    *(({name: {}}, unknown(name)) for name in ("audio", "modalities", "web_search_options", "reasoning", "text")),
    ({"tools": "none"}, typed("tools", "an array of objects", "a string")),
    ({"seed": 1.5}, typed("seed", "an integer", "a decimal number")),
    ({"response_format": "json"}, typed("response_format", "an object", "a string")),
    ({"service_tier": "bogus"}, choice("service_tier", "bogus", TIERS.format("and"))),
    ({"service_tier": {"a": 1}}, typed("service_tier", f"one of {TIERS.format('or')}", "an object")),
    ({"reasoning_effort": "bogus"}, effort("'bogus'")),
    ({"reasoning_effort": "minimal"}, effort("'minimal'")),
    ({"reasoning_effort": {"__probe__": "wrong type"}}, effort("{'__probe__': 'wrong type'}")),
    ({"functions": [{"parameters": {}}]}, missing("functions[0].name")),
    ({"functions": [{"name": "f"}], "function_call": {"a": 1}}, missing("function_call.name")),
    ({"tools": [TOOL], "tool_choice": {"type": "bogus"}}, missing("tool_choice.function")),
    ({"tools": [TOOL], "tool_choice": {"type": "function", "function": {}}}, missing("tool_choice.function.name")),
    ({"moderation": {}}, missing("moderation.model")),
    ({"prompt_cache_options": {"bogus": 1}}, unknown("prompt_cache_options.bogus")),
    ({"prompt_cache_retention": "x"}, ("Invalid prompt_cache_retention argument", "prompt_cache_retention", None)),
    ({"prompt_cache_retention": "in_memory"}, (ONLY_24H, "prompt_cache_retention", None)),
    ({"prompt_cache_retention": {}}, typed("prompt_cache_retention", "one of 'in_memory' or '24h'", "an object")),
    (
        {"response_format": {"type": "json_schema", "json_schema": {"name": "x"}}},
        missing("response_format.json_schema.schema"),
    ),
    (
        {"tools": [{"type": "function", "function": {"name": "f", "strict": True}}]},
        (f"Invalid schema for function 'f': {CLOSED}", "tools[0].function.parameters", "invalid_function_parameters"),
    ),
]

RESPONSES = [
    ({"model": 7}, typed("model", "a string", "an integer")),
    ({"input": None}, typed("input", "a string", "an object")),
    ({"input": [{"role": "user"}]}, missing("input[0].content")),
    ({"input": [{"role": "user", "content": [{"type": "input_text"}]}]}, missing("input[0].content[0].text")),
    (
        {"input": [{"role": "assistant", "content": "Hi", "phase": "bogus"}]},
        choice("input[0].phase", "bogus", "'commentary' and 'final_answer'"),
    ),
    ({"include": "x"}, typed("include", "an array of one of 'fil...lts', 'web...lts', 'web...ces', 'mes...url', "
      "'com...url', 'cod...uts', 'rea...ent', or 'mes...obs'", "a string")),
    ({"tools": "x"}, typed("tools", "an array of tools", "a string")),
    ({"tools": [FLAT], "tool_choice": "bogus"}, choice("tool_choice", "bogus", "'none', 'auto', and 'required'")),
    ({"tools": [FLAT], "tool_choice": {"type": "function", "function": {"name": "f"}}}, missing("tool_choice.name")),
    ({"text": {"zzz": 1}}, unknown("text.zzz")),
    ({"temperature": "hot"}, typed("temperature", "a decimal", "a string")),
    ({"presence_penalty": "x"}, typed("presence_penalty", "a decimal", "a string")),
    *(
        ({name: 0.5}, (f"Unsupported parameter: '{name}' is not supported with this model.", name, None))
        for name in ("temperature", "top_p", "presence_penalty", "frequency_penalty")
    ),
    ({"reasoning": {"effort": {"a": 1}}}, typed("reasoning.effort", ANY_EFFORT, "an object")),
    ({"reasoning": {"effort": ["low"]}}, typed("reasoning.effort", ANY_EFFORT, "an array")),
    ({"reasoning": {"bogus": 1}}, unknown("reasoning.bogus")),
    ({"service_tier": "bogus"}, choice("service_tier", "bogus", TIERS.format("and"))),
    ({"service_tier": {"a": 1}}, typed("service_tier", f"one of {TIERS.format('or')}", "an object")),
    ({"prompt_cache_retention": "in_memory"}, (ONLY_24H, "prompt_cache_retention", "invalid_parameter")),
    ({"prompt_cache_retention": "x"}, choice("prompt_cache_retention", "x", "'in_memory' and '24h'")),
    ({"prompt": "x"}, typed("prompt", "an object", "a string")),
    ({"context_management": "x"}, typed("context_management", "an array of objects", "a string")),
    *(
        ({key: 1}, unknown(key, hint))
        for key, hint in (
            ("st", ""),
            ("tool", " Did you mean 'tools'?"),
            ("usr", " Did you mean 'user'?"),
            ("inclde", " Did you mean 'include'?"),
            ("inpu", ""),
            ("modell", ""),
        )
    ),
    (
        {"include": ["message.output_text.logprobs"], "top_logprobs": 1},
        ("logprobs are not supported with reasoning models.", "include", "unsupported_parameter"),
    ),
]  # fmt: skip


NULL = "Invalid type for '{0}': expected a string, but got null instead."
SIDES = "Width and height must both be divisible by 16."
IMAGES = [
    ({"model": None, "bogus": 1}, (NULL.format("model"), "model", "invalid_type")),
    ({"model": ..., "bogus": 1}, missing("model")),
    ({"prompt": "", "bogus": 1}, unknown("bogus")),
    ({"prompt": None, "n": 0}, (NULL.format("prompt"), "prompt", "invalid_type")),
    ({"prompt": ..., "n": 0}, missing("prompt")),
    ({"response_format": None}, unknown("response_format")),
    ({"quality": 7}, typed("quality", "one of 'low', 'medium', 'high', or 'auto'", "an integer")),
    (
        {"output_compression": 101, "quality": "ultra"},
        choice("quality", "ultra", "'low', 'medium', 'high', and 'auto'"),
    ),
    ({"size": 123}, typed("size", "a string", "an integer")),
]


@pytest.mark.parametrize(("more", "said"), IMAGES, ids=range(len(IMAGES)))
def test_images_say_what_was_measured(client, more, said):
    body = {"model": "gpt-image-2", "prompt": "A cat", **more}
    sent = {key: value for key, value in body.items() if value is not ...}
    assert refused(client, "/images/generations", sent) == said


@pytest.mark.parametrize(
    ("images", "said"),
    [
        ("x", typed("images", "an array of objects", "a string")),
        (["x"], typed("images[0]", "an object", "a string")),
        (None, missing("images")),
    ],
)
def test_edits_say_what_was_measured(client, images, said):
    body = {"model": "gpt-image-2", "prompt": "x", "images": images}
    assert refused(client, "/images/edits", body) == said


def test_the_sides_of_an_image_are_looked_at_after_its_compression(client):
    body = {"model": "gpt-image-2", "prompt": "A cat", "size": "9x9"}
    with pytest.raises(openai.BadRequestError) as caught:
        client.post("/images/generations", body=body, cast_to=object)
    assert (caught.value.body["message"], caught.value.type) == (SIDES, "image_generation_user_error")
    said = refused(client, "/images/generations", {**body, "output_compression": 101})
    assert said[1:] == ("output_compression", "integer_above_max_value")


@pytest.mark.parametrize(("more", "said"), CHAT, ids=range(len(CHAT)))
def test_chat_says_what_was_measured(client, more, said):
    assert refused(client, "/chat/completions", {"model": TERRA, "messages": [USER], **more}) == said


@pytest.mark.parametrize(("more", "said"), RESPONSES, ids=range(len(RESPONSES)))
def test_responses_say_what_was_measured(client, more, said):
    assert refused(client, "/responses", {"model": TERRA, "input": "Hi", **more}) == said


@pytest.mark.parametrize(
    ("path", "more"),
    [
        ("/chat/completions", {"service_tier": "scale"}),  # no longer listed, and known to the SDK
        (
            "/chat/completions",
            {
                "metadata": {"a": "b"},
                "store": False,
                "user": "p",
                "safety_identifier": "p",
                "seed": 1,
                "prompt_cache_key": "p",
                "prompt_cache_options": {"ttl": "30m"},
                "prompt_cache_retention": "24h",
                "parallel_tool_calls": False,
                "moderation": {"model": "omni-moderation-latest"},
                "verbosity": "low",
            },
        ),
        (
            "/chat/completions",
            {
                "reasoning_effort": "none",
                "frequency_penalty": 0.5,
                "presence_penalty": 0.5,
                "logprobs": True,
                "top_logprobs": 5,
            },
        ),
        (
            "/responses",
            {"input": [{**USER, "status": "completed", "id": "msg_1", "type": "message"}], "temperature": 1},
        ),
        ("/responses", {"prompt_cache_retention": "24h", "background": True, "store": False}),
    ],
)
def test_what_was_taken_is_taken(client, path, more):
    asked = {"messages": [USER]} if "chat" in path else {"input": "Hi"}
    assert client.post(path, body={"model": TERRA, **asked, **more}, cast_to=object)


def test_parallel_calls_come_with_tools_where_the_model_minds(client):
    body = {"model": "gpt-4o", "messages": [USER], "parallel_tool_calls": True}
    words = "'parallel_tool_calls' is only allowed when 'tools' are specified."
    said = f"Invalid value for 'parallel_tool_calls': {words}", "parallel_tool_calls", None
    assert refused(client, "/chat/completions", body) == said
    for more in ({"tools": [TOOL]}, {"model": "house-model"}):
        assert client.post("/chat/completions", body={**body, **more}, cast_to=object)


def test_a_small_image_model_knows_no_fidelity(client):
    picture = ("a.png", b"\x89PNG\r\n\x1a\n", "image/png")
    with pytest.raises(openai.BadRequestError) as caught:
        client.images.edit(model="gpt-image-1-mini", prompt="x", image=picture, input_fidelity="high")
    assert (caught.value.param, caught.value.code) == ("input_fidelity", "unknown_parameter")
    assert client.images.edit(model="gpt-image-1", prompt="x", image=picture, input_fidelity="high").data
