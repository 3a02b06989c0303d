"""Fine-tuning jobs: how they get on, and what is wrong with their files."""

import orjson
import pytest

JOBS = "/fine_tuning/jobs"
EXAMPLE = orjson.dumps({"messages": [{"role": "user", "content": "Hi"}]})
ENOUGH = b"\n".join([EXAMPLE] * 10)


@pytest.fixture
def begin(api):
    """Create a job with this training file; returns its id."""

    def create(data=ENOUGH, **body):
        file = api.upload("train.jsonl", data, "fine-tune")
        return api("POST", JOBS, {"model": "gpt-4o-mini", "training_file": file, **body})["id"]

    return create


def polled(api, id, times):
    for _ in range(times):
        job = api("GET", f"{JOBS}/{id}")
    return job


def test_a_job_has_the_apis_keys(api, begin):
    id = begin(seed=3, metadata={"a": "b"})
    job = api("GET", f"{JOBS}?metadata[a]=b")["data"][0]
    file = job["training_file"]
    assert job == {
        "object": "fine_tuning.job",
        "id": id,
        "model": "gpt-4o-mini",
        "created_at": 1_767_225_602,
        "finished_at": None,
        "fine_tuned_model": None,
        "organization_id": "org-mockai",
        "result_files": [],
        "status": "validating_files",
        "validation_file": None,
        "training_file": file,
        "hyperparameters": {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 1.8},
        "trained_tokens": None,
        "error": None,
        "user_provided_suffix": None,
        "seed": 3,
        "estimated_finish": None,
        "integrations": [],
        "metadata": {"a": "b"},
        "method": {
            "type": "supervised",
            "supervised": {"hyperparameters": {"n_epochs": 3, "batch_size": 1, "learning_rate_multiplier": 1.8}},
        },
    }
    assert api("GET", f"{JOBS}?metadata[a]=c")["data"] == []


HYPERPARAMETERS = [
    ({"hyperparameters": {"n_epochs": 1, "batch_size": "auto"}}, {"n_epochs": 1, "batch_size": 1}),
    ({"method": {"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.1}}}}, {"n_epochs": 3, "beta": 0.1}),
    ({"method": {"type": "supervised"}, "hyperparameters": {"n_epochs": "auto"}}, {"n_epochs": 3}),
]


@pytest.mark.parametrize(("body", "expected"), HYPERPARAMETERS)
def test_the_hyperparameters_are_the_clients(api, begin, body, expected):
    job = polled(api, begin(**body), 1)
    assert expected.items() <= job["hyperparameters"].items()
    assert job["method"][job["method"]["type"]]["hyperparameters"] == job["hyperparameters"]


def test_each_epoch_leaves_a_checkpoint(api, begin):
    id = begin(hyperparameters={"n_epochs": 2}, suffix="x")
    job = polled(api, id, 3)
    checkpoints = api("GET", f"{JOBS}/{id}/checkpoints")["data"]
    assert [each["fine_tuned_model_checkpoint"] for each in checkpoints] == [
        job["fine_tuned_model"],
        f"{job['fine_tuned_model']}:ckpt-step-1",
    ]
    messages = [each["message"] for each in api("GET", f"{JOBS}/{id}/events")["data"]][::-1]
    assert messages[:4] == [
        f"Created fine-tuning job: {id}",
        f"Validating training file: {job['training_file']}",
        "Files validated, moving job to queued state",
        "Fine-tuning job started",
    ]
    assert messages[4].startswith("Step 1/2: training loss=")
    assert polled(api, id, 1) == job


WRONG = [
    (b"{oops", "invalid_training_file", "Invalid file format. Line 1 is not valid JSON."),
    (EXAMPLE + b"\n{}", "invalid_training_file", 'Invalid file format. Example 2 is missing key "messages".'),
    (b"[]", "invalid_training_file", 'Invalid file format. Example 1 is missing key "messages".'),
    (EXAMPLE, "invalid_n_examples", "Training file has 1 example(s), but must have at least 10 examples"),
]


@pytest.mark.parametrize(("data", "code", "message"), WRONG)
def test_a_job_fails_for_its_file(api, begin, data, code, message):
    id = begin(data)
    job = polled(api, id, 2)
    assert (job["status"], job["error"]["code"], job["error"]["param"]) == ("failed", code, "training_file")
    assert job["error"]["message"].endswith(message)
    (event,) = api("GET", f"{JOBS}/{id}/events?limit=1")["data"]
    assert (event["level"], event["message"]) == ("error", job["error"]["message"])
    assert [each["type"] for each in api.resources.all("webhook_events")] == ["fine_tuning.job.failed"]


def test_a_job_whose_file_is_gone_fails(api, begin):
    id = begin()
    api("DELETE", f"/files/{api('GET', JOBS)['data'][0]['training_file']}")
    assert polled(api, id, 1)["error"]["code"] == "invalid_training_file"


MOVES = [
    (0, "cancel", 200, "cancelled"),
    (1, "cancel", 200, "cancelled"),
    (1, "pause", 200, "paused"),
    (0, "pause", 400, "validating_files"),
    (1, "resume", 400, "queued"),
    (3, "pause", 400, "succeeded"),
]


@pytest.mark.parametrize(("polls", "move", "status", "state"), MOVES)
def test_a_job_is_moved_where_it_can_be(api, begin, polls, move, status, state):
    id = begin()
    for _ in range(polls):
        api("GET", f"{JOBS}/{id}")
    got, data = api.raw("POST", f"{JOBS}/{id}/{move}")
    assert (got, api("GET", JOBS)["data"][0]["status"]) == (status, state)
    assert status == 200 or f"Job {id} has status '{state}'" in orjson.loads(data)["error"]["message"]


def test_a_paused_job_stays_so_until_it_is_resumed(api, begin):
    id = begin()
    polled(api, id, 1)
    api("POST", f"{JOBS}/{id}/pause")
    assert polled(api, id, 2)["status"] == "paused"
    api("POST", f"{JOBS}/{id}/resume")
    assert polled(api, id, 2)["status"] == "succeeded"


REFUSED = [
    ({"model": None}, 400, "Missing required parameter: 'model'."),
    ({"training_file": None}, 400, "Missing required parameter: 'training_file'."),
    ({"training_file": "file-x"}, 404, "No such File object: file-x"),
    ({"validation_file": "file-x"}, 404, "No such File object: file-x"),
    (
        {"hyperparameters": {"n_epochs": 0}},
        400,
        "Invalid 'n_epochs': integer below minimum value. Expected a value >= 1, but got 0 instead.",
    ),
]


@pytest.mark.parametrize(("change", "status", "message"), REFUSED)
def test_a_bad_job_is_refused(api, change, status, message):
    file = api.upload("train.jsonl", EXAMPLE, "fine-tune")
    asked = {"model": "gpt-4o-mini", "training_file": file, **change}
    assert api.refused("POST", JOBS, asked) == (status, message)


def test_a_file_of_another_purpose_is_refused(api):
    file = api.upload("a.txt", b"x")
    assert api.refused("POST", JOBS, {"model": "m", "training_file": file}) == (
        400,
        "Invalid 'training_file': expected a file of purpose 'fine-tune', but got one of purpose 'assistants'.",
    )


def test_what_is_not_there_is_a_404(api):
    for method, path in (("GET", ""), ("GET", "/events"), ("GET", "/checkpoints"), ("POST", "/cancel")):
        assert api.refused(method, f"{JOBS}/ftjob-x{path}") == (404, "Could not find fine tune: ftjob-x")
