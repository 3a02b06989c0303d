"""What functions cost, and how they are declared."""

import pytest

from mockai.request import APIRequest, CallMade, Message, Tool
from mockai.tokens import prompt_tokens
from mockai.tokens.tools import declared
from mockai.wire import HTTPRequest

STRING = {"type": "string"}


def function(name, about="", needed=(), schema=None, **properties):
    """A function, its required parameters by name."""
    whole = {"type": "object", "properties": properties, "required": list(needed), **(schema or {})}
    return Tool(name, parameters=whole, description=about)


def said(**fields):
    """A string with a title, a description or the like."""
    return {"type": "string", **fields}


# ---------------------------------------------------------------------------- what the API itself has said

LOCATION = said(description="The city and state, e.g. San Francisco, CA")
CURRENT = "Get the current weather in a given location"
WEATHER = function(
    "get_current_weather",
    CURRENT,
    ["location"],
    location=LOCATION,
    unit=said(description="The unit of temperature to return", enum=["celsius", "fahrenheit"]),
)
COOKBOOK = (
    Message("system", "You are a helpful assistant that can answer to questions about the weather."),
    Message("user", "What's the weather like in San Francisco?"),
)

EDINBURGH = Message("user", "What's the weather like in Edinburgh?")
ARGS = {
    "city": said(title="City"),
    "country": said(title="Country"),
    "units": said(title="Units", enum=["c", "f"], default="c"),
}
COMBO = "Get the temperature for the given country/city combo"
TITLED = function("GetWeatherArgs", "", ARGS, {"title": "GetWeatherArgs"}, **ARGS)
DESCRIBED = function("GetWeatherArgs", COMBO, ARGS, {"title": "GetWeatherArgs", "description": COMBO}, **ARGS)
STOCK = function(
    "get_stock_price",
    "Fetch the latest price for a given ticker",
    ["ticker", "exchange"],
    {"title": "GetStockPrice"},
    ticker=said(title="Ticker"),
    exchange=said(title="Exchange"),
)

BOT = Message("system", "You are a bot.")
MAIN = "This is the main function description"
AZURE = "Retrieve sources from the Azure AI Search index"
MOOD = said(enum=["Happy", "Sad"])
LOST = said(description="Description in a second object is lost")


def nested(**properties):
    """A function that takes an object."""
    about = "The object data type as a property"
    inner = {"type": "object", "description": about, "properties": properties}
    return function("data_demonstration", MAIN, ["object_1"], object_1=inner)


SKI = Message("user", "I want to ski at Killington this weekend.")
METEOROLOGIST = Message("system", "You are a well-respected meteorologist.")
CELSIUS = said(enum=["celsius", "fahrenheit"])
MISSPELT = said(enum=["celcius", "fahrenheit"])

COUNTRY = Message("user", "What is the largest city in the user country?")
USER_COUNTRY = function("get_user_country")
FINAL = "The final response which ends this conversation"
RESULT = function("final_result", FINAL, ["city", "country"], city=STRING, country=STRING)
MEXICO = (Message("assistant", calls=(CallMade("c", "get_user_country", "{}"),)), Message("tool", "Mexico"))

TABLES = Message("user", "Can you list the database tables and then fetch user 42?")
SEARCH = function(
    "load_tools",
    "Search and load additional tools to make them available to the agent.\n\nDO call this to find and load more "
    "tools needed for a task.\nNEVER ask the user if you should try loading tools, just try.\n",
    ["regex"],
    regex=said(description="Regex pattern to search for relevant tools"),
)
FOUND = (
    Message("assistant", calls=(CallMade("c", "load_tools", '{"regex":"(database|table|user|list|fetch|sql)"}'),)),
    Message("tool", '["list_database_tables","fetch_user_data"]'),
)
LISTING = (function("list_database_tables"), function("fetch_user_data", "", ["user_id"], user_id={"type": "integer"}))

