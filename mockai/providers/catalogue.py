"""Every quirk and every provider, told: what the command line lists, and docs/providers.md."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import orjson

from mockai.api_errors import ErrorReply, named
from mockai.providers.base import QUIRKS, Quirk
from mockai.providers.profile import Profile
from mockai.providers.profiles import PROFILES
from mockai.request import APIRequest
from mockai.wire import HTTPRequest

__all__ = ["Entry", "document", "providers", "quirks"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A quirk: what it does on the wire, how sure that is, the `line` of a scenario that asks for it, its options, and
    the providers that have it."""

    name: str
    does: str
    evidence: str
    line: str
    options: dict[str, Any]
    providers: tuple[str, ...]


def quirks() -> tuple[Entry, ...]:
    """Every quirk, subject by subject."""
    return tuple(_entry(found) for found in QUIRKS.values())


def _entry(found: type[Quirk]) -> Entry:
    having = tuple(name for name, row in PROFILES.items() if any(own.name == found.name for own in row.quirks))
    # The decorator makes fields of those that have options; the others have none.
    options = {field.name: field.default for field in fields(found)}
    return Entry(found.name, found.summary, found.evidence, f"quirks: [{found.name}]", options, having)


def providers() -> tuple[Profile, ...]:
    """Every provider."""
    return tuple(PROFILES.values())


def document() -> str:
    """The text of docs/providers.md."""
    return (
        "\n".join([_INTRODUCTION, *_providers(), "", "## Quirks", "", _ABOUT_QUIRKS, "", *_quirks(), "", _END]) + "\n"
    )


def _providers() -> Iterator[str]:
    yield "| provider | base URL | path here | quirks |"
    yield "|---|---|---|---|"
    for row in providers():
        own = ", ".join(f"`{_written(each)}`" for each in row.written) or "none"
        paths = "`/openai/deployments/…`, `/openai/v1`" if row.name == "azure" else f"`{row.path}`"
        yield f"| `{row.name}`: {row.title} | `{row.base_url}` | {paths} | {own} |"
    yield ""
    yield "The same error of OpenAI's, `rate_limit_exceeded`, from each of them:"
    yield ""
    yield "| provider | status | body |"
    yield "|---|---|---|"
    for row in providers():
        error = row.errors.applied(_rate_limit(), _ASKED)
        yield f"| `{row.name}` | {error.status} | `{orjson.dumps(error.envelope()).decode()}` |"


_ASKED = APIRequest(HTTPRequest("POST", "/v1/chat/completions"), "chat.completions")


def _rate_limit() -> ErrorReply:
    return named("rate_limit_exceeded", message="Slow down.")


def _written(quirk: Any) -> str:
    return quirk if isinstance(quirk, str) else ", ".join(f"{name}: {options}" for name, options in quirk.items())


def _quirks() -> Iterator[str]:
    yield "| quirk | what is different | options | evidence | providers |"
    yield "|---|---|---|---|---|"
    for entry in quirks():
        options = ", ".join(f"`{name}: {value}`" for name, value in entry.options.items()) or "none"
        having = ", ".join(f"`{name}`" for name in entry.providers) or "none"
        yield f"| `{entry.name}` | {entry.does} | {options} | {entry.evidence} | {having} |"


_INTRODUCTION = """\
# Providers

Many servers speak OpenAI's API, each a little differently: other errors, keys that are missing, keys that nobody else
has, streams that are cut in another way. Code that works with one breaks with the next. MockAI can be each of these:

```python
from mockai import MockOpenAI

with MockOpenAI(provider="groq") as mock:
    mock.reply("Hello!")
    stream = mock.client().chat.completions.create(
        model="llama-3.1-8b-instant", messages=[{"role": "user", "content": "Hi"}], stream=True
    )
    *_, last = stream
    assert last.x_groq["usage"]["total_tokens"] == last.usage.total_tokens
```

- `mockai serve --provider groq`, `MockOpenAI(provider="groq")`, `@pytest.mark.mockai(provider="groq")`, or
  `mockai_provider = groq` in the ini file: the whole mock is this provider.
- `provider: groq` in a scenario file: replies of this file are the provider's, whatever else there is. If all files
  agree, errors that no rule gave are too.
- Nothing at all: the host of a request that patch mode answers (`base_urls=["https://api.mistral.ai/v1"]`), or a
  path that only one of them has, such as `/api/v1/chat/completions`, says whose it is.
  `/openai/v1`, which two have, is Azure's for requests with its `api-key` header or an `api-version`, and Groq's for
  others. `provider: openai` turns that off.

The provider decides how errors look, also those that MockAI itself raises (a wrong key, an unknown path, a request
without a rule), which headers come with a reply, what `GET /models` lists, and which quirks replies have. Rules,
latency, faults and verdicts are the same as ever. `mock.base_url` has the provider's path, `mock.env` the variables
that its clients read (`GROQ_API_KEY`, `AZURE_OPENAI_ENDPOINT` …), and in patch mode its hosts are answered too.
Errors that end a stream (`faults: [error_event]`) have the provider's shape too, which for most of them is concluded
from their other errors (unverified); at Mistral, where there is no `error` key, the SDK then sees none.
Errors that a scenario names (`error: mistral_capacity`) and raw replies are sent as they are. Parameters, values and
models are taken that OpenAI would refuse; what is missing, of a wrong type, or does not hang together is refused all
the same, with the status and in the words that users of the provider have reported: a wrong type is a 422 whose message
is an object at Mistral, and a plain text at xAI. Lenient validation notes it. With `limits: free` the limits are those
of the provider's free tier, where it publishes one (Groq, OpenRouter), and headers tell of them as it does.
`mockai list providers` prints the table.
"""
_ABOUT_QUIRKS = """\
Each difference is a quirk with a name, and can be had without its provider: for the whole mock (`--quirk NAME`,
`quirks=[…]`), for a scenario file (`quirks:` beside `rules:`), or for one reply, where they stand in place of the
file's. They are added to those of the provider.

```yaml
quirks: [no_tool_index]
rules:
  - when: {user: slow}
    reply:
      text: Here I am.
      quirks: [empty_choices_first, {comment_keepalive: {text: still thinking, every: 0.1}}]
      latency: {first_token: 0.3}
  - reply: Hello!
```

`evidence` says how sure the bytes are: `measured` was seen on the wire or in the server's source, `documented` is what
the provider's own pages say, `unverified` is neither. `mockai list quirks` prints the table."""
_END = """\
## What breaks

LangChain's `ChatOpenAI`, pydantic-ai and LiteLLM cope with every provider of the table in text and in tool calls; with
single quirks they do not. Measured, and tested in venvs of their own:

| client | quirk | what becomes of it |
|---|---|---|
| openai-python's `.stream()` | `no_tool_index` | `TypeError`: it puts fragments into a list by their index |
| LangChain | `no_tool_index`, without `whole_tool_calls` | the arguments of the call are lost |
| LangChain | `usage_on_every_chunk` | the usage of all chunks is added up |
| LiteLLM's `stream_chunk_builder` | `empty_tool_ids` | the call is lost |
| code that reads `choices[0]` | `empty_choices_first` | `IndexError` in the first chunk |

## Your own

A quirk of your own is a class: subclass `mockai.providers.Quirk`, override the smallest of its methods that will do,
and decorate it with `mockai.providers.register`."""

if __name__ == "__main__":
    sys.stdout.write(document())
