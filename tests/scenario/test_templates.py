"""Strings of a reply as templates."""

import re

import pytest

from mockai.errors import ReplyError
from mockai.ids import EPOCH, Mint
from mockai.request import APIRequest, Message
from mockai.scenario.templates import Scope, faulty, render, templated
from mockai.wire import HTTPRequest

BODY = {"model": "gpt-x", "items": [1, 2], "metadata": {"chat": "c1", "keys": "k"}, "stream": False, "user": "u-1"}
MESSAGES = (
    Message("user", "first"),
    Message("user", "last one"),
    Message("assistant"),
    Message("tool", '{"temp": 21.5, "items": ["a", "b"], "note": null}', call_id="c", name="get"),
)


def scope(seed=1, messages=MESSAGES, **changes):
    http = HTTPRequest("POST", "/x", (("api-version", "7"),), (("x-trace", "t1"),))
    request = APIRequest(http, "chat.completions", body=BODY, model="gpt-x", messages=messages, attempt=2)
    values = {
        "match": {"city": "Paris"},
        "state": {"step": 3},
        "call": 4,
        "attempt": 2,
        "mint": Mint(seed, "r"),
        "now": EPOCH,
    }
    return Scope(request, **{**values, **changes})


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("It is {{ tool_result.temp }} °C in {{ match.city }}.", "It is 21.5 °C in Paris."),
        ("{{ request.model }} {{ request.metadata.chat }} {{ request['items'][1] }}", "gpt-x c1 2"),
        ("{{ request.items }} {{ tool_result.items[0] }} {{ request.metadata.keys }}", "[1, 2] a k"),
        ("{{ request.headers['x-trace'] }} {{ request.query['api-version'] }}", "t1 7"),
        ("{{ request.user }} {{ request.body.user }}", "last one u-1"),
        ("{{ state.step + 1 }} {{ call }} {{ attempt }}", "4 4 2"),
        ("{{ now }} {{ now.year }} {{ now.strftime('%d.%m.%Y') }}", "2026-01-01T00:00:00+00:00 2026 01.01.2026"),
        ("{{ tool_result }}", '{"temp": 21.5, "items": ["a", "b"], "note": null}'),
        ("{{ tool_result.note }} {{ request.stream }} {{ true }}", "null false true"),
        ("{% for n in range(3) %}{{ n }},{% endfor %}", "0,1,2,"),
        ("{{ tool_result.nothing | default('none') }} {{ 'a' if tool_result.nothing is defined else 'b' }}", "none b"),
        ("{% raw %}{{ x }}{% endraw %}\n", "{{ x }}\n"),
        ("{{ '<b>' }} & \"\n", '<b> & "\n'),
        ("{{ tool_result.values() | list | length }}", "3"),
        ("no template: { } }} %}", "no template: { } }} %}"),
    ],
)
def test_a_template_in_text_gives_text(text, rendered):
    assert render(text, scope()) == rendered


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{{ tool_result.temp }}", 21.5),
        (" {{- request['items'] -}}\n", [1, 2]),
        ("{{ request.metadata }}", {"chat": "c1", "keys": "k"}),
        ("{{ none }}", None),
        ("{{ 1 == 1 }}", True),
        ("{{ '1' }}", "1"),
        ("{{ (1, {2: now}) }}", [1, {"2": "2026-01-01T00:00:00+00:00"}]),
        ("{{ '5' | int }}", 5),
        ("{{ call }}!", "4!"),
        ("{{ call }}{{ call }}", "44"),
        ("{% if true %}{{ call }}{% endif %}", "4"),
        ("{% set x = 1 %}", ""),
        ("{% raw %}{{{% endraw %}", "{{"),
        ("a", "a"),
    ],
)
def test_a_lone_expression_keeps_its_kind_where_json_is_made(text, value):
    rendered = render({"a": text}, scope(), native=True)["a"]
    assert (rendered, type(rendered)) == (value, type(value))


def test_lists_and_mappings_are_filled_in_and_keys_stay_as_they_are():
    value = {"{{ call }}": ["{{ call }}", {"b": "x{{ call }}", "c": 5, "d": None}], "e": ("{{ call }}",)}
    assert render(value, scope(), native=True) == {"{{ call }}": [4, {"b": "x4", "c": 5, "d": None}], "e": (4,)}
    assert render(value, scope())["e"] == ("4",)


def test_what_holds_no_template_is_returned_as_it_is():
    value = {"a": ["b", 1]}
    assert render(value, scope()) is value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("a", False), ("{{ a }}", True), ("{% if %}", True), ({"a": [1, "{{ b }}"]}, True), ({"{{ a }}": 1}, False),
        (("{{",), True), (5, False), (None, False),
    ],
)  # fmt: skip
def test_a_value_is_known_to_hold_a_template(value, expected):
    assert templated(value) is expected


UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"


