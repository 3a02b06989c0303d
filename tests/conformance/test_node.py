"""The resources of openai-node: what a caller sees of each, over a socket. `npm install` in tests/node brings it."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from mockai import MockOpenAI

HERE = Path(__file__).parent.parent / "node"
NODE = Path(os.environ.get("MOCKAI_NODE") or HERE)
RULES = [
    {"when": {"user": "Paris", "tools": "get_weather"}, "reply": {"tool_calls": [{"get_weather": {}}]}},
    {"when": {"user": "Hello"}, "reply": "Hello there."},
]
EXPECTED = {
    "chat": ["Hello there.", "Hello there.", "get_weather"],
    "responses": ["Hello there.", "response.completed", True, 1, 404, "NotFoundError"],
    "background": ["queued", "in_progress", "completed"],
    "conversations": [["user", "user", "assistant"], True],
    "embeddings": [8, 8],
    "moderations": False,
    "images": ["PNG", ["partial_image", "partial_image", "completed"]],
    "audio": ["RIFF", True],
    "files": ["{}\n", True, True],
    "batches": "Hello there.",
    "vectorStores": ["completed", "Oslo is in Norway."],
    "assistants": ["completed", "thread.run.completed", "Hello there."],
    "containers": ["/mnt/data/a.txt", "x"],
    "uploads": 3,
    "refused": [404, "NotFoundError", 400, "input", "missing_required_parameter"],
}


@pytest.mark.skipif(
    not shutil.which("node") or not (NODE / "node_modules" / "openai").is_dir(),
    reason="openai-node is not here: install Node.js, then `npm install` in tests/node",
)
def test_openai_node_uses_every_kind_of_resource(shared_server):
    with MockOpenAI({"rules": RULES}, server=shared_server, time_scale=0) as mock:
        run = subprocess.run(
            ["node", "resources.mjs", str(NODE), mock.base_url], cwd=HERE, capture_output=True, text=True, check=False
        )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == EXPECTED
