"""Hostile submissions as files; see `autograder.attacks`."""
