"""The OpenAPI description of the control API and the mock endpoints, and a page that shows it."""

from __future__ import annotations

import re
from functools import cache
from html import escape
from typing import Any

from mockai.endpoints import operations
from mockai.version import __version__

__all__ = ["document", "page"]

_SESSION = {"name": "session", "in": "query", "schema": {"type": "string", "default": ""}}


def _query(name: str, kind: str, default: Any = None) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": kind}
    if default is not None:
        schema["default"] = default
    return {"name": name, "in": "query", "schema": schema}


_CONTROL: tuple[tuple[str, str, str, list[dict[str, Any]], dict[str, Any] | None], ...] = (
    ("get", "/_mockai/health", "Whether the server runs; version, rules, sessions.", [], None),
    ("get", "/_mockai/rules", "The rules a session meets, first match first.", [_SESSION], None),
    (
        "post",
        "/_mockai/rules",
        "Add a rule above all others of a session.",
        [],
        {"session": "string", "rule": "object"},
    ),
    (
        "post",
        "/_mockai/brownouts",
        "Add a brown-out above all others of a session; a reset removes it.",
        [],
        {"session": "string", "brownout": "object"},
    ),
    ("delete", "/_mockai/rules", "Remove every rule that was added at run time.", [_SESSION], None),
    ("delete", "/_mockai/rules/{key}", "Remove one rule that was added at run time.", [_SESSION], None),
    (
        "post",
        "/_mockai/reset",
        "Forget calls, counters, states, objects and added rules.",
        [_SESSION],
        {"session": "string"},
    ),
    ("get", "/_mockai/limits", "What was used of rate limits and quotas, by key, project and model.", [_SESSION], None),
    (
        "post",
        "/_mockai/limits/reset",
        "Make every limit as if nothing had been used.",
        [_SESSION],
        {"session": "string"},
    ),
    ("get", "/_mockai/coverage", "What was used of the scenarios, with `mockai serve --coverage`.", [], None),
    ("get", "/_mockai/sessions", "The sessions, with their states.", [], None),
    ("delete", "/_mockai/sessions/{name}", "Forget a session.", [], None),
    (
        "get",
        "/_mockai/journal",
        "The last requests and what came of them, and the events that were sent to webhooks.",
        [
            {**_SESSION, "schema": {"type": "string"}},
            _query("rule", "string"),
            _query("status", "integer"),
            _query("limit", "integer", 100),
        ],
        None,
    ),
    (
        "get",
        "/_mockai/journal/wait",
        "Wait until so many requests of a session have ended (408 when the time is up).",
        [_SESSION, _query("count", "integer", 1), _query("timeout", "number", 5)],
        None,
    ),
    ("get", "/_mockai/validation", "The mode of validation, and what lenient validation let through.", [], None),
    (
        "get",
        "/_mockai/verdict",
        "What there is to say about the client: JSON, or another format.",
        [
            {**_SESSION, "schema": {"type": "string"}},
            _query("format", "string", "json"),
            _query("strict", "boolean", False),
            _query("ignore", "string"),
        ],
        None,
    ),
    ("get", "/_mockai/gates", "The gates met so far and whether each is open.", [_SESSION], None),
    ("post", "/_mockai/gates/{name}/open", "Open a gate.", [_SESSION], {"session": "string"}),
)


@cache
def document() -> dict[str, Any]:
    """An OpenAPI 3.1 document: control operations tagged `control`, mock endpoints `mock`."""
    paths: dict[str, dict[str, Any]] = {}
    for method, path, summary, parameters, body in _CONTROL:
        paths.setdefault(path, {})[method] = _operation("control", summary, path, parameters, body)
    for operation in operations():
        item = _operation("mock", operation.full_name, operation.path, [], None)
        item["operationId"] = operation.full_name
        paths.setdefault(f"/v1{operation.path}", {})[operation.method.lower()] = item
    info = {"title": "MockAI", "version": __version__, "description": "Control API and mock endpoints."}
    return {"openapi": "3.1.0", "info": info, "paths": paths}


def _operation(
    tag: str, summary: str, path: str, parameters: list[dict[str, Any]], body: dict[str, Any] | None
) -> dict[str, Any]:
    names = re.findall(r"{(\w+)}", path)
    in_path = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
    operation: dict[str, Any] = {"tags": [tag], "summary": summary, "responses": {"200": {"description": "OK"}}}
    if in_path or parameters:
        operation["parameters"] = in_path + parameters
    if body is not None:
        properties = {name: {"type": kind} for name, kind in body.items()}
        schema = {"type": "object", "additionalProperties": False, "properties": properties}
        operation["requestBody"] = {"content": {"application/json": {"schema": schema}}}
    return operation


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;margin:2rem auto;max-width:60rem;padding:0 1rem;color:#222}"
    "table{border-collapse:collapse;width:100%}td,th{text-align:left;padding:.3rem .6rem;border-bottom:1px solid #ddd;"
    "vertical-align:top}code{font:13px ui-monospace,monospace}.m{font-weight:600;text-transform:uppercase}"
)


def page(described: dict[str, Any]) -> str:
    """The document as one HTML page that needs nothing from elsewhere."""
    sections = "".join(_section(described, tag, title) for tag, title in _SECTIONS)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>MockAI</title><style>{_STYLE}</style>'
        f"<h1>MockAI {escape(described['info']['version'])}</h1>"
        f'<p>Machine-readable: <a href="openapi.json">openapi.json</a>.</p>{sections}</html>'
    )


_SECTIONS = (("control", "Control API"), ("mock", "Mock endpoints"))


def _section(described: dict[str, Any], tag: str, title: str) -> str:
    rows = "".join(
        f'<tr><td class="m">{escape(method)}</td><td><code>{escape(path)}</code></td><td>{escape(item["summary"])}'
        f"{_details(item)}</td></tr>"
        for path, methods in described["paths"].items()
        for method, item in methods.items()
        if tag in item["tags"]
    )
    return f"<h2>{title}</h2><table><tr><th>Method<th>Path<th>What it does</tr>{rows}</table>"


def _details(item: dict[str, Any]) -> str:
    names = [f"{parameter['name']} ({parameter['in']})" for parameter in item.get("parameters", [])]
    body = item.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    names += [f"{name} (body)" for name in body.get("properties", {})]
    return f"<br><code>{escape(', '.join(names))}</code>" if names else ""
