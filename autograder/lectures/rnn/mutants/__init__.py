"""Plausible wrong implementations of lecture 3, each with what has to be said about it."""

from autograder.lectures.rnn.mutants import gates, gradients, likelihood, steps, writing

__all__ = ["gates", "gradients", "likelihood", "steps", "writing"]
