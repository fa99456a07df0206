"""The public half of lecture 9."""
