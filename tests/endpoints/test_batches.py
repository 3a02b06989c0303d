"""Batches: what runs, when, and what comes of it."""

import orjson
import pytest

from mockai.wire import Call, Head, HTTPRequest

CHAT = "/v1/chat/completions"
BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "Hi"}]}


def jsonl(*bodies, url=CHAT):
    lines = [{"custom_id": str(at), "method": "POST", "url": url, "body": body} for at, body in enumerate(bodies)]
    return b"\n".join(map(orjson.dumps, lines))


@pytest.fixture
def begin(api):
    """Create a batch of these bodies; returns its id."""

    def create(*bodies, endpoint=CHAT, **more):
        file = api.upload("in.jsonl", jsonl(*bodies, url=endpoint), "batch")
        asked = {"input_file_id": file, "endpoint": endpoint, "completion_window": "24h", **more}
        return api("POST", "/batches", asked)["id"]

    return create


def polled(api, id, times=3):
    for _ in range(times):
        batch = api("GET", f"/batches/{id}")
    return batch


def lines(api, file):
    return [orjson.loads(line) for line in api.raw("GET", f"/files/{file}/content")[1].splitlines()]


def test_a_batch_has_the_apis_keys(api):
    file = api.upload("in.jsonl", jsonl(BODY), "batch")
    batch = api("POST", "/batches", {"input_file_id": file, "endpoint": CHAT, "completion_window": "24h"})
    assert batch.pop("id").startswith("batch_")
    assert batch == {
        "object": "batch",
        "endpoint": CHAT,
        "model": None,
        "errors": None,
        "input_file_id": file,
        "completion_window": "24h",
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": 1_767_225_602,
        "in_progress_at": None,
        "expires_at": 1_767_225_602 + 86_400,
        "finalizing_at": None,
        "completed_at": None,
        "failed_at": None,
        "expired_at": None,
        "cancelling_at": None,
        "cancelled_at": None,
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "usage": None,
        "metadata": None,
    }


def test_the_lines_run_once_when_the_batch_gets_in_progress(api, begin):
    api.rule("Hello")
    id = begin(BODY, BODY)
    journal = api.engine.store.session("").journal
    before = journal.total
    assert api("GET", f"/batches/{id}")["request_counts"] == {"total": 2, "completed": 2, "failed": 0}
    polled(api, id, 4)
    asked = [entry for entry in journal.entries()[before:] if entry.http.path == CHAT]
    assert [entry.http.header("x-mockai-batch") for entry in asked] == [id, id]
    assert [entry.outcome for entry in asked] == ["complete", "complete"]


def test_the_time_of_each_step_is_kept(api, begin):
    api.rule("Hello")
    batch = polled(api, begin(BODY))
    times = [batch[f"{name}_at"] for name in ("created", "in_progress", "finalizing", "completed")]
    assert times == sorted(set(times))
    assert batch["model"] == "gpt-4o"


def test_output_lines_have_the_apis_shape_and_an_order_of_their_own(api, begin):
    api.rule("Hello")
    batch = polled(api, begin(*[BODY] * 9, output_expires_after={"anchor": "created_at", "seconds": 3600}))
    output = lines(api, batch["output_file_id"])
    ids = [line["custom_id"] for line in output]
    assert (ids != sorted(ids), sorted(ids)) == (True, list("012345678"))
    assert list(output[0]) == ["id", "custom_id", "response", "error"]
    assert list(output[0]["response"]) == ["status_code", "request_id", "body"]
    assert batch["error_file_id"] is None
    file = api("GET", f"/files/{batch['output_file_id']}")
    assert (file["purpose"], file["expires_at"]) == ("batch_output", file["created_at"] + 3600)
    assert file["filename"] == f"{batch['id']}_output.jsonl"


def test_failed_requests_go_to_the_error_file(api, begin):
    api.rule({"error": 500})
    batch = polled(api, begin(BODY))
    (line,) = lines(api, batch["error_file_id"])
    assert (batch["output_file_id"], line["response"]["status_code"], line["error"]) == (None, 500, None)
    assert batch["request_counts"] == {"total": 1, "completed": 0, "failed": 1}


def test_a_line_whose_connection_breaks_has_no_response(api, begin):
    api.rule({"text": "Hello", "faults": "reset"})
    (line,) = lines(api, polled(api, begin(BODY))["error_file_id"])
    assert (line["response"], line["error"]["code"]) == (None, "request_failed")
    entries = api.engine.store.session("").journal.entries()
    assert [entry.outcome for entry in entries if entry.http.path == CHAT] == ["aborted"]


