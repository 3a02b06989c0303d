"""What is told of quirks and providers."""

from pathlib import Path

from mockai.providers import PROFILES, QUIRKS
from mockai.providers.catalogue import document, quirks

PAGE = Path(__file__).parents[2] / "docs" / "providers.md"


def test_the_page_is_what_the_code_says():
    assert PAGE.read_text(encoding="utf-8") == document(), "python -m mockai.providers.catalogue > docs/providers.md"


def test_the_page_names_every_quirk_and_every_provider():
    page = document()
    assert [name for name in (*QUIRKS, *PROFILES) if f"| `{name}`" not in page] == []


def test_each_quirk_says_what_it_does_and_who_has_it():
    entries = {entry.name: entry for entry in quirks()}
    assert set(entries) == set(QUIRKS)
    assert all(entry.does.endswith(".") and "\n" not in entry.does for entry in entries.values())
    assert entries["x_groq"].providers == ("groq",)
    assert entries["comment_keepalive"].options == {"text": "OPENROUTER PROCESSING", "every": 0.5}