SECRETS = (
    Message("system", "Use parallel tool calling."),
    Message("user", "Please retrieve the secrets associated with each of these passwords: mellon,radiance"),
)
SECRET = function(
    "secret_retrieval_tool",
    "A tool that requires a password to retrieve a secret.",
    ["password"],
    password=said(title="Password"),
)

MEASURED = [
    # the example of OpenAI's cookbook
    ("gpt-3.5-turbo", COOKBOOK, [WEATHER], 105),
    ("gpt-4", COOKBOOK, [WEATHER], 105),
    ("gpt-4o", COOKBOOK, [WEATHER], 101),
    ("gpt-4o-mini", COOKBOOK, [WEATHER], 101),
    # recordings of the openai package's own tests
    ("gpt-4o-2024-08-06", [EDINBURGH], [TITLED], 76),
    ("gpt-4o-2024-08-06", [EDINBURGH, Message("user", "What's the price of AAPL?")], [DESCRIBED, STOCK], 149),
    (
        "gpt-4o-2024-08-06",
        [Message("user", "What's the weather like in SF?")],
        [function("get_weather", "", ["city", "state"], city=STRING, state=STRING)],
        48,
    ),
    # public measurements of gpt-3.5 and gpt-4
    ("gpt-4", [BOT], [Tool("search_sources", description=AZURE)], 42),
    ("gpt-4", [BOT], [function("search_sources", AZURE, search_query=STRING)], 49),
    ("gpt-4", [BOT], [function("data_demonstration", MAIN, integer_enum={"type": "integer", "enum": [-1, 1]})], 53),
    ("gpt-4", [BOT], [nested(string1=STRING)], 64),
    ("gpt-4", [BOT], [nested(string_2a=MOOD)], 72),
    ("gpt-4", [BOT], [nested(string_2a=MOOD, string_2b=LOST)], 88),
    (
        "gpt-4-turbo-preview",
        [SKI],
        [function("get_current_weather", f"{CURRENT}.", ["location"], location=LOCATION, unit=CELSIUS)],
        84,
    ),
    (
        "gpt-4-turbo-preview",
        [METEOROLOGIST, SKI],
        [
            function(
                "get_current_weather",
                f"{CURRENT}.",
                ["location"],
                location=LOCATION,
                unit=MISSPELT,
                date=said(description="The date for which to get the weather."),
            ),
            function(
                "integer_enum_example",
                "An example function that takes an integer enum.",
                ["integer_enum"],
                integer_enum={"type": "integer", "enum": [1, 2, 3]},
            ),
        ],
        141,
    ),
    # recorded requests of frameworks
    ("gpt-4o", [COUNTRY], [USER_COUNTRY], 42),
    ("gpt-4o", [COUNTRY], [USER_COUNTRY, RESULT], 68),
    ("gpt-4o", [COUNTRY, *MEXICO], [USER_COUNTRY, RESULT], 89),
    ("gpt-4.1", [TABLES], [SEARCH], 100),
    ("gpt-4.1", [TABLES, *FOUND], [SEARCH, *LISTING], 168),
    (
        "gpt-4.1-mini",
        [Message("system", "You are a helpful assistant."), Message("user", "What is the temperature in Tokyo?")],
        [function("get_temperature", "", ["city"], city=STRING)],
        50,
    ),
    ("gpt-4o", SECRETS, [SECRET], 75),
    ("gpt-5-mini", SECRETS, [SECRET], 159),
]


@pytest.mark.parametrize(("model", "messages", "tools", "expected"), MEASURED)
def test_a_conversation_with_tools_costs_what_the_api_says(model, messages, tools, expected):
    http = HTTPRequest("POST", "/")
    asked = APIRequest(http, "chat.completions", messages=tuple(messages), tools=tuple(tools), model=model)
    assert prompt_tokens(asked) == expected


