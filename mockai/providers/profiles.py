"""The providers: one row each, which names the quirks it has. To add one is to add a row, and its name."""

from __future__ import annotations

import re
from collections.abc import Mapping

from mockai.api_errors import Slot
from mockai.providers.error_shapes import ErrorShape
from mockai.providers.profile import Profile

__all__ = ["PROFILES"]

_MESSAGE, _TYPE, _PARAM, _CODE = Slot.MESSAGE, Slot.TYPE, Slot.PARAM, Slot.CODE
_BARE = ("no_obfuscation", "no_service_tier", "asked_model")
"""What only OpenAI sends, and everybody else leaves out."""
_LOCAL_AND_HOSTS = (*_BARE, "no_refusal", "no_null_logprobs")

_LIMIT = r"for (?P<model>\S+) in organization (?P<organization>\S+) on (?P<unit>[^:]+): Limit (?P<limit>\d+), "
_GROQ_LIMITS = (
    (
        re.compile(rf"Rate limit reached {_LIMIT}Used (?P<used>\d+), Requested (?P<requested>\d+)\..*"),
        "groq_rate_limit",
    ),
    (re.compile(rf"Request too large {_LIMIT}Requested (?P<requested>\d+)\..*"), "groq_request_too_large"),
)

_FREE = r"Rate limit reached for \S+:free in organization \S+ on requests per"
_FREE_LIMITS = (
    (re.compile(rf"{_FREE} day [^:]*: Limit (?P<limit>\d+), .*"), "openrouter_free_per_day"),
    (re.compile(rf"{_FREE} min [^:]*: Limit (?P<limit>\d+), .*"), "openrouter_free_per_minute"),
)
_CALL_MISSING = re.compile(r"Invalid parameter: messages with role 'tool' must be a response to a preceeding message.*")
_UNANSWERED = re.compile(r"An assistant message with 'tool_calls' must be followed by tool messages.*", re.DOTALL)
_OF_OTHERS = "azure_operation_not_supported"
_OTHER_MODELS = (
    (re.compile(r"You are not allowed to sample from this model"), _OF_OTHERS),
    (re.compile(r"You are not allowed to generate (?P<operation>embeddings) from this model"), _OF_OTHERS),
    (re.compile(r"This is a chat model and not supported in the v1/(?P<operation>completion)s endpoint.*"), _OF_OTHERS),
    (re.compile(r"This is not a chat model and thus not supported.*"), _OF_OTHERS),
)
_NOTHING_ASKED = re.compile(r"Missing required parameter: 'messages'\.")

