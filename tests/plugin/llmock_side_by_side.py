"""The same client against llmock and against MockAI: run by test_environments.py, where llmock is installed."""

import json

import openai
import pytest

TEXT = "one two three four five six seven eight"
MESSAGES = [{"role": "user", "content": "Say something"}]
PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": PARAMETERS}}]


def asked(base_url, *, stream=False, tools=(), timeout=5, max_retries=1):
    """What a caller has in hands: the exception and its code, or how the reply ended and what it called."""
    options = {"tools": list(tools)} if tools else {}
    seen = {"text": "", "finish": None, "calls": []}
    with openai.OpenAI(base_url=base_url, api_key="sk-x", timeout=timeout, max_retries=max_retries) as client:
        try:
            reply = client.chat.completions.create(model="gpt-4o", messages=MESSAGES, stream=stream, **options)
            for part in reply if stream else [reply]:
                for choice in part.choices:
                    said = choice.delta if stream else choice.message
                    seen["text"] += said.content or ""
                    seen["finish"] = choice.finish_reason or seen["finish"]
                    seen["calls"] += [call.function for call in said.tool_calls or ()]
        except Exception as error:
            too_long = (
                getattr(error, "code", None) == "context_length_exceeded"
            )  # other codes of theirs are not the API's
            return type(error).__name__, too_long, bool(seen["text"])
    return bool(seen["text"]), seen["finish"], [_called(call) for call in seen["calls"]]


def _called(function):
    try:
        json.loads(function.arguments)
    except ValueError:
        return function.name == "get_weather", "no JSON"
    return function.name == "get_weather", "JSON"


def hasty(base_url):
    """Asks again at once, and as often as it takes."""
    with openai.OpenAI(base_url=base_url, api_key="sk-x", max_retries=0) as client:
        for _ in range(12):
            try:
                client.chat.completions.create(model="gpt-4o", messages=MESSAGES)
            except openai.APIError:
                continue
            return


CALL = {"tool_calls": [{"get_weather": {"city": "Paris"}}]}
ENDLESS = {"faults": [{"stall": {"after": 1}}]}
CASES = {
    "503 once": (lambda their: their.fail(503, times=1), [{"error": 503}, TEXT], {}),
    "500 always": (lambda their: their.outage(status=500), {"error": 500}, {}),
    "429 once": (
        lambda their: their.rate_limit(times=1, retry_after=0.4),
        [{"error": 429, "retry_after": 0.4}, TEXT],
        {},
    ),
    **{
        f"{status} once": (lambda their, s=status: their.fail(s, times=1), [{"error": status}, TEXT], {})
        for status in (400, 401, 403, 404, 409, 422)
    },
    "too long": (lambda their: their.context_overflow(), {"error": "context_length_exceeded"}, {}),
    "slow": (lambda their: their.delay(3, times=None), {"text": TEXT, "latency": 3}, {"timeout": 0.3}),
    "disconnect": (
        lambda their: their.disconnect(after_chunks=3),
        {"text": TEXT, "faults": ["disconnect"]},
        {"stream": True},
    ),
    "truncate": (
        lambda their: their.truncate(after_chunks=3),
        {"text": TEXT, "faults": ["truncate"]},
        {"stream": True},
    ),
    "malformed": (
        lambda their: their.corrupt(after_chunks=3),
        {"text": TEXT, "faults": ["malformed_json"]},
        {"stream": True},
    ),
    "stall": (lambda their: their.stall(after_chunks=3), {"text": TEXT, **ENDLESS}, {"stream": True, "timeout": 0.3}),
    "slow first token": (
        lambda their: their.slow_first_token(3),
        {"text": TEXT, "latency": {"first_token": 3}},
        {"stream": True, "timeout": 0.3},
    ),
    "call": (lambda their: their.call_tool("get_weather", {"city": "Paris"}), CALL, {"tools": TOOLS}),
    "bad arguments": (
        lambda their: their.break_tool_call("malformed_arguments"),
        {**CALL, "faults": ["malformed_arguments"]},
        {"tools": TOOLS},
    ),
    "unknown tool": (
        lambda their: their.break_tool_call("unknown_tool"),
        {**CALL, "faults": ["unknown_tool"]},
        {"tools": TOOLS},
    ),
}
SAME = {
    "retry_after_ignored": {"retried_too_early"},
    "retried_non_retryable": {"retried_in_vain"},
    "retry_storm": {"retry_storm"},
    "truncated_stream_accepted": {"truncation_accepted"},
    "no_backoff": {"no_backoff"},
    "gave_up": {"not_retried", "gave_up_too_soon"},
    "no_read_timeout": {"no_read_timeout", "hung_on_stall"},
    "malformed_chunk_ignored": {"malformed_chunk_ignored"},
}


def missing(llmock, mock):
    """The findings of theirs that are none of ours."""
    ours = {finding.kind for finding in mock.verdict}
    codes = {finding.code for finding in (*llmock.verdict().errors, *llmock.verdict().warnings)}
    return {code for code in codes if not SAME[code] & ours}


@pytest.mark.parametrize("name", CASES)
def test_the_client_has_the_same_in_hands(llmock, mock_openai, name):
    broken, reply, options = CASES[name]
    broken(llmock)
    mock_openai.when().replies(*(reply if isinstance(reply, list) else [reply]), then="repeat_last")
    theirs = asked(llmock.base_url(), **options)
    ours = asked(mock_openai.base_url, **options)
    assert ours == theirs
    mock_openai.wait_for(1)
    assert mock_openai.count == len(llmock.requests)
    # A chunk that made the client raise was not passed over, whatever they say.
    assert missing(llmock, mock_openai) <= {"malformed_chunk_ignored"}


HASTY = {
    "too early": (lambda their: their.rate_limit(times=1, retry_after=2), [{"error": 429, "retry_after": 2}, TEXT]),
    "in vain": (lambda their: their.fail(400, times=2), [{"error": 400}, {"error": 400}, TEXT]),
    "no back-off": (lambda their: their.fail(500, times=3), [{"error": 500}] * 3 + [TEXT]),
    "storm": (lambda their: their.fail(500, times=11), [{"error": 500}] * 11 + [TEXT]),
}


@pytest.mark.parametrize("name", HASTY)
def test_what_they_find_is_found(llmock, mock_openai, name):
    broken, replies = HASTY[name]
    broken(llmock)
    mock_openai.when().replies(*replies, then="repeat_last")
    hasty(llmock.base_url())
    hasty(mock_openai.base_url)
    assert mock_openai.count == len(llmock.requests)
    assert llmock.verdict().errors or llmock.verdict().warnings
    assert missing(llmock, mock_openai) == set()
