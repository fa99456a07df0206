"""Plausible wrong solutions of lecture 7, each with what the student should be shown."""
