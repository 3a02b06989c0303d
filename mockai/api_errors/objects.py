"""Errors of stored things: files, batches, threads, runs, vector stores, conversations, completions, responses."""

from __future__ import annotations

from mockai.api_errors.base import Evidence, NamedError

__all__ = ["ERRORS"]


def _gone(thing: str, message: str, id: str, evidence: Evidence = "unverified", param: str | None = None) -> NamedError:
    return NamedError(
        f"{thing}_not_found",
        404,
        f"No {thing.replace('_', ' ')} has this id.",
        message,
        param=param,
        defaults={"id": id},
        evidence=evidence,
    )


_NOT_FOUND = (
    _gone("file", "No such File object: {id}", "file-x", "measured", param="id"),
    _gone("upload", "No such Upload object: {id}", "upload_x"),
    _gone("batch", "No batch found with id '{id}'.", "batch_x"),
    _gone("fine_tuning_job", "Could not find fine tune: {id}", "ftjob-x"),
    _gone("thread", "No thread found with id '{id}'.", "thread_x"),
    _gone("assistant", "No assistant found with id '{id}'.", "asst_x"),
    _gone("run", "No run found with id '{id}'.", "run_x"),
    _gone("message", "No message found with id '{id}'.", "msg_x"),
    _gone("vector_store", "Vector store with id ['{id}'] not found.", "vs_x", "measured"),
    _gone("container", "Container with id '{id}' not found.", "cntr_x"),
    _gone("conversation", "Conversation with id '{id}' not found.", "conv_x", "measured"),
    _gone("item", "Item with id '{id}' not found.", "msg_x"),
    _gone("prompt", "Prompt with id '{id}' not found.", "pmpt_x", "measured"),
    _gone("response", "Response with id '{id}' not found.", "resp_x"),
    _gone("completion", "Chat completion with id '{id}' not found.", "chatcmpl-x"),
)

_FILES = (
    NamedError(
        "missing_purpose",
        400,
        "A file is uploaded without a purpose.",
        "'purpose' is a required property",
        evidence="unverified",
    ),
    NamedError(
        "invalid_purpose",
        400,
        "A file is uploaded for an unknown purpose.",
        "'{value:echo}' is not one of ['fine-tune', 'assistants', 'batch', 'user_data', 'responses', 'vision', "
        "'evals'] - 'purpose'",
        defaults={"value": "x"},
        evidence="unverified",
    ),
    NamedError(
        "file_not_downloadable",
        400,
        "The content of a file is asked for that may not be downloaded.",
        "Not allowed to download files of purpose: {purpose}",
        defaults={"purpose": "assistants"},
        evidence="unverified",
    ),
)

_RUNS = (
    NamedError(
        "thread_locked",
        400,
        "A message is added while a run is active.",
        "Can't add messages to {thread} while a run {run} is active.",
        defaults={"thread": "thread_x", "run": "run_y"},
    ),
    NamedError(
        "run_active",
        400,
        "A run is started while another is active.",
        "Thread {thread} already has an active run {run}.",
        defaults={"thread": "thread_x", "run": "run_y"},
    ),
    NamedError(
        "tool_outputs_refused",
        400,
        "Tool outputs are submitted to a run that waits for none.",
        'Runs in status "{state}" do not accept tool outputs.',
        defaults={"state": "completed"},
        evidence="unverified",
    ),
    NamedError(
        "run_not_cancellable",
        400,
        "A run is cancelled that has ended.",
        "Cannot cancel run with status '{state}'.",
        defaults={"state": "completed"},
        evidence="unverified",
    ),
)

_OTHERS = (
    NamedError(
        "conversation_locked",
        400,
        "Another request is at work on the conversation.",
        "Another process is currently operating on this conversation. Please retry in a few seconds.",
        param="conversation",
        code="conversation_locked",
    ),
    NamedError(
        "response_not_cancellable",
        400,
        "A response is cancelled that does not run in the background.",
        "Cannot cancel a synchronous response.",
    ),
)

ERRORS = (*_NOT_FOUND, *_FILES, *_RUNS, *_OTHERS)