POTATOLAND = (
    Message("system", "Briefly narrate what you are about to do before calling each tool."),
    Message("user", "What is the capital of PotatoLand?"),
)
CONVERSATION = (
    Message("system", "Use the provided tool when the user asks for the conversation code."),
    Message("user", "Call get_conversation_code and reply with only the returned code."),
)
PARIS = (Message("user", "What is the weather in Paris? Use the get_weather tool."),)
RESPONSES = [
    ("gpt-4o", PARIS, function("get_weather", "Get current weather for a city.", ["city"], city=STRING), 51),
    ("gpt-4.1", CONVERSATION, function("get_conversation_code"), 57),
    ("gpt-5.5", POTATOLAND, function("get_capital", "", ["country"], country=STRING), 63),
]


@pytest.mark.parametrize(("model", "messages", "tool", "expected"), RESPONSES)
def test_a_response_with_a_tool_costs_what_the_api_says(model, messages, tool, expected):
    http = HTTPRequest("POST", "/")
    assert prompt_tokens(APIRequest(http, "responses", messages=messages, tools=(tool,), model=model)) == expected


HELLO = Message("user", "hello")
BING = "Do a bing bong"
BINGING = {"foo": {"type": "object", "properties": {"bar": said(enum=["a", "b", "c"]), "baz": {"type": "boolean"}}}}
OF_2023 = [
    (function("foo"), 31, 0),
    (function("foo", "Do a foo"), 36, 0),
    (function("bing_bong", BING, foo=STRING, bar={"type": "number", "description": "A number"}), 57, 0),
    (function("bing_bong", BING, foo=STRING), 49, 1),
    (function("bing_bong", BING, **BINGING), 68, 3),
]


@pytest.mark.parametrize(("tool", "then", "more"), OF_2023)
def test_functions_without_comments_cost_gpt_3_5_some_tokens_more_in_2023(tool, then, more):
    http = HTTPRequest("POST", "/")
    asked = APIRequest(http, "chat.completions", messages=(HELLO,), tools=(tool,), model="gpt-3.5-turbo")
    assert then - prompt_tokens(asked) == more


def called(*calls, text=""):
    """A message of calls, each with its id and name."""
    return Message("assistant", text, calls=tuple(CallMade(str(at), *call) for at, call in enumerate(calls)))


NOW = "get_current_weather"
BOTH = Message("user", "Should I ski at Killington or Tremblant this weekend?")
VAIL = Message("user", "I want to ski at Vail this weekend.")
BRECKENRIDGE = Message("user", "I want to ski at Breckenridge this weekend.")
EARLIER = [
    (
        "gpt-4-turbo-preview",
        [Message("user", "What's the weather?"), called((NOW, "{}")), Message("tool", '{"temperature": "45"}')],
        [],
        38,
        0,
    ),
    (
        "gpt-4-turbo-preview",
        [VAIL, called((NOW, '{"location": "Vail, CO"}')), Message("tool", '{"temperature": "35"}')],
        [],
        50,
        3,
    ),
    (
        "gpt-4-turbo-preview",
        [
            BRECKENRIDGE,
            called((NOW, '{"location": "Breckenridge, CO"}'), text="I can help with that."),
            Message("tool", "The weather in Breckenridge, CO is 38 degrees."),
        ],
        [],
        70,
        3,
    ),
    (
        "gpt-4-turbo-preview",
        [
            BOTH,
            called((NOW, '{"location": "Killington, VT"}'), (NOW, '{"location": "Mount Tremblant, QC"}')),
            Message("tool", "The weather in Killington, VT is 45 degrees."),
            Message("tool", "The weather at Mount Tremblant, QC is 32 degrees."),
        ],
        [],
        111,
        6,
    ),
    (
        "gpt-4.1",
        [
            TABLES,
            *FOUND,
            called(("list_database_tables", "{}"), ("fetch_user_data", '{"user_id": 42}')),
            Message("tool", '["users","orders","products","reviews"]'),
            Message("tool", '{"id":42,"name":"John Doe","email":"john@example.com"}'),
        ],
        [SEARCH, *LISTING],
        257,
        6,
    ),
]


