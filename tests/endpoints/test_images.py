"""Requests for images, and replies with them."""

import base64

import httpx
import orjson
import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints.images_made import mimetype_of, painted
from mockai.endpoints.images_reply import encode
from mockai.endpoints.images_request import decode_edit, decode_generate, decode_variation
from mockai.endpoints.served_urls import url_beside
from mockai.ids import Mint
from mockai.replies.answer import Choice, Completion, Picture, Text
from mockai.scenario.schema import UsageSpec
from mockai.wire import HTTPRequest

MINT = Mint(0, "rule", 1)
PNG = ("image", ("a.png", b"png", "image/png"))


@pytest.fixture
def ask(post):
    return lambda **body: decode_generate(post({"model": "gpt-image-1", "prompt": "a cat", **body}), {})


def form(data, *files) -> HTTPRequest:
    sent = httpx.Request("POST", "http://x", data=data, files=list(files))
    headers = tuple((name.lower(), value) for name, value in sent.headers.items())
    return HTTPRequest("POST", "/v1/images/edits", (), headers, sent.read())


def edit(*files, **data):
    return decode_edit(form({"model": "gpt-image-1", "prompt": "a cat", **data}, *files), {})


def refused(call) -> str:
    with pytest.raises(RequestRefused) as caught:
        call()
    return caught.value.error.message


def test_a_reply_names_what_was_painted(ask, body_of):
    sent = body_of(encode(Completion(()), ask(quality="low", background="transparent", size="512x256"), MINT))
    assert base64.b64decode(sent.pop("data")[0]["b64_json"]).startswith(b"\x89PNG")
    assert sent == {
        "created": MINT.created,
        "background": "transparent",
        "output_format": "png",
        "quality": "low",
        "size": "512x256",
        "usage": {
            "input_tokens": 2,
            "input_tokens_details": {"image_tokens": 0, "text_tokens": 2},
            "output_tokens": 34,
            "output_tokens_details": {"image_tokens": 34, "text_tokens": 0},
            "total_tokens": 36,
        },
    }


def test_equal_prompts_give_equal_images_and_files_count_too(ask, body_of):
    def image(request):
        return body_of(encode(Completion(()), request, MINT))["data"][0]["b64_json"]

    assert image(ask()) == image(ask())
    assert len({image(request) for request in (ask(), ask(prompt="a dog"), edit(PNG))}) == 3
    other = ("image", ("a.png", b"other", "image/png"))
    assert image(edit(PNG)) != image(edit(other))


@pytest.mark.parametrize(
    ("body", "entry"),
    [
        ({"model": "dall-e-3"}, {"revised_prompt": "a cat"}),
        ({"model": "dall-e-2"}, {}),
    ],
)
def test_the_older_models_send_urls_unless_asked(ask, body_of, body, entry):
    sent = body_of(encode(Completion(()), ask(**body), MINT))
    assert set(sent) == {"created", "data"}
    url = sent["data"][0].pop("url")
    assert (url[:38], sent["data"][0]) == ("https://api.openai.com/v1/images/conte", entry)
    coded = body_of(encode(Completion(()), ask(**body, response_format="b64_json"), MINT))
    assert base64.b64decode(coded["data"][0]["b64_json"]) == painted(url.rpartition("/")[2])


def test_scripted_images_are_sent_as_they_are_and_repeated(ask, body_of):
    media = (Picture(b"one"), Picture(url="https://a.example/b.png", revised_prompt="a tabby"))
    scripted = Completion((), created=7, usage=UsageSpec(completion_tokens=5), media=media)
    sent = body_of(encode(scripted, ask(n=3), MINT))
    one = base64.b64encode(b"one").decode()
    assert sent["data"] == [
        {"b64_json": one},
        {"revised_prompt": "a tabby", "url": "https://a.example/b.png"},
        {"b64_json": one},
    ]
    assert (sent["created"], sent["usage"]["output_tokens"], sent["usage"]["total_tokens"]) == (7, 5, 7)
    assert len(body_of(encode(scripted, ask(), MINT))["data"]) == 2


def test_json_is_the_whole_body(ask, body_of):
    assert body_of(encode(Completion((Choice((Text('{"data":[]}'),)),)), ask(), MINT)) == {"data": []}


