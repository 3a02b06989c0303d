"""What a user writes: schema, loading, templates, JSON Schema."""
