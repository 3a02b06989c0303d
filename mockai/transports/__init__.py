"""Whoever plays a plan: the only place that waits, awaits and opens sockets."""
