"""Plausible wrong solutions of lecture 6, each with what the student should be shown."""

from autograder.lectures.gan.mutants import losses, moves, samples, theory

__all__ = ["losses", "moves", "samples", "theory"]
