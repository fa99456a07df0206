"""Plausible wrong implementations of lecture 3, each with what has to be said about it."""
