"""What other providers say to a wrong key, a model they do not have, and a path they do not know.

The texts are those that users of each have reported; who has none here says it in OpenAI's words.
"""

from __future__ import annotations

from typing import Any

from mockai.api_errors.base import OPENAI, Evidence, NamedError, Slot

__all__ = ["ERRORS"]

_TOP_LEVEL = {"object": "error", **OPENAI}
_NO_PARAM = {"error": {"message": Slot.MESSAGE, "type": Slot.TYPE, "code": Slot.CODE}}
_OPENROUTER = {"error": {"message": Slot.MESSAGE, "code": Slot.CODE}}


def _google(reason: str | None = None) -> list[Any]:
    error: dict[str, Any] = {"code": 400, "message": Slot.MESSAGE, "status": "INVALID_ARGUMENT"}
    if reason is not None:
        about = {"service": "generativelanguage.googleapis.com"}
        info = {"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": reason, "domain": "googleapis.com"}
        words = {"@type": "type.googleapis.com/google.rpc.LocalizedMessage", "locale": "en-US", "message": Slot.MESSAGE}
        error["details"] = [{**info, "metadata": about}, words]
    return [{"error": error}]


def _said(
    name: str,
    status: int,
    summary: str,
    message: str,
    layout: Any = None,
    *,
    type: str | None = "invalid_request_error",
    param: str | None = None,
    code: str | int | None = None,
    evidence: Evidence = "measured",
    content_type: str = "application/json",
    **defaults: Any,
) -> NamedError:
    return NamedError(
        name, status, summary, message, type=type, param=param, code=code, defaults=defaults, layout=layout,
        content_type=content_type, pretty=False, evidence=evidence,
    )  # fmt: skip


def _page(name: str, status: int, summary: str, body: str, kind: str, evidence: Evidence = "measured") -> NamedError:
    return NamedError(name, status, summary, "", type=None, body=body, content_type=kind, evidence=evidence)


_KEY = "sk-foobar-1234"
_BYTES = "application/octet-stream"
"""As DeepSeek declares its errors."""

_KEYS = (
    _said("groq_invalid_api_key", 401, "Groq does not know the key.", "Invalid API Key", _NO_PARAM,
          code="invalid_api_key"),
    _said("together_invalid_api_key", 401, "Together does not know the key; there is no id beside the error.",
          "Invalid API key provided. You can find your API key at https://api.together.xyz/settings/api-keys.",
          {"error": OPENAI}, code="invalid_api_key"),
    _said("xai_invalid_api_key", 400, "xAI does not know the key, which is a 400.",
          "Incorrect API key provided: {key:ends}. You can obtain an API key from https://console.x.ai.",
          {"code": Slot.CODE, "error": Slot.MESSAGE}, type=None, code="Client specified an invalid argument", key=_KEY),
    _said("xai_missing_api_key", 400, "xAI is asked without a key.", "No API key provided.",
          {"code": Slot.CODE, "error": Slot.MESSAGE}, type=None, code="Client specified an invalid argument",
          evidence="unverified"),
    _said("openrouter_user_not_found", 401, "OpenRouter does not know the key.", "User not found.", _OPENROUTER,
          type=None, code=401),
    _said("openrouter_no_credentials", 401, "OpenRouter is asked without a key.", "No auth credentials found",
          _OPENROUTER, type=None, code=401),
    _said("gemini_invalid_api_key", 400, "Gemini does not know the key, which is a 400.",
          "API key not valid. Please pass a valid API key.", _google("API_KEY_INVALID"), type=None),
    _said("gemini_missing_api_key", 400, "Gemini is asked without a key, which is a 400.",
          "Missing Authorization header.", _google(), type=None),
    _said("vllm_unauthorized", 401, "vLLM was started with a key, and is asked with another; `error` is a text.",
          "Unauthorized", {"error": Slot.MESSAGE}, type=None),
    _said("deepseek_invalid_api_key", 401, "DeepSeek does not know the key.",
          "Authentication Fails, Your api key: {key:last_four} is invalid", type="authentication_error",
          code="invalid_request_error", content_type=_BYTES, key=_KEY),
    _said("deepseek_missing_api_key", 401, "DeepSeek is asked without a key.",
          "Authentication Fails (auth header format should be Bearer sk-...)", type="authentication_error",
          code="invalid_request_error", content_type=_BYTES, evidence="unverified"),
    _said("anthropic_invalid_api_key", 401, "Anthropic does not know the key; the words are those of its own API.",
          "invalid x-api-key", type="authentication_error", evidence="unverified"),
    _said("anthropic_missing_api_key", 401, "Anthropic is asked without a key; the words are those of its own API.",
          "x-api-key header is required", type="authentication_error", evidence="unverified"),
    _said("litellm_invalid_api_key", 401, "LiteLLM's proxy has not given out this key; its hash is told.",
          "Authentication Error, Invalid proxy server token passed. Received API Key = {key:outer}, Key Hash (Token) "
          "={key:sha256}. Unable to find token in cache or `LiteLLM_VerificationTokenTable`",
          type="token_not_found_in_db", param="key", code="401", key=_KEY),
    _said("litellm_missing_api_key", 401, "LiteLLM's proxy is asked without a key.",
          "Authentication Error, No api key passed in.", type="auth_error", param="None", code="401",
          evidence="unverified"),
    _page("perplexity_unauthorized", 401, "Perplexity does not know the key: a page in place of JSON.",
          "<html>\r\n<head><title>401 Authorization Required</title></head>\r\n<body>\r\n<center><h1>401 Authorization "
          "Required</h1></center>\r\n<hr><center>openresty/1.27.4</center>\r\n</body>\r\n</html>\r\n", "text/html"),
)  # fmt: skip

