"""What stands in requests: tools nobody offered, secrets, mistakes; and side effects of broken answers."""

import httpx
import openai
import pytest

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
TOOLS = [{"type": "function", "function": {"name": "get_weather", "parameters": {"type": "object", "properties": {}}}}]
KEY = "sk-proj-0123456789abcdefghijklmnopqrstuvwxyz"


def agent(client, run, **options):
    """An agent: asks, lets `run` answer each tool call, and asks again, until there is none."""
    messages = [{"role": "user", "content": "Weather?"}]
    for _ in range(3):
        message = client.chat.completions.create(model="gpt-4o", messages=messages, tools=TOOLS).choices[0].message
        if not message.tool_calls:
            return message.content
        messages.append(message.model_dump(exclude_none=True))
        for call in message.tool_calls:
            messages.append({"role": "tool", "tool_call_id": call.id, "content": run(call.function.name)})
    return None


@pytest.fixture
def weather(virtual):
    """Make a mock that wants a tool, and then answers."""

    def make(name):
        mock = virtual()
        mock.reply("Take a hat.")
        mock.when(turn=0).reply(tool_calls=[{name: {}}])
        return mock

    return make


def test_a_tool_that_was_never_offered_and_run_nevertheless(weather, found):
    mock = weather("delete_everything")
    with mock.client() as client:
        assert agent(client, lambda name: f"{name}: done") == "Take a hat."
    assert found(mock.verdict) == {"unoffered_tool_run": "error"}
    (finding,) = mock.verdict
    assert (finding.calls, finding.seen) == ((2,), "a result of delete_everything, which no request had offered")


@pytest.mark.parametrize(
    "result", ["Error: there is no such tool", "unknown tool", '{"error": "not available"}', "Tool not found."]
)
def test_a_result_that_says_there_is_no_such_tool_runs_none(weather, found, result):
    mock = weather("delete_everything")
    with mock.client() as client:
        agent(client, lambda name: result)
    assert found(mock.verdict) == {}


def test_a_tool_that_was_offered_may_be_run(weather, found):
    mock = weather("get_weather")
    with mock.client() as client:
        agent(client, lambda name: "Sunny")
    assert found(mock.verdict) == {}


# --------------------------------------------------------------------------------------- secrets


@pytest.mark.parametrize(
    ("options", "place"),
    [
        ({"messages": [{"role": "user", "content": f"My key is {KEY}."}]}, "messages[0].content"),
        ({"metadata": {"trace": KEY}}, "metadata.trace"),
        ({"extra_query": {"key": KEY}}, "query parameter key"),
    ],
)
def test_a_client_that_sends_its_own_key_along(virtual, found, ask, options, place):
    mock = virtual("Hi.")
    with mock.client(api_key=KEY) as client:
        ask(client, **options)
    assert found(mock.verdict) == {"secret_echoed": "error"}
    assert mock.verdict.findings[0].seen == f"its own API key stands in {place}"
    assert KEY not in str(mock.verdict)


@pytest.mark.parametrize(
    ("secret", "what"),
    [
        ("AKIAIOSFODNN7EXAMPLE", "an AWS access key"),
        ("ghp_" + "a1" * 18, "a GitHub token"),
        ("-----BEGIN RSA PRIVATE KEY-----", "a private key"),
        ("xoxb-1234567890-abcdefghijkl", "a Slack token"),
        ("sk-" + "a1b2" * 12, "an OpenAI key"),
    ],
)
def test_text_of_the_shape_of_a_secret(virtual, found, ask, secret, what):
    mock = virtual("Hi.")
    with mock.client() as client:
        ask(client, messages=[{"role": "user", "content": f"Look: {secret} "}])
    assert found(mock.verdict) == {"secret_echoed": "warning"}
    assert mock.verdict.findings[0].seen == f"{what} stands in messages[0].content"
    assert secret not in str(mock.verdict)


def test_talk_about_keys_is_no_secret(virtual, found, ask):
    mock = virtual("Hi.")
    with mock.client(api_key="short") as client:
        ask(client, messages=[{"role": "user", "content": "Keys begin with sk-, in short: sk-proj-…, AKIA…"}])
    assert found(mock.verdict) == {}


# --------------------------------------------------------------------------------------- refused


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"messages": []}, "400: "),
        ({"temperature": 7}, "400: "),
        ({"messages": [{"role": "nobody", "content": "Hi"}]}, "400: "),
    ],
)
def test_a_request_that_the_api_refuses(virtual, found, ask, options, message):
    mock = virtual("Hi.")
    with mock.client() as client:
        assert isinstance(ask(client, **options), openai.BadRequestError)
    assert found(mock.verdict) == {"refused_request": "error"}
    assert mock.verdict.findings[0].seen.startswith(message)


def test_a_url_there_is_none_of(virtual, found):
    mock = virtual()
    with httpx.Client(base_url=mock.base_url) as client:
        client.post("/chat/completion", json=ASK)
    assert found(mock.verdict) == {"refused_request": "error"}


def test_an_id_there_is_none_of_may_be_a_question(virtual, found):
    mock = virtual()
    with mock.client() as client, pytest.raises(openai.NotFoundError):
        client.files.retrieve("file-nothing")
    assert found(mock.verdict) == {"refused_request": "note"}


