"""`mockai serve`: the mock API as a server."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import click

from mockai.cli.problems import paths_argument

if TYPE_CHECKING:
    from mockai.endpoints.base import UnknownIds, Validation
    from mockai.models import Mode
    from mockai.providers import ProviderName
    from mockai.scenario.schema import Then
    from mockai.settings import OnUnmatched

__all__ = ["Options", "command"]

LogFormat: TypeAlias = Literal["text", "json"]
LogLevel: TypeAlias = Literal["info", "warning"]


@dataclass(frozen=True, slots=True)
class Options:
    """What `mockai serve` was told."""

    paths: tuple[Path, ...]
    host: str
    port: int
    api_key: tuple[str, ...]
    cors: bool
    reload: bool
    seed: int | str
    time_scale: float
    on_unmatched: OnUnmatched
    unknown_ids: UnknownIds
    validation: Validation | None
    models: Mode
    session_limit: int
    log_format: LogFormat
    log_level: LogLevel = "info"
    coverage: bool = False
    provider: ProviderName | None = None
    quirk: tuple[str, ...] = ()
    limits: str | None = None
    then: Then = "repeat_last"


class _Seed(click.ParamType[int | str]):
    """A whole number where it is written as one, else text."""

    name = "text"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int | str:
        try:
            return int(value)
        except ValueError:
            return str(value)


def _finite(ctx: click.Context, param: click.Parameter, value: float) -> float:
    if not (math.isfinite(value) and value >= 0):
        raise click.BadParameter(f"{value} is not a number from 0 up.")
    return value


def _keys(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    if not all(key.strip() for key in value):
        raise click.BadParameter("an empty key lets nobody in; leave the option out to accept every key.")
    return value


def _provider(ctx: click.Context, param: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    from mockai.by_name import nearest
    from mockai.providers import PROFILES

    if value not in PROFILES:
        raise click.BadParameter(f"none is called {value!r}{nearest(value, PROFILES)} They are {', '.join(PROFILES)}.")
    return value


def _quirks(ctx: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    if value:
        from mockai.providers import quirk

        try:
            _ = [quirk(name) for name in value]
        except ValueError as error:
            raise click.BadParameter(f"{error}.") from None
    return value


@click.command("serve")
@paths_argument
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen on.")
@click.option("--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0 takes any free port.")
@click.option("--api-key", multiple=True, callback=_keys, help="Accept this key only; may be given several times.")
@click.option("--cors", is_flag=True, help="Let pages of every origin use the mock endpoints.")
@click.option("--reload", is_flag=True, help="Load changed files again, without losing the server.")
@click.option("--seed", default=0, show_default=True, type=_Seed(), help="What everything random is drawn from.")
@click.option(
    "--time-scale", default=1.0, show_default=True, callback=_finite, help="Multiplies every wait; 0 waits never."
)
@click.option(
    "--then",
    default="repeat_last",
    show_default=True,
    type=click.Choice(["repeat_last", "fail", "cycle", "fall_through"]),
    help="What follows the last of a rule's replies, unless the rule or its file says otherwise.",
)
@click.option(
    "--on-unmatched",
    type=click.Choice(["error", "auto", "echo"]),
    help="What a request without a rule gets.  [default: error; auto without PATH]",
)
@click.option(
    "--unknown-ids",
    default="404",
    show_default=True,
    type=click.Choice(["404", "synthesize"]),
    help="What an id that was never created gets: the API's 404, or a plausible object.",
)
@click.option(
    "--validation",
    type=click.Choice(["strict", "lenient"]),
    help="What a request gets that the API would refuse: its error, or an answer.  [default: strict, unless a file "
    "says otherwise]",
)
@click.option("--provider", metavar="NAME", callback=_provider, help="Whose API it is: `mockai list providers`.")
@click.option("--quirk", metavar="NAME", multiple=True, callback=_quirks, help="How it differs: `mockai list quirks`.")
@click.option(
    "--models",
    default="any",
    show_default=True,
    type=click.Choice(["any", "known"]),
    help="Which models there are: any name, or those of the API and of the scenarios alone.",
)
@click.option(
    "--limits",
    metavar="TIER|FILE",
    help="Rate limits and quotas: free, tier1 … tier5, or those of a scenario file.  [default: none, unless a file "
    "says otherwise]",
)
@click.option(
    "--session-limit", default=1000, show_default=True, type=click.IntRange(min=1), help="How many sessions are kept."
)
@click.option("--coverage", is_flag=True, help="Say at the end what no request has met of the scenarios.")
@click.option("--log-format", default="text", show_default=True, type=click.Choice(["text", "json"]))
@click.option(
    "--log-level",
    default="info",
    show_default=True,
    type=click.Choice(["info", "warning"]),
    help="Log every request, or those alone that went otherwise than the scenarios say.",
)
def command(**given: Any) -> None:
    """Run the mock API as a server.

    PATH is a scenario file or a folder of them. Without one, every request gets a plausible answer.
    """
    given["on_unmatched"] = given["on_unmatched"] or ("error" if given["paths"] else "auto")
    options = Options(**given)
    if options.reload and not options.paths:
        raise click.UsageError("--reload has nothing to watch: give scenario files or folders.")
    from mockai.cli.running import run

    run(options)