_MODELS = (
    _said("mistral_invalid_model", 400, "Mistral has no model of this name.", "Invalid model: {model}",
          _TOP_LEVEL, type="invalid_model", code="1500"),
    _said("fireworks_model_not_found", 404, "Fireworks has no such model, or it is not deployed.",
          "Model not found, inaccessible, and/or not deployed", {"error": OPENAI}, type="error", param="model",
          code="NOT_FOUND"),
    _said("together_model_not_available", 404, "Together has no model of this name.",
          "Unable to access model {model}. Please visit https://api.together.ai/models to view the list of supported "
          "models.", {"id": "mockai", "error": OPENAI}, code="model_not_available", evidence="unverified"),
    _said("xai_model_not_found", 404, "xAI has no model of this name, or the team may not use it.",
          "The model {model} does not exist or your team {team} does not have access to it. Please ensure you're using "
          "the correct API key. If you believe this is a mistake, please contact support and quote your team ID and "
          "the model name.", {"code": Slot.CODE, "error": Slot.MESSAGE}, type=None,
          code="Some requested entity was not found", team="fc73b25a-d466-4cfc-96d3-a852176a7ba1"),
    _said("openrouter_invalid_model", 400, "OpenRouter has no model of this name, which is a 400.",
          "{model} is not a valid model ID", {**_OPENROUTER, "user_id": "user_mockai"}, type=None, code=400),
    _said("gemini_model_not_found", 404, "Gemini has no model of this name.",
          "models/{model} is not found for API version v1main, or is not supported for generateContent. Call "
          "ListModels to see the list of available models and their supported methods.",
          [{"error": {"code": 404, "message": Slot.MESSAGE, "status": "NOT_FOUND"}}], type=None),
    _said("vllm_model_not_found", 404, "vLLM serves another model.", "The model `{model}` does not exist.",
          type="NotFoundError", param="model", code=404),
    _said("deepseek_model_not_exist", 400, "DeepSeek has no model of this name, which is a 400.", "Model Not Exist",
          code="invalid_request_error", content_type=_BYTES, evidence="unverified"),
    _said("perplexity_invalid_model", 400, "Perplexity has no model of this name, which is a 400.",
          "Invalid model '{model}'. Permitted models can be found in the documentation at "
          "https://docs.perplexity.ai/docs/getting-started/models.", _NO_PARAM, type="invalid_model", code=400),
    _said("litellm_invalid_model", 400, "LiteLLM's proxy has no model of this name; `message` is an object.",
          "/chat/completions: Invalid model name passed in model={model}. Call `/v1/models` to view available models "
          "for your key.",
          {"error": {"message": {"error": Slot.MESSAGE}, "type": "None", "param": "None", "code": "400"}}, type="None"),
    _said("anthropic_model_not_found", 404, "Anthropic has no model of this name; the words are those of its own API.",
          "model: {model}", type="not_found_error", evidence="unverified"),
)  # fmt: skip

