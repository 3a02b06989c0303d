"""Skills and their versions."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from mockai.endpoints import skills

MANIFEST = b"---\nname: greeter\ndescription: 'Says hi'\n---\n"


def archive(**files):
    data = BytesIO()
    with ZipFile(data, "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return data.getvalue()


def sent(*files, path="/skills", default=None):
    more = [] if default is None else [("default", None, default)]
    return path, *more, *(("files[]", name, data) for name, data in files)


@pytest.fixture
def skill(api):
    _, made = api.send_form(*sent(("greeter/SKILL.md", MANIFEST), ("greeter/a.py", b"1")))
    return made["id"]


def test_a_skill_has_the_apis_keys(api, skill):
    assert api("GET", f"/skills/{skill}") == {
        "id": skill,
        "object": "skill",
        "created_at": 1_767_225_601,
        "name": "greeter",
        "description": "Says hi",
        "default_version": "1",
        "latest_version": "1",
    }
    assert [each["id"] for each in api("GET", "/skills")["data"]] == [skill]


def test_an_archive_is_kept_as_it_was_sent(api):
    data = archive(**{"SKILL.md": MANIFEST})
    status, made = api.send_form(*sent(("skill.zip", data)))
    assert (status, made["name"]) == (200, "greeter")
    assert api.raw("GET", f"/skills/{made['id']}/content") == (200, data)


def test_a_version_may_become_the_default(api, skill):
    other = MANIFEST.replace(b"hi", b"bye")
    _, made = api.send_form(*sent(("SKILL.md", other), path=f"/skills/{skill}/versions", default=b"true"))
    assert (made["version"], made["description"]) == ("2", "Says bye")
    found = api("GET", f"/skills/{skill}")
    assert (found["default_version"], found["description"]) == ("2", "Says bye")
    assert api("GET", f"/skills/{skill}/versions/latest") == made
    assert api("GET", f"/skills/{skill}/versions/{made['id']}") == made
    assert api.refused("DELETE", f"/skills/{skill}/versions/2") == (
        400,
        "The default version of a skill cannot be deleted.",
    )
    assert api.refused("GET", f"/skills/{skill}/versions/9") == (404, "Skill version '9' not found.")


def test_a_skill_is_deleted_with_its_versions(api, skill):
    api("DELETE", f"/skills/{skill}")
    assert (api.resources.all("skills.versions"), api.resources.all("contents")) == ((), ())
    assert api.refused("GET", f"/skills/{skill}") == (404, f"Skill with id '{skill}' not found.")


REFUSED = [
    ([], 400, "Missing required parameter: 'files'."),
    ([("a.py", b"1")], 400, "The skill must contain a SKILL.md file."),
    ([("SKILL.md", b"name: x")], 400, "The front matter of SKILL.md must have a 'description'."),
    ([("a.zip", b"no zip")], 400, "The file is not a valid zip archive."),
    ([("a.zip", archive(big=b"x" * 100))], 413, "Maximum content size limit (99) exceeded"),
]


@pytest.mark.parametrize(("files", "status", "message"), REFUSED)
def test_a_bad_skill_is_refused(api, monkeypatch, files, status, message):
    monkeypatch.setattr(skills, "_MOST_UNPACKED", 99)
    got, reply = api.send_form(*sent(*files))
    assert (got, reply["error"]["message"]) == (status, message)
