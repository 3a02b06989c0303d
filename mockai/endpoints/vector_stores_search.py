"""Searching a vector store: chunks of its files, ranked by how many of the words asked for they hold.

The ranking is not that of an embedding, but it is the same at every run, and the chunk that says what is asked for
comes first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from operator import eq, ge, gt, le, lt, ne
from typing import Any

from mockai.api_errors import RequestRefused, kind_of, named
from mockai.endpoints.json_values import object_of
from mockai.endpoints.parameters import choice, listing, mapping, number, number_of, required
from mockai.endpoints.resource import Stored
from mockai.endpoints.vector_stores_kept import STORE_FILES, text_of_file
from mockai.state import Resources
from mockai.tokens import split

__all__ = ["chunks", "search"]

_WORD = re.compile(r"\w+")
_USUAL_RESULTS = 10
_MOST_RESULTS = 50


def search(resources: Resources, store: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """The page of results for the query in a body; raises `RequestRefused` for a query or a filter that is none."""
    queries = _queries(body)
    most = number(body, "max_num_results", least=1, most=_MOST_RESULTS) or _USUAL_RESULTS
    least = number_of(object_of(body.get("ranking_options")).get("score_threshold"))
    fits = _filter(mapping(body, "filters"))
    found = [each for each in _results(resources, store, queries, fits) if each["score"] >= least]
    found.sort(key=lambda each: -each["score"])
    return {
        "object": "vector_store.search_results.page",
        "search_query": queries,
        "data": found[:most],
        "has_more": False,
        "next_page": None,
    }


def chunks(text: str, strategy: Mapping[str, Any]) -> list[str]:
    """A text in pieces of as many tokens as the strategy says, each beginning with the end of the one before."""
    tokens = split(text)
    size, overlap = strategy["static"]["max_chunk_size_tokens"], strategy["static"]["chunk_overlap_tokens"]
    last = max(len(tokens) - overlap, 1)
    return ["".join(tokens[start : start + size]) for start in range(0, last, size - overlap)]


def _queries(body: Mapping[str, Any]) -> list[str]:
    written = required(body, "query")
    queries = [written] if isinstance(written, str) else written
    if not isinstance(queries, list) or not all(isinstance(each, str) for each in queries):
        expected = "one of a string or array of strings"
        raise RequestRefused(named("invalid_type", param="query", expected=expected, got=kind_of(written)))
    return queries


def _results(
    resources: Resources, store: str, queries: Sequence[str], fits: Callable[[Mapping[str, Any]], bool]
) -> Iterator[Stored]:
    wanted = [_words(query) for query in queries]
    for file in STORE_FILES.all(resources, store):
        if file["status"] != "completed" or not fits(file["attributes"]):
            continue
        for chunk in chunks(text_of_file(resources, file["id"]), file["chunking_strategy"]):
            yield {
                "file_id": file["id"],
                "filename": file["_filename"],
                "score": max((_score(words, _words(chunk)) for words in wanted), default=0.0),
                "attributes": file["attributes"],
                "content": [{"type": "text", "text": chunk}],
            }


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.casefold()))


def _score(wanted: set[str], there: set[str]) -> float:
    return round(len(wanted & there) / len(wanted), 4) if wanted else 0.0


# ------------------------------------------------------------------------------------------- filters

_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "eq": eq,
    "ne": ne,
    "gt": gt,
    "gte": ge,
    "lt": lt,
    "lte": le,
    "in": lambda value, values: value in values,
    "nin": lambda value, values: value not in values,
}


def _filter(written: Mapping[str, Any] | None) -> Callable[[Mapping[str, Any]], bool]:
    """Whether the attributes of a file pass a filter: a comparison, or several joined by `and` or `or`."""
    if written is None:
        return lambda attributes: True
    kind = choice(written, "type", (*_COMPARE, "and", "or"))
    if kind in _COMPARE:
        return _comparison(kind, str(required(written, "key")), required(written, "value"))
    parts = [_filter(each) for each in listing(written, "filters")]
    joined = all if kind == "and" else any
    return lambda attributes: joined(part(attributes) for part in parts)


def _comparison(kind: str, key: str, value: Any) -> Callable[[Mapping[str, Any]], bool]:
    def fits(attributes: Mapping[str, Any]) -> bool:
        try:
            return key in attributes and bool(_COMPARE[kind](attributes[key], value))
        except TypeError:  # a text is neither more nor less than a number
            return False

    return fits
