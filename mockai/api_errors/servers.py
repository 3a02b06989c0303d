"""Errors of servers one runs oneself, of proxies, and of further hosts that speak OpenAI's API."""

from __future__ import annotations

from mockai.api_errors.base import OPENAI, NamedError, Slot

__all__ = ["ERRORS"]

_TOP_LEVEL = {"object": "error", **OPENAI}
_CONTEXT = (
    "This model's maximum context length is {limit} tokens. However, you requested {requested} tokens ({prompt} in "
    "the messages, {completion} in the completion). Please reduce the length of the messages or completion."
)

_LOCAL = (
    NamedError(
        "ollama_model_not_found",
        404,
        "Ollama has not pulled the model.",
        "model '{model}' not found",
        type="not_found_error",
        pretty=False,
    ),
    NamedError(
        "ollama_model_not_found_legacy",
        404,
        "Ollama has not pulled the model, in older builds: `error` is a text.",
        'model "{model}" not found, try pulling it first',
        type=None,
        layout={"error": Slot.MESSAGE},
        pretty=False,
    ),
    NamedError(
        "vllm_bad_request",
        400,
        "vLLM refuses the request; the code is a number.",
        "{reason}",
        type="BadRequestError",
        code=400,
        pretty=False,
        defaults={"reason": "The request is invalid."},
    ),
    NamedError(
        "vllm_bad_request_legacy",
        400,
        "vLLM refuses the request, in older versions: there is no `error` key.",
        "{reason}",
        type="BadRequestError",
        code=400,
        layout=_TOP_LEVEL,
        pretty=False,
        defaults={"reason": "The request is invalid."},
    ),
    NamedError(
        "vllm_context_length",
        400,
        "vLLM: the messages and `max_tokens` are longer than the model's context.",
        _CONTEXT,
        type="BadRequestError",
        code=400,
        pretty=False,
        defaults={"limit": 4096, "requested": 4203, "prompt": 3703, "completion": 500},
        evidence="unverified",
    ),
    NamedError(
        "sglang_bad_request",
        400,
        "SGLang refuses the request; there is no `error` key.",
        "{reason}",
        type="BadRequestError",
        code=400,
        layout=_TOP_LEVEL,
        pretty=False,
        defaults={"reason": "The request is invalid."},
        evidence="unverified",
    ),
    NamedError(
        "llamacpp_context_length",
        400,
        "llama.cpp: the prompt is longer than the context.",
        "the request exceeds the available context size",
        type="exceed_context_size_error",
        code=400,
        layout={"error": {"code": Slot.CODE, "message": Slot.MESSAGE, "type": Slot.TYPE, "n_ctx": 4096}},
        pretty=False,
        evidence="unverified",
    ),
    NamedError(
        "lmstudio_error",
        400,
        "LM Studio refuses the request; `error` is a text.",
        "{reason}",
        type=None,
        layout={"error": Slot.MESSAGE},
        pretty=False,
        defaults={"reason": "No models loaded."},
        evidence="unverified",
    ),
    NamedError(
        "fastapi_detail",
        422,
        "A server built on FastAPI refuses the request: `detail` in place of `error`.",
        "{reason}",
        type=None,
        layout={"detail": Slot.MESSAGE},
        pretty=False,
        defaults={"reason": "Unprocessable Entity"},
        evidence="unverified",
    ),
)

_PROXIES = (
    NamedError(
        "litellm_rate_limit",
        429,
        "LiteLLM passes on a rate limit; the code is the status as text.",
        "litellm.RateLimitError: RateLimitError: OpenAIException - Rate limit reached for {model}",
        type="throttling_error",
        code="429",
        pretty=False,
        evidence="unverified",
    ),
    NamedError(
        "litellm_bad_request",
        400,
        "LiteLLM passes on a refusal; type and param are the text `None`.",
        "litellm.BadRequestError: OpenAIException - {reason}",
        type="None",
        param="None",
        code="400",
        pretty=False,
        defaults={"reason": "The request is invalid."},
        evidence="unverified",
    ),
    NamedError(
        "vercel_rate_limit",
        429,
        "Vercel's gateway: its rate limit, with the id of the generation beside the error.",
        "Rate limit exceeded",
        type="rate_limit_exceeded",
        layout={"error": OPENAI, "generationId": "gen_mockai"},
        pretty=False,
        evidence="unverified",
    ),
    NamedError(
        "vercel_model_not_found",
        404,
        "Vercel's gateway: no such model; param is an object.",
        "Model '{model}' not found",
        type="model_not_found",
        layout={"error": {**OPENAI, "param": {"modelId": "{model}"}}, "generationId": "gen_mockai"},
        pretty=False,
        evidence="unverified",
    ),
    NamedError(
        "vercel_failed_dependency",
        424,
        "Vercel's gateway: the provider behind it failed.",
        "The provider failed to answer",
        type="failed_dependency",
        layout={"error": OPENAI, "generationId": "gen_mockai"},
        pretty=False,
        evidence="unverified",
    ),
)

_HOSTS = (
    NamedError(
        "together_invalid_request",
        400,
        "Together refuses the request; the request's id stands beside the error.",
        "{reason}",
        layout={"id": "mockai", "error": OPENAI},
        pretty=False,
        defaults={"reason": "The request is invalid."},
        evidence="unverified",
    ),
    NamedError(
        "fireworks_validation",
        400,
        "Fireworks refuses a parameter; the message is a Python list as text.",
        "[{{'type': 'extra_forbidden', 'loc': ('body', '{param}'), 'msg': 'Extra inputs are not permitted'}}]",
        layout={
            "error": {"object": "error", "type": Slot.TYPE, "message": Slot.MESSAGE},
            "raw_output": None,
        },
        pretty=False,
        defaults={"param": "bogus"},
    ),
    NamedError(
        "xai_invalid_argument",
        400,
        "xAI refuses the request; `error` is a text and the code a sentence.",
        "{reason}",
        type=None,
        code="Client specified an invalid argument",
        layout={"code": Slot.CODE, "error": Slot.MESSAGE},
        pretty=False,
        defaults={"reason": "The request is invalid."},
    ),
)

ERRORS = (*_LOCAL, *_PROXIES, *_HOSTS)
