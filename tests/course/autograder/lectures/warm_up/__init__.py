"""Hidden cases, mutants and alternatives of `warm_up`."""
