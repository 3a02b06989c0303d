"""`/videos`: jobs, and how they end."""

import httpx
import pytest

from mockai.api_errors import RequestRefused
from mockai.endpoints.base import Serving
from mockai.endpoints.videos import OPERATIONS, VIDEO, encode, remember
from mockai.endpoints.webhook_events import take_events
from mockai.errors import ReplyError
from mockai.ids import Mint
from mockai.replies.answer import Choice, Completion, Picture, Text
from mockai.state import Resources
from mockai.wire import Body, HTTPRequest

MINT = Mint(0, "rule", 1)
BY_NAME = {operation.name: operation for operation in OPERATIONS}


@pytest.fixture
def serving():
    return Serving(Resources())


def post(name="create", params=(), files=None, **data):
    sent = httpx.Request("POST", "http://x", data={"prompt": "a cat", **data}, files=files or {"n": (None, "1")})
    headers = (("content-type", sent.headers["content-type"]),)
    return BY_NAME[name].decode(HTTPRequest("POST", "/v1/videos", (), headers, sent.read()), dict(params))


def get(name, id, *query):
    return BY_NAME[name].decode(HTTPRequest("GET", f"/v1/videos/{id}", query), {"video_id": id})


def begin(serving, completion=None):
    request = post()
    remember(completion or Completion(()), request, MINT, serving.resources)
    return VIDEO.new_id(MINT)


def look(serving, id, times=1):
    for _ in range(times):
        serve = BY_NAME["retrieve"].serve
        serve(get("retrieve", id), serving, MINT)
    return VIDEO.get(serving.resources, id)


def content(serving, id, *query):
    head, body = BY_NAME["download_content"].serve(get("download_content", id, *query), serving, MINT)
    assert isinstance(body, Body)
    return dict(head.headers)["content-type"], body.data[:4]


def test_a_job_begins_in_the_queue(body_of):
    plan = encode(Completion(()), post(seconds="8"), MINT)
    sent = body_of(plan)
    assert sent == {
        "id": VIDEO.new_id(MINT),
        "object": "video",
        "created_at": MINT.created,
        "status": "queued",
        "completed_at": None,
        "error": None,
        "expires_at": None,
        "model": "sora-2",
        "progress": 0,
        "prompt": "a cat",
        "remixed_from_video_id": None,
        "seconds": "8",
        "size": "720x1280",
    }
    assert dict(plan[0].headers)["openai-poll-after-ms"] == "10"


def test_a_job_goes_on_with_each_look(serving):
    id = begin(serving)
    states = [(video["status"], video["progress"]) for video in (look(serving, id) for _ in range(4))]
    assert states == [("in_progress", 50), ("completed", 100), ("completed", 100), ("completed", 100)]


def test_the_end_of_a_job_is_announced_once(serving):
    id = begin(serving)
    look(serving, id, 2)
    assert [(each["type"], each["data"]) for each in take_events(serving.resources)] == [
        ("video.completed", {"id": id})
    ]


def test_json_says_how_a_job_ends(serving):
    failing = Completion((Choice((Text('{"status":"failed","error":{"code":"x","message":"No."}}'),)),))
    video = look(serving, begin(serving, failing), 2)
    assert (video["status"], video["progress"], video["completed_at"]) == ("failed", 50, None)
    assert video["error"] == {"code": "x", "message": "No."}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ((), ("video/mp4", b"\x00\x00\x00\x1c")),
        ((("variant", "thumbnail"),), ("image/webp", b"RIFF")),
        ((("variant", "spritesheet"),), ("image/jpeg", b"\xff\xd8\xff\xe0")),
    ],
)
def test_a_finished_job_has_files(serving, query, expected):
    id = begin(serving)
    look(serving, id, 2)
    assert content(serving, id, *query) == expected


def test_an_unfinished_job_has_no_files_and_cannot_be_remixed(serving):
    id = begin(serving)
    with pytest.raises(RequestRefused, match=f"Video {id} is not ready yet"):
        content(serving, id)
    enrich = BY_NAME["remix"].enrich
    with pytest.raises(RequestRefused, match="is not ready yet"):
        enrich(post("remix", {"video_id": id}), serving)
    look(serving, id, 2)
    request = post("remix", {"video_id": id})
    assert enrich(request, serving) is request


def test_an_edit_names_its_video_or_brings_it_along(serving, body_of):
    enrich = BY_NAME["edit"].enrich
    with pytest.raises(RequestRefused, match="No such Video object: video_1"):
        enrich(post("edit", **{"video[id]": "video_1"}), serving)
    brought = post("edit", files={"video": ("a.mp4", b"x", "video/mp4")})
    assert enrich(brought, serving) is brought
    assert body_of(encode(Completion(()), brought, MINT))["remixed_from_video_id"] is None


def test_a_picture_to_begin_with_is_an_image():
    assert post(files={"input_reference": ("a.png", b"x", "image/png")}).messages[0].has == frozenset({"image"})


@pytest.mark.parametrize(
    "wrong",
    [
        Completion((Choice((Text("Hi"),)),)),
        Completion((Choice((Text("[]"),)),)),
        Completion((Choice((Text('{"status":"queued"}'),)),)),
        Completion((), media=(Picture(),)),
    ],
)
def test_other_replies_cannot_be_sent(wrong):
    with pytest.raises(ReplyError, match=r"videos\.create cannot send this reply: it takes `json`"):
        encode(wrong, post(), MINT)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"prompt": ""}, "Invalid 'prompt': empty string."),
        ({"seconds": "5"}, "Invalid value: '5'. Supported values are: '4', '8', and '12'."),
        ({"size": "1x1"}, "Invalid value: '1x1'."),
    ],
)
def test_what_the_api_refuses_is_refused(data, message):
    with pytest.raises(RequestRefused) as refused:
        post(**data)
    assert refused.value.error.message.startswith(message)
