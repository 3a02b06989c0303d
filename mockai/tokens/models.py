"""How the families of models count: their encoding, and what messages, tools and calls cost beside their texts.

The numbers were found by holding recorded requests and their `usage` against the encodings. Where recordings
differ by a token or two, the most frequent number is taken; a family without recordings counts as the one before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Literal

from mockai.tokens.encodings import Tokenizer, tokenizer

__all__ = ["Encoding", "Rules", "encoding_of", "rules_of"]

Encoding = Literal["o200k_base", "cl100k_base", "p50k_base", "r50k_base"]


@dataclass(frozen=True, eq=False)
class Rules:
    """How one family counts.

    Of the prompt: `prompt` tokens beside its messages, `tools` and `response_tools` (in the Responses API) for
    having functions, `tools_in_system` where they stand at the end of a system message (None if they never do),
    `past_call` for a call made earlier and `past_calls` for several in one message; `only_user` counts the user's
    texts and nothing else. Of the reply: `text` if it is no call, `call` for each call, `calls` for several.
    """

    encoding: Encoding = "o200k_base"
    prompt: int = 0
    only_user: bool = False
    tools: int = 9
    tools_in_system: int | None = 5
    response_tools: int = 3
    past_call: int = 5
    past_calls: int = 17
    text: int = 0
    call: int = 7
    calls: int = 15

    @cached_property
    def tokenizer(self) -> Tokenizer:
        """What cuts texts for these models."""
        return tokenizer(self.encoding)

    @cached_property
    def count(self) -> Callable[[str], int]:
        """How many tokens a text has."""
        return self.tokenizer.count

    @cached_property
    def split(self) -> Callable[[str], tuple[str, ...]]:
        """The tokens of a text."""
        return self.tokenizer.split


_GPT_4O = Rules()
_SEARCH = Rules(prompt=6, only_user=True)
_GPT_5 = Rules(
    prompt=-1,
    tools=90,
    tools_in_system=None,
    response_tools=8,
    past_call=10,
    text=9,
    call=16,
)
_GPT_5_1 = replace(_GPT_5, text=3, call=10)
_O_SERIES = replace(_GPT_5, text=12)
_O1_MINI = replace(_O_SERIES, prompt=7)
_GPT_4 = Rules(encoding="cl100k_base")

_FAMILIES: tuple[tuple[re.Pattern[str], Rules], ...] = tuple(
    (re.compile(pattern), rules)
    for pattern, rules in (
        (r"gpt-4o.*-search", _SEARCH),
        (r"gpt-4\.[1-9]|(chat)?gpt-4o", _GPT_4O),
        (r"gpt-(5\.[1-9]|[6-9])", _GPT_5_1),
        (r"gpt-5", _GPT_5),
        (r"o1-mini", _O1_MINI),
        (r"o\d", _O_SERIES),
        (r"gpt-4|gpt-3\.5|gpt-35-turbo|text-embedding-|davinci-002|babbage-002", _GPT_4),
        (r"text-davinci-00[23]|code-", Rules(encoding="p50k_base")),
        (r"text-(davinci-001|curie|babbage|ada)|(davinci|curie|babbage|ada)$", Rules(encoding="r50k_base")),
    )
)


@lru_cache(maxsize=1024)
def rules_of(model: str) -> Rules:
    """How a model counts, a fine-tuned one as its base; models not known here count as gpt-4o does."""
    base = model.split(":")[1] if model.startswith("ft:") else model
    return next((rules for pattern, rules in _FAMILIES if pattern.match(base)), _GPT_4O)


def encoding_of(model: str) -> Encoding:
    """The encoding of a model's tokens."""
    return rules_of(model).encoding
