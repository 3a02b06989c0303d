"""The usage that replies report, exact and alike however they are sent."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mockai import MockOpenAI


@pytest.fixture(scope="module")
def mock():
    with MockOpenAI(mode="patch", set_env=False, base_urls=["http://tokens.test/v1"]) as active:
        yield active


def chat(mock, reply, *, stream=False, **body):
    """The usage of a chat completion, and the text it holds."""
    mock.reset()
    mock.reply(reply)
    client = mock.client(base_url="http://tokens.test/v1")
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "What is the capital of France?"}], **body}
    if not stream:
        made = client.chat.completions.create(**asked)
        return made.usage.to_dict(), made.choices[0].message.content
    chunks = list(client.chat.completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    return chunks[-1].usage.to_dict(), "".join(c.choices[0].delta.content or "" for c in chunks if c.choices)


CALL = {"tool_calls": [{"weather": {"city": "Paris"}}]}  # 1 token, and 5 of arguments
PAIR = {"tool_calls": [{"weather": {"city": "Paris"}}, {"weather": {"city": "Paris"}}]}
SPENT = [
    ("gpt-4o", "Paris.", 2, 0),
    ("gpt-4.1", "Paris.", 2, 0),
    ("gpt-4", "你好", 2, 0),
    ("gpt-5-mini", "Paris.", 2 + 9, 0),
    ("gpt-5-mini", {"text": "Paris.", "usage": {"reasoning_tokens": 64}}, 2 + 9 + 64, 64),
    ("gpt-5.4", "Paris.", 2 + 3, 0),
    ("o3-mini", "Paris.", 2 + 12, 0),
    ("gpt-4o", CALL, 1 + 5 + 7, 0),
    ("gpt-4o", PAIR, 2 * (1 + 5) + 29, 0),
    ("gpt-5-mini", CALL, 1 + 5 + 16, 0),
    ("gpt-5.4-mini", CALL, 1 + 5 + 10, 0),
]


@pytest.mark.parametrize(("model", "reply", "spent", "thought"), SPENT)
def test_a_completion_costs_what_was_measured_of_its_family(mock, model, reply, spent, thought):
    usage, _ = chat(mock, reply, model=model)
    assert usage["completion_tokens"] == spent
    assert usage["completion_tokens_details"]["reasoning_tokens"] == thought
    assert usage["total_tokens"] == usage["prompt_tokens"] + spent


MODELS = ["gpt-4o", "gpt-4", "gpt-5", "gpt-5.6", "o3-mini", "gpt-4o-audio-preview"]


@settings(max_examples=30, deadline=None)
@given(
    text=st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=40),
    model=st.sampled_from(MODELS),
    most=st.none() | st.integers(1, 12),
)
def test_usage_and_text_are_the_same_streamed_and_whole(mock, text, model, most):
    reply = {"text": text.replace("{", "(")}
    limit = {} if most is None else {"max_completion_tokens": most}
    usage, sent = chat(mock, reply, model=model, **limit)
    assert chat(mock, reply, model=model, stream=True, **limit) == (usage, sent)
    assert text.replace("{", "(").startswith(sent)
    assert most is None or usage["completion_tokens"] <= most


def test_a_limit_in_the_middle_of_a_character_leaves_the_character_out(mock):
    usage, sent = chat(mock, "🧠 brain", max_completion_tokens=2)
    assert (usage["completion_tokens"], sent) == (2, "")
    assert chat(mock, "🧠 brain", max_completion_tokens=2, stream=True) == (usage, "")


def test_a_character_of_several_tokens_is_one_piece_with_one_log_probability(mock):
    mock.reset()
    mock.reply("🧠 brain")
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "logprobs": True}
    chunks = mock.client(base_url="http://tokens.test/v1").chat.completions.create(**asked, stream=True)
    sent = [(c.choices[0].delta.content, c.choices[0].logprobs) for c in chunks if c.choices[0].delta.content]
    assert [content for content, _ in sent] == ["🧠", " brain"]
    assert [[each.token for each in logprobs.content] for _, logprobs in sent] == [["🧠"], [" brain"]]


def test_pieces_and_log_probabilities_are_the_tokens_that_are_counted(mock):
    mock.reset()
    mock.reply("internationalization of snake_case, don't")
    asked = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}], "logprobs": True}
    made = mock.client(base_url="http://tokens.test/v1").chat.completions.create(**asked)
    assert len(made.choices[0].logprobs.content) == made.usage.completion_tokens == 7


def test_embeddings_cost_the_tokens_of_their_inputs(mock):
    made = mock.client(base_url="http://tokens.test/v1").embeddings.create(
        model="text-embedding-3-small", input=["你好", "Hello world."]
    )
    assert (made.usage.prompt_tokens, made.usage.total_tokens) == (2 + 3, 5)


def test_a_response_counts_as_a_chat_does(mock):
    mock.reset()
    mock.reply("Paris.")
    made = mock.client(base_url="http://tokens.test/v1").responses.create(
        model="gpt-5", instructions="Be brief.", input="What is the capital of France?"
    )
    assert (made.usage.input_tokens, made.usage.output_tokens) == (13 + 7, 2 + 9)


@pytest.mark.parametrize("model", ["gpt-4o", "gpt-5-mini", "o3-mini"])
@pytest.mark.parametrize("reply", ["Paris is 🧠.", {"text": "Paris.", "reasoning": "Think."}, CALL], ids=range(3))
def test_a_streamed_response_counts_as_a_whole_one(mock, model, reply):
    mock.reset()
    mock.reply(reply)
    responses = mock.client(base_url="http://tokens.test/v1").responses
    whole = responses.create(model=model, input="What is the capital of France?").usage
    *_, last = responses.create(model=model, input="What is the capital of France?", stream=True)
    assert last.response.usage == whole
    assert whole.total_tokens == whole.input_tokens + whole.output_tokens


def test_a_streamed_completion_counts_as_a_whole_one(mock):
    mock.reset()
    mock.reply("你好, 世界.")
    completions = mock.client(base_url="http://tokens.test/v1").completions
    asked = {"model": "gpt-3.5-turbo-instruct", "prompt": "你好", "max_tokens": 4}
    whole = completions.create(**asked)
    chunks = list(completions.create(**asked, stream=True, stream_options={"include_usage": True}))
    assert chunks[-1].usage == whole.usage
    assert (whole.usage.prompt_tokens, whole.usage.completion_tokens) == (2, 4)
    assert "".join(chunk.choices[0].text for chunk in chunks if chunk.choices) == whole.choices[0].text
