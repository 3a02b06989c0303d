"""The version of MockAI."""

__version__ = "0.1.0"
