"""Plausible wrong solutions of lecture 6, each with what the student should be shown."""
