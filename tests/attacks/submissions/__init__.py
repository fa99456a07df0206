"""Hostile submissions as files; see `tests.attacks`."""