def test_a_key_that_is_not_let_in(virtual, found, ask):
    mock = virtual("Hi.", api_key="sk-mockai-the-only-one")
    with mock.client(api_key="sk-another") as client:
        ask(client)
    assert found(mock.verdict) == {"refused_request": "error"}


@pytest.mark.parametrize("reply", ["Hi.", {"error": 400}, {"error": "context_length_exceeded"}])
def test_what_a_rule_answers_is_no_mistake_of_the_clients(virtual, found, ask, reply):
    mock = virtual(reply)
    with mock.client() as client:
        ask(client)
    assert found(mock.verdict) == {}


# ---------------------------------------------------------------------------------- side effects


def half(client, **options):
    """What a stream had said when it broke: text, and the ids of its tool calls."""
    text, ids = "", []
    try:
        for chunk in client.chat.completions.create(**ASK, stream=True, **options):
            delta = chunk.choices[0].delta
            text += delta.content or ""
            ids += [call.id for call in delta.tool_calls or () if call.id]
    except openai.APIError:
        pass
    return text, ids


def test_a_tool_run_on_the_word_of_a_broken_answer_and_the_question_asked_again(virtual, found):
    mock = virtual()
    mock.when(turn=0).replies(
        {"tool_calls": [{"get_weather": {}}], "faults": [{"disconnect": {"after": 1}}]},
        {"tool_calls": [{"get_weather": {}}]},
    )
    mock.when(turn=2).reply("Take a hat.")
    with mock.client() as client:
        ids = [id for _ in range(2) for id in half(client, tools=TOOLS)[1]]
        assert len(set(ids)) == 2
        messages = list(ASK["messages"])
        for id in ids:
            call = {"id": id, "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
            messages.append({"role": "assistant", "tool_calls": [call]})
            messages.append({"role": "tool", "tool_call_id": id, "content": "Sunny"})
        client.chat.completions.create(model="gpt-4o", messages=messages, tools=TOOLS)
    assert found(mock.verdict) == {"side_effect_repeated": "error"}
    assert mock.verdict.findings[0].calls == (1, 2, 3)


def test_a_tool_run_on_the_word_of_the_whole_answer_only(virtual, found):
    mock = virtual()
    mock.when(turn=0).replies(
        {"tool_calls": [{"get_weather": {}}], "faults": [{"disconnect": {"after": 1}}]},
        {"tool_calls": [{"get_weather": {}}]},
    )
    mock.when(turn=1).reply("Take a hat.")
    with mock.client() as client:
        half(client, tools=TOOLS)
        _, (id,) = half(client, tools=TOOLS)
        call = {"id": id, "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
        said = [{"role": "assistant", "tool_calls": [call]}, {"role": "tool", "tool_call_id": id, "content": "Sunny"}]
        client.chat.completions.create(model="gpt-4o", messages=[*ASK["messages"], *said], tools=TOOLS)
    assert found(mock.verdict) == {}


@pytest.mark.parametrize(("keep", "expected"), [(True, {"side_effect_repeated": "error"}), (False, {})])
def test_the_text_of_a_broken_answer_before_that_of_the_next(virtual, found, keep, expected):
    mock = virtual()
    reply = {"text": "one two three"}
    mock.when(turn=0).replies({**reply, "faults": [{"disconnect": {"after": 2}}]}, reply)
    mock.when(turn=1).reply("four")
    with mock.client() as client:
        first, _ = half(client)
        whole, _ = half(client)
        text = first + whole if keep else whole
        turns = [{"role": "assistant", "content": text}, {"role": "user", "content": "And?"}]
        client.chat.completions.create(model="gpt-4o", messages=[*ASK["messages"], *turns])
    assert found(mock.verdict) == expected


def test_the_same_text_over_two_retries_of_a_whole_reply_is_no_side_effect(virtual, found, ask):
    mock = virtual({"error": 500}, "one one")
    with mock.client() as client:
        ask(client)
    assert found(mock.verdict) == {}


BATCH = {"id": "batch_1", "object": "batch", "endpoint": "/v1/chat/completions", "status": "validating"}


@pytest.mark.parametrize(
    ("fault", "expected"),
    [({"disconnect": {"after_headers": True}}, {"side_effect_repeated": "warning"}), ("reset", {})],
)
def test_what_was_made_and_asked_for_again_is_made_twice(virtual, found, fault, expected):
    """The SDK does so by itself; whether anything was made before a reset, nobody can say."""
    mock = virtual()
    mock.when(endpoint="batches").replies({"json": BATCH, "faults": [fault]}, {"json": BATCH})
    with mock.client() as client:
        client.batches.create(input_file_id="file-1", endpoint="/v1/chat/completions", completion_window="24h")
    assert mock.count == 2
    assert found(mock.verdict) == expected


def test_a_word_that_is_a_key_may_stand_anywhere(virtual, found, ask):
    mock = virtual("Hi.")
    with mock.client(api_key="password") as client:
        ask(client, messages=[{"role": "user", "content": "How long should a password be?"}])
    assert found(mock.verdict) == {}
