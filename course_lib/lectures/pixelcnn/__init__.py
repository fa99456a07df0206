"""The public half of lecture 4."""
