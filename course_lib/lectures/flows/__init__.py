"""The public half of lecture 8."""
