"""Which rules answer the generation endpoints: those that name them, and those whose every reply they can send."""

import orjson
import pytest
from click.testing import CliRunner

from mockai.cli import main
from mockai.endpoints import operations
from mockai.engine import Engine
from mockai.scenario.loading import load_data
from mockai.scenario.schema import OWN_ENDPOINTS, REPLY_KINDS
from mockai.wire import Head, HTTPRequest

CHAT = ("/v1/chat/completions", {"model": "m", "messages": [{"role": "user", "content": "Hi"}]})
EMBEDDINGS = ("/v1/embeddings", {"model": "m", "input": "Hi", "dimensions": 2})
COMPLETIONS = ("/v1/completions", {"model": "m", "prompt": "Hi"})
MODERATIONS = ("/v1/moderations", {"input": "Hi"})
SPEECH = ("/v1/audio/speech", {"model": "m", "voice": "v", "input": "Hi"})
TALK = {"text": "Hi"}
ERROR = {"error": 500}
VECTOR = {"embedding": [1.0]}
NO_RULE = None
REFUSED = "404"


def rule_that_answers(asked, *replies, **when):
    """The number of the rule that answers, None where the endpoint does so by itself, or the status of a refusal."""
    engine = Engine(load_data({"rules": [{"when": when, "replies": list(replies), "then": "cycle"}]}, "here"))
    path, body = asked
    exchange = engine.handle(HTTPRequest("POST", path, body=orjson.dumps(body)))
    (status, *_) = [step.status for step in exchange.plan if isinstance(step, Head)]
    if exchange.entry.rule is None and status != 200:
        return str(status)
    return exchange.entry.rule


@pytest.mark.parametrize(
    ("asked", "replies", "when", "answers"),
    [
        (EMBEDDINGS, [TALK], {}, NO_RULE),
        (EMBEDDINGS, [{"tool_calls": ["f"]}], {}, NO_RULE),
        (EMBEDDINGS, [ERROR], {}, "here#1"),
        (EMBEDDINGS, [{"auto": True}], {}, "here#1"),
        (EMBEDDINGS, [{"raw": {"status": 502}}], {}, "here#1"),
        (EMBEDDINGS, [ERROR, TALK], {}, NO_RULE),
        (EMBEDDINGS, [VECTOR, ERROR], {}, "here#1"),
        (EMBEDDINGS, [VECTOR], {"user": "Bye"}, NO_RULE),
        (EMBEDDINGS, [{"json": {}}], {"endpoint": "embeddings"}, "here#1"),
        (CHAT, [VECTOR], {}, REFUSED),
        (CHAT, [ERROR, VECTOR], {}, REFUSED),
        (CHAT, [ERROR], {}, "here#1"),
        (MODERATIONS, [VECTOR], {}, NO_RULE),
        (MODERATIONS, [{"moderation": "hate"}], {}, "here#1"),
        (COMPLETIONS, [TALK], {}, "here#1"),
        (COMPLETIONS, [{"echo": True}, {"json": {}}], {}, "here#1"),
        (COMPLETIONS, [{"tool_calls": ["f"]}], {}, REFUSED),
        (SPEECH, [{"audio": "Hi"}], {}, "here#1"),
        (SPEECH, [TALK], {}, NO_RULE),
    ],
)
def test_a_rule_answers_where_all_of_its_replies_can_be_sent(asked, replies, when, answers):
    assert rule_that_answers(asked, *replies, **when) == answers


@pytest.mark.parametrize(
    ("first", "second", "warnings"),
    [(TALK, VECTOR, 0), (VECTOR, TALK, 0), (VECTOR, {"moderation": []}, 0), (VECTOR, VECTOR, 1), (TALK, TALK, 1)],
)
def test_only_rules_for_the_same_endpoints_stand_in_each_others_way(first, second, warnings):
    assert len(load_data({"rules": [{"reply": first}, {"reply": second}]}, "here").warnings) == warnings


def test_the_kinds_named_here_exist():
    names = {operation.full_name for operation in operations()} | {operation.endpoint for operation in operations()}
    assert set(OWN_ENDPOINTS) <= set(REPLY_KINDS)
    assert {endpoint for endpoints in OWN_ENDPOINTS.values() for endpoint in endpoints} <= names
    assert all((operation.takes or set()) <= set(REPLY_KINDS) for operation in operations())


def test_explain_says_why_a_text_rule_is_passed_over(tmp_path):
    scenario, request = tmp_path / "a.yaml", tmp_path / "request.json"
    scenario.write_text("rules:\n  - reply: Hello\n")
    request.write_text('{"path": "/v1/embeddings", "body": {"model": "m", "input": "Hi"}}')
    shown = CliRunner().invoke(main, ["explain", str(request), str(scenario)]).output
    assert "a rule that does not name embeddings.create answers it only with auto, error, raw" in shown
    assert "No rule answers: embeddings.create answers by itself, with status 200." in shown
