"""Plausible wrong solutions of lecture 9, each with what the student should be shown."""

from autograder.lectures.diffusion.mutants import chain, jumps, predictions, reverse, scores

__all__ = ["chain", "jumps", "predictions", "reverse", "scores"]
