"""`POST /embeddings`: what is read, what is refused, what is sent."""

import base64

import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints.embeddings import decode_create, encode
from mockai.endpoints.vectors import packed, vector
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import Choice, Completion, Picture, Text, Vectors
from mockai.scenario.schema import UsageSpec

MINT = Mint(0, "rule", 1)
MODEL = "text-embedding-3-small"


@pytest.fixture
def ask(post):
    return lambda **body: decode_create(post({"model": MODEL, "input": "Hi", **body}), {})


@pytest.mark.parametrize(
    ("input", "texts"),
    [("Hi", ("Hi",)), (["a", "b"], ("a", "b")), ([1, 22], ("1 22",)), ([[1], [2, 3]], ("1", "2 3"))],
)
def test_each_input_is_a_user_message(ask, input, texts):
    assert tuple(message.text for message in ask(input=input).messages) == texts


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"model": None}, "you must provide a model parameter"),
        ({"input": None}, "Missing required parameter: 'input'."),
        ({"input": []}, "Invalid 'input': input cannot be an empty array."),
        ({"input": {}}, "Invalid type for 'input': expected one of a string or array, but got an object instead."),
        ({"input": ""}, "'$.input' is invalid."),
        ({"input": ["a", ""]}, "'$.input' is invalid."),
        ({"input": ["a", 1]}, "'$.input' is invalid."),
        ({"input": [[]]}, "'$.input' is invalid."),
        ({"input": [-1]}, "'$.input' is invalid."),
        ({"input": ["a"] * 2049}, "'$.input' is invalid."),
        ({"input": [1] * 8193}, "however you requested 8193 tokens (8193 in your prompt; 0 for the completion)"),
        ({"input": [[1] * 8000] * 38}, "Invalid 'input': maximum request size is 300000 tokens per request."),
        ({"dimensions": 0}, "Invalid 'dimensions': integer below minimum value."),
        ({"dimensions": 1537}, "Expected a value <= 1536, but got 1537 instead."),
        ({"model": "text-embedding-ada-002", "dimensions": 8}, "This model does not support specifying dimensions."),
        ({"encoding_format": "hex"}, "Invalid value: 'hex'. Supported values are: 'float' and 'base64'."),
    ],
)
def test_what_the_api_refuses_is_refused(ask, body, message):
    with pytest.raises(RequestRefused) as refused:
        ask(**body)
    assert message in refused.value.error.message


def test_the_reply_has_the_vectors_in_order(ask, body_of):
    sent = body_of(encode(Completion(()), ask(input=["a", "b"], dimensions=4), MINT))
    assert sent == {
        "object": "list",
        "data": [
            {"object": "embedding", "index": 0, "embedding": list(vector("a", MODEL, 1536, 4))},
            {"object": "embedding", "index": 1, "embedding": list(vector("b", MODEL, 1536, 4))},
        ],
        "model": MODEL,
        "usage": {"prompt_tokens": 2, "total_tokens": 2},
    }


@pytest.mark.parametrize(("model", "size"), [(MODEL, 1536), ("text-embedding-3-large", 3072), ("house", 1536)])
def test_models_have_their_sizes(ask, body_of, model, size):
    sent = body_of(encode(Completion(()), ask(model=model), MINT))
    assert len(sent["data"][0]["embedding"]) == size
    assert (
        len(body_of(encode(Completion(()), ask(model="house", dimensions=5000), MINT))["data"][0]["embedding"]) == 5000
    )


def test_base64_holds_32_bit_floats(ask, body_of):
    sent = body_of(encode(Completion((), media=(Vectors(((0.5, -2.0),)),)), ask(encoding_format="base64"), MINT))
    assert base64.b64decode(sent["data"][0]["embedding"]) == packed((0.5, -2.0))


def test_scripted_vectors_are_taken_in_turn(ask, body_of):
    scripted = Completion(
        (), model="mine", usage=UsageSpec(prompt_tokens=7), headers={"x-mine": "1"}, media=(Vectors(((1.0,), (2.0,))),)
    )
    plan = encode(scripted, ask(input=["a", "b", "c"]), MINT)
    sent = body_of(plan)
    assert [each["embedding"] for each in sent["data"]] == [[1.0], [2.0], [2.0]]
    assert (sent["model"], sent["usage"]) == ("mine", {"prompt_tokens": 7, "total_tokens": 7})
    headers = dict(plan[0].headers)
    assert (headers["openai-model"], headers["x-mine"]) == ("mine", "1")


def test_the_vector_of_another_text_can_be_asked_for(ask, body_of):
    sent = body_of(encode(Completion((), media=(Vectors(like="cats"),)), ask(dimensions=8), MINT))
    assert sent["data"][0]["embedding"] == list(vector("cats", MODEL, 1536, 8))


def test_json_is_the_whole_body(ask, body_of):
    written = Completion((Choice((Text('{"data": []}'),)),))
    assert body_of(encode(written, ask(), MINT)) == {"data": []}


@pytest.mark.parametrize(
    "wrong",
    [Completion((Choice((Text("Hi"),)),)), Completion((Choice((Text("[1]"),)),)), Completion((), media=(Picture(),))],
)
def test_other_replies_cannot_be_sent(ask, wrong):
    with pytest.raises(ReplyError, match=r"embeddings\.create cannot send this reply: it takes `embedding`, `auto`"):
        encode(wrong, ask(), MINT)
    with pytest.raises(ReplyError, match="piece by piece"):
        encode(wrong, ask(), MINT, iter(()))
