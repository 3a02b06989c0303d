"""`models.json`: every entry is one that a scenario could write, and every model of the SDK is in it."""

from typing import Any, get_args

import openai.types as types
import orjson
import pytest
from openai.types.audio.speech_model import SpeechModel
from openai.types.shared import ResponsesModel
from openai.types.shared.chat_model import ChatModel

from mockai.models import BUILT_IN, Family
from mockai.models.catalogue import _FILE
from mockai.scenario.schema import ModelSpec

FILE: Any = orjson.loads(_FILE.read_bytes())
OWN = {"models", "evidence", "wire", "snapshot"}
"""What only the file says: which models are meant, how sure it is, and what they send."""


@pytest.mark.parametrize("entry", [*FILE["facts"], *FILE["models"].values()])
def test_an_entry_is_one_that_a_scenario_could_write(entry):
    ModelSpec.model_validate({key: value for key, value in entry.items() if key not in OWN})
    assert Family(**entry.get("wire", {})).fingerprint in ("fp", "null", "empty")


@pytest.mark.parametrize("entry", FILE["facts"])
def test_facts_say_how_sure_they_are(entry):
    assert entry["evidence"] in ("measured", "documented")
    assert entry["models"]


@pytest.mark.parametrize("entry", FILE["facts"], ids=lambda entry: entry["models"][0])
def test_facts_are_about_a_model_there_is(entry):
    from fnmatch import fnmatchcase

    assert [name for name in FILE["models"] if any(fnmatchcase(name, glob) for glob in entry["models"])]


def names(kind: Any) -> list[str]:
    if isinstance(kind, str):
        return [kind]
    return [name for each in get_args(kind) for name in names(each)]


@pytest.mark.parametrize(
    "kind",
    [ChatModel, ResponsesModel, SpeechModel, types.AudioModel, types.EmbeddingModel, types.ImageModel,
     types.ModerationModel, types.VideoModel],
)  # fmt: skip
def test_every_model_that_the_sdk_names_is_known(kind):
    assert names(kind)
    assert [name for name in names(kind) if BUILT_IN.facts(name).status == "unknown"] == []


def test_an_alias_stands_for_a_model_that_is_listed_too():
    snapshots = [facts["snapshot"] for facts in FILE["models"].values() if "snapshot" in facts]
    assert len(snapshots) > 20
    assert [name for name in snapshots if name not in FILE["models"]] == []
