"""What is known of a model: by name, by glob, of its base, and what a scenario says of it."""

from dataclasses import replace

import pytest

from mockai.errors import ScenarioError
from mockai.models import BUILT_IN, Catalogue, Facts, Family
from mockai.scenario.loading import load_data


@pytest.mark.parametrize(
    ("model", "status", "context", "output"),
    [
        ("gpt-4o", "current", 128_000, 16_384),
        ("gpt-4o-2024-05-13", "current", 128_000, 4_096),
        ("gpt-4", "current", 8_192, 8_192),
        ("gpt-4.1-nano", "current", 1_047_576, 32_768),
        ("o3", "current", 200_000, 100_000),
        ("gpt-5-mini", "current", 400_000, 128_000),
        ("gpt-3.5-turbo-0613", "retired", 4_097, 4_096),
        ("ft:gpt-4o-mini-2024-07-18:acme::x1", "current", 128_000, 16_384),
        ("gpt-4o-of-our-own", "unknown", 128_000, 16_384),
        ("llama3.2", "unknown", None, None),
        ("not-used", "unknown", None, None),
        ("", "unknown", None, None),
    ],
)
def test_a_model_is_known_by_its_name_and_by_what_its_name_begins_with(model, status, context, output):
    facts = BUILT_IN.facts(model)
    assert (facts.status, facts.context, facts.output) == (status, context, output)


@pytest.mark.parametrize("model", ["llama3.2", "not-used", "openai/gpt-4o", "deployment", "ft:mistral:me::1", "ft:"])
def test_of_an_unknown_model_nothing_is_known(model):
    assert replace(BUILT_IN.facts(model), family=Family()) == Facts(family=Family())


def test_what_a_scenario_says_stands_above_what_is_known_and_the_later_above_the_earlier():
    catalogue = Catalogue(
        [("gpt-*", {"context": 10}), ("gpt-4o", {"output": 5, "unsupported": ("stop",)}), ("gpt-4o", {"output": 6})]
    )
    facts = catalogue.facts("gpt-4o")
    assert (facts.context, facts.output, facts.unsupported) == (10, 6, frozenset({"stop"}))
    assert (catalogue.facts("gpt-4").context, catalogue.facts("o3").context) == (10, 200_000)
    assert BUILT_IN.facts("gpt-4o").context == 128_000


@pytest.mark.parametrize(
    ("added", "model", "status"),
    [
        ("house-model", "house-model", "current"),
        ("house-model", "ft:house-model:me::1", "current"),
        ("house-*", "house-model", "unknown"),
        ("dall-e-3", "dall-e-3", "current"),
        ("ft:gpt-4o:me::1", "ft:gpt-4o:me::1", "current"),
    ],
)
def test_a_model_that_a_scenario_names_is_there_even_if_it_is_retired_elsewhere(added, model, status):
    assert Catalogue([(added, {})]).facts(model).status == status


def test_a_scenario_may_retire_a_model():
    catalogue = Catalogue([("gpt-4o", {"status": "retired"})])
    assert catalogue.facts("gpt-4o").status == "retired"
    assert "gpt-4o" not in catalogue.names()


def test_names_are_those_that_can_be_asked_for_the_scenarios_own_first():
    found = list(Catalogue([("mine", {}), ("gpt-*", {}), ("gpt-4o", {})]).names())
    assert found[:2] == ["mine", "gpt-4o"]
    assert len(found) == len(set(found))
    assert "text-davinci-003" not in found


def test_what_was_found_is_remembered_but_not_without_end():
    catalogue = Catalogue()
    assert catalogue.facts("gpt-4o") is catalogue.facts("gpt-4o")
    for number in range(3000):
        catalogue.facts(f"model-{number}")
    assert len(catalogue._found) <= 1024


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"endpoints": ["chta"]}, "Did you mean `chat`?"),
        ({"inputs": "txt"}, "Did you mean `text`?"),
        ({"unsupported": ["stp"]}, "Did you mean `stop`?"),
        ({"fixed": ["temprature"]}, "Did you mean `temperature`?"),
        ({"while_reasoning": ["tool"]}, "Did you mean `tools`?"),
        ({"formats": ["yaml"]}, "one of text, json_object, json_schema"),
        ({"roles": ["boss"]}, "one of developer, system, user, assistant, tool, function"),
        ({"retentions": ["25h"]}, "one of in_memory, 24h"),
        ({"efforts": ["low"], "effort": "high"}, "effort is one of its efforts (low); seen high"),
    ],
)
def test_a_word_that_means_nothing_is_refused_where_it_is_written(facts, said):
    with pytest.raises(ScenarioError) as caught:
        load_data({"models": {"own": facts}, "rules": [{"reply": "x"}]}, "a test")
    assert said in str(caught.value)


def test_an_effort_may_stand_without_its_list():
    assert load_data({"models": {"own": {"effort": "low"}, "two": {"efforts": ["low"], "effort": "low"}}}, "a test")
