"""Real bytes for pictures, recordings and films, made from a few numbers with the standard library alone."""
