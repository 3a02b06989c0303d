"""What goes wrong: one small class per fault, each rewriting a plan."""

from __future__ import annotations

from mockai.faults.base import FAULTS, Fault, Place, Placed, register
from mockai.faults.building import build
from mockai.faults.placing import apply
from mockai.faults.socket import Close, Reset, SlowHeaders, Stall
from mockai.faults.stream import Disconnect, ErrorEvent, MalformedJSON, MissingDone, Truncate

__all__ = [
    "FAULTS",
    "Close",
    "Disconnect",
    "ErrorEvent",
    "Fault",
    "MalformedJSON",
    "MissingDone",
    "Place",
    "Placed",
    "Reset",
    "SlowHeaders",
    "Stall",
    "Truncate",
    "apply",
    "build",
    "register",
]
