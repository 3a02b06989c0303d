"""What operations do, by where they stand."""

import pytest

from mockai.surface.installed import shipped
from mockai.surface.places import Places, Role, prefixes, shape_of

PLACES = Places(shipped())
ROWS = {row.name: row for row in shipped().rows}
ORGANIZATION = "admin.organization"


def schema_of(name):
    return ROWS[f"{ORGANIZATION}.{name}"].gives[0]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        (f"{ORGANIZATION}.projects.list", Role.LIST),
        (f"{ORGANIZATION}.projects.create", Role.CREATE),
        (f"{ORGANIZATION}.projects.retrieve", Role.RETRIEVE),
        (f"{ORGANIZATION}.projects.update", Role.UPDATE),
        (f"{ORGANIZATION}.projects.archive", Role.ACT),
        (f"{ORGANIZATION}.invites.delete", Role.DELETE),
        (f"{ORGANIZATION}.projects.spend_limit.retrieve", Role.READ),
        (f"{ORGANIZATION}.projects.spend_limit.update", Role.WRITE),
        (f"{ORGANIZATION}.projects.spend_limit.delete", Role.CLEAR),
        (f"{ORGANIZATION}.certificates.activate", Role.ACT),
        (f"{ORGANIZATION}.usage.costs", Role.READ),
        ("fine_tuning.checkpoints.permissions.create", Role.CREATE),
        ("files.content", Role.READ),
        ("embeddings.create", Role.ACT),
        ("vector_stores.search", Role.ACT),
        ("live.sessions.hangup", Role.ACT),
    ],
)
def test_an_operation_has_a_role(name, role):
    assert PLACES.role(ROWS[name]) is role


@pytest.mark.parametrize(
    ("collection", "governed", "seeded"),
    [
        ("/organization/projects", True, False),
        ("/organization/projects/{project_id}/rate_limits", True, True),
        ("/organization/users", True, True),
        ("/projects", False, False),
        ("/safety/alerts", False, False),
        ("/files", False, False),
    ],
)
def test_it_is_known_what_exists_where_things_are_made_or_listed(collection, governed, seeded):
    places = Places(shipped(), frozenset(["/files"]))
    assert (places.governed(collection), places.seeded(collection)) == (governed, seeded)


@pytest.mark.parametrize(("collection", "expected"), [("/safety/alerts", True), ("/files", False)])
def test_at_the_end_of_a_path_nothing_exists_that_nobody_made(collection, expected):
    assert Places(shipped(), frozenset(["/files"])).governed(collection, alone=True) is expected


def test_an_id_is_called_as_in_the_paths():
    assert PLACES.parameter("/organization/projects") == "project_id"
    assert PLACES.parameter("/organization/costs") == "id"


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("/organization/projects/{project_id}", "projects.archive", True),
        ("/organization/projects/{project_id}", "users.retrieve", False),
        ("/organization/projects", "projects.archive", False),
    ],
)
def test_a_type_is_that_of_a_place_where_its_fields_are(path, name, expected):
    assert PLACES.is_at(path, schema_of(name)) is expected


def test_a_collection_is_what_has_things_with_ids_below():
    assert PLACES.is_collection("/organization/projects")
    assert not PLACES.is_collection("/organization/costs")


def test_paths_without_the_names_of_their_parameters():
    assert shape_of("/a/{b}/c/{d}") == "/a/{}/c/{}"
    assert list(prefixes("/a/{b}/c/{d}/e")) == ["/a/{b}", "/a/{b}/c/{d}"]
    assert list(prefixes("/a")) == []
