"""The public half of lecture 5."""
