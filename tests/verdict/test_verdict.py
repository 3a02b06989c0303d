"""A verdict is what is found in a journal: iterable, printable, JSON and back."""

import asyncio
import json
import re

import pytest

from mockai import MockOpenAI
from mockai.errors import Unsatisfied, UsageError
from mockai.verdict import Finding, Verdict, attempt_of, kinds, verdict_of
from mockai.verdict.finding import finding
from mockai.verdict.page import page

HASTY = [{"error": 429, "retry_after": 5}, "Hi."]


@pytest.fixture
def hasty(virtual, ask):
    """A mock that a client without patience has asked twice."""
    mock = virtual(*HASTY)
    with mock.client(max_retries=0) as client:
        for _ in range(2):
            ask(client)
    return mock


def test_a_finding_says_what_was_seen_why_it_matters_and_what_to_do(hasty):
    (found,) = hasty.verdict
    assert (found.kind, found.severity, found.calls) == ("retried_too_early", "error", (1, 2))
    assert re.fullmatch(r"call 2 came 0(\.\d+)? s after a 429 that asked for 5 s", found.seen)
    assert "prolongs" in found.why
    assert "retry-after" in found.advice


def test_printed_it_is_prose(hasty):
    lines = str(hasty.verdict).splitlines()
    assert lines[0] == "1 call, 2 attempts: 1 error"
    assert lines[2] == "error: Retried before Retry-After (retried_too_early)"
    assert lines[3] == f"    - {next(iter(hasty.verdict)).seen} [calls 1, 2]"
    assert sum(line.startswith("    Why it matters: The limit") for line in lines) == 1
    assert sum(line.startswith("    What to do: Wait for") for line in lines) == 1


def test_the_sdk_as_it_is_gives_nothing_to_object_to(virtual, ask):
    mock = virtual(*HASTY)
    with mock.client() as client:
        ask(client)
    assert str(mock.verdict) == "1 call, 2 attempts: nothing to object to"
    assert (list(mock.verdict), mock.verdict.clean, bool(mock.verdict)) == ([], True, False)
    mock.assert_resilient(strict=True)


def test_a_client_that_is_not_resilient_fails_the_test_unless_that_is_ignored(hasty):
    with pytest.raises(Unsatisfied, match="Retried before Retry-After"):
        hasty.assert_resilient()
    hasty.assert_resilient(ignore=["retried_too_early"])
    hasty.assert_resilient(ignore="retried_too_early")


def test_warnings_fail_only_where_it_is_strict(virtual, ask):
    mock = virtual({"error": 503})
    with mock.client(max_retries=0) as client:
        ask(client)
    assert [(found.kind, found.severity) for found in mock.verdict] == [("not_retried", "warning")]
    mock.assert_resilient()
    with pytest.raises(Unsatisfied, match="not_retried"):
        mock.assert_resilient(strict=True)


def test_a_kind_there_is_none_of_is_a_clear_error(hasty):
    with pytest.raises(UsageError, match="no finding is called 'retried_to_early'; did you mean 'retried_too_early'"):
        hasty.assert_resilient(ignore=["retried_to_early"])


def test_an_attempt_survives_json(hasty):
    entries = hasty.session.journal.entries()
    rows = [{"evidence": json.loads(json.dumps(attempt_of(entry).as_json()))} for entry in entries]
    assert verdict_of(rows).findings == hasty.verdict.findings


def test_another_export_is_a_clear_error():
    with pytest.raises(UsageError, match="not the journal of this version"):
        verdict_of([{"number": 1}])


def test_every_kind_says_what_it_is_why_it_matters_and_what_to_do():
    assert len(kinds()) == len({kind.name for kind in kinds()}) == 21
    for kind in kinds():
        assert kind.title
        assert kind.title[0].isupper()
        assert kind.severities
        assert len(kind.why) > 40
        assert len(kind.advice) > 40


