"""The public half of lecture 6."""
