"""Request validation: the SDK's parameter types, compiled, with what the API says beyond them."""
