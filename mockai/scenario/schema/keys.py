"""API keys as a scenario writes them."""

from __future__ import annotations

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from mockai.scenario.schema.written import Flag, Listed, Short, Whole, Written

__all__ = ["KeySpec", "KeyState"]

KeyState: TypeAlias = Literal["valid", "invalid", "revoked", "expired", "deactivated"]


class KeySpec(Written):
    """An API key: whether it is let in, how often, and to what. A bare word is `state`.

    `models` and `scopes` are globs. A key without `scopes` has all of them but those of administration, which an
    `admin` key has and no others.
    """

    short = Short("state")

    state: KeyState = Field("valid", description="Whether it is let in, and if not why.")
    uses: Annotated[Whole, Field(ge=0)] | None = Field(None, description="After so many requests it has expired.")
    organization: str | None = Field(None, description="The only organization it may name.")
    projects: Annotated[tuple[str, ...], Listed] = Field((), description="The only projects it may name.")
    models: Annotated[tuple[str, ...], Listed] | None = Field(None, description="The only models it may use: globs.")
    scopes: Annotated[tuple[str, ...], Listed] | None = Field(None, description="What it may do: globs of scopes.")
    admin: Flag = Field(False, description="Whether it is an admin key, for the endpoints of administration alone.")

    @model_validator(mode="after")
    def _either(self) -> KeySpec:
        if self.admin and self.models is not None:
            raise ValueError("an admin key uses no models; leave out `models` or `admin`")
        return self
