"""Evals: how items are answered and graded, and what a run counts."""

import orjson
import pytest

from mockai.wire import Call, Head, HTTPRequest

CHECK = {
    "type": "string_check",
    "name": "exact",
    "input": "{{ sample.output_text }}",
    "reference": "{{item.answer}}",
    "operation": "eq",
}
ROW = {"item": {"answer": "4", "n": 2}, "sample": {"output_text": "4"}}


@pytest.fixture
def begin(api):
    """Create an eval and a run of it; returns the path of the run."""

    def create(criteria=(CHECK,), rows=(ROW,), **source):
        config = {"type": "custom", "item_schema": {"type": "object"}}
        made = api("POST", "/evals", {"data_source_config": config, "testing_criteria": list(criteria)})
        given = {"type": "jsonl", "source": {"type": "file_content", "content": list(rows)}, **source}
        run = api("POST", f"/evals/{made['id']}/runs", {"data_source": given})
        return f"/evals/{made['id']}/runs/{run['id']}"

    return create


def done(api, path):
    """The run after two looks at it, and its items."""
    for _ in range(2):
        run = api("GET", path)
    return run, api("GET", f"{path}/output_items")["data"]


def test_an_eval_has_the_apis_keys(api):
    config = {"type": "custom", "item_schema": {"type": "object"}, "include_sample_schema": True}
    made = api("POST", "/evals", {"data_source_config": config, "testing_criteria": [CHECK], "name": "e"})
    assert made.pop("id").startswith("eval_")
    assert made == {
        "object": "eval",
        "created_at": 1_767_225_601,
        "name": "e",
        "data_source_config": {
            "type": "custom",
            "schema": {
                "type": "object",
                "properties": {"item": {"type": "object"}, "sample": {"type": "object"}},
                "required": ["item", "sample"],
            },
        },
        "testing_criteria": [CHECK],
        "metadata": {},
    }


def test_an_eval_is_changed_and_deleted_with_its_runs(api, begin):
    path = begin()
    done(api, path)
    owner = path.rpartition("/runs/")[0]
    changed = api("POST", owner, {"name": "new", "metadata": {"a": "b"}})
    assert (changed["name"], changed["metadata"]) == ("new", {"a": "b"})
    assert api("POST", owner, {})["name"] == "new"
    assert [each["name"] for each in api("GET", "/evals")["data"]] == ["new"]
    assert [each["status"] for each in api("GET", f"{owner}/runs?status=completed")["data"]] == ["completed"]
    assert api("GET", f"{owner}/runs?status=queued")["data"] == []
    api("DELETE", owner)
    for kind in ("evals", "evals.runs", "evals.runs.output_items"):
        assert api.resources.all(kind) == ()


def similar(threshold):
    return {
        "type": "text_similarity",
        "name": "alike",
        "input": "{{sample.output_text}}",
        "reference": "4x",
        "evaluation_metric": "fuzzy_match",
        "pass_threshold": threshold,
    }


GRADES = [
    (CHECK, 1.0, True),
    ({**CHECK, "operation": "ne"}, 0.0, False),
    ({**CHECK, "operation": "like", "input": "a4b"}, 1.0, True),
    ({**CHECK, "operation": "ilike", "input": "AbC", "reference": "bc"}, 1.0, True),
    ({**CHECK, "operation": "like", "input": "AbC", "reference": "bc"}, 0.0, False),
    ({**CHECK, "input": "{{item.n}}", "reference": "2"}, 1.0, True),
    ({**CHECK, "input": "{{item.none.deep}}", "reference": ""}, 1.0, True),
    (similar(0.6), 0.6667, True),
    (similar(0.7), 0.6667, False),
    ({"type": "python", "name": "code", "source": "1"}, 0.0, False),
]


@pytest.mark.parametrize(("criterion", "score", "passed"), GRADES)
def test_a_grader_compares_texts(api, begin, criterion, score, passed):
    run, (item,) = done(api, begin([criterion]))
    (result,) = item["results"]
    assert (result["score"], result["passed"], item["status"]) == (score, passed, "pass" if passed else "fail")
    assert run["result_counts"]["passed"] == passed


def test_what_cannot_be_run_is_an_error_that_says_so(api, begin):
    run, (item,) = done(api, begin([{"type": "python", "name": "code", "source": "1"}]))
    assert run["result_counts"] == {"total": 1, "errored": 1, "failed": 0, "passed": 0}
    assert item["results"][0]["sample"]["error"]["message"] == "MockAI does not run graders of type 'python'"


LABEL = {
    "type": "label_model",
    "name": "judge",
    "model": "gpt-4o",
    "input": [{"role": "user", "content": {"type": "input_text", "text": "Judge {{sample.output_text}}"}}],
    "labels": ["good", "bad"],
    "passing_labels": ["good"],
}
SCORE = {key: value for key, value in LABEL.items() if "labels" not in key}
SCORE |= {"type": "score_model", "pass_threshold": 0.5}
JUDGED = [
    (LABEL, "good", 1.0, True),
    (LABEL, "bad", 0.0, False),
    (SCORE, "It is 0.75.", 0.75, True),
    (SCORE, "none", 0.0, False),
]


@pytest.mark.parametrize(("criterion", "reply", "score", "passed"), JUDGED)
def test_a_model_that_judges_is_asked_by_rule(api, begin, criterion, reply, score, passed):
    api.rule(reply, user="Judge 4")
    _, (item,) = done(api, begin([criterion]))
    assert [(each["score"], each["passed"]) for each in item["results"]] == [(score, passed)]


