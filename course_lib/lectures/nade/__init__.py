"""The public half of lecture 2."""
