"""Items of the API's own tools: as they are written, as they are sent, and the events between."""

from typing import Any

import pytest
from openai.types.responses import ResponseOutputItem, ResponseStreamEvent
from pydantic import TypeAdapter

from mockai.endpoints.responses_events import events, response_json
from mockai.endpoints.responses_request import request_of
from mockai.ids import Mint
from mockai.records import InvalidValue
from mockai.replies.answer import Choice, Completion, Failure, Item, OutputItem
from mockai.replies.filling import Filling
from mockai.replies.items import ItemMaker
from mockai.scenario.schema import ItemSpec
from mockai.scenario.templates import Scope
from mockai.scenario.writing import as_data
from mockai.wire import Body, HTTPRequest

INCLUDE = ["web_search_call.action.sources", "file_search_call.results", "code_interpreter_call.outputs"]
BODY = {"model": "gpt-5.6-terra", "input": "Hi", "include": INCLUDE}
REQUEST = request_of(HTTPRequest("POST", "/v1/responses"), {}, BODY, "responses", "create")
MINT = Mint(7, "test")


def made(*written: Any) -> tuple[Item, ...]:
    """The items as a reply makes them."""
    maker = ItemMaker(Filling(Scope(REQUEST, {}, {}, 1, 0, MINT, 0)))
    return maker.items([ItemSpec.model_validate(each) for each in written])


def output(*written: Any) -> list[dict[str, Any]]:
    """The output with these items, each valid for the SDK; ids are left out."""
    completion = Completion((Choice(made(*written)),))
    items = response_json(completion, REQUEST, MINT)["output"]
    for item in items:
        TypeAdapter(ResponseOutputItem).validate_python(item)
    return [
        {key: value for key, value in item.items() if key not in ("id", "call_id", "container_id")} for item in items
    ]


def between(*written: Any) -> list[dict[str, Any]]:
    """The events of these items, each valid for the SDK, without what all of them have."""
    completion, found = Completion((Choice(made(*written)),)), []
    for step in events(completion, REQUEST, MINT):
        if isinstance(step, Body):
            event = TypeAdapter(ResponseStreamEvent).validate_json(step.data.partition(b"data: ")[2])
            if "response" not in type(event).model_fields:
                found.append(event.model_dump(exclude_unset=True))
    left_out = ("sequence_number", "obfuscation", "item_id", "output_index", "item")
    return [{key: value for key, value in event.items() if key not in left_out} for event in found]


def names(*written: Any) -> list[str]:
    """What happens, in short."""
    return [event["type"].removeprefix("response.") for event in between(*written)][1:-1]


