"""API keys as a scenario writes them."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from mockai.records import Field, Listed
from mockai.scenario.schema.written import Flag, Short, Whole, Written

__all__ = ["KeySpec", "KeyState"]

KeyState: TypeAlias = Literal["valid", "invalid", "revoked", "expired", "deactivated"]


class KeySpec(Written):
    """An API key: whether it is let in, how often, and to what. A bare word is `state`.

    `models` and `scopes` are globs. A key without `scopes` has all of them but those of administration, which an
    `admin` key has and no others.
    """

    short = Short("state")

    state: KeyState = Field(default="valid", description="Whether it is let in, and if not why.")
    uses: Annotated[Whole, Field(ge=0)] | None = Field(
        default=None, description="After so many requests it has expired."
    )
    organization: str | None = Field(default=None, description="The only organization it may name.")
    projects: Annotated[tuple[str, ...], Listed] = Field(default=(), description="The only projects it may name.")
    models: Annotated[tuple[str, ...], Listed] | None = Field(
        default=None, description="The only models it may use: globs."
    )
    scopes: Annotated[tuple[str, ...], Listed] | None = Field(
        default=None, description="What it may do: globs of scopes."
    )
    admin: Flag = Field(
        default=False, description="Whether it is an admin key, for the endpoints of administration alone."
    )

    def _check(self) -> None:
        if self.admin and self.models is not None:
            raise ValueError("an admin key uses no models; leave out `models` or `admin`")
