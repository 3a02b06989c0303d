"""What the scenarios that are loaded say, compiled: all of it is replaced in one step when files change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from mockai.endpoints.base import Validation
from mockai.engine.access import Access
from mockai.engine.brownouts import Brownouts, schedules_of
from mockai.engine.upstreams import Upstreams
from mockai.limits import Quotas
from mockai.matching.index import Index
from mockai.matching.rules import CompiledRule, Origin, compile_rule
from mockai.models import Catalogue
from mockai.providers import Dialect, Dialects
from mockai.scenario.loading import Loaded
from mockai.scenario.schema import Scenario, WebhookSpec
from mockai.settings import Settings

__all__ = ["Script"]

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Script:
    """Rules in the order they are met, and what holds beside them: models, keys, limits, schedules, upstreams.

    `initial` are the named states a session begins with, `step_seconds` how long a step in the life of something made
    in the background takes; `validation` and `quotas` are those of the settings where these say something.
    """

    loaded: Loaded
    rules: tuple[CompiledRule, ...]
    index: Index
    initial: Mapping[str, Any]
    catalogue: Catalogue
    access: Access
    webhooks: tuple[WebhookSpec, ...]
    step_seconds: float | None
    validation: Validation
    quotas: Quotas
    upstreams: Upstreams
    brownouts: Brownouts
    _elsewhere: dict[str, Catalogue] = field(default_factory=dict)

    @classmethod
    def of(cls, loaded: Loaded, settings: Settings, dialects: Dialects) -> Script:
        """Compile what was loaded; the dialects learn of the providers it names."""
        scenarios = tuple(file.scenario for file in loaded.files)
        origins = {file.name: _origin(file.scenario) for file in loaded.files}
        upstreams = {name: spec for scenario in scenarios for name, spec in scenario.upstreams.items()}
        initial = {name: value for scenario in scenarios for name, value in scenario.state.initial.items()}
        rules = tuple(compile_rule(p.rule, p.key, p.where, origin=origins[p.file]) for p in loaded.rules)
        schedules = (each for file in loaded.files for each in schedules_of(file, origins[file.name]))
        limits = settings.limits or _first(scenario.limits for scenario in scenarios)
        dialects.learn(
            {scenario.provider for scenario in scenarios}, {name: spec.provider for name, spec in upstreams.items()}
        )
        access = Access.of(settings.api_keys, *(scenario.keys for scenario in scenarios))
        return cls(
            loaded=loaded,
            rules=rules,
            index=Index(rules),
            initial=initial,
            catalogue=Catalogue((model for scenario in scenarios for model in _models(scenario)), settings.models),
            access=access,
            webhooks=tuple(webhook for scenario in scenarios for webhook in scenario.webhooks),
            step_seconds=_first(scenario.step_seconds for scenario in scenarios),
            validation=settings.validation or _first(scenario.validation for scenario in scenarios) or "strict",
            quotas=Quotas(limits, dialects.free, access.names),
            upstreams=Upstreams(upstreams),
            brownouts=Brownouts(schedules, settings.seed, initial),
        )

    def catalogue_of(self, dialect: Dialect) -> Catalogue:
        """The models there are: a provider has its own, beside those of the scenarios."""
        profile = dialect.profile
        if profile is None or not profile.models:
            return self.catalogue
        if profile.name not in self._elsewhere:
            self._elsewhere[profile.name] = self.catalogue.elsewhere(profile.models, profile.name)
        return self._elsewhere[profile.name]


def _origin(scenario: Scenario) -> Origin:
    quirks = tuple(spec.quirk() for spec in scenario.quirks)
    return Origin(scenario.defaults, scenario.state, scenario.provider, quirks)


def _first(values: Iterable[T | None]) -> T | None:
    return next((value for value in values if value is not None), None)


def _models(scenario: Scenario) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The models a scenario names, and what it says of them: conditions without wildcards, and those it lists."""
    for rule in scenario.rules:
        if rule.when.model is not None and not set(rule.when.model) & set("*?["):
            yield rule.when.model, {}
    for name, spec in scenario.models.items():
        yield name, spec.facts()
