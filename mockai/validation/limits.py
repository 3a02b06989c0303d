"""Numbers and lengths that are not in the SDK's types: one table, by operation and by field.

Measured on the wire where the API's errors are known, else what the SDK's documentation of a parameter says. Whatever
is called `metadata` or `attributes` has at most 16 pairs, of keys up to 64 and texts up to 512 characters.
"""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatchcase

from mockai.validation.rules import Limit, decimal, integer, length

__all__ = ["LIMITS", "limits_of"]

_NAME = length(1, 64, r"^[a-zA-Z0-9_-]+$")
_SECONDS_KEPT = integer(3600, 2_592_000)
_SAMPLING = {"temperature": decimal(0, 2), "top_p": decimal(0, 1)}
_PENALTIES = {"presence_penalty": decimal(-2, 2), "frequency_penalty": decimal(-2, 2)}
_ASSISTANT = {
    **_SAMPLING,
    "name": length(most=256),
    "description": length(most=512),
    "instructions": length(most=256_000),
    "tools[#]": length(most=128),
    "tools[].file_search.max_num_results": integer(1, 50),
    "tools[].file_search.ranking_options.score_threshold": decimal(0, 1),
    "tool_resources.code_interpreter.file_ids[#]": length(most=20),
}
_RUN = {**_SAMPLING, "tools[].file_search.max_num_results": integer(1, 50)}
_IMAGES = {
    "n": integer(1, 10),
    "output_compression": integer(0, 100),
    "partial_images": integer(0, 3),
    "prompt": length(1, 32_000),
}
_CHUNKS = {"chunking_strategy.static.max_chunk_size_tokens": integer(100, 4096)}

LIMITS: Mapping[str, Mapping[str, Limit]] = {
    "chat.completions.create": {
        **_SAMPLING,
        **_PENALTIES,
        "messages[#]": length(1),
        "messages[].content": length(most=1_048_576),
        "messages[system].content": length(most=1_048_576),
        "functions[#]": length(most=128),
        "functions[].name": _NAME,
        "tools[#]": length(most=128),
        "tools[].function.name": _NAME,
        "tools[].function.description": length(most=1024),
        "response_format.json_schema.name": _NAME,
        "n": integer(1, 128),
        "stop[#]": length(most=4),
        "max_completion_tokens": integer(1),
        "max_tokens": integer(1),
        "top_logprobs": integer(0),
        "safety_identifier": length(most=128),
    },
    "completions.create": {
        **_SAMPLING,
        **_PENALTIES,
        "n": integer(1, 128),
        "best_of": integer(1, 20),
        "logprobs": integer(0, 5),
        "max_tokens": integer(0),
        "stop[#]": length(most=4),
    },
    "responses.create": {
        **_SAMPLING,
        **_PENALTIES,
        "input": length(most=10_485_760),
        "input[].id": length(most=64),
        "input[].call_id": length(most=64),
        "input[].content": length(most=10_485_760),
        "input[].output": length(most=10_485_760),
        "text.format.name": _NAME,
        "max_output_tokens": integer(16),
        "max_tool_calls": integer(1),
        "top_logprobs": integer(0, 20),
        "tools[#]": length(most=128),
        "safety_identifier": length(most=128),
    },
    "embeddings.create": {"dimensions": integer(1)},
    "audio.speech.create": {"input": length(most=4096), "speed": decimal(0.25, 4)},
    "audio.transcriptions.create": {"temperature": decimal(0, 1)},
    "audio.translations.create": {"temperature": decimal(0, 1)},
    "images.generate": _IMAGES,
    "images.edit": _IMAGES,
    "images.create_variation": {"n": integer(1, 10)},
    "files.create": {"expires_after.seconds": _SECONDS_KEPT},
    "uploads.create": {"expires_after.seconds": _SECONDS_KEPT, "bytes": integer(1)},
    "batches.create": {"output_expires_after.seconds": _SECONDS_KEPT},
    "conversations.create": {"items[#]": length(most=20)},
    "conversations.items.create": {"items[#]": length(most=20)},
    "fine_tuning.jobs.create": {"suffix": length(most=64)},
    "vector_stores.create": _CHUNKS,
    "vector_stores.files.create": _CHUNKS,
    "vector_stores.file_batches.create": _CHUNKS,
    "vector_stores.search": {"max_num_results": integer(1, 50)},
    "beta.assistants.*": _ASSISTANT,
    "beta.threads.runs.create": _RUN,
    "beta.threads.create_and_run": _RUN,
    "realtime.client_secrets.create": {"expires_after.seconds": integer(10, 7200)},
}
"""By the SDK's name of the operation, in which `*` stands for any method; `tools[#]` is the number of tools."""


def limits_of(operation: str) -> dict[str, Limit]:
    """What holds for an operation."""
    found: dict[str, Limit] = {}
    for pattern, limits in LIMITS.items():
        if fnmatchcase(operation, pattern):
            found |= limits
    return found