def test_each_uuid_is_new_and_drawn_from_the_seed():
    text = "{{ uuid }} {{ uuid() }} {{ uuid | upper | lower }}"
    first, again, other = render(text, scope()), render(text, scope()), render(text, scope(seed=2))
    assert first == again != other
    assert re.fullmatch(f"{UUID} {UUID} {UUID}", first)
    assert len(set(first.split())) == 3
    assert render("{{ uuid }}", scope(), native=True) == first.split()[0]


@pytest.mark.parametrize(
    ("text", "rendered"),
    [
        ("{{ uuid | length }}", 36),
        ("{{ uuid[8] }}{{ uuid[13:15] }}", "--4"),
        ("{{ uuid.count('-') }}", 4),
        ("{{ faker.date_this_year.year }}", 2026),
        ("{% set id = uuid() %}{{ id == id }}", "true"),
    ],
)
def test_what_is_drawn_is_used_like_a_value(text, rendered):
    assert render(text, scope(), native=True) == rendered


def test_a_filter_that_looks_at_a_value_draws_nothing():
    assert render("{{ uuid | escape }}", scope()) == render("{{ uuid }}", scope())


def test_renderings_in_one_scope_draw_on():
    one = scope()
    drawn = [render("{{ uuid }} {{ faker.name }}", one) for _ in range(2)]
    assert drawn[0] != drawn[1]


def test_faker_is_drawn_from_the_seed_with_or_without_brackets():
    text = "{{ faker.name() }}, {{ faker.city }}, {{ faker.random_int(5, 6) }}"
    assert render(text, scope()) == render(text, scope()) != render(text, scope(seed=2))
    assert render("{{ faker.random_int(min=7, max=7) }}", scope(), native=True) == 7
    assert render("{{ faker.past_date() }}", scope()) == render("{{ faker.past_date() | string }}", scope())
    assert len(render("{{ faker.time_series('-3d', 'now', '+1d') }}", scope(), native=True)) == 3


@pytest.mark.parametrize(
    "name", ["seed_instance", "add_provider", "providers", "factories", "parse", "random", "_methods"]
)
def test_only_the_methods_of_fakers_providers_can_be_reached(name):
    with pytest.raises(ReplyError):
        render(f"{{{{ faker.{name} }}}}", scope())


def test_without_a_tool_message_and_a_user_message_their_names_are_empty():
    assert render("{{ tool_result }}{{ request.user }}", scope(messages=())) == "{}"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{{ nothing }}", "'nothing' is undefined"),
        ("{{ match.country }}", "'dict object' has no attribute 'country'"),
        ("{{ 1 / 0 }}", "division by zero"),
        ("{{ faker.nam }}", "has no attribute 'nam'"),
        ("{{ request.__class__ }}", "access to attribute '__class__' of 'dict' object is unsafe."),
        ("{{ state.update({}) }}", "access to attribute 'update' of 'dict' object is unsafe."),
        ("{% if %}", "Expected an expression, got 'end of statement block'"),
    ],
)
@pytest.mark.parametrize("native", [False, True])
def test_a_template_that_fails_says_which_why_and_what_it_can_name(text, reason, native):
    with pytest.raises(ReplyError) as caught:
        render([text], scope(), native=native)
    message = str(caught.value)
    assert message.startswith(f"The template {text!r} failed: ")
    assert reason in message
    assert message.endswith(
        "It can name request (model, items, metadata, stream, user, body, headers, query, upstream), match (city), "
        "tool_result (temp, items, note), state (step), call, attempt, now, uuid, faker."
    )


BRACES = "Braces that are meant as text stand between {% raw %} and {% endraw %}."
KNOWN = "It can name request, match, tool_result, state, call, attempt, now, uuid, faker."


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("no template", None),
        ("{{ request.model }}{{ range(2) }}{% set x = 1 %}{{ x }}{{ tool_result.anything }}", None),
        ("{{ reqest.x }}", ("the template names `reqest`, which there is not", "Did you mean `request`?")),
        ("{{ zzz }}{{ yyy }}", ("the template names `yyy`, which there is not", KNOWN)),
        ("{{ lipsum() }}", ("the template names `lipsum`, which there is not", KNOWN)),
        (
            "{{ x",
            ("the template cannot be read: unexpected end of template, expected 'end of print statement'.", BRACES),
        ),
        ("{{ faker.name() }}{{ faker.date }}{{ request.faker.nam }}", None),
        ("{{ faker.nmae() }}", ("the template names `faker.nmae`, which there is not", "Did you mean `faker.name`?")),
        (
            "{{ faker.zzzz() }}",
            ("the template names `faker.zzzz`, which there is not", "Faker's documentation lists what there is."),
        ),
        ("{{ [1] | random }}", ("the template cannot be read: No filter named 'random'.", BRACES)),
    ],
)
def test_a_template_is_checked_before_it_is_used(text, wrong):
    assert faulty(text) == wrong