def test_a_reply_that_is_no_json_is_a_text(api, begin):
    api.rule({"raw": {"status": 200, "body": "plain"}})
    (line,) = lines(api, polled(api, begin(BODY))["output_file_id"])
    assert line["response"]["body"] == "plain"


@pytest.mark.parametrize(
    ("usage", "expected"),
    [
        (
            {
                "prompt_tokens": 3,
                "completion_tokens": 4,
                "total_tokens": 7,
                "prompt_tokens_details": {"cached_tokens": 1},
                "completion_tokens_details": {"reasoning_tokens": 2},
            },
            (6, 2, 8, 4, 14),
        ),
        (
            {
                "input_tokens": 3,
                "input_tokens_details": {"cached_tokens": 1},
                "output_tokens": 4,
                "output_tokens_details": {"reasoning_tokens": 2},
                "total_tokens": 7,
            },
            (6, 2, 8, 4, 14),
        ),
        ({}, (0, 0, 0, 0, 0)),
        (None, (0, 0, 0, 0, 0)),
    ],
)
def test_the_usage_is_that_of_all_lines(api, begin, usage, expected):
    api.rule({"raw": {"status": 200, "body": orjson.dumps({"usage": usage}).decode()}})
    found = polled(api, begin(BODY, BODY))["usage"]
    assert (
        found["input_tokens"],
        found["input_tokens_details"]["cached_tokens"],
        found["output_tokens"],
        found["output_tokens_details"]["reasoning_tokens"],
        found["total_tokens"],
    ) == expected


def test_the_key_of_the_poll_is_that_of_the_lines(api, begin):
    api.rule("Hello")
    id = begin(BODY)
    api.steps(HTTPRequest("GET", f"/v1/batches/{id}", headers=(("authorization", "Bearer sk-1"), ("x-other", "y"))))
    asked = api.engine.store.session("").journal.entries()[-1].http
    assert (asked.header("authorization"), asked.header("x-other")) == ("Bearer sk-1", None)


REFUSED = [
    ({"input_file_id": None}, 400, "Missing required parameter: 'input_file_id'."),
    ({"endpoint": None}, 400, "Missing required parameter: 'endpoint'."),
    ({"completion_window": "1h"}, 400, "Invalid value: '1h'. Supported values are: '24h'."),
    ({"input_file_id": "file-x"}, 404, "No such File object: file-x"),
]


@pytest.mark.parametrize(("change", "status", "message"), REFUSED)
def test_a_bad_batch_is_refused(api, change, status, message):
    file = api.upload("in.jsonl", b"{}", "batch")
    asked = {"input_file_id": file, "endpoint": CHAT, "completion_window": "24h", **change}
    assert api.refused("POST", "/batches", asked) == (status, message)


def test_a_file_of_another_purpose_is_refused(api):
    asked = {"input_file_id": api.upload("a.txt", b"x"), "endpoint": CHAT, "completion_window": "24h"}
    assert api.refused("POST", "/batches", asked) == (
        400,
        "Invalid 'input_file_id': expected a file of purpose 'batch', but got one of purpose 'assistants'.",
    )


def test_a_batch_whose_file_is_gone_fails(api):
    file = api.upload("in.jsonl", jsonl(BODY), "batch")
    id = api("POST", "/batches", {"input_file_id": file, "endpoint": CHAT, "completion_window": "24h"})["id"]
    api("DELETE", f"/files/{file}")
    batch = polled(api, id, 2)
    assert (batch["status"], batch["errors"]["data"][0]["code"]) == ("failed", "invalid_input_file")


def calls_of(api, id):
    """The plan of a poll, as its player takes it."""
    return iter(api.engine.handle(HTTPRequest("GET", f"/v1/batches/{id}")).plan)


def python_rule(api, function):
    from mockai.scenario.placed import PlacedRule
    from mockai.scenario.schema import Reply, Rule

    rule = Rule(replies=(Reply(python=function),))
    api.engine.add_rule(api.engine.store.session(""), PlacedRule.in_python(rule, "a test"))


