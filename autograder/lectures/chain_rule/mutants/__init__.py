"""Plausible wrong implementations of lecture 1, each with what the student should be told."""
