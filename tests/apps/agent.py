"""An agent with one tool: it calls the tool as long as the model wants, within limits, and says what came of it."""

import json
from typing import Any

import openai

STEPS = 6
TOOL = {
    "type": "function",
    "function": {
        "name": "get_weather",
        "parameters": {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]},
    },
}


class Confused(Exception):
    """The model did not come to an end, or answered nothing."""


def weather_report(question: str) -> str:
    """What the model says when it has seen the weather. Raises Confused, or what openai raises."""
    messages: list[Any] = [{"role": "user", "content": question}]
    with openai.OpenAI(timeout=30) as client:
        for _ in range(STEPS):
            message = _asked(client, messages)
            if not message.tool_calls:
                if not (message.content or "").strip():
                    raise Confused("an empty answer")
                return str(message.content)
            messages.append(message.model_dump(exclude_none=True))
            messages += [_result(call) for call in message.tool_calls]
    raise Confused(f"no answer after {STEPS} steps")


def _asked(client: openai.OpenAI, messages: list[Any]) -> Any:
    reply = client.chat.completions.create(model="gpt-4o", messages=messages, tools=[TOOL])
    if not isinstance(reply, openai.types.chat.ChatCompletion) or not reply.choices:
        raise Confused("the answer is no completion")
    return reply.choices[0].message


def _result(call: Any) -> dict[str, Any]:
    """What the tool says; a call that cannot be made is told to the model."""
    try:
        city = json.loads(call.function.arguments)["city"]
        said = _weather(city) if call.function.name == "get_weather" else {"error": "there is no such tool"}
    except (ValueError, KeyError, TypeError):
        said = {"error": "the arguments are not as they should be"}
    return {"role": "tool", "tool_call_id": call.id, "content": json.dumps(said)}


def _weather(city: str) -> dict[str, Any]:
    if not isinstance(city, str):
        raise TypeError("a city is a text")
    return {"city": city, "temp": 21}
