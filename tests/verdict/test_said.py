"""What the bytes of a stream say, as far as they can be read."""

import orjson
import pytest

from mockai.verdict.said import Said, said_by


def sse(*events, name=None):
    """Events as bytes."""
    head = f"event: {name}\n" if name else ""
    return b"".join(
        f"{head}data: {event if isinstance(event, str) else orjson.dumps(event).decode()}\n\n".encode()
        for event in events
    )


def chunk(**delta):
    return {"id": "chatcmpl-1", "choices": [{"index": 0, "delta": delta}]}


CALL = {"index": 0, "id": "call_1", "function": {"name": "f", "arguments": ""}}


@pytest.mark.parametrize(
    ("stream", "expected"),
    [
        (b"", Said()),
        (sse(chunk(content="one"), chunk(content=" two"), "[DONE]"), Said(("one two",), (), ("chatcmpl-1",))),
        (sse(chunk(content="one")).replace(b"\n", b"\r\n"), Said(("one",), (), ("chatcmpl-1",))),
        (
            sse(chunk(content="one"), '{"id": "chatcmpl-1", "cho', chunk(content="three")),
            Said(("one", "three"), (), ("chatcmpl-1",), malformed=1),
        ),
        (sse(chunk(content="one"), {"error": {"message": "Sorry"}}), Said(("one",), (), ("chatcmpl-1",), errors=1)),
        (sse({"type": "error", "message": "Sorry"}), Said(("",), errors=1)),
        (sse({"error": None, "choices": None}), Said(("",))),
        (sse(chunk(tool_calls=[CALL]), chunk(tool_calls=[CALL])), Said(("",), ("call_1",), ("chatcmpl-1",))),
        (sse(chunk(tool_calls=[{"index": 0}, 7])), Said(("",), (), ("chatcmpl-1",))),
        (sse({"id": "cmpl-1", "choices": [{"text": "one"}, 7]}), Said(("one",), (), ("cmpl-1",))),
        (sse(["a list"], "7"), Said(("", "", ""), malformed=2)),
        (
            sse(
                {"type": "response.created", "response": {"id": "resp_1"}},
                {"type": "response.output_item.added", "item": {"type": "function_call", "call_id": "call_1"}},
                {"type": "response.output_text.delta", "item_id": "msg_1", "delta": "one"},
                {"type": "response.failed", "response": {"id": "resp_1"}},
                name="x",
            ),
            Said(("one",), ("call_1",), ("resp_1",), errors=1),
        ),
        (b": keep-alive\n\nevent: ping\n\n", Said(("",))),
        (b"data: {\xff\n\n", Said(("", ""), malformed=1)),
    ],
)
def test_a_stream_says(stream, expected):
    assert said_by(stream) == expected
    assert said_by(stream).text == "".join(expected.parts)
