"""Nothing else pays for what is derived."""

import subprocess
import sys

CODE = """
import sys
from mockai.engine import Engine
from mockai.settings import Settings
from mockai.wire import HTTPRequest

def ask(path):
    return next(iter(Engine(settings=Settings(on_unmatched="auto")).handle(HTTPRequest("GET", path)).plan)).status

print(ask("/v1/models"), ask("/v1/files/file-x"), "mockai.surface.operations" in sys.modules)
print(ask("/v1/organization/projects"), "openai" in sys.modules)
"""


def test_the_table_is_loaded_when_it_is_needed_and_the_sdk_is_not_imported():
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=True)
    assert done.stdout == "200 404 False\n200 False\n"
