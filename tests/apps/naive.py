"""An application as it is often written: it asks until it has an answer, and believes whatever comes."""

import json
import time
from typing import Any

import openai


def summary(text: str) -> str:
    """A summary, streamed; asks again, at once and for ever, when something goes wrong."""
    client = openai.OpenAI(max_retries=0, timeout=None)
    while True:
        try:
            messages = [{"role": "user", "content": f"Summarize: {text}"}]
            stream = client.chat.completions.create(model="gpt-4o", messages=messages, stream=True)
            return "".join(chunk.choices[0].delta.content or "" for chunk in stream)
        except openai.APIError:
            time.sleep(0)


def order_of(mail: str) -> dict[str, Any]:
    """What a mail orders, read out of the model's JSON."""
    client = openai.OpenAI()
    messages = [{"role": "user", "content": f"Extract the order as JSON: {mail}"}]
    reply = client.chat.completions.create(model="gpt-4o", messages=messages, response_format={"type": "json_object"})
    return json.loads(reply.choices[0].message.content)
