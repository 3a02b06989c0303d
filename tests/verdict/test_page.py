"""The page: whole in itself, with nothing of a client's taken for markup, and each attempt at its place in time."""

import re
from html.parser import HTMLParser
from itertools import pairwise

import openai
import pytest

from mockai.verdict import Finding, Verdict
from mockai.verdict.page import page
from mockai.verdict.timeline import clock, timeline

NASTY = "<script>alert(1)</script>\"'&"


class Reader(HTMLParser):
    """The tags of a page, its attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.open, self.attributes, self.text = [], [], [], ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes += attrs
        if tag not in ("meta",):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


@pytest.fixture
def nasty(virtual, ask):
    """A mock whose client asked, impatiently, with names that are markup."""
    mock = virtual()
    mock.when(user="limited").replies({"error": 429, "retry_after": 20}, {"error": 429, "retry_after": 20}, "Hi.")
    mock.when(user="slow").reply(text="one two three", latency={"first_token": 1, "per_token": 0.5})
    with mock.client(max_retries=0) as client:
        for _ in range(3):
            ask(client, model=NASTY, messages=[{"role": "user", "content": "limited"}])
        ask(client, messages=[{"role": "user", "content": "slow"}], stream=True)
        ask(client, messages=[{"role": NASTY, "content": "Hi"}])
    return mock.verdict


def test_the_page_needs_nothing_else_and_escapes_what_came_from_a_client(nasty):
    text = page(nasty)
    read = Reader(text)
    assert read.open == []
    assert {"script", "link", "img", "iframe", "object"} & set(read.tags) == set()
    assert not any(name in ("src", "href", "onload", "onerror", "onclick") for name, _ in read.attributes)
    assert "url(" not in text
    assert "@import" not in text
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in read.attributes
    assert "<script" not in text
    assert f"chat.completions.create, {NASTY}" in read.text
    for part in ("Retried before Retry-After", "asked to wait 20 s", "prolongs it", "3 attempts"):
        assert part in read.text


def test_without_calls_the_page_says_so():
    assert "No call was made." in page(Verdict(()))
    assert "Nothing to object to." in page(Verdict(()))


def test_attempts_waits_and_chunks_stand_where_they_were_in_time(virtual, ask):
    mock = virtual({"error": 500}, {"text": "one two", "latency": {"first_token": 1, "per_token": 1}})
    with mock.client() as client:
        ask(client, stream=True)
    verdict = mock.verdict
    (case,) = verdict.cases
    first, second = case.attempts
    line = timeline(case, verdict.findings)
    span = second.over - first.arrived
    assert line.title == "chat.completions.create, gpt-4o"
    one, two = line.rows
    assert (one.look, one.label, one.wait) == ("bad", "500", "")
    assert (two.look, two.label) == ("good", "200")
    assert two.left == pytest.approx(100 * (second.arrived - first.arrived) / span, abs=0.01)
    assert two.left + two.width == pytest.approx(100, abs=0.01)
    assert two.wait_left + two.wait_width == pytest.approx(two.left, abs=0.01)
    assert two.wait == clock(second.arrived - first.over)
    steps = [later - earlier for earlier, later in pairwise(two.marks)]
    assert [step for step in steps if step > 5] == pytest.approx([100 / span] * 2, rel=0.05)


def test_a_lone_backtick_is_a_backtick():
    text = page(Verdict((Finding("x", "note", (1,), "a ` <b>", "title", "why", "advice"),)))
    assert "a ` &lt;b&gt;" in text


def test_a_broken_connection_and_a_client_that_left_are_told(virtual, ask):
    mock = virtual({"text": "Hi.", "faults": ["reset"]})
    mock.when(user="stall").reply(text="one two", faults=[{"stall": {"after": 1}}])
    mock.when(user="silence").reply(text="one two", faults=["stall"])
    with mock.client(max_retries=0, timeout=5) as client:
        ask(client)
        for word in ("stall", "silence"):
            ask(client, messages=[{"role": "user", "content": word}], stream=True)
    labels = [row.label for case in mock.verdict.cases for row in timeline(case, ()).rows]
    assert labels == ["broken connection", "200, hung up", "gave up waiting"]


def test_text_between_backticks_is_code(virtual):
    mock = virtual({"error": 503})
    with mock.client(max_retries=0) as client, pytest.raises(openai.InternalServerError):
        client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
    assert re.search(r"the SDK's <code>max_retries</code>|the SDK&#39;s <code>max_retries</code>", page(mock.verdict))


@pytest.mark.parametrize(
    ("seconds", "shown"), [(0, "0 ms"), (0.0123, "12 ms"), (0.25, "0.25 s"), (12.345, "12.35 s"), (600, "600 s")]
)
def test_times_as_people_say_them(seconds, shown):
    assert clock(seconds) == shown
