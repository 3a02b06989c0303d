"""The options, and how each is declared to pytest; `pytest_mockai.resolving` finds their values."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import pytest

__all__ = ["COVERAGE_OPTIONS", "LISTS", "OPTIONS", "add_options", "flag"]


def _choice(*allowed: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in allowed:
            raise ValueError(f"expected {', '.join(allowed[:-1])} or {allowed[-1]}")
        return str(value)

    return read


def _truth(value: Any) -> bool:
    word = str(value).lower()
    if word not in ("true", "1", "yes", "on", "false", "0", "no", "off"):
        raise ValueError("expected true or false")
    return word in ("true", "1", "yes", "on")


def _factor(value: Any) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not 0 <= number < math.inf:
        raise ValueError("expected a number from 0 up")
    return number


def _seed(value: Any) -> int | str:
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise ValueError("expected a number or a word")
    text = str(value)
    return int(text) if text.removeprefix("-").isdecimal() else text


def _key(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("expected a key that is not empty")
    return value


def _limits(value: Any) -> Any:
    from mockai.errors import MockAIError
    from mockai.limits import read_limits

    try:
        return read_limits(value)
    except MockAIError as error:
        raise ValueError(str(error).partition("; seen ")[0]) from None


OPTIONS: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "mode": (_choice("server", "patch"), "server (default): over a socket; patch: inside httpx, in memory"),
    "strict": (_truth, "fail a test that leaves a rule unused"),
    "seed": (_seed, "the seed of everything generated (default 0)"),
    "time_scale": (_factor, "multiply every scripted wait (default 1; 0 turns waiting off)"),
    "time": (_choice("real", "virtual"), "real (default), or virtual in mode patch: waits take no time"),
    "then": (_choice("fail", "repeat_last", "cycle", "fall_through"), "what follows the last of a rule's replies"),
    "on_unmatched": (_choice("error", "auto", "echo"), "what a request gets that no rule answers"),
    "unknown_ids": (_choice("404", "synthesize"), "what an id that was never created gets: 404, or a plausible object"),
    "validation": (
        _choice("strict", "lenient"),
        "what a request gets that the API would refuse: its error, or an answer",
    ),
    "limits": (_limits, "rate limits and quotas: free, tier1 … tier5, or a scenario file that has `limits`"),
    "models": (_choice("any", "known"), "which models there are: any name (default), or known ones alone"),
    "api_key": (_key, "the only key that is let in (default: any)"),
    "provider": (str, "whose API it is: openai, azure, groq … (`mockai list providers`)"),
}
"""How the value of each option is read (ValueError if it cannot be), and what `--help` says of it."""
COVERAGE_OPTIONS = ("mockai_coverage", "mockai_coverage_json", "mockai_coverage_fail_under")
"""Any of them turns coverage on."""
LISTS = ("allow_hosts", "base_urls", "quirks")
"""Options with any number of values, which add up."""


def add_options(parser: pytest.Parser) -> None:
    """`--mockai-…` on the command line, and `mockai_…` in ini files."""
    group = parser.getgroup("mockai", "MockAI: a test double for the OpenAI API")
    for name, (read, help) in OPTIONS.items():
        form: dict[str, Any] = {"metavar": name.upper()}
        if read is _truth:
            form = {"action": "store_const", "const": "true"}
        group.addoption(flag(name), dest=f"mockai_{name}", help=help, **form)
        parser.addini(f"mockai_{name}", help)
    _add_matrix(parser, group)
    _add_coverage(group)
    parser.addini("mockai_scenarios", "scenario files and folders every test has, relative to the root", "linelist")
    parser.addini("mockai_allow_hosts", "model providers' hosts that tests may really call", "args")
    parser.addini("mockai_quirks", "ways to differ from OpenAI's replies (`mockai list quirks`)", "args")
    parser.addini("mockai_base_urls", "base URLs that are answered in mode patch, besides OpenAI's", "args")


def _add_matrix(parser: pytest.Parser, group: pytest.OptionGroup) -> None:
    group.addoption(
        "--mockai-faults",
        nargs="?",
        const="all",
        metavar="SET",
        help="run each test that uses mock_openai once for each fault of a set: all (default), socket, stream, bytes, "
        "errors, content, or names, with commas between them",
    )
    group.addoption("--mockai-faults-json", metavar="FILE", help="write what came of each fault to this file")
    parser.addini("mockai_faults_timeout", "real seconds after which a test with a fault counts as hung", default="20")


def _add_coverage(group: pytest.OptionGroup) -> None:
    group.addoption(
        "--mockai-coverage",
        nargs="?",
        const="",
        action="append",
        metavar="PATH",
        help="say at the end which rules, replies and faults of scenario files no test has met; files below PATH count "
        "even if no test loads them",
    )
    group.addoption("--mockai-coverage-json", metavar="FILE", help="write that to this file")
    group.addoption(
        "--mockai-coverage-fail-under",
        type=_percentage,
        metavar="PERCENT",
        help="fail the run if less of the scenarios was used",
    )


def _percentage(value: str) -> float:
    number = _factor(value)
    if number > 100:
        raise ValueError("expected a number from 0 to 100")
    return number


def flag(name: str) -> str:
    """The option on the command line."""
    return f"--mockai-{name.replace('_', '-')}"
