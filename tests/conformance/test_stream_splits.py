"""However TCP cuts a stream into pieces, the SDK sees the same chunks."""

import json
from collections.abc import Iterator

import httpx2
import openai
from hypothesis import given, settings
from hypothesis import strategies as st

from mockai import MockOpenAI
from mockai.wire import Body, HTTPRequest

ASK = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}], "stream": True}
REPLIES = st.one_of(
    st.text(min_size=1, max_size=60).map(
        lambda text: {"text": text.replace("{{", "").replace("{%", "").replace("{#", "")}
    ),
    st.sampled_from(
        [
            {"tool_calls": [{"f": {"é": "ü → 🙂"}}, {"g": {}}]},
            {"refusal": "Nein — „das“ nicht."},
            {"choices": ["eins 1️⃣", "zwei\u2028zwei", "drei\r\ndrei"]},
            {"reasoning": "hm…", "text": "…"},
        ]
    ),
)


class Cut(httpx2.SyncByteStream):
    """Bytes in the pieces given."""

    def __init__(self, pieces: list[bytes]) -> None:
        self.pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return iter(self.pieces)


def chunks_of(pieces: list[bytes]) -> list[dict]:
    """What the SDK makes of a stream that arrives in these pieces."""

    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, stream=Cut(pieces))

    with openai.OpenAI(api_key="x", http_client=httpx2.Client(transport=httpx2.MockTransport(answer))) as client:
        return [chunk.model_dump() for chunk in client.chat.completions.create(**ASK)]


@settings(max_examples=60, deadline=None)
@given(reply=REPLIES, data=st.data())
def test_any_split_gives_the_same_chunks(reply, data):
    mock = MockOpenAI({"rules": [{"reply": reply}]})
    http = HTTPRequest("POST", "/chat/completions", body=json.dumps(ASK).encode())
    whole = b"".join(step.data for step in mock.engine.handle(http).plan if isinstance(step, Body))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(whole) - 1), max_size=12)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    single = [whole[n : n + 1] for n in range(len(whole))]
    assert chunks_of(pieces) == chunks_of([whole]) == chunks_of(single)
