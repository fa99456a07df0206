"""The public half of lecture 1."""
