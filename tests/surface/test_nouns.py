"""What things are called."""

import re

import pytest

from mockai.ids import Mint
from mockai.surface.nouns import new_id, singular, thing_at


@pytest.mark.parametrize(
    ("thing", "prefix"),
    [
        ("project", "proj_"),
        ("user", "user-"),
        ("admin_api_key", "key_"),
        ("project_api_key", "key_"),
        ("fine_tuning_job", "ftjob-"),
        ("federation_rule", "federation_rule_"),
        ("thing", "thing_"),
    ],
)
def test_an_id_begins_as_the_api_writes_it(thing, prefix):
    assert re.fullmatch(rf"{prefix}[A-Za-z0-9]{{24}}", new_id(thing, Mint(0, "a")))


def test_ids_follow_from_the_seed():
    assert new_id("project", Mint(7, "a")) == new_id("project", Mint(7, "a")) != new_id("project", Mint(8, "a"))


@pytest.mark.parametrize(
    ("many", "one"),
    [
        ("projects", "project"),
        ("batches", "batch"),
        ("policies", "policy"),
        ("classes", "class"),
        ("class", "class"),
        ("data", "data"),
        ("api_keys", "api_key"),
    ],
)
def test_one_of_many(many, one):
    assert singular(many) == one


@pytest.mark.parametrize(
    ("path", "thing"),
    [
        ("/organization/projects", "project"),
        ("/organization/projects/{project_id}", "project"),
        ("/organization/projects/{project_id}/users/{}", "user"),
        ("/embeddings", "embedding"),
        ("/{id}", "object"),
    ],
)
def test_a_path_says_what_stands_there(path, thing):
    assert thing_at(path) == thing
