"""Plausible wrong solutions of lecture 8, each with what the student should be shown."""

from autograder.lectures.flows.mutants import (
    autoregressive,
    chain,
    coupling,
    images,
    planar,
    posterior,
)

__all__ = ["autoregressive", "chain", "coupling", "images", "planar", "posterior"]