TOOL = {
    "name": "search",
    "description": None,
    "input_schema": {"type": "object", "properties": {}},
    "annotations": None,
}


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            {"web_search": "rain"},
            {
                "status": "completed",
                "action": {"type": "search", "query": "rain", "queries": ["rain"], "sources": []},
            },
        ),
        (
            {"web_search": {"queries": ["a", "b"], "sources": "https://a.b", "status": "failed"}},
            {
                "status": "failed",
                "action": {
                    "type": "search",
                    "query": "",
                    "queries": ["a", "b"],
                    "sources": [{"type": "url", "url": "https://a.b"}],
                },
            },
        ),
        (
            {"web_search": {"open_page": "https://a.b"}},
            {"status": "completed", "action": {"type": "open_page", "url": "https://a.b"}},
        ),
        (
            {"web_search": {"find_in_page": {"url": "https://a.b", "pattern": "x"}}},
            {"status": "completed", "action": {"type": "find_in_page", "url": "https://a.b", "pattern": "x"}},
        ),
        ({"file_search": "rain"}, {"status": "completed", "queries": ["rain"], "results": None}),
        (
            {"file_search": {"queries": ["a"], "results": [{"text": "t"}]}},
            {
                "status": "completed",
                "queries": ["a"],
                "results": [{"text": "t", "filename": "", "file_id": "", "score": 1.0, "attributes": {}}],
            },
        ),
        (
            {"code_interpreter": {"code": "1", "logs": "1\n", "images": "https://a.b"}},
            {
                "status": "completed",
                "code": "1",
                "outputs": [{"type": "logs", "logs": "1\n"}, {"type": "image", "url": "https://a.b"}],
            },
        ),
        (
            {"mcp_list_tools": {"server_label": "shop", "tools": ["search"]}},
            {"error": None, "server_label": "shop", "tools": [TOOL]},
        ),
        (
            {"mcp_call": {"server_label": "shop", "name": "buy", "arguments": {"n": 1}, "output": "ok"}},
            {
                "status": "completed",
                "approval_request_id": None,
                "arguments": '{"n":1}',
                "error": None,
                "name": "buy",
                "output": "ok",
                "server_label": "shop",
            },
        ),
        (
            {
                "mcp_call": {
                    "server_label": "shop",
                    "name": "buy",
                    "error": {"type": "http_error", "code": 502, "message": ""},
                }
            },
            {
                "status": "failed",
                "approval_request_id": None,
                "arguments": "{}",
                "error": {"type": "http_error", "code": 502, "message": ""},
                "name": "buy",
                "output": None,
                "server_label": "shop",
            },
        ),
        (
            {"mcp_approval_request": {"server_label": "shop", "name": "buy", "arguments": '{"n":1}'}},
            {"arguments": '{"n":1}', "name": "buy", "server_label": "shop"},
        ),
        (
            {"computer": [{"type": "screenshot"}]},
            {"status": "completed", "actions": [{"type": "screenshot"}], "pending_safety_checks": []},
        ),
        (
            {"shell": "ls"},
            {
                "status": "completed",
                "action": {"commands": ["ls"], "max_output_length": None, "timeout_ms": None},
                "environment": None,
            },
        ),
        (
            {"shell_output": {"stderr": "slow", "exit_code": None}},
            {
                "status": "completed",
                "max_output_length": None,
                "output": [{"outcome": {"type": "timeout"}, "stderr": "slow", "stdout": ""}],
            },
        ),
        (
            {"local_shell": ["ls", "-l"]},
            {
                "status": "completed",
                "action": {
                    "type": "exec",
                    "command": ["ls", "-l"],
                    "env": {},
                    "timeout_ms": None,
                    "user": None,
                    "working_directory": None,
                },
            },
        ),
        (
            {"apply_patch": {"create_file": "a.py", "diff": "+1"}},
            {"status": "completed", "operation": {"type": "create_file", "diff": "+1", "path": "a.py"}},
        ),
        (
            {"apply_patch": {"delete_file": "a.py"}},
            {"status": "completed", "operation": {"type": "delete_file", "path": "a.py"}},
        ),
        (
            {"output_item": {"type": "tool_search_call", "arguments": {"q": 1}}},
            {"status": "completed", "arguments": {"q": 1}, "execution": "server"},
        ),
        (
            {"output_item": {"type": "shell_call", "action": {"commands": ["ls"]}}},
            {
                "status": "completed",
                "action": {"commands": ["ls"], "max_output_length": None, "timeout_ms": None},
                "environment": None,
            },
        ),
        (
            {"output_item": {"type": "program", "call_id": "call_1", "code": "1", "fingerprint": "f"}},
            {"code": "1", "fingerprint": "f"},
        ),
    ],
)
def test_what_is_written_is_filled_up(written, expected):
    (item,) = output(written)
    assert {key: value for key, value in item.items() if key != "type"} == expected


def test_an_image_has_all_that_images_have():
    (item,) = output({"image_generation": "A cat"})
    assert {key: item[key] for key in ("status", "revised_prompt", "size", "output_format")} == {
        "status": "completed",
        "revised_prompt": "A cat",
        "size": "1024x1024",
        "output_format": "png",
    }
    assert item["result"].startswith("iVBOR")


