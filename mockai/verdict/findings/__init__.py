"""What a client can do wrong, by subject; every function marked with `finding` in a module here is looked for."""
