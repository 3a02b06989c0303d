"""Clients that validate strictly what they get."""

from typing import Any

import openai
import pytest

STRICT = {"test_generation", "test_replies", "test_responses"}
BEYOND_THE_TYPES = {
    "test_a_conversation_is_compacted": "messages of the user stand in the output",
    "test_a_text_rule_leaves_embeddings_alone_and_an_embedding_rule_leaves_chat_alone": "base64, which the SDK decodes",
    "test_auto_answers_every_endpoint": "embeddings in base64, which the SDK decodes",
    "test_completions_stream_and_count": "pieces of a text have no finish_reason yet",
    "test_each_kind_of_reply_is_the_same_in_each_form": "calls of custom tools are streamed",
    "test_embeddings_just_work": "base64, which the SDK decodes",
    "test_floats_and_base64_are_the_same_numbers": "base64, which the SDK decodes",
    "test_stored_completions_live_and_die": "messages as they were sent",
}
"""What the API sends although the SDK's types do not have it."""


@pytest.fixture(autouse=True)
def _strictly(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In these modules clients refuse what the SDK's types do not have."""
    module, name = request.module.__name__.rpartition(".")[2], request.function.__name__
    if module not in STRICT or name in BEYOND_THE_TYPES:
        return
    for kind in (openai.OpenAI, openai.AsyncOpenAI):
        original = kind.__init__

        def init(client: Any, *args: Any, original: Any = original, **kwargs: Any) -> None:
            original(client, *args, **{"_strict_response_validation": True, **kwargs})

        monkeypatch.setattr(kind, "__init__", init)