def test_a_text_of_an_error_is_an_error_of_the_tool():
    (item,) = output({"mcp_call": {"server_label": "s", "name": "n", "error": "down"}})
    content = [{"type": "text", "text": "down"}]
    assert item["error"] == {"type": "mcp_tool_execution_error", "content": content}


def test_what_a_shell_prints_belongs_to_the_call_before_it():
    calls = [
        item.fields["call_id"]
        for item in made({"shell": "ls"}, {"shell_output": "a"}, {"shell": "pwd"}, {"shell_output": "b"})
    ]
    assert (calls[0], calls[2]) == (calls[1], calls[3])
    assert calls[0] != calls[2]
    assert "call_id" not in made({"shell_output": "alone"})[0].fields
    assert made({"shell": {"commands": "ls", "call_id": "call_x"}})[0].fields["call_id"] == "call_x"


def test_ids_are_made_where_none_are_written():
    completion = Completion((Choice((OutputItem("compaction"), OutputItem("code_interpreter_call"))),))
    compaction, code = response_json(completion, REQUEST, MINT)["output"]
    assert compaction["id"].startswith("cmp_")
    assert compaction["encrypted_content"].startswith("gAAAAA")
    assert code["container_id"].startswith("cntr_")
    completion = Completion((Choice((OutputItem("compaction", {"id": "cmp_mine", "encrypted_content": "x"}),)),))
    assert response_json(completion, REQUEST, MINT)["output"] == [
        {"id": "cmp_mine", "type": "compaction", "encrypted_content": "x"}
    ]


# -------------------------------------------------------------------------------------------- events


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ({"web_search": "a"}, ["in_progress", "searching", "completed"]),
        ({"web_search": {"query": "a", "status": "failed"}}, ["in_progress", "searching"]),
        ({"file_search": "a"}, ["in_progress", "searching", "completed"]),
        (
            {"image_generation": {"partial_images": ["AA", "BB"]}},
            ["in_progress", "generating", *["partial_image"] * 2, "completed"],
        ),
        ({"mcp_list_tools": {"server_label": "s"}}, ["in_progress", "completed"]),
        ({"mcp_list_tools": {"server_label": "s", "error": "down"}}, ["in_progress", "failed"]),
    ],
)
def test_a_tool_goes_through_its_phases(written, expected):
    assert [name.partition(".")[2] for name in names(written)] == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        (
            {"code_interpreter": "a b"},
            [
                *("code_interpreter_call.in_progress", "code_interpreter_call_code.delta"),
                *("code_interpreter_call_code.delta", "code_interpreter_call_code.done"),
                *("code_interpreter_call.interpreting", "code_interpreter_call.completed"),
            ],
        ),
        (
            {"mcp_call": {"server_label": "s", "name": "n", "arguments": "x"}},
            [
                *("mcp_call.in_progress", "mcp_call_arguments.delta", "mcp_call_arguments.done"),
                "mcp_call.completed",
            ],
        ),
        (
            {"mcp_call": {"server_label": "s", "name": "n", "arguments": "x", "error": "down"}},
            [*("mcp_call.in_progress", "mcp_call_arguments.delta", "mcp_call_arguments.done"), "mcp_call.failed"],
        ),
        (
            {"shell": ["ls", "pwd"]},
            ["shell_call_command.added", "shell_call_command.delta", "shell_call_command.done"] * 2,
        ),
        ({"shell_output": "a"}, ["shell_call_output_content.delta", "shell_call_output_content.done"]),
        ({"output_item": {"type": "compaction"}}, ["compaction.compacting"]),
        ({"computer": []}, []),
        ({"local_shell": []}, []),
    ],
)
def test_a_tool_tells_what_it_does(written, expected):
    assert names(written) == expected


