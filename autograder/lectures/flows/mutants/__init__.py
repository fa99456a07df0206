"""Plausible wrong solutions of lecture 8, each with what the student should be shown."""
