"""What things of the API are called, and how their ids begin."""

from __future__ import annotations

from collections.abc import Mapping

from mockai.ids import Mint

__all__ = ["new_id", "singular", "thing_at"]

_PREFIXES: Mapping[str, str] = {
    "admin_api_key": "key_",
    "agent": "agent_",
    "alert": "alert_",
    "api_key": "key_",
    "artifact": "artifact_",
    "assistant": "asst_",
    "audit_log": "audit_log-",
    "batch": "batch_",
    "call": "rtc_",
    "case": "case_",
    "certificate": "cert_",
    "checkpoint": "ftckpt_",
    "completion": "chatcmpl-",
    "container": "cntr_",
    "consent": "cons_",
    "conversation": "conv_",
    "eval": "eval_",
    "event": "evt_",
    "fine_tuning_job": "ftjob-",
    "file": "file-",
    "invite": "invite-",
    "item": "item_",
    "message": "msg_",
    "organization": "org-",
    "output_item": "outputitem_",
    "permission": "cp_",
    "project": "proj_",
    "rate_limit": "rl-",
    "response": "resp_",
    "run": "run_",
    "service_account": "svc_acct_",
    "session": "sess_",
    "skill": "skill_",
    "step": "step_",
    "thread": "thread_",
    "upload": "upload_",
    "user": "user-",
    "vector_store": "vs_",
    "version": "skillver_",
    "video": "video_",
    "webhook_endpoint": "wh_",
}


def new_id(thing: str, mint: Mint) -> str:
    """An id for a thing: `proj_…`; where nothing is known of it, it begins with what it is."""
    words = thing.split("_")
    names = ("_".join(words[start:]) for start in range(len(words)))
    return next((_PREFIXES[name] for name in names if name in _PREFIXES), f"{thing}_") + mint.alnum(24)


def singular(name: str) -> str:
    """One of several: `batches` is `batch`, `policies` is `policy`."""
    for ending, one in (("ies", "y"), ("ches", "ch"), ("sses", "ss"), ("ss", "ss"), ("s", "")):
        if name.endswith(ending):
            return name.removesuffix(ending) + one
    return name


def thing_at(path: str) -> str:
    """What stands at a path: `project` at `/organization/projects/{id}`, at `/organization/projects` too."""
    names = [segment for segment in path.split("/") if segment and not segment.startswith("{")]
    return singular(names[-1]) if names else "object"
