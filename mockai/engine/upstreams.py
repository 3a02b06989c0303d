"""Providers by name on one server, found by what stands in front of `/v1` or by the model asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from fnmatch import fnmatchcase

from mockai.request import APIRequest
from mockai.scenario.schema import UpstreamSpec
from mockai.wire import HTTPRequest

__all__ = ["Upstreams"]


class Upstreams:
    """The providers that an engine's scenarios name."""

    def __init__(self, named: Mapping[str, UpstreamSpec]) -> None:
        self.named = dict(named)
        paths = [(spec.path, name) for name, spec in named.items() if spec.path is not None]
        self._paths = sorted(paths, key=lambda pair: -len(pair[0]))
        self._models = [(glob, name) for name, spec in named.items() for glob in spec.models or ()]

    def path_of(self, name: str) -> str | None:
        """What stands in front of `/v1` for an upstream; None if there is nothing of the kind."""
        return self.named[name].path if name in self.named else None

    def by_path(self, http: HTTPRequest) -> HTTPRequest:
        """The request as its upstream knows it: the prefix taken off, the name put beside."""
        for path, name in self._paths:
            if http.path.startswith(f"{path}/"):
                return replace(http, path=http.path[len(path) :], upstream=name)
        return http

    def by_model(self, request: APIRequest) -> APIRequest:
        """The request with the upstream whose model it asks for, unless its path has named one."""
        model = request.model
        if not self._models or request.http.upstream or model is None:
            return request
        name = next((name for glob, name in self._models if fnmatchcase(model, glob)), None)
        return request if name is None else replace(request, http=replace(request.http, upstream=name))
