"""Which table serves."""

import sys
from importlib import metadata
from pathlib import Path

import pytest

from mockai.surface import derive, installed
from mockai.surface.installed import cache_folder, read, shipped, tables, write
from mockai.surface.table import Row, Table

OWN = Table("9.9.9", (Row("things.list", "GET", "/things", "nothing"),), {})


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Pretends that this version of the SDK is installed and looks like this; returns how often it was looked at."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(sys, "platform", "linux")
    looked: list[str] = []

    def build(version, table=OWN):
        def found(name):
            if version is None:
                raise metadata.PackageNotFoundError(name)
            return version

        def derived():
            looked.append(version)
            if table is None:
                raise TypeError("not this time")
            return table

        monkeypatch.setattr(metadata, "version", found)
        monkeypatch.setattr(derive, "derive", derived)
        tables.cache_clear()
        return looked

    yield build
    tables.cache_clear()


def test_the_shipped_table_serves_its_own_version(install):
    looked = install(shipped().version)
    assert (tables(), looked) == ((shipped(),), [])


def test_the_shipped_table_serves_where_there_is_no_sdk(install):
    looked = install(None)
    assert (tables(), looked) == ((shipped(),), [])


def test_another_version_is_derived_once_and_the_shipped_table_stands_behind_it(install, tmp_path):
    looked = install("9.9.9")
    assert tables() == (OWN, shipped())
    assert tables() == (OWN, shipped())
    assert read(tmp_path / "mockai" / "openai-9.9.9.1.json.gz") == OWN
    tables.cache_clear()
    assert tables() == (OWN, shipped())
    assert looked == ["9.9.9"]


@pytest.mark.parametrize("broken", [b"", b"no gzip", b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff\x01\x02"])
def test_a_kept_table_that_cannot_be_read_is_derived_anew(install, tmp_path, broken):
    looked = install("9.9.9")
    kept = tmp_path / "mockai" / "openai-9.9.9.1.json.gz"
    kept.parent.mkdir()
    kept.write_bytes(broken)
    assert tables() == (OWN, shipped())
    assert (read(kept), looked) == (OWN, ["9.9.9"])


def test_a_folder_that_cannot_be_written_does_not_matter(install, tmp_path):
    install("9.9.9")
    (tmp_path / "mockai").write_text("a file where the folder should be")
    assert tables() == (OWN, shipped())


def test_an_sdk_that_cannot_be_understood_leaves_the_shipped_table(install):
    looked = install("0.1", None)
    assert (tables(), looked) == ((shipped(),), ["0.1"])


def test_a_table_is_written_whole(tmp_path):
    write(OWN, tmp_path / "a" / "table.json.gz")
    assert read(tmp_path / "a" / "table.json.gz") == OWN
    assert [each.name for each in (tmp_path / "a").iterdir()] == ["table.json.gz"]


@pytest.mark.parametrize(
    ("platform", "variables", "expected"),
    [
        ("linux", {"XDG_CACHE_HOME": "/caches"}, "/caches/mockai"),
        ("linux", {}, "/home/me/.cache/mockai"),
        ("darwin", {}, "/home/me/Library/Caches/mockai"),
        ("win32", {"LOCALAPPDATA": "/local"}, "/local/mockai"),
        ("win32", {}, "/home/me/AppData/Local/mockai"),
    ],
)
def test_the_cache_is_where_the_platform_has_it(monkeypatch, platform, variables, expected):
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setattr(Path, "home", lambda: Path("/home/me"))
    assert cache_folder().as_posix() == expected
    assert installed.SHIPPED.is_file()