_ROWS = (
    Profile(
        "openai",
        "OpenAI",
        "https://api.openai.com/v1",
        hosts=("api.openai.com",),
        variables=("OPENAI_API_KEY",),
        openai_headers=True,
        openai_models=True,
        tells_limits=True,
    ),
    Profile(
        "azure",
        "Azure OpenAI",
        "https://NAME.openai.azure.com/openai/v1/",
        ("no_obfuscation", "empty_choices_first", "content_filter_results", "choices_first", "model_from_deployment",
         "api_version_required",
            "whole_second_resets"),
        ErrorShape(
            {"error": {"code": _CODE, "message": _MESSAGE}},
            named={
                "401": "azure_unauthorized",
                "model_not_found": "azure_deployment_not_found",
                "unknown_url": "azure_not_found",
                "content_filter": "azure_content_filter",
                "rate_limit_exceeded": "azure_429",
            },
            reworded=_OTHER_MODELS,
            codes={401: "401", 404: "404", 429: "429"},
            neutral={},
            as_openai=frozenset({400, 403, 500, 503}),
        ),
        (("x-request-id", "{uuid}"), ("apim-request-id", "{uuid}"), ("x-ms-client-request-id", "{uuid}"),
         ("azureml-model-session", "d-{hex}"), ("ms-azureml-model-time", "{ms}"), ("x-ms-region", "Sweden Central"),
         ("cmp-upstream-response-duration", "{ms}"), ("skip-error-remapping", "OPENAI")),
        ("gpt-4o", "gpt-4o-mini", "gpt-4.1", "o4-mini", "text-embedding-3-small"),
        prefixes=("/openai/v1", "/openai/deployments"),
        hosts=("*.openai.azure.com", "*.services.ai.azure.com", "*.cognitiveservices.azure.com"),
        variables=("AZURE_OPENAI_API_KEY",),
        roots=("AZURE_OPENAI_ENDPOINT",),
        others={"OPENAI_API_VERSION": "2024-10-21"},
        openai_models=True,
        tells_limits=True,
    ),
    Profile(
        "openrouter",
        "OpenRouter",
        "https://openrouter.ai/api/v1",
        (*_BARE, "comment_keepalive", "generation_ids", "provider_name", "native_finish_reason", "role_in_every_delta",
         "reasoning_details", "usage_cost", "usage_with_choice", "error_in_chunk", "unnamed_events",
         "changing_item_ids"),
        ErrorShape(
            {"error": {"message": _MESSAGE, "code": _CODE}, "user_id": "user_mockai"},
            code="number",
            named={
                "401": "openrouter_no_credentials",
                "invalid_api_key": "openrouter_user_not_found",
                "model_not_found": "openrouter_invalid_model",
            },
            reworded=((_NOTHING_ASKED, "openrouter_input_required"), *_FREE_LIMITS),
        ),
        (("x-generation-id", "gen-{hex}"),),
        ("openai/gpt-4o", "openai/gpt-5-mini", "anthropic/claude-sonnet-4.5", "google/gemini-2.5-flash"),
        prefixes=("/api/v1",),
        hosts=("openrouter.ai",),
        variables=("OPENROUTER_API_KEY",),
        free={"models": {"*:free": {"requests_per_minute": 20, "requests_per_day": 50}}},
    ),
    Profile(
        "groq",
        "Groq",
        "https://api.groq.com/openai/v1",
        (*_LOCAL_AND_HOSTS, "whole_tool_calls", "short_tool_ids", "reasoning_key", "usage_on_finish", "usage_times",
         "x_groq", "property_rules",
         {"refused_parameters": {"names": "messages.reasoning_content, messages.metadata, messages.timestamp"}}),
        ErrorShape(
            {"error": {"message": _MESSAGE, "type": _TYPE, "code": _CODE}},
            named={
                "401": "groq_invalid_api_key",
                "model_not_found": "groq_model_not_found",
                "unknown_url": "groq_unknown_url",
            },
            reworded=_GROQ_LIMITS,
        ),
        models=("llama-3.3-70b-versatile", "llama-3.1-8b-instant", "openai/gpt-oss-120b", "openai/gpt-oss-20b"),
        prefixes=("/openai/v1",),
        hosts=("api.groq.com",),
        variables=("GROQ_API_KEY",),
        roots=("GROQ_BASE_URL",),
        tells_limits=True,
        free={
            "requests_per_minute": 30,
            "requests_per_day": 1000,
            "models": {
                "llama-3.3-70b-versatile": {"tokens_per_minute": 12_000, "tokens_per_day": 100_000},
                "llama-3.1-8b-instant": {"requests_per_day": 14_400, "tokens_per_minute": 6_000},
                "whisper-large-v3*": {
                    "requests_per_minute": 20,
                    "requests_per_day": 2000,
                    "audio_seconds_per_hour": 7_200,
                    "audio_seconds_per_day": 28_800,
                },
            },
        },
    ),
    Profile(
        "ollama",
        "Ollama",
        "http://localhost:11434/v1",
        (*_LOCAL_AND_HOSTS, "short_ids", "fixed_fingerprint", "role_in_every_delta", "reasoning_key",
         "whole_tool_calls",
         "plain_usage", "unmarshal_errors"),
        ErrorShape(
            types={0: "api_error", 400: "invalid_request_error", 404: "not_found_error"},
            param="null",
            code="none",
            named={"model_not_found": "ollama_model_not_found", "unknown_url": "ollama_unknown_url"},
        ),
        models=("llama3.2:latest", "qwen3:8b", "gpt-oss:20b", "nomic-embed-text:latest"),
        keyless=True,
    ),
    Profile(
        "vllm",
        "vLLM",
        "http://localhost:8000/v1",
        (*_BARE, "no_fingerprint", {"hex_ids": {"prefix": "chatcmpl-"}}, "hex_tool_ids", "reasoning_key",
         "engine_fields",
         "continuous_usage", "done_after_error", "python_repr", "stored_background",
         "no_refusal", "every_key"),
        ErrorShape(
            types={400: "BadRequestError", 401: "Unauthorized", 404: "NotFoundError", 500: "InternalServerError",
                   405: "Method Not Allowed"},
            code="number",
            named={
                "401": "vllm_unauthorized",
                "model_not_found": "vllm_model_not_found",
                "unknown_url": "vllm_unknown_url",
            },
        ),
        models=("meta-llama/Llama-3.1-8B-Instruct", "Qwen/Qwen3-8B"),
    ),
    Profile(
        "litellm",
        "LiteLLM proxy",
        "http://localhost:4000/v1",
        ("no_obfuscation", "first_error_as_status"),
        ErrorShape(
            types={0: "None", 429: "throttling_error"},
            param="None",
            code="text",
            neutral={},
            message={
                400: "litellm.BadRequestError: {}",
                401: "litellm.AuthenticationError: {}",
                404: "litellm.NotFoundError: {}",
                429: "litellm.RateLimitError: {}",
                500: "litellm.InternalServerError: {}",
                503: "litellm.ServiceUnavailableError: {}",
            },
            named={
                "401": "litellm_missing_api_key",
                "invalid_api_key": "litellm_invalid_api_key",
                "model_not_found": "litellm_invalid_model",
                "unknown_url": "litellm_unknown_url",
            },
        ),
        (("x-litellm-call-id", "{uuid}"), ("x-litellm-model-id", "{hex}"), ("x-litellm-version", "1.77.0"),
         ("x-litellm-response-cost", "0.0"), ("x-litellm-key-spend", "0.0"),
         ("x-litellm-model-api-base", "https://api.openai.com"), ("x-litellm-attempted-retries", "0"),
         ("x-litellm-attempted-fallbacks", "0"), ("llm_provider-openai-version", "2020-10-01")),
        ("gpt-4o", "claude-sonnet-4-5", "gemini-2.5-flash"),
    ),
    Profile(
        "vercel",
        "Vercel AI Gateway",
        "https://ai-gateway.vercel.sh/v1",
        _BARE,
        ErrorShape(
            {"error": {"message": _MESSAGE, "type": _TYPE, "param": _PARAM, "code": _CODE},
             "generationId": "gen_mockai"},
            types={
                0: "internal_server_error",
                400: "invalid_request_error",
                401: "authentication_error",
                403: "forbidden",
                404: "model_not_found",
                424: "failed_dependency",
                429: "rate_limit_exceeded",
            },
            named={"model_not_found": "vercel_model_not_found"},
        ),
        models=("openai/gpt-4o", "anthropic/claude-sonnet-4.5", "xai/grok-4"),
        hosts=("ai-gateway.vercel.sh",),
        variables=("AI_GATEWAY_API_KEY",),
    ),
    Profile(
        "anthropic",
        "Anthropic's OpenAI-compatible API",
        "https://api.anthropic.com/v1/",
        (*_LOCAL_AND_HOSTS, "no_fingerprint", "message_ids", "plain_usage", "single_choice", "no_logprobs",
         "anthropic_limits", "path_before_words"),
        ErrorShape(
            types={
                0: "api_error",
                400: "invalid_request_error",
                401: "authentication_error",
                403: "permission_error",
                404: "not_found_error",
                429: "rate_limit_error",
                529: "overloaded_error",
            },
            named={
                "401": "anthropic_missing_api_key",
                "invalid_api_key": "anthropic_invalid_api_key",
                "model_not_found": "anthropic_model_not_found",
            },
        ),
        (("request-id", "req_{hex}"),),
        ("claude-opus-4-5", "claude-sonnet-4-5", "claude-haiku-4-5"),
        hosts=("api.anthropic.com",),
        variables=("ANTHROPIC_API_KEY",),
        tells_limits=True,
    ),
    Profile(
        "gemini",
        "Gemini's OpenAI-compatible API",
        "https://generativelanguage.googleapis.com/v1beta/openai/",
        (*_LOCAL_AND_HOSTS, "no_fingerprint", "plain_usage", "whole_tool_calls", "no_tool_index", "stop_for_tool_calls",
         "thought_signatures", "usage_on_every_chunk", "field_violations",
         {"refused_parameters": {"names": "prompt_cache_key, frequency_penalty, reasoning, top_k"}}),
        ErrorShape(
            [{"error": {"code": _CODE, "message": _MESSAGE, "status": _TYPE}}],
            types={
                400: "INVALID_ARGUMENT",
                401: "UNAUTHENTICATED",
                403: "PERMISSION_DENIED",
                404: "NOT_FOUND",
                429: "RESOURCE_EXHAUSTED",
                500: "INTERNAL",
                503: "UNAVAILABLE",
                504: "DEADLINE_EXCEEDED",
            },
            code="number",
            pretty=True,
            named={
                "401": "gemini_missing_api_key",
                "invalid_api_key": "gemini_invalid_api_key",
                "model_not_found": "gemini_model_not_found",
            },
        ),
        models=("models/gemini-3-pro-preview", "models/gemini-2.5-pro", "models/gemini-2.5-flash"),
        prefixes=("/v1beta/openai",),
        hosts=("generativelanguage.googleapis.com",),
        variables=("GEMINI_API_KEY", "GOOGLE_API_KEY"),
    ),
    Profile(
        "mistral",
        "Mistral",
        "https://api.mistral.ai/v1",
        (*_LOCAL_AND_HOSTS, "no_fingerprint", "plain_usage", "hex_ids", "short_tool_ids", "tool_calls_with_finish",
         "no_tool_index", "no_tool_type", "thinking_parts", "usage_on_finish", "tool_id_length", "detail_list",
         "answer_between", "known_roles",
         {"refused_parameters": {"names": "max_completion_tokens, store, messages.reasoning_content"}}),
        ErrorShape(
            {"object": "error", "message": _MESSAGE, "type": _TYPE, "param": _PARAM, "code": _CODE},
            named={
                "401": "mistral_unauthorized",
                "model_not_found": "mistral_invalid_model",
                "rate_limit_exceeded": "mistral_rate_limited",
                "503": "mistral_capacity",
            },
            reworded=((_UNANSWERED, "mistral_calls_and_responses"),),
        ),
        (("mistral-correlation-id", "{uuid}"),),
        ("mistral-large-latest", "mistral-small-latest", "magistral-medium-latest", "codestral-latest"),
        hosts=("api.mistral.ai", "codestral.mistral.ai"),
        variables=("MISTRAL_API_KEY",),
    ),
    Profile(
        "deepseek",
        "DeepSeek",
        "https://api.deepseek.com",
        (*_BARE, "no_refusal", {"comment_keepalive": {"text": "keep-alive"}}, "blank_line_keepalive",
         "numbered_tool_ids",
         "null_content_beside_reasoning", "usage_on_finish", "cache_hit_usage", "reasoning_returned", "text_only",
         {"known_roles": {"names": "system, user, assistant, tool, latest_reminder"}},
         {"serde_errors": {"status": 400, "text": False}}),
        ErrorShape(
            types={401: "authentication_error", 402: "unknown_error"},
            codes={0: "invalid_request_error"},
            named={
                "401": "deepseek_missing_api_key",
                "402": "deepseek_insufficient_balance",
                "invalid_api_key": "deepseek_invalid_api_key",
                "model_not_found": "deepseek_model_not_exist",
            },
            reworded=(
                (_CALL_MISSING, "deepseek_tool_message_without_call"),
                (_UNANSWERED, "deepseek_calls_unanswered"),
            ),
            content_type="application/octet-stream",
        ),
        models=("deepseek-v4-flash", "deepseek-v4-pro"),
        hosts=("api.deepseek.com",),
        variables=("DEEPSEEK_API_KEY",),
    ),
    Profile(
        "together",
        "Together",
        "https://api.together.xyz/v1",
        _LOCAL_AND_HOSTS,
        ErrorShape(
            {"id": "mockai", "error": {"message": _MESSAGE, "type": _TYPE, "param": _PARAM, "code": _CODE}},
            named={"401": "together_invalid_api_key", "model_not_found": "together_model_not_available"},
        ),
        models=("meta-llama/Llama-3.3-70B-Instruct-Turbo", "Qwen/Qwen3-235B-A22B-Instruct-2507-tput"),
        hosts=("api.together.xyz", "api.together.ai"),
        variables=("TOGETHER_API_KEY",),
        bases=("TOGETHER_BASE_URL",),
    ),
    Profile(
        "fireworks",
        "Fireworks",
        "https://api.fireworks.ai/inference/v1",
        (*_LOCAL_AND_HOSTS, "field_and_value"),
        ErrorShape(
            {"error": {"object": "error", "type": _TYPE, "message": _MESSAGE}, "raw_output": None},
            named={"model_not_found": "fireworks_model_not_found"},
        ),
        models=("accounts/fireworks/models/llama-v3p3-70b-instruct", "accounts/fireworks/models/gpt-oss-120b"),
        prefixes=("/inference/v1",),
        hosts=("api.fireworks.ai",),
        variables=("FIREWORKS_API_KEY",),
    ),
    Profile(
        "xai",
        "xAI",
        "https://api.x.ai/v1",
        (*_BARE, "no_early_finish_reason", "whole_tool_calls", "separate_reasoning_tokens", "serde_errors"),
        ErrorShape(
            {"code": _CODE, "error": _MESSAGE},
            codes={
                400: "Client specified an invalid argument",
                404: "Some requested entity was not found",
            },
            named={
                "401": "xai_missing_api_key",
                "invalid_api_key": "xai_invalid_api_key",
                "model_not_found": "xai_model_not_found",
                "unknown_url": "xai_unknown_url",
            },
        ),
        models=("grok-4", "grok-4-fast-reasoning", "grok-code-fast-1"),
        hosts=("api.x.ai",),
        variables=("XAI_API_KEY",),
    ),
    Profile(
        "perplexity",
        "Perplexity",
        "https://api.perplexity.ai",
        (*_LOCAL_AND_HOSTS, "no_fingerprint", "role_in_every_delta", "usage_on_every_chunk", "citations",
         "done_object", "alternating_roles"),
        ErrorShape(
            {"error": {"message": _MESSAGE, "type": _TYPE, "code": _CODE}},
            code="number",
            named={"401": "perplexity_unauthorized", "model_not_found": "perplexity_invalid_model"},
        ),
        models=("sonar", "sonar-pro", "sonar-reasoning-pro"),
        hosts=("api.perplexity.ai",),
        variables=("PERPLEXITY_API_KEY", "PPLX_API_KEY"),
    ),
)  # fmt: skip

PROFILES: Mapping[str, Profile] = {row.name: row for row in _ROWS}
"""Every provider by name."""
