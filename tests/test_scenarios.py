"""The scenarios shipped with the project: each loads, says what it shows, and none takes another's requests."""

import json
from pathlib import Path
from typing import Any

import openai
import pytest

from mockai import MockOpenAI
from mockai.endpoints.chat_completions import OPERATIONS
from mockai.matching.rules import View, compile_rule, match
from mockai.request import APIRequest
from mockai.scenario.lint import lint
from mockai.scenario.loading import load
from mockai.wire import HTTPRequest

FOLDER = Path(__file__).parent.parent / "scenarios"
FILES = sorted(FOLDER.glob("*.yaml"))
ALL = load(*FILES)

CREATE = next(operation for operation in OPERATIONS if operation.full_name == "chat.completions.create")


def asked(*messages: str | dict[str, Any], headers: tuple[tuple[str, str], ...] = (), **body: Any) -> APIRequest:
    """A chat request with these messages; a bare text is the user's."""
    written = [{"role": "user", "content": one} if isinstance(one, str) else one for one in messages]
    content = json.dumps({"model": "gpt-4o", "messages": written, **body}).encode()
    return CREATE.decode(HTTPRequest("POST", "/v1/chat/completions", headers=headers, body=content), {})


def tools(*names: str) -> list[dict[str, Any]]:
    return [{"type": "function", "function": {"name": name, "parameters": {"type": "object"}}} for name in names]


def answered(text: str) -> dict[str, Any]:
    return {"role": "assistant", "content": text}


def called(*names: str) -> dict[str, Any]:
    calls = [
        {"id": f"call_{name}", "type": "function", "function": {"name": name, "arguments": "{}"}} for name in names
    ]
    return {"role": "assistant", "content": None, "tool_calls": calls}


def returned(name: str, content: str = "{}") -> dict[str, Any]:
    return {"role": "tool", "tool_call_id": f"call_{name}", "content": content}


def matching(request: APIRequest, states: dict[str, Any]) -> list[str]:
    """The names of all rules that match, those of `zz-auto.yaml` left out."""
    rules = [placed for placed in ALL.rules if placed.rule.priority == 0]
    view = View(states)
    return [
        placed.rule.name or ""
        for placed in rules
        if match(compile_rule(placed.rule, placed.key, placed.where), request, view).matched
    ]


LISBON = "Plan a weekend in Lisbon"
WEATHER = "What is the weather in Paris?"
LAMP = "Can I buy the green lamp?"
SCHEMA = {"type": "json_schema", "json_schema": {"name": "Recipe", "schema": {"type": "object"}}}
PYTHON = [{"type": "custom", "custom": {"name": "run_python"}}]
SUM = "Add the first hundred numbers"
MILK = "Save a note about milk"
TRACE = (("x-trace", "42"),)
RETRIED_ONCE = (("x-stainless-retry-count", "1"),)
RETRIED_TWICE = (("x-stainless-retry-count", "2"),)

