"""How other providers differ from OpenAI: one small class per quirk, one row per provider that names its quirks."""

from mockai.providers.base import QUIRKS, Asked, Chunk, Event, Quirk, Rank, quirk, register
from mockai.providers.choosing import Dialects
from mockai.providers.dialect import PLAIN, Dialect, dialect_of
from mockai.providers.profile import Profile, ProviderName
from mockai.providers.profiles import PROFILES

__all__ = [
    "PLAIN",
    "PROFILES",
    "QUIRKS",
    "Asked",
    "Chunk",
    "Dialect",
    "Dialects",
    "Event",
    "Profile",
    "ProviderName",
    "Quirk",
    "Rank",
    "dialect_of",
    "quirk",
    "register",
]
