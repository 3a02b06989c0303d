"""How much is let through: rate limits, quotas, and the headers that tell of them."""

from __future__ import annotations

from mockai.limits.grant import Grant, headed
from mockai.limits.quotas import Quotas
from mockai.limits.written import WrittenLimits, read_limits

__all__ = ["Grant", "Quotas", "WrittenLimits", "headed", "read_limits"]
