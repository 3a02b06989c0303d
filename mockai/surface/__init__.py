"""The rest of the API, derived from the SDK: a table of operations, and plausible answers made from it."""
