"""What is kept of things."""

from mockai.ids import EPOCH, Mint
from mockai.state import Resources
from mockai.surface.installed import shipped
from mockai.surface.places import Places
from mockai.surface.shelves import Shelves, Thing, path_with

PROJECT, ONE, OTHER = "/organization/projects/{project_id}", "/organization/projects/a", "/organization/projects/b"


def shelves(limit=1000, seed=0):
    return Shelves(Places(shipped()), Resources(limit), Mint(seed))


def test_facts_are_kept_learnt_and_forgotten():
    kept = shelves()
    assert kept.get(PROJECT, ONE) is None
    assert kept.put(PROJECT, ONE, {"name": "x"}) == Thing(ONE, {"name": "x"}, EPOCH)
    assert kept.change(PROJECT, ONE, {"size": 1}) == Thing(ONE, {"name": "x", "size": 1}, EPOCH)
    assert kept.change(PROJECT, OTHER, {"size": 1}) is None
    assert kept.get(PROJECT, ONE) == kept.remove(PROJECT, ONE) == Thing(ONE, {"name": "x", "size": 1}, EPOCH)
    assert kept.get(PROJECT, ONE) is kept.remove(PROJECT, ONE) is None


def test_a_collection_has_its_own_things_oldest_first():
    kept, users = shelves(), "/organization/projects/{project_id}/users"
    for project, user in (("a", "1"), ("b", "2"), ("a", "3%2F4")):
        kept.put(f"{users}/{{user_id}}", f"/organization/projects/{project}/users/{user}", {})
    assert [thing.key for thing in kept.within(users, "/organization/projects/a/users")] == ["1", "3/4"]


def test_the_oldest_of_a_kind_goes_when_there_are_too_many():
    kept = shelves(limit=2)
    for name in "abc":
        kept.put(PROJECT, f"/organization/projects/{name}", {})
    assert [thing.key for thing in kept.within("/organization/projects", "/organization/projects")] == ["b", "c"]


def test_where_nothing_can_be_created_there_is_one_thing_from_the_start():
    kept, path = shelves(), "/organization/users"
    (first,) = kept.within(path, path)
    assert first.key == first.facts["id"]
    assert first.key.startswith("user-")
    assert kept.remove(f"{path}/{{user_id}}", first.path) == first
    assert list(kept.within(path, path)) == []
    assert [thing.key for thing in shelves().within(path, path)] == [first.key]
    assert [thing.key for thing in shelves(seed=1).within(path, path)] != [first.key]


def test_ids_in_paths_are_percent_encoded():
    assert path_with("/a/{b}/c/{d}", {"b": "x/y", "d": "ft:é"}) == "/a/x%2Fy/c/ft%3A%C3%A9"
