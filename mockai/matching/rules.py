"""A rule compiled, matched against a request, and explained: one set of predicates serves all three."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mockai.matching.asked import endpoint, names_operation
from mockai.matching.base import NO_CAPTURES, Match, Mismatch, Predicate, View, first_mismatch
from mockai.matching.predicates import conditions, endpoints_named
from mockai.providers import Quirk
from mockai.request import APIRequest
from mockai.scenario.schema import OWN_ENDPOINTS, Defaults, Rule, StateSpec, Then

__all__ = ["CompiledRule", "Match", "Mismatch", "Origin", "View", "compile_rule", "explain", "match"]

_MATCHED = Match(True)


@dataclass(frozen=True, slots=True)
class Origin:
    """What a rule inherits from the file it stands in."""

    defaults: Defaults = field(default_factory=Defaults)
    state: StateSpec = field(default_factory=StateSpec)
    provider: str | None = None
    quirks: tuple[Quirk, ...] = ()


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A rule ready to be matched. `key` names it in counters, `where` is its place in a file, `origin` is
    whatever the caller wants to find beside it again. `then` is what follows its last reply, None where nobody has
    said so. `endpoints` are those its conditions name, else those that alone can send one of its replies; `kinds` are
    the kinds of its replies."""

    rule: Rule
    key: str
    where: str
    predicates: tuple[Predicate, ...]
    endpoints: frozenset[str]
    kinds: frozenset[str]
    origin: Any = None
    then: Then | None = None

    def names(self, request: APIRequest) -> bool:
        """Whether the rule asks for this operation by name, as it must to answer one that answers by itself."""
        full_name = f"{request.endpoint}.{request.operation}"
        return any(names_operation(name, full_name) for name in self.endpoints)


def compile_rule(rule: Rule, key: str, where: str, origin: Any = None) -> CompiledRule:
    """Compile a rule's conditions, once, so that matching is quick."""
    kinds = frozenset(reply.kind for reply in rule.replies)
    predicates, named = tuple(conditions(rule.when)), endpoints_named(rule.when)
    only = () if named else tuple(name for kind in sorted(kinds) for name in OWN_ENDPOINTS.get(kind, ()))
    if only:
        predicates = (*endpoint(only, "endpoint"), *predicates)
    return CompiledRule(rule, key, where, predicates, named | frozenset(only), kinds, origin, _then(rule, origin))


def _then(rule: Rule, origin: Any) -> Then | None:
    written: Then | None = rule.then or (None if origin is None else origin.defaults.then)
    return written or ("repeat_last" if len(rule.replies) == 1 else None)


def match(rule: CompiledRule, request: APIRequest, view: View) -> Match:
    """Whether the rule matches, up to the first condition that does not hold."""
    captures = view.captures
    captures.clear()
    mismatch = first_mismatch(rule.predicates, request, view)
    if mismatch is not None:
        return Match(False, NO_CAPTURES, (mismatch,))
    return Match(True, dict(captures)) if captures else _MATCHED


def explain(rule: CompiledRule, request: APIRequest, view: View) -> Match:
    """Like `match`, but with every condition that does not hold."""
    own = view.apart()
    found = (predicate(request, own) for predicate in rule.predicates)
    mismatches = tuple(mismatch for mismatch in found if mismatch is not None)
    return Match(False, NO_CAPTURES, mismatches) if mismatches else Match(True, own.captures)
