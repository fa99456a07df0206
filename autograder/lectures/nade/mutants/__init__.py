"""Plausible wrong implementations of lecture 2, each with what has to be said about it."""

from autograder.lectures.nade.mutants import conditionals, hidden, orderings, sampling

__all__ = ["conditionals", "hidden", "orderings", "sampling"]
