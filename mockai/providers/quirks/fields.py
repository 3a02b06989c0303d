"""Keys that are missing, and keys that nobody else has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mockai.providers.base import Asked, Chunk, Event, Quirk, Rank, register

__all__: list[str] = []


@register
class NoObfuscation(Quirk):
    """Only OpenAI pads its chunks."""

    name = "no_obfuscation"
    summary = "Chunks have no `obfuscation`."

    def reply(self, reply: dict[str, Any], asked: Asked) -> None:
        """Without the padding."""
        reply.pop("obfuscation", None)


@register
class NoServiceTier(Quirk):
    """There are no tiers."""

    name = "no_service_tier"
    summary = "Neither completions nor chunks have a `service_tier`."

    def reply(self, reply: dict[str, Any], asked: Asked) -> None:
        """Without the tier."""
        reply.pop("service_tier", None)


@register
class NoFingerprint(Quirk):
    """Nobody says which build answered."""

    name = "no_fingerprint"
    summary = "Neither completions nor chunks have a `system_fingerprint`."

    def reply(self, reply: dict[str, Any], asked: Asked) -> None:
        """Without the fingerprint."""
        reply.pop("system_fingerprint", None)


@register
@dataclass(frozen=True, slots=True)
class FixedFingerprint(Quirk):
    """One fingerprint for every model."""

    name = "fixed_fingerprint"
    summary = "`system_fingerprint` is the same for every model: `fp_ollama`, or another `value`."

    value: str = "fp_ollama"

    def reply(self, reply: dict[str, Any], asked: Asked) -> None:
        """With that fingerprint."""
        reply["system_fingerprint"] = self.value


@register
class NoRefusal(Quirk):
    """Messages are role and content, and calls if there are any."""

    name = "no_refusal"
    summary = "Messages and deltas have neither `refusal` nor `annotations` where these say nothing."

    def part(self, part: dict[str, Any], asked: Asked) -> None:
        """Without what is empty."""
        for key in ("refusal", "annotations"):
            if not part.get(key):
                part.pop(key, None)


@register
class NoNullLogprobs(Quirk):
    """Logprobs are there if they were asked for."""

    name = "no_null_logprobs"
    summary = "Choices have no `logprobs: null`."

    def choice(self, choice: dict[str, Any], asked: Asked) -> None:
        """Without the null."""
        if choice.get("logprobs") is None:
            choice.pop("logprobs", None)


@register
class AskedModel(Quirk):
    """A model goes by the name it was asked for."""

    name = "asked_model"
    summary = "`model` is the name asked for; OpenAI answers with the dated snapshot that its alias stands for."

    def reply(self, reply: dict[str, Any], asked: Asked) -> None:
        """With the name asked for, unless it was scripted."""
        wanted = asked.request.model
        if wanted and str(reply.get("model", "")).startswith(wanted):
            reply["model"] = wanted


@register
class RoleInEveryDelta(Quirk):
    """The role comes again and again."""

    name = "role_in_every_delta"
    summary = "Every delta has its `role`, not only the first; clients that join deltas get `assistantassistant…`."

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """Every delta with its role in front."""
        for event in events:
            if isinstance(event, Chunk):
                for choice in event.choices:
                    choice["delta"] = {"role": "assistant", "content": "", **choice["delta"]}
            yield event


@register
class NoEarlyFinishReason(Quirk):
    """A choice says nothing of its end before it comes."""

    name = "no_early_finish_reason"
    summary = "Choices in a stream have neither `finish_reason` nor `logprobs` until the end."

    def stream(self, events: Iterator[Event], asked: Asked) -> Iterator[Event]:
        """Chunks without what is null in them."""
        for event in events:
            for choice in event.choices if isinstance(event, Chunk) else ():
                for key in ("finish_reason", "logprobs"):
                    if choice.get(key) is None:
                        choice.pop(key, None)
            yield event


@register
@dataclass(frozen=True, slots=True)
class ProviderName(Quirk):
    """A gateway says who answered."""

    name = "provider_name"
    summary = "Completions and chunks say which `provider` answered: `MockAI`, or another `value`."

    value: str = "MockAI"

    def reply(self, reply: dict[str, Any], asked: Asked) -> None:
        """With the name."""
        reply["provider"] = self.value


@register
class NativeFinishReason(Quirk):
    """A gateway passes on why the model itself says it ended."""

    name = "native_finish_reason"
    summary = "Choices have a `native_finish_reason` beside their `finish_reason`."

    def choice(self, choice: dict[str, Any], asked: Asked) -> None:
        """With both."""
        choice["native_finish_reason"] = choice.get("finish_reason")


@register
class EngineFields(Quirk):
    """What the engine of vLLM can tell, though nobody asked."""

    name = "engine_fields"
    summary = (
        "`stop_reason` and `token_ids` in choices, `prompt_logprobs` and `kv_transfer_params` beside them; all null."
    )

    def choice(self, choice: dict[str, Any], asked: Asked) -> None:
        """With its own keys."""
        choice |= {"stop_reason": None, "token_ids": None}

    def completion(self, reply: dict[str, Any], asked: Asked) -> None:
        """With the keys of a whole completion."""
        self._parts_of(reply, "message", asked)
        reply |= {"prompt_logprobs": None, "kv_transfer_params": None}


@register
class EveryKey(Quirk):
    """What a class of Python has, filled or not."""

    name = "every_key"
    summary = (
        "A completion has every key there is, null where it says nothing, and `tool_calls: []` without calls; clients "
        "that call tools where `tool_calls` is not null break."
    )

    def completion(self, reply: dict[str, Any], asked: Asked) -> None:
        """With all of them."""
        for choice in reply["choices"]:
            message = {key: value for key, value in choice["message"].items() if value != []}
            choice["message"] = {"role": "assistant", "content": None, **_EMPTY, "tool_calls": [], **message}
            choice["message"] |= {"reasoning": message.get("reasoning")}
        reply |= {"service_tier": None, "system_fingerprint": None, "prompt_token_ids": None}
        self.usage(reply["usage"], asked)

    def usage(self, usage: dict[str, Any], asked: Asked) -> None:
        """Without the details of a completion."""
        usage.pop("completion_tokens_details", None)
        usage["prompt_tokens_details"] = None


_EMPTY = dict.fromkeys(("refusal", "annotations", "audio", "function_call"))


@register
class ChoicesFirst(Quirk):
    """The keys stand in another order, which no client should see."""

    name = "choices_first"
    summary = "`choices` is the first key of completions and chunks, `id` the last."
    rank = Rank.AROUND

    def reply(self, reply: dict[str, Any], asked: Asked) -> None:
        """In that order; a chunk that is only the filter's has its own."""
        if not reply["id"]:
            return
        ends = ("choices", "id")
        rest = {key: value for key, value in reply.items() if key not in ends}
        ordered = {"choices": reply["choices"], **rest, "id": reply["id"]}
        reply.clear()
        reply.update(ordered)
