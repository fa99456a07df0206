"""The public half of lecture 7."""
