"""Hostile submissions as files: each function is one attack; see `tests.attacks`."""
