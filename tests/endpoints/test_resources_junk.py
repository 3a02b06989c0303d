"""Whatever stands under a key, a stateful operation answers with an object or with an error of the API's."""

import orjson
import pytest

JUNK = [None, True, 0, -1, 1.5, 10**12, "", "x", "\x00", [], [1], [[]], [{}], {}, {"type": []}, {"x": {"type": {}}}]
FILE = {"file_id": "FILE", "file_ids": ["FILE"]}
ITEM = {"item": {}, "sample": {"output_text": "x"}}


def criterion(**more):
    return {"type": "string_check", "name": "n", "input": "x", "reference": "x", "operation": "eq", **more}


ASKED = {
    "/uploads": {"filename": "a", "bytes": 1, "mime_type": "x", "purpose": "batch", "expires_after": None},
    "/batches": {
        "input_file_id": "BATCH",
        "endpoint": "/v1/responses",
        "completion_window": "24h",
        "metadata": {},
        "output_expires_after": {"anchor": "created_at", "seconds": 3600},
    },
    "/vector_stores": {
        "name": "n",
        "file_ids": [],
        "metadata": {},
        "expires_after": {"anchor": "last_active_at", "days": 1},
        "chunking_strategy": {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 1}},
        "description": None,
    },
    "/vector_stores/STORE": {"name": "n", "metadata": {}, "expires_after": None},
    "/vector_stores/STORE/files": {"file_id": "FILE", "attributes": {"a": 1}, "chunking_strategy": {"type": "auto"}},
    "/vector_stores/STORE/file_batches": {"file_ids": ["FILE"], "files": None},
    "/vector_stores/STORE/search": {
        "query": "x",
        "max_num_results": 1,
        "filters": {"type": "and", "filters": [{"type": "in", "key": "a", "value": [1]}]},
        "ranking_options": {"score_threshold": 0.5},
    },
    "/fine_tuning/jobs": {
        "model": "m",
        "training_file": "TRAIN",
        "validation_file": None,
        "suffix": None,
        "seed": 1,
        "hyperparameters": {"n_epochs": 1},
        "method": {"type": "supervised", "supervised": {"hyperparameters": {}}},
        "integrations": [],
        "metadata": {},
    },
    "/assistants": {
        "model": "m",
        "name": "n",
        "description": "d",
        "instructions": "i",
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
        "temperature": 1,
        "top_p": 1,
        "reasoning_effort": None,
        "metadata": {},
        "tool_resources": {},
        "response_format": "auto",
    },
    "/threads": {
        "messages": [
            {
                "role": "user",
                "content": [{"type": "text", "text": "x"}],
                "attachments": [],
                "metadata": {},
            }
        ],
        "metadata": {},
        "tool_resources": {},
    },
    "/threads/THREAD/messages": {"role": "user", "content": "x", "attachments": [], "metadata": {}},
    "/threads/runs": {
        "assistant_id": "ASSISTANT",
        "thread": {"messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]},
        "instructions": "i",
        "additional_instructions": "i",
        "tools": [{"type": "function", "function": {"name": "f", "parameters": {}}}],
        "tool_choice": {"type": "function", "function": {"name": "f"}},
        "truncation_strategy": {"type": "auto", "last_messages": 1},
        "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": {}}},
        "max_completion_tokens": 5,
        "metadata": {},
        "model": "m",
        "stream": True,
    },
    "/containers": {
        "name": "n",
        "file_ids": [],
        "expires_after": {"anchor": "last_active_at", "minutes": 1},
        "memory_limit": "1g",
        "network_policy": None,
    },
    "/evals": {
        "name": "n",
        "data_source_config": {"type": "custom", "item_schema": {}, "include_sample_schema": True},
        "testing_criteria": [criterion()],
        "metadata": {},
    },
    "/evals/EVAL/runs": {
        "name": "n",
        "data_source": {
            "type": "completions",
            "model": "m",
            "source": {"type": "file_content", "content": [ITEM]},
            "input_messages": {"type": "template", "template": [{"role": "user", "content": "x"}]},
        },
        "metadata": {},
    },
    "/realtime/client_secrets": {
        "session": {"type": "realtime", "audio": {"input": {}, "output": {}}},
        "expires_after": {"anchor": "created_at", "seconds": 10},
    },
}


def spoiled(value):
    """The value with one thing in it replaced, for every thing in it and every piece of junk."""
    yield from JUNK
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from ({**value, key: each} for each in spoiled(inner))
            yield {each: content for each, content in value.items() if each != key}
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from ([*value[:at], each, *value[at + 1 :]] for each in spoiled(inner))


@pytest.fixture
def named(api):
    """A value with the names of objects in it replaced by their ids."""
    example = b'{"messages": []}'
    ids = {
        "FILE": api.upload("a.txt", b"text"),
        "BATCH": api.upload("a.jsonl", b"{}", "batch"),
        "TRAIN": api.upload("a.jsonl", b"\n".join([example] * 10), "fine-tune"),
        "STORE": api("POST", "/vector_stores", {})["id"],
        "ASSISTANT": api("POST", "/assistants", {"model": "m"})["id"],
        "THREAD": api("POST", "/threads", {})["id"],
        "EVAL": api("POST", "/evals", {"data_source_config": {"type": "logs"}, "testing_criteria": []})["id"],
    }

    path = f"/vector_stores/{ids['STORE']}"
    api("POST", f"{path}/files", {"file_id": ids["FILE"], "attributes": {"a": 1}})
    api("GET", path)

    def replaced(value):
        if isinstance(value, dict):
            return {key: replaced(each) for key, each in value.items()}
        if isinstance(value, list):
            return [replaced(each) for each in value]
        return "/".join(ids.get(part, part) for part in value.split("/")) if isinstance(value, str) else value

    return replaced


@pytest.mark.parametrize("path", list(ASKED))
def test_junk_gets_an_answer_of_the_apis(api, named, path):

    api.rule("Hello")
    for body in spoiled(ASKED[path]):
        status, reply = api.raw("POST", named(path), orjson.dumps(named(body)))
        assert status in (200, 400, 404, 413), (body, reply)
        id = orjson.loads(reply).get("id") if status == 200 and reply.startswith(b"{") else None
        if id is not None and path in ("/batches", "/fine_tuning/jobs", "/evals/EVAL/runs", "/vector_stores"):
            for _ in range(4):
                assert api.raw("GET", f"{named(path)}/{id}")[0] == 200, body


@pytest.mark.parametrize("kind", ["string_check", "text_similarity", "label_model", "score_model", "python"])
def test_junk_in_a_grader_fails_no_run(api, kind):

    api.rule("0.5 good")
    asked = criterion(
        type=kind,
        model="m",
        pass_threshold=0.5,
        passing_labels=["good"],
        input=[{"role": "user", "content": {"text": "x"}}] if kind.endswith("model") else "x",
    )
    for each in spoiled(asked):
        body = {"data_source_config": {"type": "logs"}, "testing_criteria": [each]}
        status, reply = api.raw("POST", "/evals", orjson.dumps(body))
        assert status in (200, 400), (each, reply)
        if status == 200:
            source = {"type": "jsonl", "source": {"type": "file_content", "content": [ITEM]}}
            path = f"/evals/{orjson.loads(reply)['id']}/runs"
            run = f"{path}/{api('POST', path, {'data_source': source})['id']}"
            assert [api.raw("GET", run)[0] for _ in range(2)] == [200, 200], each
