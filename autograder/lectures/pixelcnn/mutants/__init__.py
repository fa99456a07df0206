"""Plausible wrong implementations of lecture 4, each with what has to be said about it."""

from autograder.lectures.pixelcnn.mutants import fields, likelihood, masks, sampling

__all__ = ["fields", "likelihood", "masks", "sampling"]
