"""What clients see of each fault, through a socket and patched, is what `mockai faults` says they see.

    python tests/conformance/test_faults.py

measures again and writes the table. openai-node is measured where it is installed: `npm install` in tests/node, or
another folder that `MOCKAI_NODE` names.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest import mock as patching

import aiohttp
import httpx
import openai
import pytest
from openai._base_client import BaseClient

import mockai
from mockai import MockOpenAI
from mockai.faults.catalogue import catalogue

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "scenarios" / "faults"
NODE = Path(os.environ.get("MOCKAI_NODE") or ROOT / "tests" / "node")
TABLE = Path(mockai.__file__).parent / "faults" / "measured.json"
NAMES = [entry.name for entry in catalogue()]
TEXT = "Zwölf Boxkämpfer jagen Viktor quer über den Deich."

PARAMETERS = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
TOOL = {"type": "function", "function": {"name": "get_weather", "parameters": PARAMETERS}}
CALL = {"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": "{}"}}
FORMAT = {"type": "json_schema", "json_schema": {"name": "weather", "schema": PARAMETERS}}
BESIDE: dict[str, dict[str, Any]] = {
    "malformed_arguments": {"tools": [TOOL]},
    "wrong_arguments": {"tools": [TOOL]},
    "unknown_tool": {"tools": [TOOL]},
    "endless_tool_loop": {"tools": [TOOL]},
    "wrong_schema": {"response_format": FORMAT},
}
RESULT = [
    {"role": "assistant", "content": None, "tool_calls": [CALL]},
    {"role": "tool", "tool_call_id": "call_1", "content": "21 °C"},
]


def request(name: str, stream: bool) -> dict[str, Any]:
    """The body that meets the scenario of a fault."""
    messages = [{"role": "user", "content": f"fault: {name}"}, *(RESULT if name == "prompt_injection" else [])]
    return {"model": "gpt-4o", "messages": messages, "stream": stream, **BESIDE.get(name, {})}


class Seen:
    """What a caller has in hands at the end."""

    def __init__(self, text="", finish=None, calls=(), raised=None, cause=None) -> None:
        self.text: str = text
        self.finish: str | None = finish
        self.calls: list[list[str]] = list(calls)
        self.raised: str | None = raised
        self.cause: str | None = cause

    def read(self, choice: Any, said: Any) -> None:
        """Take in a choice of a completion or of a chunk."""
        self.text += said.content or ""
        self.finish = choice.finish_reason or self.finish
        for call in said.tool_calls or ():
            if call.id:
                self.calls.append([call.function.name, ""])
            self.calls[-1][1] += call.function.arguments

    def failed(self, error: Exception) -> None:
        """Note what was raised; an error that rises in this file is one in the caller's own code."""
        own = traceback.extract_tb(error.__traceback__)[-1].filename == __file__
        self.raised = f"the caller's own {type(error).__name__}" if own else type(error).__name__
        self.cause = type(error.__cause__).__name__ if error.__cause__ else None

    def phrase(self, attempts: int) -> str:
        """All of it in a few words."""
        said = "all the text" if self.text == TEXT else _shown(self.text)
        if self.raised:
            cause = f" ← {self.cause}" if self.cause else ""
            tried = f", {attempts} attempts" if attempts > 1 else ""
            return f"{said}, then {self.raised}{cause}" if self.text else f"{self.raised}{cause}{tried}"
        if self.calls:
            return ", ".join(f"a call of {name} with {arguments}" for name, arguments in self.calls)
        return (
            "nothing unusual" if (self.text, self.finish) == (TEXT, "stop") else f"{said}, finish reason {self.finish}"
        )


def _shown(text: str) -> str:
    shown = json.dumps(text, ensure_ascii=False)
    return "no text" if not text else shown if len(shown) < 60 else f'{shown[:30]}…" ({len(text)} characters)'


def patience(name: str) -> float:
    """Seconds until the client gives up."""
    return 0.2 if name in ("stall", "slow_headers") else 10.0


def attempts_at(mock: MockOpenAI, body: dict[str, Any]) -> int:
    """How often a request came; where nobody listens only those of patch mode come, and none is counted."""
    if body["messages"][0]["content"] == "fault: refuse":
        return 1
    return sum(call.body == body and call.path == "/v1/chat/completions" for call in mock.calls)


