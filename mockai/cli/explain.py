"""`mockai explain`: which rule answers a request, and why the others do not."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from mockai.cli.problems import paths_argument, scenario_paths

if TYPE_CHECKING:
    from mockai.cli.asking import Asked
    from mockai.engine import Engine
    from mockai.journal import Entry
    from mockai.matching.rules import CompiledRule
    from mockai.request import APIRequest
    from mockai.scenario.loaded import Loaded
    from mockai.wire import HTTPRequest

__all__ = ["command"]

_KEYS = ("method", "path", "query", "headers", "body")


@dataclass(frozen=True, slots=True)
class _Verdict:
    """Whether a rule answers; `reasons` say why it does not, or what goes wrong when it does."""

    rule: str
    where: str
    answers: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Explanation:
    """What becomes of a request."""

    method: str
    path: str
    endpoint: str | None
    status: int | None
    answered_by: str | None
    rules: tuple[_Verdict, ...] = ()
    refused: str | None = None
    suggestion: str | None = None


@click.command("explain")
@click.argument("request_file", metavar="REQUEST.json", type=click.File("rb"))
@paths_argument
@click.option("--json", "as_json", is_flag=True, help="Print JSON, for machines.")
@click.pass_context
def command(ctx: click.Context, request_file: BinaryIO, paths: tuple[Path, ...], as_json: bool) -> None:
    """Show which rule answers a request, and why the others do not.

    REQUEST.json holds the body of a request, or {"path": ..., "headers": ..., "body": ...}; - reads it from
    standard input. PATH is a scenario file or a folder; without one, the folder scenarios/ is read. The request
    is taken as the first of a session. Exits with 0 if a rule answers, 1 if none does.
    """
    from mockai.scenario.loading import load

    http = _read(request_file.read(), getattr(request_file, "name", "-"))
    found = _explain(http, load(*scenario_paths(paths)))
    if as_json:
        click.echo(json.dumps(asdict(found), indent=2, ensure_ascii=False))
    else:
        for line in _lines(found):
            click.echo(line)
    ctx.exit(0 if found.answered_by is not None else 1)


# ------------------------------------------------------------------------------------------- the request


def _read(raw: bytes, name: str) -> HTTPRequest:
    import orjson

    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise click.UsageError(f"{name} is not JSON: {error}.") from None
    if not isinstance(data, dict):
        raise click.UsageError(f"{name} must hold a JSON object: the body of a request.")
    return _request(data if _is_whole(data, name) else {"body": data}, name)


def _is_whole(data: Mapping[str, Any], name: str) -> bool:
    """Whether this is a request with a path or a body, not only the body of one."""
    if "path" not in data and "body" not in data:
        return False
    unknown = [key for key in data if key not in _KEYS]
    if unknown:
        raise click.UsageError(f"{name} has a key {unknown[0]!r} beside path or body; known are {', '.join(_KEYS)}.")
    return True


def _request(data: Mapping[str, Any], name: str) -> HTTPRequest:
    from urllib.parse import parse_qsl, urlsplit

    import orjson

    from mockai.wire import HTTPRequest

    body = data.get("body")
    url = urlsplit(_text(data.get("path") or _guessed_path(body, name), "path", name))
    query = {**dict(parse_qsl(url.query, keep_blank_values=True)), **_texts(data.get("query"), "query", name)}
    headers = {"content-type": "application/json"} | {
        key.lower(): value for key, value in _texts(data.get("headers"), "headers", name).items()
    }
    method = _text(data.get("method", "GET" if body is None else "POST"), "method", name).upper()
    content = b"" if body is None else orjson.dumps(body)
    return HTTPRequest(method, url.path, tuple(query.items()), tuple(headers.items()), content)


def _text(value: Any, key: str, name: str) -> str:
    if not isinstance(value, str):
        raise click.UsageError(f"{key!r} in {name} must be text, not {json.dumps(value)}.")
    return value


def _texts(value: Any, key: str, name: str) -> dict[str, str]:
    if not isinstance(value or {}, dict):
        raise click.UsageError(f"{key!r} in {name} must be an object, not {json.dumps(value)}.")
    return {part: text if isinstance(text, str) else json.dumps(text) for part, text in (value or {}).items()}


def _guessed_path(body: Any, name: str) -> str:
    """The path a body is for, as its keys tell."""
    keys = body if isinstance(body, dict) else {}
    if "messages" in keys:
        return "/v1/chat/completions"
    if "input" in keys:
        return "/v1/embeddings" if "embedding" in str(keys.get("model")) else "/v1/responses"
    if "prompt" in keys:
        return "/v1/completions"
    raise click.UsageError(
        f"{name} does not tell which endpoint it is for; write it as "
        '{"path": "/v1/...", "body": {...}}. `mockai list endpoints` shows the paths.'
    )


# ---------------------------------------------------------------------------------------- the explanation


def _explain(http: HTTPRequest, loaded: Loaded) -> _Explanation:
    from mockai.cli.asking import ask
    from mockai.engine import Engine
    from mockai.settings import Settings

    engine = Engine(loaded, Settings(then="repeat_last"))
    asked = ask(engine, http)
    entry = asked.entry
    request = entry.request
    name = None if request is None else f"{request.endpoint}.{request.operation}"
    if request is None or name is None or not entry.checked:
        return _Explanation(http.method, http.path, name, entry.status, None, refused=_message(asked))
    verdicts = tuple(_verdicts(engine, loaded, request, entry))
    suggestion = None
    if entry.unmatched is not None:
        from mockai.matching.near_miss import suggest

        suggestion = suggest(request)
    return _Explanation(http.method, http.path, name, entry.status, entry.rule, verdicts, suggestion=suggestion)


def _message(asked: Asked) -> str:
    """What a refusal says."""
    error = json.loads(asked.body)["error"]
    return str(error["message"])


def _verdicts(engine: Engine, loaded: Loaded, request: APIRequest, entry: Entry) -> Iterator[_Verdict]:
    from mockai.matching.base import View
    from mockai.matching.rules import explain

    states = {name: value for file in loaded.files for name, value in file.scenario.state.initial.items()}
    for rule in engine.script.rules:
        if rule.key == entry.rule:
            failed = () if entry.error is None else (f"answers with status {entry.status}: {entry.error}",)
            yield _Verdict(rule.key, rule.where, True, failed)
            continue
        mismatches = explain(rule, request, View(states=states)).mismatches
        reasons = [mismatch.sentence() for mismatch in mismatches] or [_passed_over(rule, request, entry.rule)]
        yield _Verdict(rule.key, rule.where, False, tuple(reasons))


def _passed_over(rule: CompiledRule, request: APIRequest, answering: str | None) -> str:
    """Why a rule whose conditions hold does not answer."""
    name = f"{request.endpoint}.{request.operation}"
    takes = _takes(name)
    if takes is not None and not rule.names(request) and not rule.kinds <= takes:
        if not takes:
            return f"{name} answers by itself, unless a rule names it under `endpoint`"
        return f"a rule that does not name {name} answers it only with {', '.join(sorted(takes))}"
    return f"its conditions hold, but {answering} stands above it"


def _takes(name: str) -> frozenset[str] | None:
    """The kinds of reply with which a rule need not name this operation; None for all."""
    from mockai.endpoints import operations

    found = (operation for operation in operations() if operation.full_name == name)
    return next((frozenset() if each.serve is not None else each.takes for each in found), None)


# ------------------------------------------------------------------------------------------------- the text


def _lines(found: _Explanation) -> Iterator[str]:
    yield " ".join(filter(None, [found.method, found.path, found.endpoint and f"({found.endpoint})"]))
    yield ""
    if found.refused is not None:
        yield f"{click.style('refused', fg='red', bold=True)} before any rule is tried, with status {found.status}:"
        yield f"    {found.refused}"
        return
    for verdict in found.rules:
        yield from _verdict_lines(verdict, found.status)
    yield from _ending(found)


def _verdict_lines(verdict: _Verdict, status: int | None) -> Iterator[str]:
    sign = click.style("yes", fg="green", bold=True) if verdict.answers else click.style("no ", fg="red")
    yield f"{sign}  {verdict.rule}  {click.style(verdict.where, dim=True)}"
    yield from (f"       {reason}" for reason in verdict.reasons or (f"answers with status {status}",))


def _ending(found: _Explanation) -> Sequence[str]:
    if found.answered_by is not None:
        return []
    if found.suggestion is None:
        return ["", f"No rule answers: {found.endpoint} answers by itself, with status {found.status}."]
    pasted = "\n".join(f"    {line}" for line in found.suggestion.splitlines())
    return ["", "No rule answers. This one would; put it under `rules:` and write its reply:", "", pasted]
