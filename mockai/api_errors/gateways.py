"""What answers in the API's place: a proxy's page, an empty body, a redirect, JSON where a stream was asked for."""

from __future__ import annotations

from mockai.api_errors.base import NamedError

__all__ = ["ERRORS"]

_PAGE = (
    "<html>\r\n<head><title>{title}</title></head>\r\n<body>\r\n<center><h1>{title}</h1></center>\r\n"
    "<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
)
_SIGN_IN = (
    "<!DOCTYPE html>\n<html>\n<head><title>Sign in</title></head>\n<body>\n<h1>Sign in to the network</h1>\n"
    '<form method="post"><input name="user"><button>Continue</button></form>\n</body>\n</html>\n'
)


def _page(status: int, phrase: str) -> NamedError:
    title = f"{status} {phrase}"
    return NamedError(
        f"html_{status}",
        status,
        f"A proxy's HTML page in place of JSON: {phrase}.",
        title,
        type=None,
        headers=(("server", "cloudflare"),),
        body=_PAGE.replace("{title}", title),
        content_type="text/html",
        evidence="unverified",
    )


_PAGES = (
    _page(502, "Bad Gateway"),
    _page(503, "Service Temporarily Unavailable"),
    _page(504, "Gateway Time-out"),
    _page(520, "Web server is returning an unknown error"),
    _page(521, "Web server is down"),
    _page(522, "Connection timed out"),
    _page(523, "Origin is unreachable"),
    _page(524, "A timeout occurred"),
)

_ODD = (
    NamedError(
        "empty_body",
        200,
        "Status 200, declared as JSON, and not one byte: the SDK fails to decode it and does not retry.",
        "",
        type=None,
        body="",
    ),
    NamedError(
        "wrong_content_type",
        200,
        "Status 200 and a sign-in page: the SDK hands its caller a plain str in place of a model.",
        "",
        type=None,
        body=_SIGN_IN,
        content_type="text/html",
    ),
    NamedError(
        "json_for_stream",
        200,
        "Status 200 and an error as JSON: a client that asked for a stream sees none of it, and no piece.",
        "The server had an error while processing your request. Sorry about that!",
        type="server_error",
    ),
    NamedError(
        "redirect",
        307,
        "The API has moved to `location`; clients follow it.",
        "",
        type=None,
        headers=(("location", "{location}"),),
        body="",
        content_type=None,
        defaults={"location": "/v1/moved"},
    ),
)

ERRORS = (*_PAGES, *_ODD)