def test_sessions_are_judged_apart():
    with MockOpenAI({"rules": [{"replies": [{"error": 400}], "then": "repeat_last"}]}, mode="patch") as mock:
        for name in ("a", "b"):
            with (
                mock.client(default_headers={"x-mockai-session": name}) as client,
                pytest.raises(Exception, match="400"),
            ):
                client.chat.completions.create(model="gpt-4o", messages=[{"role": "user", "content": "Hi"}])
        journals = [session.journal.entries() for session in mock.engine.store.sessions()]
    assert verdict_of(entry for entries in journals for entry in entries).findings == ()


def test_a_finding_is_plain_data():
    found = Finding("x", "note", (1,), "seen", "title", "why", "advice")
    assert found.as_json() == {
        "kind": "x",
        "severity": "note",
        "calls": (1,),
        "seen": "seen",
        "title": "title",
        "why": "why",
        "advice": "advice",
        "session": "",
    }


def test_a_client_that_goes_where_a_redirect_leads_is_not_to_blame_for_what_is_there(virtual, ask):
    mock = virtual({"error": "redirect"})
    with mock.client() as client:
        ask(client)
    assert [call.status for call in mock.calls] == [307, 404]
    assert mock.verdict.clean


def test_of_many_findings_of_a_kind_the_first_are_told():
    found = tuple(Finding("x", "note", (number,), f"seen {number}", "title", "why", "advice") for number in range(50))
    text = str(Verdict(found))
    assert "- seen 19 [call 19]" in text
    assert "seen 20" not in text
    assert "and 30 more like it" in text
    assert "and 30 more like it" in page(Verdict(found))


def test_nothing_of_a_client_steers_a_terminal():
    found = Finding("x", "note", (1,), "seen \x1b[31m", "title", "why", "advice", "\x1b]0;s\x07")
    assert "\x1b" not in str(Verdict((found,)))
    assert r"seen \x1b[31m" in str(Verdict((found,)))


def test_equal_requests_side_by_side_are_told_apart_by_the_counts_of_the_sdk(virtual, found):
    mock = virtual()
    mock.when().replies({"error": 503}, "Hi.", "Hi.")
    ask = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}

    async def both():
        async with mock.async_client() as client:
            await asyncio.gather(*(client.chat.completions.create(**ask) for _ in range(2)))

    asyncio.run(both())
    assert [[attempt.retry_count for attempt in case.attempts] for case in mock.verdict.cases] == [[0, 1], [0]]
    assert found(mock.verdict) == {}


def test_an_export_with_values_of_another_kind_is_a_clear_error(hasty):
    (entry, _) = hasty.session.journal.entries()
    evidence = json.loads(json.dumps(attempt_of(entry).as_json()))
    for name, value in (("said", 7), ("limits", [7]), ("conversation", {})):
        with pytest.raises(UsageError, match="an entry of this journal cannot be read"):
            verdict_of([{"evidence": {**evidence, name: value}}])


def test_two_findings_of_one_name_are_a_mistake():
    def retry_storm(evidence):
        """Another."""
        yield from ()

    with pytest.raises(ValueError, match="two findings are called retry_storm"):
        finding("note", why="", advice="")(retry_storm)


@pytest.mark.parametrize("way", ["served", "virtual"])
def test_equal_requests_at_once_are_no_retries_of_one_another(request, found, way):
    mock = request.getfixturevalue(way)({"error": 400})
    ask = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}

    async def all_at_once():
        async with mock.async_client() as client:
            asked = (client.chat.completions.create(**ask) for _ in range(8))
            return await asyncio.gather(*asked, return_exceptions=True)

    assert len(asyncio.run(all_at_once())) == mock.count == 8
    assert found(mock.verdict) == {}


@pytest.mark.parametrize("way", ["served", "virtual"])
def test_the_retries_of_equal_requests_at_once_are_not_mixed_up(request, found, way):
    replies = ["Hi.", {"error": 503}, {"error": 429, "retry_after": 3}, "Hi.", {"error": 500}]
    mock = request.getfixturevalue(way)()
    mock.when().replies(*replies, then="cycle")

    async def all_at_once():
        async with mock.async_client(max_retries=2) as client:
            ask = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hello"}]}
            asked = (client.chat.completions.create(**ask) for _ in range(20))
            return await asyncio.gather(*asked, return_exceptions=True)

    asyncio.run(all_at_once())
    assert mock.count > 20
    assert found(mock.verdict) == {}
