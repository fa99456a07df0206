"""Hidden cases, mutants and alternatives of `dice`."""
