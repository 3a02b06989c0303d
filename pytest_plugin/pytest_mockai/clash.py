"""Two plugins with a fixture of one name: pytest takes one of them and says nothing, so this does."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

__all__ = ["FixtureClash", "warn_of_rivals"]

_WARNED: pytest.StashKey[bool] = pytest.StashKey()


class FixtureClash(pytest.PytestWarning):
    """Another installed plugin has a fixture named `mock_openai` as well."""


def warn_of_rivals(module: str, config: pytest.Config) -> None:
    """Warn, once in a run, if an installed plugin besides this one has a `mock_openai`.

    `module` is where the one that a test gets was written. One that the tests bring along themselves hides
    the plugins' on purpose.
    """
    if config.stash.get(_WARNED, False):
        return
    chosen = _package(module)
    rivals = dict(_rivals(config, chosen))
    if rivals and chosen in (__package__, *rivals):
        config.stash[_WARNED] = True
        which = "MockAI's" if chosen == __package__ else f"that of {rivals[chosen]}"
        warnings.warn(_SEVERAL.format(", ".join(rivals.values()), which), FixtureClash, stacklevel=2)


_SEVERAL = (
    "mockai-openai and {} each provide a fixture `mock_openai`; pytest chose {}. `mockai_openai` is MockAI's "
    "whatever else is installed: use that, or turn the other plugin off with -p no:NAME"
)


def _rivals(config: pytest.Config, chosen: str) -> Iterator[tuple[str, str]]:
    """Package and distribution of each other installed plugin that has such a fixture."""
    for plugin, distribution in config.pluginmanager.list_plugin_distinfo():
        package = _package(getattr(plugin, "__name__", ""))
        if package != __package__ and (package == chosen or hasattr(plugin, "mock_openai")):
            yield package, distribution.project_name


def _package(module: str) -> str:
    return module.partition(".")[0]