def python_sees(mock: MockOpenAI, name: str, stream: bool) -> str:
    """What a caller of openai-python sees."""
    seen, body = Seen(), request(name, stream)
    with no_back_off(), mock.client(timeout=patience(name)) as client:
        try:
            reply = client.chat.completions.create(**body)
            for part in reply if stream else [reply]:
                for choice in part.choices:
                    seen.read(choice, choice.delta if stream else choice.message)
        except Exception as error:
            seen.failed(error)
    return seen.phrase(attempts_at(mock, body))


async def async_python_sees(mock: MockOpenAI, name: str, stream: bool) -> str:
    """What a caller of openai-python's other half sees."""
    seen, body = Seen(), request(name, stream)
    with no_back_off():
        async with mock.async_client(timeout=patience(name)) as client:
            try:
                reply = await client.chat.completions.create(**body)
                if stream:
                    async for chunk in reply:
                        for choice in chunk.choices:
                            seen.read(choice, choice.delta)
                else:
                    for choice in reply.choices:
                        seen.read(choice, choice.message)
            except Exception as error:
                seen.failed(error)
    return seen.phrase(attempts_at(mock, body))


def no_back_off() -> Any:
    """The SDK retries at once."""
    return patching.patch.object(BaseClient, "_calculate_retry_timeout", lambda *given: 0)


def scenario_of(name: str) -> Path:
    return FOLDER / f"{name.replace('_', '-')}.yaml"


def recorded(client: str, name: str, stream: bool) -> str:
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    return str(table["seen"][name]["stream" if stream else "whole"][client])


MEASURED = str(json.loads(TABLE.read_text(encoding="utf-8"))["clients"]["openai-python"]) if TABLE.exists() else ""
SAME_SDK = pytest.mark.skipif(
    openai.__version__.partition(".")[0] != MEASURED.partition(".")[0],
    reason=f"the record is of openai {MEASURED}; other major versions raise other exceptions",
)
STREAM = pytest.mark.parametrize("stream", [False, True], ids=["whole", "stream"])
FAULT = pytest.mark.parametrize("name", NAMES)


@SAME_SDK
@STREAM
@FAULT
def test_openai_python_sees_of_a_fault_what_is_recorded(make_mock, name, stream):
    mock = make_mock(scenario_of(name))
    seen = python_sees(mock, name, stream)
    assert seen == recorded("openai-python", name, stream)


@SAME_SDK
@STREAM
@FAULT
async def test_its_other_half_sees_the_same(make_mock, name, stream):
    mock = make_mock(scenario_of(name))
    seen = await async_python_sees(mock, name, stream)
    assert seen == recorded("openai-python", name, stream)


# ------------------------------------------------------------------------------------------- other clients


LUCK = "TypeError ← Z_DATA_ERROR, or silence for ever"
LUCKY = ("TypeError ← Z_DATA_ERROR", "APIConnectionTimeoutError", "nothing, ever")
"""What node sees of bad gzip depends on when the bytes come, and on nothing a test could decide."""


def node_sees(mock: MockOpenAI) -> Iterator[tuple[str, bool, str]]:
    """What a caller of openai-node sees of every fault."""
    # Nobody listens for a second after `refuse`, and a connection that was just closed must not be used again.
    asked = [
        {
            "body": request(*case),
            "timeout": 1000 * (1 if case[0] == "corrupt_gzip" else patience(case[0])),
            "wait": 1300 if case[0] == "refuse" else 30,
        }
        for case in CASES
    ]
    command = ["node", "faults.mjs", str(NODE), mock.base_url]
    run = subprocess.run(
        command, cwd=ROOT / "tests" / "node", input=json.dumps(asked), capture_output=True, text=True, check=True
    )
    for case, line in zip(CASES, run.stdout.splitlines(), strict=True):
        seen = Seen(**json.loads(line))
        lucky = case[0] == "corrupt_gzip" and seen.phrase(attempts=1).endswith(LUCKY)
        yield *case, LUCK if lucky else seen.phrase(attempts_at(mock, request(*case)))


def curl_sees(mock: MockOpenAI) -> Iterator[tuple[str, bool, str]]:
    """What curl says of every fault, which is nothing unless the fault is one of HTTP."""
    for name in NAMES:
        for stream in (False, True):
            body = json.dumps(request(name, stream))
            command = [
                "curl",
                "-sSN",
                "--compressed",
                "-m",
                str(patience(name)),
                "-o",
                "/dev/null",
                "-w",
                "status %{http_code}",
            ]
            command += ["-H", "content-type: application/json", "-d", body, f"{mock.base_url}/chat/completions"]
            run = subprocess.run(command, capture_output=True, text=True, check=False)
            time.sleep(1.2 if name == "refuse" else 0)
            yield name, stream, run.stdout if run.returncode == 0 else f"exit code {run.returncode}"


