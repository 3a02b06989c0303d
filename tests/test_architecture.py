"""The house: imports point down only, the core does no I/O, heavy packages are imported where they are used."""

import ast
from pathlib import Path

import pytest

import mockai

ROOT = Path(mockai.__file__).parent.parent
PLUGIN = ROOT / "pytest_plugin" / "pytest_mockai"

LAYERS = [
    (
        "mockai.alike",
        "mockai.version",
        "mockai.by_name",
        "mockai.errors",
        "mockai.kept",
        "mockai.wire",
        "mockai.scaled",
    ),
    (
        "mockai.sse",
        "mockai.ids",
        "mockai.latency",
        "mockai.faults",
        "mockai.api_errors",
        "mockai.media",
        "mockai.records",
    ),
    ("mockai.request", "mockai.providers", "mockai.scenario.schema", "mockai.replies.answer"),
    (
        "mockai.models",
        "mockai.tokens",
        "mockai.endpoints",
        "mockai.limits",
        "mockai.matching",
        "mockai.scenario",
        "mockai.replies",
        "mockai.delivery",
        "mockai.journal",
        "mockai.state",
        "mockai.streamed",
        "mockai.surface",
        "mockai.validation",
    ),
    (
        "mockai.engine",
        "mockai.calls",
        "mockai.coverage",
        "mockai.settings",
        "mockai.verdict",
    ),
    ("mockai.transports",),
    (
        "mockai.mock",
        "mockai.rules",
        "mockai.keywords",
        "mockai.assertions",
        "mockai.environment",
        "mockai.cli",
        "mockai.__main__",
        "mockai",
    ),
    ("pytest_mockai",),
]
IO = {
    "asyncio",
    "socket",
    "threading.Thread",
    "time.sleep",
    "starlette",
    "uvicorn",
    "httpx",
    "httpx2",
    "respx",
    "anyio",
    "requests",
    "aiohttp",
}
HEAVY = {"openai", "pydantic", "splintr", "faker", "jinja2", "respx", "httpx", "httpx2", "jmespath"}


def modules() -> dict[str, ast.Module]:
    files = [*ROOT.glob("mockai/**/*.py"), *PLUGIN.glob("**/*.py")]
    found = {}
    for file in files:
        base = PLUGIN.parent if file.is_relative_to(PLUGIN) else ROOT
        parts = file.relative_to(base).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        found[name] = ast.parse(file.read_text())
    return found


MODULES = modules()


def layer(module: str) -> int:
    """The layer of a module: that of the longest listed name it is or stands below."""
    fits = [
        (len(name), number)
        for number, names in enumerate(LAYERS)
        for name in names
        if module == name or (name != "mockai" and module.startswith(name + "."))
    ]
    assert fits, f"{module} is in no layer; put it into LAYERS"
    return max(fits)[1]


def imports(tree: ast.AST, *, everywhere: bool = True) -> set[str]:
    """Every module imported, those inside functions too unless `everywhere` is false."""
    nodes = ast.walk(tree) if everywhere else iter(tree.body)  # type: ignore[attr-defined]
    found = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


@pytest.mark.parametrize("name", sorted(MODULES))
def test_imports_point_down_only(name):
    own = layer(name)
    below = {used for used in imports(MODULES[name]) if used in MODULES and used != "mockai" and layer(used) > own}
    assert below == set()


@pytest.mark.parametrize("name", sorted(name for name in MODULES if layer(name) < 5))
def test_the_core_does_no_io(name):
    used = imports(MODULES[name])
    assert {found for found in used if found in IO or found.split(".")[0] in IO} == set()
    assert not any(isinstance(node, ast.Await | ast.AsyncFunctionDef) for node in ast.walk(MODULES[name]))


@pytest.mark.parametrize("name", sorted(MODULES))
def test_heavy_packages_are_imported_where_they_are_used(name):
    assert {found for found in imports(MODULES[name], everywhere=False) if found.split(".")[0] in HEAVY} == set()
