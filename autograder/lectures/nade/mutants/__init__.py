"""Plausible wrong implementations of lecture 2, each with what has to be said about it."""
