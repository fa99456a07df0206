"""Plausible wrong solutions of lecture 9, each with what the student should be shown."""
