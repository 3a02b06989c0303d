"""URLs that lead a client back here, from the request it has sent."""

from __future__ import annotations

from mockai.wire import HTTPRequest

__all__ = ["url_beside"]


def url_beside(http: HTTPRequest, own: str, other: str) -> str:
    """The URL of the path `other` on the base URL of a request to the path `own`, prefix and session included.

    Behind ASGI the server knows how the request came in; elsewhere the host name is all there is, and its scheme is
    https, as the API's, unless it is this machine's or a made-up one.
    """
    scope = http.context.get("scope") or {}
    host = http.header("host") or "api.openai.com"
    name = host.partition(":")[0]
    plain = name in ("localhost", "127.0.0.1") or name.endswith(".test")
    scheme = scope.get("scheme") or ("http" if plain else "https")
    sent = scope.get("raw_path", b"").partition(b"?")[0].decode("latin-1") or http.path
    base = sent.removesuffix(own) if sent.endswith(own) else "/v1"
    return f"{scheme}://{host}{base}{other}"
