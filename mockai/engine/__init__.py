"""A request to a plan: the pipeline, and a file for each of its steps."""

from mockai.engine.engine import After, Before, Engine
from mockai.engine.exchange import Exchange, Observer

__all__ = ["After", "Before", "Engine", "Exchange", "Observer"]