def test_a_stream_has_events_with_names(ask):
    _, partial, last = encode(Completion(()), ask(stream=True, partial_images=1), MINT)
    name, data, *rest = partial.data.decode().split("\n")
    assert (name, rest) == ("event: image_generation.partial_image", ["", ""])
    assert list(orjson.loads(data.removeprefix("data: "))) == [
        *("type", "b64_json", "partial_image_index", "created_at", "background", "output_format", "quality", "size"),
    ]
    assert last.data.startswith(b"event: image_generation.completed\n")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"model": 1}, "Invalid type for 'model': expected a string, but got an integer instead."),
        ({"prompt": None}, "Invalid type for 'prompt': expected a string, but got null instead."),
        ({"prompt": ""}, "Invalid 'prompt': empty string."),
        ({"n": 0}, "Invalid 'n': integer below minimum value. Expected a value >= 1, but got 0 instead."),
        ({"n": 11}, "Invalid 'n': integer above maximum value. Expected a value <= 10, but got 11 instead."),
        ({"output_compression": 101}, "Invalid 'output_compression': integer above maximum value."),
        ({"partial_images": 4}, "Invalid 'partial_images': integer above maximum value."),
        ({"quality": "x"}, "Invalid value: 'x'. Supported values are: 'low', 'medium', 'high', and 'auto'."),
        ({"output_format": "bmp"}, "Invalid value: 'bmp'. Supported values are: 'png', 'webp', and 'jpeg'."),
        ({"moderation": "x"}, "Invalid value: 'x'. Supported values are: 'auto' and 'low'."),
        ({"background": "x"}, "Invalid value: 'x'. Supported values are: 'transparent', 'opaque', and 'auto'."),
        ({"size": "bogus"}, "Invalid size 'bogus'. Expected WIDTHxHEIGHT, for example '1824x1024'."),
        ({"size": "9999x16"}, "Invalid size '9999x16'."),
        ({"size": "100x100"}, "Width and height must both be divisible by 16."),
        ({"response_format": "url"}, "Unknown parameter: 'response_format'."),
        ({"style": "vivid"}, "Unknown parameter: 'style'."),
    ],
)
def test_what_the_api_refuses_is_refused(post, read, body, message):
    whole = {"model": "gpt-image-2", "prompt": "a cat", **body}
    assert refused(lambda: read(post(whole, "/v1/images/generations"))).startswith(message)


def test_a_model_must_be_named(post):
    assert refused(lambda: decode_generate(post({"prompt": "a"}), {})) == "Missing required parameter: 'model'."


def test_edits_are_forms_with_images_or_json_with_references(post):
    request = edit(PNG, ("mask", ("m.png", b"m", "image/png")), n="2")
    assert (request.operation, request.messages[0].has, request.body["n"]) == ("edit", frozenset({"image"}), "2")
    body = {"model": "gpt-image-1", "prompt": "a", "images": [{"file_id": "file-1"}], "stream": True}
    assert decode_edit(post(body), {}).stream is True
    assert refused(lambda: decode_edit(post({**body, "images": []}), {})) == "Missing required parameter: 'images'."
    assert refused(lambda: decode_edit(post({**body, "image": "x"}), {})).startswith("Unknown parameter: 'image'.")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "Could not parse multipart form"),
        ([("mask", ("m.png", b"", "image/png"))], "Missing required parameter: 'image'."),
        ([("images", ("m.png", b"", "image/png"))], "Unknown parameter: 'images'."),
        ([("image", ("m.gif", b"", "image/gif"))], "Invalid file 'image': unsupported mimetype ('image/gif')."),
        ([PNG, ("mask", ("m", b"", "text/plain"))], "Invalid file 'image': unsupported mimetype ('text/plain')."),
    ],
)
def test_files_of_edits_are_checked(files, message):
    def sent():
        if files:
            return edit(*files)
        return decode_edit(HTTPRequest("POST", "/", (), (("content-type", "multipart/form-data"),)), {})

    assert refused(sent).startswith(message)


def test_variations_need_no_prompt_and_no_model():
    request = decode_variation(form({"n": "1"}, PNG), {})
    assert (request.operation, request.model, request.messages[0].text) == ("create_variation", "dall-e-2", "")


@pytest.mark.parametrize("name", ["x.png", "0" * 32 + "-16x16.gif", "0" * 32 + "-99999x16.png"])
def test_other_names_are_no_images(name):
    assert painted(name) is None
    assert mimetype_of("0-16x16.jpeg") == "image/jpeg"


@pytest.mark.parametrize(
    ("host", "scope", "path", "expected"),
    [
        ("api.openai.com", None, "/v1/own", "https://api.openai.com/v1/other"),
        (None, None, "/own", "https://api.openai.com/other"),
        ("127.0.0.1:8000", None, "/v1/own", "http://127.0.0.1:8000/v1/other"),
        ("a.mockai.test", None, "/v1/elsewhere", "http://a.mockai.test/v1/other"),
        ("h", {"scheme": "https", "raw_path": b"/s/one/v1/own?x=1"}, "/v1/own", "https://h/s/one/v1/other"),
    ],
)
def test_urls_lead_back_the_way_a_request_came(host, scope, path, expected):
    headers = (("host", host),) if host else ()
    http = HTTPRequest("POST", path, (), headers, context={"scope": scope} if scope else {})
    assert url_beside(http, "/own", "/other") == expected
