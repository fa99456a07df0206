"""Plausible wrong implementations of lecture 4, each with what has to be said about it."""
