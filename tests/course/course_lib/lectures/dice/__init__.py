"""The public half of `dice`."""
