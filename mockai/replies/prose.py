"""Prose, seeded, and the words of texts."""

from __future__ import annotations

import re

from mockai.ids import Mint
from mockai.replies.faking import faker

__all__ = ["sentences", "singular", "topic", "vocabulary", "words"]


def vocabulary(text: str) -> frozenset[str]:
    """A set of words, written as a text."""
    return frozenset(text.split())


_SMALL_WORDS = vocabulary(
    "a about an and any are as at be been but by can could did do does for from give had has have hello help hey hi "
    "how i if in into is it its let me my of on or our please show so some tell than thank thanks that the their "
    "them then there these they this those to too us use using want was we were what when where which who why will "
    "with would write you your"
)

_LONGEST_WORD = 40

_OPENINGS = (
    "In short, {topic} comes down to a few things.",
    "Here is a brief answer about {topic}.",
    "There are several ways to look at {topic}.",
    "The usual advice on {topic} is to start small.",
    "When it comes to {topic}, the details matter.",
    "A good summary of {topic} fits in a few lines.",
)
_FOLLOW_UPS = (
    "{name} of {company} describes it well.",
    "People in {city} have dealt with the same question.",
    "One example from {country} shows how it works in practice.",
    "{name} wrote about this in more depth.",
    "Most of it was settled years ago in {city}.",
    "A team at {company} found the same.",
    "It helps to compare this with how it is done in {country}.",
)


def words(text: str) -> tuple[str, ...]:
    """The words of a text that carry meaning, in lower case; `getWeather` and `get_weather` are two each."""
    apart = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", text)
    found = re.findall(r"[^\W_]+", apart.lower())
    return tuple(word for word in found if word not in _SMALL_WORDS)


def singular(word: str) -> str:
    """A word without its plural ending, more or less: `cities` is `city`."""
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    return word[:-1] if word.endswith("s") and len(word) > 3 else word


def topic(text: str) -> str:
    """What a question is about: its first few words that carry meaning, as they are written."""
    found = [word for word in re.findall(r"[^\W_]+", text) if word.lower() not in _SMALL_WORDS]
    return " ".join(word[:_LONGEST_WORD] for word in found[:4]) or "this"


def sentences(mint: Mint, text: str) -> str:
    """One to three sentences related to a text."""
    rng = mint.child("sentences").rng
    chosen = rng.sample(_FOLLOW_UPS, rng.randint(0, 2))
    follow_ups = _filled(chosen, mint) if chosen else []
    return " ".join([rng.choice(_OPENINGS).format(topic=topic(text)), *follow_ups])


def _filled(phrases: list[str], mint: Mint) -> list[str]:
    with faker(mint.child("names").rng) as fake:
        names = {"name": fake.name, "company": fake.company, "city": fake.city, "country": fake.country}
        drawn = [{key: make() for key, make in names.items()} for _ in phrases]
    return [phrase.format(**values) for phrase, values in zip(phrases, drawn, strict=True)]
