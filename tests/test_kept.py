"""What was made of objects is kept by their identity."""

from mockai.kept import Kept


def test_what_was_made_of_an_object_is_found_by_the_object_itself() -> None:
    kept: Kept[str] = Kept(limit=10)
    owner, equal = ["a"], ["a"]
    assert kept.keep("made", owner) == "made"
    assert (kept.get(owner), kept.get(equal)) == ("made", None)


def test_what_else_it_depends_on_is_compared() -> None:
    kept: Kept[str] = Kept(limit=10)
    owner = object()
    kept.keep("short", owner, None, "gpt-4o", 1)
    assert (kept.get(owner, None, "gpt-4o", 1), kept.get(owner, None, "gpt-4o", 2)) == ("short", None)


def test_an_object_lives_as_long_as_what_was_made_of_it() -> None:
    kept: Kept[int] = Kept(limit=1000)
    for number in range(1000):
        kept.keep(number, object())  # freed at once, its id would be the next one's
    assert len(kept._values) == 1000


def test_past_its_limit_it_starts_anew() -> None:
    kept: Kept[int] = Kept(limit=2)
    owners = [object() for _ in range(3)]
    for number, owner in enumerate(owners):
        kept.keep(number, owner)
    assert [kept.get(owner) for owner in owners] == [None, None, 2]
