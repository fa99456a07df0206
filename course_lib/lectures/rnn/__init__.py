"""The public half of lecture 3."""
