"""The page `docs/endpoints.md`: `python -m mockai.surface.documented > docs/endpoints.md` writes it anew."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from itertools import groupby

from mockai.surface.installed import shipped
from mockai.surface.listed import Listed, surface

__all__ = ["document"]

_HEAD = """\
# Endpoints

Every operation of the API, by the name that a rule calls it (`endpoint: files.list`). `mockai endpoints` prints the
same table for the installed openai package; this page was made from openai {version}. There are {count} operations.

- **scripted**: the rules answer.
- **stateful**: answers from what was stored before in the session, unless a rule names the operation.
- **derived**: has no code of its own here. Paths and types come from the openai package, and answers are objects that
  its strict validation accepts. They are stateful too: what is created can be retrieved, changed, listed page by page
  and deleted, and what a request says of a thing is found in it again. A newer openai package brings its new
  operations with it, without a change here.

An id that was never created gets the API's 404. What nobody can create through the API (users, rate limits, audit
logs) is there from the start, one in each collection. Of each kind a session keeps the last 1000.

With `mockai serve --unknown-ids synthesize` unknown ids, and with `--validation lenient` values that the API would
refuse, are answered with plausible objects, and with the first all objects agree with the types of the openai
package: for contract suites and demos.

`beta.responses` sends the requests of `responses` with `?beta=true`; rules of `responses` answer them. The paths of
Azure OpenAI (`/openai/deployments/{{deployment}}/…`, `/openai/v1/…`, `/openai/…`) reach the same operations.
"""


def document() -> str:
    """The page, in Markdown, for the table that is shipped."""
    table = shipped()
    found = surface([table])
    return "\n".join([_HEAD.format(version=table.version, count=len(found)), *_sections(found)])


def _sections(found: list[Listed]) -> Iterator[str]:
    for name, members in groupby(found, key=lambda each: each.endpoint.partition(".")[0]):
        yield f"## {name}\n\n| operation | request | served |\n|---|---|---|"
        for each in members:
            yield f"| `{each.endpoint}` | `{each.method} {each.path}` | {each.served} |"
        yield ""


if __name__ == "__main__":
    sys.stdout.write(document())
