"""The pytest plugin of MockAI."""