REQUESTS = [
    (asked("Hello"), ["hello"]),
    (asked(LISBON), ["first plan"]),
    (asked(LISBON, answered("…"), "Make the weekend cheaper"), ["changed plan"]),
    (asked(LISBON, answered("…"), "Make the weekend cheaper", answered("…"), "Book the weekend"), ["farewell"]),
    (asked(WEATHER, tools=tools("get_weather")), ["ask for the weather"]),
    (asked(WEATHER), []),
    (asked(WEATHER, called("get_weather"), returned("get_weather", '{"temp": 21}')), ["tell the weather"]),
    (asked(LAMP, tools=tools("get_price", "get_stock")), ["ask for price and stock"]),
    (
        asked(LAMP, called("get_price", "get_stock"), returned("get_price"), returned("get_stock")),
        ["sell the lamp"],
    ),
    (asked("A recipe for pancakes", response_format=SCHEMA), ["recipe"]),
    (asked("How do I pick a lock?"), ["decline"]),
    (asked("Tell me a long story"), ["unfinished story"]),
    (asked("Summarize the report"), ["busy, then free"]),
    (asked("Translate this contract"), ["no credit left"]),
    (asked("Proofread my letter"), ["too busy", "free again"]),
    (asked("Proofread my letter", headers=RETRIED_ONCE), ["too busy", "free again"]),
    (asked("Proofread my letter", headers=RETRIED_TWICE), ["free again"]),
    (asked("Sort my photos"), ["proxy page"]),
    (asked("Write me a haiku"), ["slow haiku"]),
    (asked("Read me the news", stream=True), ["broken news"]),
    (asked("Read me the news"), []),
    (asked("Count to ten", stream=True), ["failing count"]),
    (asked("Describe the crime scene"), ["filtered prompt"]),
    (asked("Describe the battle"), ["filtered answer"]),
    (asked("Send my parcel"), ["send it"]),
    (asked("Track my parcel"), ["nothing to track"]),
    (asked("Is this thing on?", model="echo"), ["echo"]),
    (asked("Think it over", stream=True), ["wait for a sign"]),
    (asked("How many r in strawberry?"), ["count letters"]),
    (asked(SUM, tools=PYTHON), ["write code"]),
    (
        asked(
            SUM,
            {
                "role": "assistant",
                "content": None,
                "tool_calls": [
                    {"id": "call_run_python", "type": "custom", "custom": {"name": "run_python", "input": "…"}}
                ],
            },
            returned("run_python", "5050"),
            tools=PYTHON,
        ),
        ["read its output"],
    ),
    (asked(MILK, tools=tools("save_note")), ["bad JSON"]),
    (asked(MILK, called("save_note"), returned("save_note", "not JSON"), tools=tools("save_note")), ["told so"]),
    (asked("Name my cat", n=3), ["names for a cat"]),
    (asked("Show me the limits", headers=TRACE), ["limits"]),
    (asked("Am I let in?"), ["let in"]),
    (asked("Stay within your limits"), ["within limits"]),
    (asked("Is the service up?"), ["says which"]),
    (asked("Summarize my inbox"), ["summary"]),
    (asked("Where is my train?"), ["train"]),
    (asked("Does this fit?", model="short-context-model"), ["fits"]),
    (asked("Book a table", tools=tools("book_table")), ["whole call"]),
    (asked("Book a train"), ["no such model"]),
    (asked("Plan my garden"), ["busy garden"]),
    (asked("Compare two phones", stream=True), ["failing comparison"]),
    (asked("Compare two phones"), []),
    (asked("Water the plants", tools=tools("water")), ["call without index"]),
    (asked("Feed the cat"), ["nothing first"]),
    (asked("What else is there?"), []),
]


def test_there_are_at_least_fifteen():
    assert len(FILES) >= 15


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_loads_alone_without_a_warning(file):
    loaded = load(file)
    assert [one.path for one in loaded.files] == [file]
    assert lint(loaded) == ()


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_each_file_begins_with_what_it_shows_and_the_request_that_meets_it(file):
    comment, _, rest = file.read_text().partition("\nname: ")
    lines = comment.splitlines()
    assert {line[:1] for line in lines} == {"#"}
    assert "#" in lines  # an empty comment line parts the words from the request
    assert lines[-1].startswith("#   ")
    assert rest.splitlines()[0].replace(",", "").replace(" ", "-") in {file.stem, file.stem.removeprefix("zz-")}


def test_together_they_load_without_a_warning():
    assert lint(ALL) == ()
    assert [file.path for file in ALL.files] == FILES


@pytest.mark.parametrize(("request_", "rules"), REQUESTS)
def test_only_the_rules_meant_for_a_request_match_it(request_, rules):
    assert matching(request_, {"parcel": "packed"}) == rules


def test_what_happened_before_decides_which_rules_match():
    assert matching(asked("Track my parcel"), {"parcel": "sent"}) == ["track what was sent", "nothing to track"]


def test_every_rule_is_met_by_one_of_the_requests():
    met = {name for _, rules in REQUESTS for name in rules} | {"track what was sent", "anything else"}
    assert {placed.rule.name for placed in ALL.rules} == met


def test_the_rule_for_anything_comes_last():
    assert ALL.rules[-1].rule.name == "anything else"


