"""Which rules can match a request at all, found without trying each of them.

Each rule is filed under one thing a request must have to match it: a text that a message must hold, else the
model's name, else the operation's. What is left out could not have matched; what is found is tried as ever.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeAlias

from mockai.matching.asked import operations_named
from mockai.matching.messages import TEXTS
from mockai.matching.rules import CompiledRule
from mockai.request import APIRequest
from mockai.scenario.schema import TextMatch, When

__all__ = ["Index"]

_GRAM = 4
"""How many letters of a text it is filed under: short enough for most texts, long enough to tell them apart."""

_GLOB = re.compile(r"[*?\[]")
_Read: TypeAlias = Callable[[APIRequest], str | None]


class Index:
    """Rules in their order, filed."""

    def __init__(self, rules: Sequence[CompiledRule]) -> None:
        self.rules = tuple(rules)
        self._always: list[int] = []
        self._by_model: dict[str | None, list[int]] = {}
        self._by_operation: dict[str, list[int]] = {}
        demanded: dict[str, list[tuple[int, str]]] = {}
        for at, rule in enumerate(self.rules):
            self._file(at, rule.rule.when, demanded)
        self._by_text: list[tuple[_Read, _Shelf]] = [(TEXTS[name], _Shelf(texts)) for name, texts in demanded.items()]

    def _file(self, at: int, when: When, demanded: dict[str, list[tuple[int, str]]]) -> None:
        text = max(_texts(when), key=lambda each: len(each[1]), default=("", ""))
        if len(text[1]) >= _GRAM:
            demanded.setdefault(text[0], []).append((at, text[1]))
        elif when.model is not None and not _GLOB.search(when.model):
            self._by_model.setdefault(when.model, []).append(at)
        elif when.endpoint is not None and not _GLOB.search("".join(when.endpoint)):
            for operation in frozenset[str]().union(*map(operations_named, when.endpoint)):
                self._by_operation.setdefault(operation, []).append(at)
        else:
            self._always.append(at)

    def likely(self, request: APIRequest) -> Sequence[CompiledRule]:
        """In their order, all rules that may match."""
        return request.once(self._found)

    def _found(self, request: APIRequest) -> Sequence[CompiledRule]:
        found = self._always.copy()
        if self._by_model:
            found += self._by_model.get(request.model, ())
        if self._by_operation:
            found += self._by_operation.get(f"{request.endpoint}.{request.operation}", ())
        for read, shelf in self._by_text:
            text = read(request)
            if text is not None:
                found += shelf.within(text)
        if len(found) > 1:
            found.sort()
        return [self.rules[at] for at in found]


def _texts(when: When) -> Iterator[tuple[str, str]]:
    """The texts that messages must hold, letter by letter, each with the condition it stands in."""
    for name in TEXTS:
        condition: TextMatch | None = getattr(when, name)
        if condition is not None and not condition.ignore_case:
            literals = (condition.equals, condition.contains, condition.starts_with, condition.ends_with)
            yield from ((name, literal) for literal in literals if literal)


class _Shelf:
    """Texts, each filed under those of its runs of letters that the fewest others have: two that begin side by side, so
    that only every other place of a text needs a look, unless there are texts too short for that."""

    def __init__(self, texts: Sequence[tuple[int, str]]) -> None:
        self._texts = texts
        self._step = 2 if all(len(text) > _GRAM for _, text in texts) else 1
        self._by_gram: dict[str, list[tuple[int, str]]] = {}
        common = Counter(gram for _, text in texts for gram in set(_grams(text)))
        for at, text in texts:
            grams = _grams(text)
            sides = [grams[place : place + self._step] for place in range(len(grams) - self._step + 1)]
            rarest = min(sides, key=lambda each: sum(common[gram] for gram in each))
            for gram in set(rarest):
                self._by_gram.setdefault(gram, []).append((at, text))

    def within(self, text: str) -> Iterable[int]:
        """Where the texts stand that this one holds."""
        # In nanoseconds: to look up a run of letters costs 140, to look for a text in another 40 and 0.2 a letter.
        if 140 * len(text) // self._step > len(self._texts) * (40 + len(text) // 5):
            return [at for at, demanded in self._texts if demanded in text]
        return {at for at, demanded in self._near(text) if demanded in text}

    def _near(self, text: str) -> Iterable[tuple[int, str]]:
        filed = self._by_gram.get
        places = range(0, len(text) - _GRAM + 1, self._step)
        return [each for at in places if (found := filed(text[at : at + _GRAM])) is not None for each in found]


def _grams(text: str) -> list[str]:
    return [text[at : at + _GRAM] for at in range(len(text) - _GRAM + 1)]
