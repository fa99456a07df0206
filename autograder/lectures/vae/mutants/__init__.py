"""Plausible wrong solutions of lecture 5, each with what the student should be shown."""
