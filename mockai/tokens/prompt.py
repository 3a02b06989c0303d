"""The tokens of a prompt: its messages, the calls made earlier, the tools offered with it, and the format asked for."""

from __future__ import annotations

from mockai.request import APIRequest, Message
from mockai.tokens.formats import described
from mockai.tokens.models import Rules, rules_of
from mockai.tokens.pictures import picture_tokens
from mockai.tokens.tools import declared

__all__ = ["prompt_tokens"]

_PRIMING = 3
_MESSAGE = 4  # three, and one for the role


def prompt_tokens(request: APIRequest) -> int:
    """The tokens of a conversation and of what is offered with it, by what was measured of the model's family."""
    return request.once(_counted)


def _counted(request: APIRequest) -> int:
    rules = rules_of(request.model or "")
    if rules.only_user:
        return rules.prompt + sum(rules.count(message.text) for message in request.messages if message.role == "user")
    tokens = _PRIMING + rules.prompt
    for message in request.messages:
        tokens += _MESSAGE + rules.count(message.text)
        if message.name is not None and message.role != "tool":
            tokens += 1 + rules.count(message.name)
        if message.calls:
            tokens += _of_calls(message, rules)
    if any(message.has for message in request.messages):
        tokens += picture_tokens(request)
    if request.tools or request.response_format is not None:
        tokens += _of_offers(request, rules)
    return tokens


def _of_calls(message: Message, rules: Rules) -> int:
    texts = sum(2 * rules.count(call.name) + rules.count(call.arguments) for call in message.calls)
    return texts + rules.past_call * len(message.calls) + (rules.past_calls if len(message.calls) > 1 else 0)


def _of_offers(request: APIRequest, rules: Rules) -> int:
    """What the tools and the format of the reply cost, which stand at the end of the first system message of a
    conversation, or in one of their own."""
    sections = (declared(request.tools) if request.tools else "", described(request.response_format))
    cost = rules.count("\n\n".join(filter(None, sections)))
    if request.tools and request.endpoint.startswith("responses"):
        return cost + rules.response_tools
    system = next((message for message in request.messages if message.role in ("system", "developer")), None)
    joined = 0 if system is None else rules.count(system.text + "\n\n") - rules.count(system.text)
    if not request.tools:
        return cost and cost + (_MESSAGE if system is None else joined)
    cost += _of_choice(request.tool_choice, rules)
    if system is None or rules.tools_in_system is None:
        return cost + rules.tools
    return cost + rules.tools_in_system + joined


def _of_choice(choice: str | None, rules: Rules) -> int:
    if choice in (None, "auto", "required"):
        return 0
    return 1 if choice == "none" else 7 + rules.count(choice)
