"""Who is let in, and to what: API keys, the organization and project they name, scopes, models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from mockai.api_errors import RequestRefused, named
from mockai.endpoints.base import Operation
from mockai.request import key_of
from mockai.scenario.schema import KeySpec
from mockai.state import Session, SessionState
from mockai.wire import HTTPRequest

__all__ = ["Access", "scope_of"]

_VALID = KeySpec()


@dataclass(frozen=True, slots=True)
class Access:
    """The keys there are. Without any, everyone is let in.

    Keys are looked for as they are written, then as globs, in order; no key at all fits `*` alone. Each check raises
    `RequestRefused` in the API's words, which give a key masked.
    """

    keys: Mapping[str, KeySpec]

    @classmethod
    def of(cls, accepted: Iterable[str] = (), *written: Mapping[str, KeySpec]) -> Access:
        """Keys that are valid and no more, and those of scenarios; of two alike, the first holds."""
        keys: dict[str, KeySpec] = dict.fromkeys(accepted, _VALID)
        for each in written:
            keys = {**keys, **{key: spec for key, spec in each.items() if key not in keys}}
        return cls(keys)

    def usable(self, preferred: str) -> str | None:
        """A key that a client may use for models: this one if it is let in, else the first that is, or None."""
        found = self._find(preferred)
        if not self.keys or (found is not None and _is_usable(found)):
            return preferred
        return next((key for key, spec in self.keys.items() if _is_usable(spec) and not set(key) & set("*?[")), None)

    def admit(self, http: HTTPRequest, operation: Operation, session: Session) -> KeySpec | None:
        """What the key of this request may do, one use of it taken; None if no key is asked for."""
        if not self.keys:
            return None
        key, azure = key_of(http), _is_azure(http)
        spec = self._find(key)
        if spec is None or spec.state in ("invalid", "revoked", "expired") or not _take_use(key, spec, session):
            raise _unknown(key, azure)
        if spec.state == "deactivated":
            raise RequestRefused(named("account_deactivated"))
        self._check_organization(http, spec)
        project = http.header("openai-project")
        if project and spec.projects and project not in spec.projects:
            raise RequestRefused(named("mismatched_project"))
        _check_scope(spec, operation)
        return spec

    def names(self, http: HTTPRequest) -> tuple[str, str]:
        """The organization and the project of a request: those it names, else those of its key, else none."""
        organization, project = http.header("openai-organization"), http.header("openai-project")
        spec = self._find(key_of(http)) if self.keys and not (organization and project) else None
        if spec is not None:
            organization = organization or spec.organization
            project = project or next(iter(spec.projects), None)
        return organization or "", project or ""

    def check_model(self, http: HTTPRequest, spec: KeySpec | None, model: str | None) -> None:
        """The key's project has access to this model, of which it may know all the same."""
        if spec is None or spec.models is None or model is None or http.method == "GET" or _fits(model, spec.models):
            return
        raise RequestRefused(named("project_model_not_allowed", project=self.names(http)[1] or None, model=model))

    def _find(self, key: str) -> KeySpec | None:
        found = self.keys.get(key)
        if found is not None:
            return found
        return next((spec for glob, spec in self.keys.items() if fnmatchcase(key, glob)), None)

    def _check_organization(self, http: HTTPRequest, spec: KeySpec) -> None:
        asked = http.header("openai-organization")
        if not asked or spec.organization is None or asked == spec.organization:
            return
        if any(asked == each.organization for each in self.keys.values()):
            raise RequestRefused(named("mismatched_organization"))
        raise RequestRefused(named("invalid_organization", organization=asked))


def _is_usable(spec: KeySpec) -> bool:
    return spec.state == "valid" and not spec.admin


def _fits(text: str, globs: Iterable[str]) -> bool:
    return any(fnmatchcase(text, glob) for glob in globs)


# -------------------------------------------------------------------------------------------- the key


def _is_azure(http: HTTPRequest) -> bool:
    if http.header("authorization") is None and http.header("api-key") is not None:
        return True
    return http.path.startswith("/openai/deployments/") or any(name == "api-version" for name, _ in http.query)


def _unknown(key: str, azure: bool) -> RequestRefused:
    if azure:
        return RequestRefused(named("azure_unauthorized"))
    return RequestRefused(named("invalid_api_key", key=key) if key else named("missing_api_key"))


def _take_use(key: str, spec: KeySpec, session: Session) -> bool:
    """Whether the key has a use left; takes it, in one step."""
    most = spec.uses
    if most is None:
        return True

    def take(state: SessionState) -> bool:
        taken = state.key_uses.get(key, 0)
        state.key_uses[key] = min(taken + 1, most)
        return taken < most

    return session.claim(take)


# --------------------------------------------------------------------------------------------- scopes


def _check_scope(spec: KeySpec, operation: Operation) -> None:
    scope, administration = scope_of(operation)
    scopes = ("*",) if spec.scopes is None else spec.scopes
    if spec.admin == administration and _fits(scope, scopes):
        return
    raise RequestRefused(named("missing_scope_administration" if administration else "missing_scope", scope=scope))


def scope_of(operation: Operation) -> tuple[str, bool]:
    """The scope an operation needs, and whether it is one of administration."""
    _, first, *others = operation.path.split("/")
    kind = "read" if operation.method == "GET" else "write"
    if first in ("organization", "projects"):
        return (f"api.usage.{kind}" if set(others) & {"usage", "costs"} else f"api.management.{kind}"), True
    return _SCOPES.get(first, f"api.{first}.{{kind}}").format(kind=kind), False


_SCOPES = {
    "audio": "api.model.audio.request",
    "chat": "model.request",
    "completions": "model.request",
    "embeddings": "model.request",
    "fine_tuning": "api.fine_tuning.jobs.{kind}",
    "images": "api.model.images.request",
    "models": "api.model.{kind}",
    "moderations": "model.request",
}
"""By the first word of the path, where they are not called after it."""
