"""What is made in the background gets on with each look at it, or with time."""

import pytest

from mockai.endpoints.base import Serving
from mockai.endpoints.life_cycles import clock_at, may_step
from mockai.engine import Engine
from mockai.scenario.loading import load_data
from mockai.state import Resources

LOOKS = [
    (None, [0, 0, 0], [True, True, True]),
    (0, [0, 0, 0], [False, True, True]),
    (5, [0, 4, 5, 9, 10], [False, False, True, False, True]),
    (5, [0, 100, 101, 105], [False, True, False, True]),
]


@pytest.mark.parametrize(("seconds", "times", "steps"), LOOKS)
def test_a_step_is_taken_when_its_time_has_passed(seconds, times, steps):
    times = iter(times)
    serving = Serving(Resources(), step_seconds=seconds, clock=lambda: next(times))
    assert [may_step(serving, "batch_x") for _ in steps] == steps


def test_each_object_has_a_time_of_its_own():
    serving = Serving(Resources(), step_seconds=1, clock=lambda: 7.0)
    may_step(serving, "a")
    serving.resources.put("life_cycles", "a", {"at": 6.0})
    assert (may_step(serving, "b"), may_step(serving, "a")) == (False, True)


def test_a_scenario_says_how_long_a_step_takes(api):
    now = [0.0]
    api.engine = Engine(load_data({"step_seconds": 2, "rules": [{"reply": "Hello"}]}, "test"))
    api.engine.clock = lambda: now[0]
    line = b'{"custom_id": "a", "method": "POST", "url": "/v1/completions", "body": {"model": "m", "prompt": "x"}}'
    file = api.upload("in.jsonl", line, "batch")
    asked = {"input_file_id": file, "endpoint": "/v1/completions", "completion_window": "24h"}
    batch = f"/batches/{api('POST', '/batches', asked)['id']}"
    job = f"/fine_tuning/jobs/{make_job(api)}"
    run = make_run(api)
    evaluated = make_eval_run(api)
    store, stored = make_store(api)
    video = f"/videos/{api('POST', '/videos', {'prompt': 'a cat'})['id']}"
    seen = []
    for now[0] in (0.0, 1.0, 2.0, 3.0, 4.0):
        seen.append([api("GET", path)["status"] for path in (batch, job, run, evaluated, video, stored)])
    first = ["validating", "validating_files", "queued", "queued", "queued", "in_progress"]
    second = ["in_progress", "queued", "in_progress", "in_progress", "in_progress", "completed"]
    third = ["finalizing", "running", "completed", "completed", "completed", "completed"]
    assert seen == [first, first, second, second, third]
    assert api("GET", store)["status"] == "completed"


def test_a_clock_goes_as_fast_as_waits_are_scaled():
    real, never = clock_at(1.0), clock_at(0.0)
    start, began = real(), never()
    assert 0 <= real() - start < 60
    assert never() - began >= 100 * (real() - start) > 0


def make_job(api):
    lines = b"\n".join([b'{"messages": []}'] * 10)
    return api("POST", "/fine_tuning/jobs", {"model": "m", "training_file": api.upload("t.jsonl", lines, "fine-tune")})[
        "id"
    ]


def make_run(api):
    assistant = api("POST", "/assistants", {"model": "m"})["id"]
    run = api("POST", "/threads/runs", {"assistant_id": assistant})
    return f"/threads/{run['thread_id']}/runs/{run['id']}"


def make_eval_run(api):
    owner = api("POST", "/evals", {"data_source_config": {"type": "logs"}, "testing_criteria": []})["id"]
    run = api(
        "POST",
        f"/evals/{owner}/runs",
        {"data_source": {"type": "jsonl", "source": {"type": "file_content", "content": []}}},
    )
    return f"/evals/{owner}/runs/{run['id']}"


def make_store(api):
    file = api.upload("a.txt", b"text")
    store = api("POST", "/vector_stores", {"file_ids": [file]})["id"]
    return f"/vector_stores/{store}", f"/vector_stores/{store}/files/{file}"
