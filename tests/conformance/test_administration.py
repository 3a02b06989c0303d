"""Derived operations with the SDK: the life of a project and of what is in it."""

from collections.abc import Awaitable, Callable
from inspect import isawaitable
from typing import Any

import openai
import pytest

from mockai import MockOpenAI

KEYS = {"admin_api_key": "sk-admin", "max_retries": 0, "_strict_response_validation": True}


@pytest.fixture(params=["sync", "async"])
async def ask(request: pytest.FixtureRequest, mock: MockOpenAI) -> Any:
    """Calls a method of the organization's administration by its name."""
    client: Any = mock.client(**KEYS) if request.param == "sync" else mock.async_client(**KEYS)

    async def call(path: str, /, *args: Any, **kwargs: Any) -> Any:
        found = client.admin.organization
        for part in path.split("."):
            found = getattr(found, part)
        made = found(*args, **kwargs)
        return await made if isawaitable(made) else made

    yield call
    closed = client.close()
    if isawaitable(closed):
        await closed


Ask = Callable[..., Awaitable[Any]]


async def test_a_project_lives(ask: Ask) -> None:
    made = await ask("projects.create", name="Mars")
    assert (made.name, made.object) == ("Mars", "organization.project")
    assert await ask("projects.retrieve", made.id) == made
    changed = await ask("projects.update", made.id, name="Venus")
    assert changed == made.model_copy(update={"name": "Venus"})
    archived = await ask("projects.archive", made.id)
    assert (archived.name, archived.status) == ("Venus", "archived")
    assert archived.archived_at is not None


async def test_pages_follow_one_another(ask: Ask) -> None:
    names = [f"project {number}" for number in range(5)]
    for name in names:
        await ask("projects.create", name=name)
    page, seen = await ask("projects.list", limit=2), []
    seen += page.data
    while page.has_next_page():
        following = page.get_next_page()
        page = await following if isawaitable(following) else following
        seen += page.data
    assert [each.name for each in seen] == names


async def test_pages_with_a_cursor_of_their_own_follow_one_another(ask: Ask) -> None:
    group = await ask("groups.create", name="crew")
    for number in range(3):
        await ask("groups.users.create", group.id, user_id=f"user-{number}")
    page = await ask("groups.users.list", group.id, limit=2)
    assert ([each.id for each in page.data], page.next) == (["user-0", "user-1"], "user-1")
    rest = await ask("groups.users.list", group.id, after=page.next)
    assert ([each.id for each in rest.data], rest.has_next_page()) == (["user-2"], False)


async def test_members_come_and_go(ask: Ask) -> None:
    project = await ask("projects.create", name="Mars")
    user = await ask("projects.users.create", project.id, role="member", user_id="user-1")
    assert (user.id, user.role) == ("user-1", "member")
    assert (await ask("projects.users.update", "user-1", project_id=project.id, role="owner")).role == "owner"
    assert (await ask("projects.users.delete", "user-1", project_id=project.id)).deleted is True
    with pytest.raises(openai.NotFoundError) as missed:
        await ask("projects.users.retrieve", "user-1", project_id=project.id)
    assert missed.value.body == {
        "message": "No user found with id 'user-1'.",
        "type": "invalid_request_error",
        "param": None,
        "code": None,
    }


async def test_a_rule_scripts_a_derived_operation_by_its_name(mock: MockOpenAI, ask: Ask) -> None:
    project = {"id": "proj_1", "object": "organization.project", "created_at": 1, "name": "{{ request.body.name }}"}
    rule = mock.when(endpoint="admin.organization.projects.create")
    rule.replies({"error": 409}, {"json": project}, {"json": project, "faults": ["reset"]})
    with pytest.raises(openai.ConflictError):
        await ask("projects.create", name="Mars")
    assert (await ask("projects.create", name="Mars")).name == "Mars"
    with pytest.raises(openai.APIConnectionError):
        await ask("projects.create", name="Mars")
    assert (await ask("projects.list")).data == []


async def test_sessions_do_not_see_each_others_projects(mock: MockOpenAI, ask: Ask) -> None:
    await ask("projects.create", name="Mars")
    with mock.client(**KEYS, default_headers={"x-mockai-session": "other"}) as other:
        assert other.admin.organization.projects.list().data == []
