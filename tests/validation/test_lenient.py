"""Whatever stands under a key, lenient validation answers it: with what a rule says, or with a plausible object."""

import orjson
import pytest

from mockai.engine import Engine
from mockai.settings import Settings
from mockai.surface.installed import shipped_bodies
from mockai.wire import Body, Call, Head, HTTPRequest

JUNK = [None, True, -1, 1.5, 10**12, "", "x", [], [1], [[]], [{}], [None], {}, {"type": []}, {"x": {"type": {}}}]
USER = {"role": "user", "content": "Hi"}
TOOL = {"type": "function", "function": {"name": "f"}}
ASKED = {
    "chat.completions.create": {"model": "gpt-4o", "messages": [USER], "tools": [TOOL], "logprobs": True},
    "responses.create": {"model": "gpt-4o", "input": "Hi", "tools": [{"type": "function", "name": "f"}]},
    "completions.create": {"model": "gpt-3.5-turbo-instruct", "prompt": "Hi"},
    "embeddings.create": {"model": "text-embedding-3-small", "input": "Hi"},
    "images.generate": {"model": "gpt-image-1", "prompt": "a cat"},
    "moderations.create": {"model": "omni-moderation-latest", "input": "Hi"},
    "audio.speech.create": {"model": "tts-1", "input": "Hi", "voice": "alloy"},
}
PATHS = {body.name: body for body in shipped_bodies().bodies}
IDS = {"conversation": 404, "previous_response_id": 400}  # of which there are none, in either mode
CASES = [(name, key) for name in ASKED for key in PATHS[name].schema["properties"]]


@pytest.fixture(scope="module")
def engine():
    return Engine(settings=Settings(validation="lenient", on_unmatched="auto"))


def answered(engine, name, body):
    """Status of the reply, and what went wrong of ours."""
    http = HTTPRequest("POST", f"/v1{PATHS[name].path}", (), (), orjson.dumps(body))
    exchange, status = engine.handle(http), 0
    for step in exchange.plan:
        if isinstance(step, Call):
            step.returned(step.function())
        elif isinstance(step, Head):
            status = step.status
        else:
            assert isinstance(step, Body)
    exchange.end("complete")
    return status, exchange.entry.error


@pytest.mark.parametrize(("name", "key"), CASES)
def test_junk_under_a_key_is_answered(engine, name, key):
    for junk in JUNK:
        for more in ({}, {"stream": True}):
            status, error = answered(engine, name, {**ASKED[name], **more, key: junk})
            assert (error, status) == (None, IDS.get(key, 200) if junk == "x" else 200), (key, junk, more)


@pytest.mark.parametrize("quality", ["low", "medium", "high", "auto", "xhigh", "max"])
def test_every_quality_that_the_sdk_has_is_made(engine, quality):
    assert answered(engine, "images.generate", {**ASKED["images.generate"], "quality": quality}) == (200, None)