def test_a_judge_that_fails_is_an_error(api, begin):
    api.rule({"error": 500}, user="Judge 4")
    run, _ = done(api, begin([LABEL]))
    assert run["result_counts"]["errored"] == 1


COMPLETIONS = {
    "type": "completions",
    "model": "gpt-4o",
    "input_messages": {"type": "template", "template": [{"role": "user", "content": "n={{item.n}}"}]},
}


def test_a_model_that_fails_is_an_error_of_its_sample(api, begin):
    api.rule({"error": "rate_limit_exceeded"}, user="n=2")
    run, (item,) = done(api, begin(**COMPLETIONS))
    assert (run["result_counts"]["errored"], item["sample"]["error"]["code"]) == (1, "rate_limit_exceeded")
    assert run["per_model_usage"] == []


@pytest.mark.parametrize("body", ["no json", "{}"])
def test_a_reply_that_is_no_completion_is_no_text(api, begin, body):
    api.rule({"raw": {"status": 200, "body": body}}, user="n=2")
    _, (item,) = done(api, begin(**COMPLETIONS))
    assert item["sample"]["output"] == [{"role": "assistant", "content": ""}]


def test_usage_is_counted(api, begin):
    api.rule("4", user="n=2")
    run, (item,) = done(api, begin(**COMPLETIONS))
    (usage,) = run["per_model_usage"]
    assert (usage["model_name"], usage["invocation_count"]) == ("gpt-4o", 1)
    assert usage["total_tokens"] == item["sample"]["usage"]["total_tokens"] > 0


def test_items_come_from_a_file_too(api, begin):
    file = api.upload("rows.jsonl", orjson.dumps(ROW) + b"\n\n", "evals")
    run, _ = done(api, begin(source={"type": "file_id", "id": file}))
    assert run["result_counts"]["passed"] == 1


@pytest.mark.parametrize(("content", "message"), [(None, "No such File object"), (b"{", "not valid JSON")])
def test_a_run_fails_for_its_file(api, begin, content, message):
    file = "file-x" if content is None else api.upload("rows.jsonl", content, "evals")
    run, items = done(api, begin(source={"type": "file_id", "id": file}))
    assert (run["status"], items) == ("failed", [])
    assert message in run["error"]["message"]
    assert [each["type"] for each in api.resources.all("webhook_events")] == ["eval.run.failed"]


def python_rule(api):
    from mockai.scenario.placed import PlacedRule
    from mockai.scenario.schema import Reply, Rule

    rule = Rule(replies=(Reply(python=lambda: "4"),))
    api.engine.add_rule(api.engine.store.session(""), PlacedRule.in_python(rule, "a test"))


def running(api, path):
    """The plan of a poll, stopped at the call that answers the first item."""
    plan = iter(api.engine.handle(HTTPRequest("GET", f"/v1{path}")).plan)
    call = next(plan)
    assert isinstance(call, Call)
    return plan, call


def test_a_run_at_work_does_not_get_on_by_another_poll(api, begin):
    python_rule(api)
    path = begin(**COMPLETIONS)
    plan, call = running(api, path)
    assert api("GET", path)["status"] == "in_progress"
    call.returned("4")
    assert isinstance(next(plan), Head)
    assert api("GET", path)["status"] == "completed"


def test_a_poll_that_is_left_begins_anew(api, begin):
    python_rule(api)
    path = begin(**COMPLETIONS)
    plan, _ = running(api, path)
    plan.close()
    assert [api("GET", path)["status"] for _ in range(2)] == ["in_progress", "completed"]


def test_a_run_canceled_while_it_works_stays_so(api, begin):
    python_rule(api)
    path = begin(**COMPLETIONS)
    plan, call = running(api, path)
    assert api("POST", path)["status"] == "canceled"
    call.returned("4")
    tuple(plan)
    assert api("GET", path)["status"] == "canceled"
    assert api.refused("POST", f"{path}/cancel") == (400, "Cannot cancel eval run with status 'canceled'.")


REFUSED = [
    ("", {"testing_criteria": []}, 400, "Missing required parameter: 'data_source_config'."),
    ("", {"data_source_config": {"type": "logs"}}, 400, "Missing required parameter: 'testing_criteria'."),
    (
        "",
        {"data_source_config": {"type": "x"}, "testing_criteria": []},
        400,
        "Invalid value: 'x'. Supported values are: 'custom', 'logs', and 'stored_completions'.",
    ),
    (
        "/eval_x/runs",
        {"data_source": {"type": "jsonl", "source": {"type": "file_id", "id": "x"}}},
        404,
        "No eval found with id 'eval_x'.",
    ),
]


@pytest.mark.parametrize(("path", "body", "status", "message"), REFUSED)
def test_a_bad_request_is_refused(api, path, body, status, message):
    assert api.refused("POST", f"/evals{path}", body) == (status, message)


def test_what_is_not_there_is_a_404(api, begin):
    path = begin()
    assert api.refused("GET", f"{path}/output_items/outputitem_x") == (
        404,
        "No output item found with id 'outputitem_x'.",
    )
    owner = path.rpartition("/")[0]
    assert api.refused("GET", f"{owner}/evalrun_x") == (404, "No eval run found with id 'evalrun_x'.")
