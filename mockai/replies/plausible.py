"""Plausible values by the name of a property, or by its format."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import IPv6Address
from typing import Any, TypeAlias
from uuid import UUID

from mockai.ids import EPOCH, Mint
from mockai.replies.faking import faker
from mockai.replies.prose import sentences, topic, vocabulary, words

__all__ = ["Range", "formatted", "number_range", "string_for"]

_Make: TypeAlias = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Range:
    """From where to where a number is plausible, and with how many decimals."""

    low: float
    high: float
    decimals: int = 0


_RANGES: Mapping[str, Range] = {
    **dict.fromkeys(("age", "years"), Range(18, 80)),
    **dict.fromkeys(("amount", "budget", "cost", "fee", "price", "salary", "total"), Range(5, 500, 2)),
    **dict.fromkeys(("count", "guests", "limit", "number", "people", "quantity", "size"), Range(1, 10)),
    **dict.fromkeys(("confidence", "probability", "score"), Range(0, 1, 2)),
    **dict.fromkeys(("humidity", "percent", "percentage"), Range(10, 90)),
    **dict.fromkeys(("rating", "stars"), Range(1, 5)),
    **dict.fromkeys(("temp", "temperature"), Range(-5, 30, 1)),
    **dict.fromkeys(("lat", "latitude"), Range(-60, 60, 4)),
    **dict.fromkeys(("lng", "lon", "longitude"), Range(-180, 180, 4)),
    "year": Range(1990, 2026),
    "month": Range(1, 12),
    "day": Range(1, 28),
    "days": Range(1, 14),
    "hour": Range(0, 23),
    "hours": Range(1, 48),
    "minute": Range(0, 59),
    "port": Range(1024, 49151),
    "timestamp": Range(EPOCH, EPOCH + 365 * 86_400),
}


def number_range(name: str) -> Range:
    """The range of numbers a property of this name has in everyday life: 1 to 100 where nothing is known."""
    found = (_RANGES[word] for word in reversed(words(name)) if word in _RANGES)
    return next(found, Range(1, 100))


_FAKED: Mapping[str, _Make] = {
    "first name": lambda fake: fake.first_name(),
    "last name": lambda fake: fake.last_name(),
    "user name": lambda fake: fake.user_name(),
    "company name": lambda fake: fake.company(),
    "city name": lambda fake: fake.city(),
    "country name": lambda fake: fake.country(),
    "country code": lambda fake: fake.country_code(),
    "zip code": lambda fake: fake.postcode(),
    "postal code": lambda fake: fake.postcode(),
    "job title": lambda fake: fake.job(),
    "file name": lambda fake: fake.file_name(),
    "surname": lambda fake: fake.last_name(),
    "username": lambda fake: fake.user_name(),
    "firstname": lambda fake: fake.first_name(),
    "lastname": lambda fake: fake.last_name(),
    **dict.fromkeys(("author", "customer", "name", "person"), lambda fake: fake.name()),
    **dict.fromkeys(("brand", "company", "employer", "organization"), lambda fake: fake.company()),
    **dict.fromkeys(("city", "destination", "location", "origin", "place", "town"), lambda fake: fake.city()),
    "country": lambda fake: fake.country(),
    **dict.fromkeys(("region", "state"), lambda fake: fake.state()),
    "street": lambda fake: fake.street_address(),
    "address": lambda fake: fake.address().replace("\n", ", "),
    **dict.fromkeys(("postcode", "zip"), lambda fake: fake.postcode()),
    **dict.fromkeys(("mobile", "phone", "telephone"), lambda fake: fake.numerify("+1-###-555-01##")),
    "currency": lambda fake: fake.currency_code(),
    **dict.fromkeys(("color", "colour"), lambda fake: fake.color_name()),
    **dict.fromkeys(("job", "occupation", "profession"), lambda fake: fake.job()),
    "language": lambda fake: fake.language_name(),
    "timezone": lambda fake: fake.timezone(),
    **dict.fromkeys(("headline", "product", "slogan", "subject", "title"), lambda fake: fake.catch_phrase()),
    **dict.fromkeys(("file", "filename", "path"), lambda fake: fake.file_name()),
    **dict.fromkeys(("category", "keyword", "label", "tag", "topic", "word"), lambda fake: fake.word()),
}
_TOLD = vocabulary(
    "answer body comment content description details explanation message note output reason reasoning response result "
    "review story summary text thought"
)
_SAID: Mapping[str, Callable[[Mint, str], str]] = {
    **dict.fromkeys(_TOLD, sentences),
    **dict.fromkeys(("query", "question"), lambda mint, text: topic(text)),
    **dict.fromkeys(("id", "identifier", "key", "reference"), lambda mint, text: mint.hex(8)),
}
_FORMATTED = {
    "date": "date",
    "time": "time",
    "datetime": "date-time",
    "email": "email",
    "mail": "email",
    "url": "uri",
    "uri": "uri",
    "link": "uri",
    "website": "uri",
    "uuid": "uuid",
    "hostname": "hostname",
    "ip": "ipv4",
}


def string_for(name: str, mint: Mint, text: str = "") -> str:
    """A text for a property of this name; prose about `text` where prose is asked for, else a few words."""
    parts = words(name)
    for key in (" ".join(parts[-2:]), *reversed(parts)):
        if key in _FAKED:
            return _faked(_FAKED[key], mint)
        if key in _FORMATTED:
            return _FORMATS[_FORMATTED[key]](mint)
        if key in _SAID:
            return _SAID[key](mint, text)
    return _faked(lambda fake: " ".join(fake.words(2)), mint)


def _faked(make: _Make, mint: Mint) -> str:
    with faker(mint.rng) as fake:
        return str(make(fake))


def formatted(format: str, mint: Mint) -> str | None:
    """A text in one of JSON Schema's formats; None for a format that is not known."""
    make = _FORMATS.get(format)
    return None if make is None else make(mint)


