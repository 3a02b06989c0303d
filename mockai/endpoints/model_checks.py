"""What a request asks of a model that the model does not do, in the order in which the API looks.

What nothing is known of takes everything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Check, Serving
from mockai.endpoints.json_values import object_of, objects_of, positive, text_of
from mockai.models import Facts
from mockai.request import APIRequest

__all__ = [
    "check_beside_tools",
    "check_chat_model",
    "check_choices",
    "check_completions_model",
    "check_contents_taken",
    "check_effort",
    "check_embeddings_model",
    "check_format",
    "check_responses_model",
    "check_roles",
    "check_speech_model",
    "check_top_logprobs",
    "keeps_cache",
    "unknown_parameters",
    "unsupported",
]

_SAMPLING: Mapping[str, Any] = {
    "temperature": 1,
    "top_p": 1,
    "presence_penalty": 0,
    "frequency_penalty": 0,
    "logprobs": False,
    "top_logprobs": 0,
}
"""With the value that is as good as none."""
_WRITING = frozenset({"chat", "responses", "completions"})
"""Where a model writes text."""


def _facts(request: APIRequest, serving: Serving) -> Facts:
    return serving.catalogue.facts(request.model or "")


def check_chat_model(request: APIRequest, serving: Serving) -> None:
    """Raises `RequestRefused` for the first value in a completion that its model does not take, once the fields are
    sound by themselves."""
    facts, body = _facts(request, serving), request.body
    _check_chat(facts)
    if _ASKING.isdisjoint(body):
        return
    _check_sampling(facts, body)
    _check_tools(facts, request)


_ASKING = frozenset({"tools", "functions", *_SAMPLING})
"""Parameters of a completion whose values are looked at last."""


def check_completions_model(request: APIRequest, serving: Serving) -> None:
    """Raises `RequestRefused` for a model that only chats, or does not even do that."""
    endpoints = _facts(request, serving).endpoints
    if endpoints is not None and "completions" not in endpoints:
        writes = not endpoints.isdisjoint(_WRITING)
        raise RequestRefused(named("chat_model_in_completions" if writes else "not_allowed_to_sample"))


def check_embeddings_model(request: APIRequest, serving: Serving) -> None:
    """Raises `RequestRefused` for a model that makes no embeddings."""
    endpoints = _facts(request, serving).endpoints
    if endpoints is not None and "embeddings" not in endpoints:
        raise RequestRefused(named("chat_model_in_embeddings"))


def check_speech_model(request: APIRequest, serving: Serving) -> None:
    """Raises `RequestRefused` for a model that does not speak."""
    endpoints = _facts(request, serving).endpoints
    if endpoints is not None and "speech" not in endpoints:
        raise RequestRefused(named("not_allowed_to_sample"))


def check_responses_model(request: APIRequest, serving: Serving) -> None:
    """Raises `RequestRefused` for the first thing of a response that its model does not do."""
    facts, body = _facts(request, serving), request.body
    if facts.endpoints is not None and "responses" not in facts.endpoints:
        raise RequestRefused(named("model_not_in_responses", model=request.model))
    _check_responses_effort(facts, request)
    if facts.unsupported or facts.fixed or facts.while_reasoning:
        _check_responses_sampling(facts, body)
    most, asked = facts.output, positive(body.get("max_output_tokens"))
    if most is not None and asked is not None and asked > most:
        raise RequestRefused(named("integer_above_max_value", param="max_output_tokens", maximum=most, value=asked))


# --------------------------------------------------------------------- chat: each field, when its turn comes


def unknown_parameters(request: APIRequest, serving: Serving) -> frozenset[str]:
    """The parameters that the model knows nothing of."""
    return _facts(request, serving).unknown


def check_roles(request: APIRequest, serving: Serving) -> None:
    """Messages have roles that the model knows."""
    roles = _facts(request, serving).roles
    if roles is None:
        return
    for at, message in enumerate(request.messages):
        if message.role not in roles:
            raise RequestRefused(named("unsupported_system_role", param=f"messages[{at}].role", value=message.role))


def check_contents_taken(request: APIRequest, serving: Serving) -> None:
    """Messages hold what the model sees and hears; `has` says cheaply whether there is more than text."""
    inputs = _facts(request, serving).inputs
    if inputs is None or not [message for message in request.messages if not message.has <= inputs]:
        return
    for at, message in enumerate(objects_of(request.body.get("messages"))):
        for number, part in enumerate(objects_of(message.get("content"))):
            if part.get("type") == "image_url" and "image" not in inputs:
                where = f"messages.[{at}].content.[{number}].type"
                raise RequestRefused(named("unsupported_image_content", param=where))
            if part.get("type") == "input_audio" and "audio" not in inputs:
                raise RequestRefused(named("invalid_content_part", param=f"messages[{at}]"))


def check_choices(request: APIRequest, serving: Serving) -> None:
    """As many choices as the model makes."""
    most, asked = _facts(request, serving).choices, positive(request.body.get("n"))
    if asked is not None and asked > most:
        raise RequestRefused(named("too_many_choices", maximum=most, value=asked))


def unsupported(name: str) -> Check:
    """The check of a parameter that a model may know and not take."""
    error = {"max_tokens": "unsupported_max_tokens", "web_search_options": "web_search_unsupported"}.get(name)

    def check(request: APIRequest, serving: Serving) -> None:
        if name in _facts(request, serving).unsupported:
            raise RequestRefused(named(error or "unsupported_stop", param=name))

    return check


def check_beside_tools(request: APIRequest, serving: Serving) -> None:
    """`parallel_tool_calls` comes with tools, where the model minds."""
    if "parallel_tool_calls" in _facts(request, serving).beside_tools and not request.body.get("tools"):
        raise RequestRefused(named("parallel_tool_calls_without_tools"))


def keeps_cache(request: APIRequest, serving: Serving) -> bool:
    """Whether the model keeps prompts as the request asks, of chat or of responses."""
    retentions = _facts(request, serving).retentions
    return retentions is None or request.body["prompt_cache_retention"] in retentions


def check_effort(request: APIRequest, serving: Serving) -> None:
    """An effort that the model makes; `max` is for the Responses API alone."""
    effort = request.body.get("reasoning_effort")
    supported = [known for known in _facts(request, serving).efforts if known != "max"]
    if supported and effort not in supported:
        raise RequestRefused(named("unsupported_reasoning_effort", value=effort, supported=supported))


def check_top_logprobs(request: APIRequest, serving: Serving) -> None:
    """As many alternatives to a token as the model tells."""
    most, asked = _facts(request, serving).top_logprobs, positive(request.body.get("top_logprobs"))
    if asked is not None and asked > most:
        raise RequestRefused(named("top_logprobs_too_large", maximum=most))


def check_format(request: APIRequest, serving: Serving) -> None:
    """A response format that the model offers."""
    formats = _facts(request, serving).formats
    kind = text_of(object_of(request.body.get("response_format")).get("type"))
    if formats is None or kind is None or kind in formats:
        return
    more = "" if kind == "json_object" else None
    raise RequestRefused(named("unsupported_response_format", kind=kind, more=more))


# --------------------------------------------------------------------------- chat: values, when all fields are sound


def _check_chat(facts: Facts) -> None:
    if facts.endpoints is None or "chat" in facts.endpoints:
        return
    if facts.endpoints.isdisjoint(_WRITING):
        raise RequestRefused(named("not_allowed_to_sample"))
    only_responses = "responses" in facts.endpoints
    raise RequestRefused(named("responses_model_in_chat" if only_responses else "completion_model_in_chat"))


def _reasoning(facts: Facts, effort: Any) -> bool:
    return facts.reasons and (facts.effort if effort is None else effort) != "none"


def _check_sampling(facts: Facts, body: Mapping[str, Any]) -> None:
    refused = facts.fixed | facts.unsupported
    if _reasoning(facts, body.get("reasoning_effort")):
        refused |= facts.while_reasoning
    for name, usual in _SAMPLING.items():
        value = body.get(name)
        if name in refused and value is not None and value != usual:
            kind = "unsupported_temperature" if name == "temperature" else "unsupported_logprobs"
            raise RequestRefused(named(kind, param=name, value=value))


def _check_tools(facts: Facts, request: APIRequest) -> None:
    if request.tools and "tools" in facts.while_reasoning and _reasoning(facts, request.body.get("reasoning_effort")):
        raise RequestRefused(named("tools_with_reasoning", model=request.model))


# ------------------------------------------------------------------------------------------- responses


def _check_responses_effort(facts: Facts, request: APIRequest) -> None:
    effort = object_of(request.body.get("reasoning")).get("effort")
    if effort is None:
        return
    if "reasoning_effort" in facts.unsupported:
        raise RequestRefused(named("responses_unsupported_reasoning"))
    if facts.efforts and effort not in facts.efforts:
        error = named(
            "responses_unsupported_reasoning_effort", value=effort, model=request.model, supported=facts.efforts
        )
        raise RequestRefused(error)


def _check_responses_sampling(facts: Facts, body: Mapping[str, Any]) -> None:
    refused = facts.fixed | facts.unsupported
    if _reasoning(facts, object_of(body.get("reasoning")).get("effort")):
        refused |= facts.while_reasoning
    for name in ("temperature", "top_p", "presence_penalty", "frequency_penalty"):
        value = body.get(name)
        given = value is not None and (name == "top_p" or value != _SAMPLING[name])
        if given and name in refused:
            raise RequestRefused(named("responses_unsupported_parameter", param=name))
    if "logprobs" in refused:
        _check_responses_logprobs(body)


def _check_responses_logprobs(body: Mapping[str, Any]) -> None:
    include = body.get("include")
    if isinstance(include, list) and "message.output_text.logprobs" in include:
        raise RequestRefused(named("responses_unsupported_logprobs", param="include"))
    if positive(body.get("top_logprobs")):
        raise RequestRefused(named("responses_unsupported_logprobs"))