_ADDRESSES = (
    _said("groq_unknown_url", 404, "Groq knows no such path.",
          "Unknown request URL: {method} {path}. Please check the URL for typos, or see the docs at "
          "https://console.groq.com/docs/", _NO_PARAM, code="unknown_url", path="/openai/v1/chat/completion"),
    _said("xai_unknown_url", 404, "xAI knows no such path.",
          "No handler found on route. Please double check your URL and consult https://api.x.ai/docs for more "
          "information.", {"code": Slot.CODE, "error": Slot.MESSAGE}, type=None,
          code="Some requested entity was not found"),
    _said("vllm_unknown_url", 404, "vLLM knows no such path.", "Not Found", type="Not Found", code=404),
    _said("litellm_unknown_url", 404, "LiteLLM's proxy knows no such path; there is no `error` key.", "Not Found",
          {"detail": Slot.MESSAGE}, type=None, evidence="unverified"),
    _page("ollama_unknown_url", 404, "Ollama knows no such path: a text in place of JSON.", "404 page not found",
          "text/plain"),
)  # fmt: skip

_ORDER = (
    _said("mistral_role_order", 400, "A message of Mistral's conversation stands where none of its role may.",
          "Unexpected role '{role}' after role '{before}'", _TOP_LEVEL, type="invalid_request_message_order",
          code="3230", role="user", before="tool"),
    _said("mistral_last_role", 400, "The assistant has the last word in a conversation with Mistral.",
          "Expected last role User or Tool (or Assistant with prefix True) for serving but got {role}", _TOP_LEVEL,
          type="invalid_request_message_order", code="3230", role="assistant"),
    _said("mistral_calls_and_responses", 400, "Mistral is not told the results of all calls.",
          "Not the same number of function calls and responses", _TOP_LEVEL),
    _said("deepseek_calls_unanswered", 400, "DeepSeek is not told the results of all calls.",
          "An assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id'. "
          "(insufficient tool messages following tool_calls message)", code="invalid_request_error",
          content_type=_BYTES, evidence="unverified"),
    _said("perplexity_alternating_roles", 400, "The same side speaks twice in a conversation with Perplexity.",
          "After the (optional) system message(s), user or tool message(s) should alternate with assistant message(s).",
          _NO_PARAM, type="invalid_message", code=400),
    _said("perplexity_last_role", 400, "The assistant has the last word in a conversation with Perplexity.",
          "Last message must have role `user`.", _NO_PARAM, type="invalid_message", code=400),
    _said("vllm_background_not_stored", 400, "vLLM is to make a response in the background and not to store it.",
          "background can only be used when `store` is true", type="BadRequestError", param="background", code=400),
    _said("openrouter_input_required", 400, "OpenRouter is asked nothing.",
          "Input required: specify \"prompt\" or \"messages\"", {**_OPENROUTER, "user_id": "user_mockai"}, type=None,
          code=400),
)  # fmt: skip

_FREE = {
    "headers": {"X-RateLimit-Limit": "{limit}", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "{reset}"},
    "provider_name": None,
}
_FREE_LAYOUT = {
    "error": {"message": Slot.MESSAGE, "code": Slot.CODE, "metadata": _FREE},
    "user_id": "user_mockai",
}

_LIMITS = (
    _said("openrouter_free_per_day", 429, "OpenRouter's free models have been asked as often as a day allows.",
          "Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day",
          _FREE_LAYOUT, type=None, code=429, limit="50", reset="1741305600000"),
    _said("openrouter_free_per_minute", 429, "OpenRouter's free models have been asked as often as a minute allows.",
          "Rate limit exceeded: free-models-per-min. ", _FREE_LAYOUT, type=None, code=429, limit="20",
          reset="1741305600000", evidence="unverified"),
)  # fmt: skip

ERRORS = (*_KEYS, *_MODELS, *_ADDRESSES, *_ORDER, *_LIMITS)
