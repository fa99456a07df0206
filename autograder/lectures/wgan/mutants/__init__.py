"""Plausible wrong solutions of lecture 7, each with what the student should be shown."""

from autograder.lectures.wgan.mutants import distances, entropic, lipschitz, losses

__all__ = ["distances", "entropic", "lipschitz", "losses"]
