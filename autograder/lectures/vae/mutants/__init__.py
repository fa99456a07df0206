"""Plausible wrong solutions of lecture 5, each with what the student should be shown."""

from autograder.lectures.vae.mutants import bound, conditional, latent, mixture, model

__all__ = ["bound", "conditional", "latent", "mixture", "model"]
