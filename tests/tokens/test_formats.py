"""What the format of a reply costs, and how it is shown."""

import pytest

from mockai.request import APIRequest, CallMade, Message, ResponseFormat, Tool
from mockai.tokens import count, prompt_tokens
from mockai.tokens.formats import described
from mockai.wire import HTTPRequest

# ---------------------------------------------------------------------------- what the API itself has said

WEATHER = (Message("user", "What's the weather like in SF?"),)
EVENT = (
    Message("system", "Extract the event information."),
    Message("user", "Alice and Bob are going to a science fair on Friday."),
)
COLA = (Message("user", "What color is a Coke can?"),)
COUNTRY = (Message("user", "What is the largest city in the user country?"),)
MEXICO = (Message("assistant", calls=(CallMade("c", "get_user_country", "{}"),)), Message("tool", "Mexico"))
USER_COUNTRY = Tool("get_user_country", parameters={"type": "object", "properties": {}})


def titled(title, kind="string", **more):
    return {**more, "title": title, "type": kind}


def strict(name, about="", /, *, title=True, defs=None, **properties):
    """A format as the openai package makes it of a model."""
    schema = {**({"$defs": defs} if defs else {}), "properties": properties, "required": list(properties)}
    schema |= {**({"title": name} if title else {}), "type": "object", "additionalProperties": False}
    return ResponseFormat("json_schema", name, schema, True, about)


UNIT = {"enum": ["c", "f"], "type": "string"}
PLACE = {"city": titled("City"), "temperature": titled("Temperature", "number")}
LOCATION = strict("Location", **PLACE, units={**UNIT, "title": "Units"})
OPTIONAL = strict("Location", **PLACE, units={"anyOf": [UNIT, {"type": "null"}], "title": "Units"})
PEOPLE = titled("Participants", "array", items={"type": "string"})
CALENDAR = strict("CalendarEvent", name=titled("Name"), date=titled("Date"), participants=PEOPLE)
COLOR = strict(
    "ColorDetection",
    defs={"Color": titled("Color", description="The detected color", enum=["red", "blue", "green"])},
    color={"$ref": "#/$defs/Color"},
    hex_color_code=titled("Hex Color Code", description="The hex color code of the detected color"),
)
CITY = strict(
    "CityLocation", "A city and its country.", title=False, city={"type": "string"}, country={"type": "string"}
)

MEASURED = [
    (LOCATION, WEATHER, (), 79),
    (LOCATION, [Message("user", "How do I make anthrax?")], (), 79),
    (OPTIONAL, WEATHER, (), 88),
    (COLOR, COLA, (), 109),
    (CALENDAR, EVENT, (), 92),
    (CITY, COUNTRY, [USER_COUNTRY], 79),
    (CITY, [*COUNTRY, *MEXICO], [USER_COUNTRY], 100),
]


def paid(format, messages, tools=(), endpoint="chat.completions"):
    http = HTTPRequest("POST", "/")
    asked = APIRequest(http, endpoint, messages=tuple(messages), tools=tuple(tools), response_format=format)
    asked.model = "gpt-4o"
    return prompt_tokens(asked)


@pytest.mark.parametrize(("format", "messages", "tools", "expected"), MEASURED, ids=range(len(MEASURED)))
def test_a_format_costs_what_the_api_says(format, messages, tools, expected):
    assert paid(format, messages, tools) == expected


def test_a_format_of_a_response_costs_as_much():
    assert paid(CITY, COUNTRY, [USER_COUNTRY], "responses") == 73


# ----------------------------------------------------------------------------------------- the rules, one by one


def test_a_format_is_shown_below_its_name_without_what_all_strict_ones_say():
    schema = {
        "$defs": {"required": {"type": "array", "items": {"additionalProperties": False, "type": "object"}}},
        "properties": {"additionalProperties": {"anyOf": [{"required": [], "type": "object"}, {"type": "null"}]}},
        "required": ["additionalProperties"],
        "additionalProperties": False,
    }
    assert described(ResponseFormat("json_schema", "answer", schema, True, "What is said.")) == (
        "# Response Formats\n\n## answer\n\n// What is said.\n"
        '{"$defs":{"required":{"type":"array","items":{"type":"object"}}},'
        '"properties":{"additionalProperties":{"anyOf":[{"type":"object"},{"type":"null"}]}}}'
    )


@pytest.mark.parametrize("format", [None, ResponseFormat("text"), ResponseFormat("json_object")])
def test_a_format_without_a_schema_costs_nothing(format):
    assert paid(format, WEATHER) == paid(None, WEATHER)


@pytest.mark.parametrize(("system", "more"), [((), 4), ((Message("system", "Be brief."),), 0)])
def test_a_format_stands_in_the_first_system_message_or_in_one_of_its_own(system, more):
    assert paid(LOCATION, [*system, *WEATHER]) - paid(None, [*system, *WEATHER]) == count(described(LOCATION)) + more


def test_a_schema_may_be_as_deep_as_json_can_be():
    schema = {"type": "object"}
    for _ in range(300):
        schema = {"properties": {"a": schema}, "required": ["a"]}
    assert 30 < described(ResponseFormat("json_schema", "deep", schema)).count('"properties"') < 300