@pytest.mark.parametrize(("model", "messages", "tools", "said", "within"), EARLIER)
def test_calls_made_earlier_cost_about_what_the_api_says(model, messages, tools, said, within):
    http = HTTPRequest("POST", "/")
    asked = APIRequest(http, "chat.completions", messages=tuple(messages), tools=tuple(tools), model=model)
    assert abs(prompt_tokens(asked) - said) <= within


# ------------------------------------------------------------------------------------------------ the declarations


def test_a_function_is_declared_with_a_line_for_each_parameter_where_there_is_a_comment():
    tool = function(
        "weather",
        "Look it up\n\nor guess.\n",
        ["city"],
        {"title": "Args", "description": "What it takes"},
        city=said(title="City", description="Where"),
        unit={"enum": ["c", 1, None], "default": "c"},
        days={"type": "array", "items": {"type": "integer"}},
        raw={"type": "array"},
        at={"anyOf": [{"type": "object", "properties": {"x": {"type": "number"}, "y": {}}}, {"type": "null"}, 1]},
        either={"type": ["string", "null"]},
        one={"oneOf": [{"type": "boolean"}, {"type": "object"}]},
        odd=True,
    )
    assert (
        declared([tool, Tool("now")])
        == """namespace functions {

// Look it up
//
// or guess.
type weather = (_: // Args
//
// What it takes
{
// City
//
// Where
city: string,
unit?: "c" | 1 | null, // default: "c"
days?: number[],
raw?: any[],
at?: { x?: number, y?: any } | null,
either?: string | null,
one?: boolean | {},
odd?: any,
}) => any;

type now = () => any;

} // namespace functions"""
    )


INLINE = [
    ({"a": STRING, "b": {"type": "integer"}}, "{ a?: string, b?: number }"),
    ({"a": {"type": "array", "items": {"type": "object", "properties": {"b": STRING}}}}, "{ a?: { b?: string }[] }"),
    ({"a": {"type": "object", "properties": {"b": said(title="B")}}}, "{\na?: {\n// B\nb?: string,\n},\n}"),
]


@pytest.mark.parametrize(("properties", "expected"), INLINE)
def test_types_without_a_comment_stand_on_one_line(properties, expected):
    whole = f"namespace functions {{\n\ntype f = (_: {expected}) => any;\n\n}} // namespace functions"
    assert declared([function("f", **properties)]) == whole


@pytest.mark.parametrize("parameters", [None, {}, {"properties": [1]}, {"required": "city"}])
def test_a_function_without_parameters_takes_none(parameters):
    assert "type now = () => any;" in declared([Tool("now", parameters=parameters)])


def test_definitions_stand_where_they_are_referred_to():
    schema = {"$defs": {"Side": {"enum": ["l", "r"]}, "Odd": 1}, "definitions": {"Old": STRING}}
    refs = {"side": "#/$defs/Side", "old": "#/definitions/Old", "odd": "#/$defs/Odd", "no": "#/$defs/No", "bad": [1]}
    shown = declared([function("f", "", (), schema, **{name: {"$ref": ref} for name, ref in refs.items()})])
    assert '{ side?: "l" | "r", old?: string, odd?: any, no?: any, bad?: any }' in shown


@pytest.mark.parametrize(("branches", "expected"), [(1, 13), (9, 2080)])
def test_definitions_that_contain_themselves_are_declared_so_far(branches, expected):
    tree = {"type": "object", "properties": {f"b{at}": {"$ref": "#/$defs/Tree"} for at in range(branches)}}
    shown = declared([function("f", "", (), {"$defs": {"Tree": tree}}, tree={"$ref": "#/$defs/Tree"})])
    assert shown.count("?: ") == expected


def test_a_value_may_be_as_deep_as_json_can_be():
    deep = []
    for _ in range(300):
        deep = [deep]
    assert "a?: string, // default: any" in declared([function("f", a=said(default=deep))])