def test_a_batch_that_runs_does_not_get_on_by_another_poll(api, begin):
    python_rule(api, lambda: "Hello")
    id = begin(BODY)
    plan = calls_of(api, id)
    call = next(plan)
    assert isinstance(call, Call)
    for _ in range(2):
        assert api("GET", f"/batches/{id}")["status"] == "in_progress"
    call.returned("Hello")
    assert isinstance(next(plan), Head)
    assert [api("GET", f"/batches/{id}")["status"] for _ in range(2)] == ["finalizing", "completed"]


def test_a_poll_that_is_left_begins_anew(api, begin):
    python_rule(api, lambda: "Hello")
    id = begin(BODY)
    plan = calls_of(api, id)
    next(plan)
    plan.close()
    assert [api("GET", f"/batches/{id}")["status"] for _ in range(3)] == ["in_progress", "finalizing", "completed"]


def test_two_polls_at_once_run_the_lines_once(api, begin):
    python_rule(api, lambda: "Hello")
    id = begin(BODY)
    first, second = calls_of(api, id), calls_of(api, id)
    call = next(first)
    assert isinstance(next(second), Head)
    call.returned("Hello")
    assert isinstance(next(first), Head)


def test_a_batch_cancelled_while_it_runs_keeps_what_ran(api, begin):
    python_rule(api, lambda: "Hello")
    id = begin(BODY)
    plan = calls_of(api, id)
    call = next(plan)
    assert api("POST", f"/batches/{id}/cancel")["status"] == "cancelling"
    assert api("GET", f"/batches/{id}")["status"] == "cancelling"
    call.returned("Hello")
    tuple(plan)
    batch = api("GET", f"/batches/{id}")
    assert (batch["status"], batch["request_counts"]["completed"]) == ("cancelled", 1)
    assert len(lines(api, batch["output_file_id"])) == 1


def test_a_line_does_not_wait_for_time_or_gates(api, begin):
    api.rule({"text": "Hello", "latency": {"first_token": 60}, "gate": "never"})
    assert polled(api, begin(BODY))["request_counts"]["completed"] == 1


@pytest.mark.parametrize("late", [{"latency": {"first_token": 86_400}}, {"faults": "stall"}])
def test_a_batch_expires_if_a_line_is_not_answered_within_its_window(api, begin, late):
    api.rule("Hello", user="quick")
    api.rule({"text": "Too late", **late}, user="slow")
    quick, slow = ({**BODY, "messages": [{"role": "user", "content": text}]} for text in ("quick", "slow"))
    id = begin(quick, slow)
    seen = [api("GET", f"/batches/{id}") for _ in range(4)]
    assert [batch["status"] for batch in seen] == ["in_progress", "finalizing", "expired", "expired"]
    batch = seen[-1]
    assert (batch["expired_at"], batch["completed_at"]) == (batch["expires_at"], None)
    assert batch["request_counts"] == {"total": 2, "completed": 1, "failed": 1}
    (done,), (left,) = lines(api, batch["output_file_id"]), lines(api, batch["error_file_id"])
    assert (done["custom_id"], done["response"]["status_code"]) == ("0", 200)
    assert left.pop("id").startswith("batch_req_")
    assert left == {
        "custom_id": "1",
        "response": None,
        "error": {
            "code": "batch_expired",
            "message": "This request could not be executed before the completion window expired.",
        },
    }
    assert [event["type"] for event in api.resources.all("webhook_events")] == ["batch.expired"]
    assert api.refused("POST", f"/batches/{id}/cancel")[0] == 400


def test_a_wait_of_less_than_a_day_is_left_out(api, begin):
    api.rule({"text": "Hello", "latency": {"first_token": 86_399}})
    assert polled(api, begin(BODY))["status"] == "completed"


def test_what_is_not_there_is_a_404(api):
    assert api.refused("GET", "/batches/batch_x") == (404, "No batch found with id 'batch_x'.")
    assert api.refused("POST", "/batches/batch_x/cancel") == (404, "No batch found with id 'batch_x'.")


def test_the_end_of_a_batch_is_announced(api, begin):
    api.rule("Hello")
    id = begin(BODY)
    polled(api, id, 5)
    (event,) = api.resources.all("webhook_events")
    assert (event["type"], event["data"], event["object"]) == ("batch.completed", {"id": id}, "event")


def test_a_batch_runs_other_endpoints_too(api, begin):
    api.rule("Hello", endpoint="responses")
    batch = polled(api, begin({"model": "gpt-4o", "input": "Hi"}, endpoint="/v1/responses"))
    (line,) = lines(api, batch["output_file_id"])
    assert line["response"]["body"]["object"] == "response"