def test_commands_and_their_output_are_counted():
    seen = between({"shell": ["ls", "pwd"]}, {"shell_output": {"stdout": "a", "stderr": "b"}})
    commands = [event for event in seen if event["type"] == "response.shell_call_command.done"]
    assert [(event["command_index"], event["command"]) for event in commands] == [(0, "ls"), (1, "pwd")]
    delta = next(event for event in seen if event["type"] == "response.shell_call_output_content.delta")
    assert (delta["command_index"], delta["delta"]) == (0, {"stderr": "b", "stdout": "a"})


@pytest.mark.parametrize(
    ("written", "begun"),
    [
        ({"web_search": "a"}, {"status": "in_progress", "action": {"type": "search"}}),
        ({"image_generation": "a"}, {"status": "in_progress"}),
        ({"file_search": "a"}, {"status": "in_progress", "queries": [], "results": None}),
        (
            {"apply_patch": {"delete_file": "a"}},
            {"status": "in_progress", "operation": {"type": "delete_file", "path": "a"}},
        ),
        (
            {"mcp_approval_request": {"server_label": "s", "name": "n"}},
            {"arguments": "{}", "name": "n", "server_label": "s"},
        ),
    ],
)
def test_a_tool_is_announced_before_anything_came_of_it(written, begun):
    steps = [step for step in events(Completion((Choice(made(written)),)), REQUEST, MINT) if isinstance(step, Body)]
    event = TypeAdapter(ResponseStreamEvent).validate_json(steps[2].data.partition(b"data: ")[2])
    item = event.item.model_dump(exclude_unset=True)
    assert {key: value for key, value in item.items() if key not in ("id", "type", "call_id")} == begun


def test_an_item_without_pieces_is_a_piece_itself():
    def kinds(*written: Any) -> list[str]:
        steps = events(Completion((Choice(made(*written)),)), REQUEST, MINT)
        return [step.kind for step in steps if isinstance(step, Body)][2:-1]

    assert kinds({"apply_patch": {"delete_file": "a"}}) == ["piece", "event"]
    assert kinds({"shell": "ls"}) == ["event", "event", "piece", "event", "event"]


# ------------------------------------------------------------------------------------------- written


def test_a_failure_is_written_short_or_whole():
    assert made({"failure": "Sorry."}) == (Failure("server_error", "Sorry."),)
    assert made({"failure": {"code": "a", "type": "b", "param": "c", "event": "flat", "message": "{{ 1 + 1 }}"}}) == (
        Failure("a", "2", "b", "c", "flat"),
    )


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ({"apply_patch": {"diff": "x"}}, "a patch is one of create_file, update_file, delete_file; seen none of them"),
        ({"apply_patch": {"create_file": "a", "delete_file": "b"}}, "seen create_file and delete_file"),
        ({"apply_patch": {"create_file": "a"}}, "a patch has a `diff`, unless it deletes the file"),
        ({"apply_patch": {"delete_file": "a", "diff": "x"}}, "a patch has a `diff`, unless it deletes the file"),
        ({"output_item": {"action": {}}}, "an output item has a `type`"),
        ({"web_search": {"qurey": "a"}}, "web_search.qurey: there is no such key"),
        ({"web_search": "a", "text": "b"}, "an item is exactly one of text, reasoning"),
    ],
)
def test_what_cannot_be_meant_is_refused(written, reason):
    with pytest.raises(InvalidValue, match=reason):
        ItemSpec.model_validate(written)


@pytest.mark.parametrize(
    "written",
    [
        {"web_search": "rain"},
        {"shell": ["ls", "pwd"]},
        {"mcp_call": {"server_label": "s", "name": "n", "arguments": {"a": 1}}},
        {"apply_patch": {"update_file": "a", "diff": "@@"}},
        {"output_item": {"type": "compaction", "encrypted_content": "x"}},
        {"failure": "Sorry."},
    ],
)
def test_an_item_is_written_back_as_it_was(written):
    assert as_data(ItemSpec.model_validate(written)) == written
