"""What a text is suspected of: a small list of words for each category of moderation."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mockai.scenario.schema import CATEGORIES

__all__ = ["suspected"]

_PHRASES: Mapping[str, tuple[str, ...]] = {
    "harassment": (
        *("idiot", "moron", "loser", "stupid", "pathetic", "shut up", "worthless", "i hate you", "nobody likes you"),
        *("you are trash", "you're trash"),
    ),
    "harassment/threatening": (
        *("i will kill you", "i'll kill you", "i will hurt you", "i'll hurt you", "you will regret", "i will find you"),
        *("i'm going to kill you", "i am going to kill you", "going to hurt you", "you deserve to die"),
    ),
    "hate": (
        "vermin",
        "subhuman",
        "inferior race",
        "master race",
        "racial slur",
        "hate all",
        "go back to your country",
    ),
    "hate/threatening": ("exterminate", "ethnic cleansing", "kill all", "wipe them out", "gas the"),
    "illicit": (
        *("cook meth", "buy cocaine", "sell drugs", "counterfeit money", "pick a lock", "hotwire", "launder money"),
        *("shoplift", "fake passport", "stolen credit card", "phishing kit", "write malware", "ransomware"),
    ),
    "illicit/violent": (
        *("build a bomb", "make a bomb", "pipe bomb", "buy a gun illegally", "make explosives", "nerve agent"),
        *("untraceable gun", "ghost gun", "molotov cocktail"),
    ),
    "self-harm": (
        *(
            "suicide",
            "suicidal",
            "self-harm",
            "self harm",
            "cut myself",
            "cutting myself",
            "hurt myself",
            "kill myself",
        ),
        "starve myself",
    ),
    "self-harm/instructions": (
        "how to kill myself",
        "ways to kill myself",
        "how to commit suicide",
        "painless suicide",
    ),
    "self-harm/intent": (
        *("i want to die", "kill myself", "end my life", "cut myself", "i want to hurt myself", "take my own life"),
        "no reason to live",
    ),
    "sexual": (
        "porn",
        "pornography",
        "erotic",
        "nude",
        "naked",
        "explicit sex",
        "sexual intercourse",
        "orgasm",
        "nsfw",
    ),
    "sexual/minors": ("child porn", "child pornography", "sexualized minor", "underage sex", "csam"),
    "violence": (
        *("kill", "kills", "killed", "killing", "murder", "stab", "stabbed", "shoot him", "shoot her", "shoot them"),
        *("beat him", "beat her", "beat you", "strangle", "massacre", "slaughter", "behead", "torture", "bomb"),
        "hurt them",
    ),
    "violence/graphic": (
        *(
            "gore",
            "entrails",
            "dismember",
            "dismembered",
            "decapitated",
            "mutilated",
            "blood everywhere",
            "severed head",
        ),
        "disembowel",
    ),
}


def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(phrases, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest_first))})(?!\w)")


_PATTERNS = {category: _pattern(_PHRASES[category]) for category in CATEGORIES}


def suspected(text: str) -> dict[str, int]:
    """The categories whose words occur in a text, and how often."""
    plain = " ".join(text.casefold().replace("\u2019", "'").split())
    found = {category: len(pattern.findall(plain)) for category, pattern in _PATTERNS.items()}
    return {category: times for category, times in found.items() if times}