@pytest.mark.parametrize(
    ("key", "model", "answers"),
    [
        ("sk-revoked", "gpt-4o", ["invalid_api_key"]),
        ("sk-trial", "gpt-4o", ["You are.", "You are.", "invalid_api_key"]),
        ("sk-mini", "gpt-4o", ["model_not_found"]),
        ("sk-mini", "gpt-4o-mini", ["You are."]),
        ("sk-anything", "gpt-4o", ["You are."]),
    ],
)
def test_the_keys_of_a_scenario_decide_who_is_let_in(key, model, answers):
    def ask(client):
        try:
            reply = client.chat.completions.create(model=model, messages=[{"role": "user", "content": "Am I let in?"}])
        except openai.APIStatusError as error:
            return error.code
        return reply.choices[0].message.content

    with MockOpenAI(FOLDER / "keys.yaml", mode="patch") as mock:
        client = mock.client(api_key=key, max_retries=0)
        assert [ask(client) for _ in answers] == answers


def streamed(mock, text, **more):
    """The chunks of a stream."""
    messages = [{"role": "user", "content": text}]
    client = mock.client(max_retries=0)
    return list(client.chat.completions.create(model="gpt-4o", messages=messages, stream=True, **more))


def test_the_scenarios_of_providers_answer_as_these_do():
    with MockOpenAI(FOLDER / "provider-groq.yaml", mode="patch") as mock:
        assert mock.base_url.endswith("/openai/v1")
        role, call, finish = streamed(mock, "Book a table", tools=tools("book_table"))
        assert (role.x_groq["id"], call.choices[0].delta.tool_calls[0].function.arguments) == (
            finish.x_groq["id"],
            '{"people":2}',
        )
        with pytest.raises(openai.NotFoundError, match="`gpt-4o` does not exist"):
            streamed(mock, "Book a train")
    with MockOpenAI(FOLDER / "provider-azure.yaml", mode="patch") as mock:
        with pytest.raises(openai.RateLimitError, match="Please retry after 1 seconds"):
            streamed(mock, "Plan my garden")
        assert streamed(mock, "Plan my garden")[0].choices == []
    with MockOpenAI(FOLDER / "provider-openrouter.yaml", mode="patch", time="virtual") as mock:
        with pytest.raises(openai.APIError, match="Token limit reached"):
            streamed(mock, "Compare two phones")
        assert (mock.calls[0].pieces, mock.calls[0].scripted_wait) == (3, pytest.approx(1.2))
    with MockOpenAI(FOLDER / "provider-quirks.yaml", mode="patch") as mock:
        _, call, _ = streamed(mock, "Water the plants", tools=tools("water"))
        assert call.choices[0].delta.tool_calls[0].index is None
        assert streamed(mock, "Feed the cat")[0].choices == []


def test_a_conversation_that_does_not_fit_is_told_so():
    with MockOpenAI(FOLDER / "short-context.yaml", mode="patch") as mock:
        create = mock.client(max_retries=0).chat.completions.create
        body = {"model": "short-context-model", "messages": [{"role": "user", "content": "Does this fit?"}]}
        assert create(**body).choices[0].message.content == "It does."
        with pytest.raises(openai.BadRequestError) as caught:
            create(**{**body, "messages": body["messages"] * 20})
    assert caught.value.code == "context_length_exceeded"


@pytest.mark.parametrize(
    ("model", "answers"),
    [
        ("gpt-4o-limited", ["I am.", "I am.", "I am.", "rate_limit_exceeded"]),
        ("gpt-4o-prepaid", ["I am.", "I am.", "insufficient_quota"]),
        ("gpt-4o", ["I am."] * 5),
    ],
)
def test_the_limits_of_a_scenario_hold_for_the_models_it_names(model, answers):
    def ask(client):
        try:
            reply = client.chat.completions.create(
                model=model, messages=[{"role": "user", "content": "Stay within your limits"}]
            )
        except openai.RateLimitError as error:
            return error.code
        return reply.choices[0].message.content

    with MockOpenAI(FOLDER / "rate-limits.yaml", mode="patch", time="virtual") as mock:
        client = mock.client(max_retries=0)
        assert [ask(client) for _ in answers] == answers
        assert ask(mock.client(max_retries=1)) == ("insufficient_quota" if "prepaid" in model else "I am.")
