"""The page about the format: it names all that can be written, and nothing that cannot."""

import re
from pathlib import Path

import pytest

from mockai.faults import FAULTS
from mockai.scenario import schema
from mockai.scenario.schema import REPLY_KINDS, Reply, When
from mockai.scenario.templates import NAMES

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "scenarios.md").read_text(encoding="utf-8")
MODELS_PAGE = (DOCS / "models.md").read_text(encoding="utf-8")
CODE = " ".join("".join(found) for found in re.findall(r"```yaml\n(.*?)```|`([^`]+)`", PAGE + MODELS_PAGE, re.DOTALL))
NOT_WRITTEN = {"python", "pieces", "one_of", "contains", "fixed"}  # for Python only, or with a form that is shorter
MODELS = [
    "Scenario", "Defaults", "StateSpec", "WebhookSpec", "Rule", "When", "TextMatch", "CountMatch", "ToolMatch",
    "ToolResultMatch", "Reply", "ItemSpec", "ChoiceSpec", "RawSpec", "ErrorSpec", "Chunking", "Latency", "Amount",
    "GateSpec", "KeySpec", "LimitsSpec", "BrownoutSpec", "PhaseSpec", "UpstreamSpec", "ModelSpec",
]  # fmt: skip


def keys(model) -> list[str]:
    """The keys of a model as people write them."""
    return [field.alias or name for name, field in model.model_fields.items()]


def conditions() -> list[str]:
    """The names in the first column of the table of conditions."""
    table = PAGE.split("\n| key | holds when |\n", 1)[1].split("\n\n", 1)[0]
    return [name for line in table.splitlines()[1:] for name in re.findall(r"`(\w+)`", line.split("|")[1])]


@pytest.mark.parametrize("name", MODELS)
def test_every_key_is_on_the_page(name):
    named = set(re.findall(r"\w+", CODE))
    assert [key for key in keys(getattr(schema, name)) if key not in named | NOT_WRITTEN] == []


def test_the_table_of_conditions_has_all_of_them_and_no_other():
    assert sorted(conditions()) == sorted(keys(When))


def test_the_table_of_replies_has_all_kinds_and_no_other():
    kinds = PAGE.split("Exactly one of these:")[1]
    found = re.findall(r"^\| `(\w+)` \|", kinds.split("and in Python")[0], re.MULTILINE)
    assert sorted(found) == sorted(set(REPLY_KINDS) - {"python"})


def test_what_stands_beside_a_reply_is_listed_in_full():
    beside = PAGE.split("Beside it, any of ")[1].split("```")[0]
    assert set(re.findall(r"`(\w+)`", beside)) == set(keys(Reply)) - set(REPLY_KINDS)


def test_the_names_of_templates_are_listed_in_full():
    section = PAGE.split("## Templates")[1].split("```")[0]
    assert set(NAMES) <= set(re.findall(r"`(\w+)`", section))


def test_the_table_of_faults_has_all_of_them_and_no_other():
    table = PAGE.split("\n| where | faults |\n", 1)[1].split("\n\n", 1)[0]
    assert sorted(re.findall(r"`(\w+)`", table)) == sorted(FAULTS)