def _moment(mint: Mint) -> datetime:
    """Some moment of the year in which sessions take place: plausible, and the same whenever it is asked."""
    return datetime.fromtimestamp(EPOCH, UTC) + timedelta(minutes=mint.rng.randrange(365 * 24 * 60))


def _slug(mint: Mint) -> str:
    return _faked(lambda fake: "-".join(fake.words(2)), mint)


def _email(mint: Mint) -> str:
    return _faked(lambda fake: f"{fake.user_name()}@example.com", mint)


def _uuid(mint: Mint) -> str:
    return str(UUID(int=mint.rng.getrandbits(128), version=4))


_FORMATS: Mapping[str, Callable[[Mint], str]] = {
    "date-time": lambda mint: _moment(mint).strftime("%Y-%m-%dT%H:%M:%SZ"),
    "date": lambda mint: _moment(mint).strftime("%Y-%m-%d"),
    "time": lambda mint: _moment(mint).strftime("%H:%M:%SZ"),
    "duration": lambda mint: f"PT{mint.rng.randint(5, 90)}M",
    **dict.fromkeys(("email", "idn-email"), _email),
    **dict.fromkeys(
        ("uri", "iri", "uri-reference", "iri-reference", "url"), lambda m: f"https://example.com/{_slug(m)}"
    ),
    **dict.fromkeys(("hostname", "idn-hostname"), lambda mint: f"{_slug(mint)}.example.com"),
    "uuid": _uuid,
    "ipv4": lambda mint: f"192.0.2.{mint.rng.randint(1, 254)}",
    "ipv6": lambda mint: str(IPv6Address((0x20010DB8 << 96) | mint.rng.getrandbits(64))),
    "json-pointer": lambda mint: f"/{_slug(mint)}",
    "regex": lambda mint: f"^{_slug(mint)}$",
    "byte": lambda mint: "AAAA",
}
