"""What goes wrong: one small class per fault, each rewriting a plan, or (`content`) what is said in it."""

from __future__ import annotations

from mockai.faults.base import FAULTS, ContentFault, Fault, Place, Placed, register
from mockai.faults.building import build
from mockai.faults.placing import apply

__all__ = ["FAULTS", "ContentFault", "Fault", "Place", "Placed", "apply", "build", "register"]