def httpx_sees(mock: MockOpenAI) -> Iterator[tuple[str, bool, str]]:
    """What httpx raises, for those who do without an SDK."""
    for name, stream in CASES:
        with httpx.Client(timeout=patience(name), trust_env=False) as client:
            try:
                reply = client.post(f"{mock.base_url}/chat/completions", json=request(name, stream))
                seen = f"status {reply.status_code}"
            except httpx.HTTPError as error:
                seen = type(error).__name__
        time.sleep(1.2 if name == "refuse" else 0)
        yield name, stream, seen


def aiohttp_sees(mock: MockOpenAI) -> Iterator[tuple[str, bool, str]]:
    """What aiohttp raises, which openai-python can be told to use."""
    for name, stream in CASES:
        yield name, stream, asyncio.run(_aiohttp_sees(f"{mock.base_url}/chat/completions", name, stream))
        time.sleep(1.2 if name == "refuse" else 0)


async def _aiohttp_sees(url: str, name: str, stream: bool) -> str:
    timeout = aiohttp.ClientTimeout(sock_read=patience(name))
    async with aiohttp.ClientSession(timeout=timeout) as session:
        try:
            async with session.post(url, json=request(name, stream)) as reply:
                await reply.read()
                return f"status {reply.status}"
        except aiohttp.ClientError as error:
            return type(error).__name__


CASES = [(name, stream) for name in NAMES for stream in (False, True)]
OTHERS = {"openai-node": node_sees, "httpx": httpx_sees, "aiohttp": aiohttp_sees, "curl": curl_sees}
HERE = {
    "openai-node": bool(shutil.which("node")) and (NODE / "node_modules" / "openai").is_dir(),
    "curl": bool(shutil.which("curl")),
    "httpx": True,
    "aiohttp": True,
}
HOW = {"openai-node": "install Node.js, then `npm install` in tests/node", "curl": "install it"}


@pytest.mark.parametrize("client", list(OTHERS))
def test_another_client_sees_of_each_fault_what_is_recorded(client):
    if not HERE[client]:
        pytest.skip(f"{client} is not here: {HOW[client]}")
    with MockOpenAI(FOLDER, then="repeat_last", set_env=False) as mock:
        seen = {(name, stream): phrase for name, stream, phrase in OTHERS[client](mock)}
    assert seen == {(name, stream): recorded(client, name, stream) for name, stream in seen}


# ----------------------------------------------------------------------------------------------- the record


def versions() -> dict[str, str]:
    """The clients measured."""
    curl = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    node = json.loads((NODE / "node_modules" / "openai" / "package.json").read_text())["version"]
    others = {"httpx": httpx.__version__, "aiohttp": aiohttp.__version__}
    return {"openai-python": openai.__version__, "openai-node": node, **others, "curl": curl}


def measure() -> None:
    """Write the table anew."""
    seen: dict[str, dict[str, dict[str, str]]] = {name: {"whole": {}, "stream": {}} for name in NAMES}
    for name in NAMES:
        for stream in (False, True):
            with MockOpenAI(scenario_of(name), set_env=False) as mock:
                seen[name]["stream" if stream else "whole"]["openai-python"] = python_sees(mock, name, stream)
    for client, sees in OTHERS.items():
        with ExitStack() as stack:
            mock = stack.enter_context(MockOpenAI(FOLDER, then="repeat_last", set_env=False))
            for name, stream, phrase in sees(mock):
                seen[name]["stream" if stream else "whole"][client] = phrase
    text = json.dumps({"clients": versions(), "seen": seen}, indent=2, ensure_ascii=False)
    TABLE.write_text(text + "\n", encoding="utf-8")


def test_every_fault_is_recorded_for_every_client():
    table = json.loads(TABLE.read_text(encoding="utf-8"))
    assert list(table["seen"]) == NAMES
    assert {tuple(cell) for rows in table["seen"].values() for cell in rows.values()} == {tuple(table["clients"])}


if __name__ == "__main__":
    sys.exit(measure())
