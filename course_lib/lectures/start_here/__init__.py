"""The public half of the introduction."""
