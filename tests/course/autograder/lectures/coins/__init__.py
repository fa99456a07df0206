"""Hidden cases, mutants and alternatives of `coins`."""
