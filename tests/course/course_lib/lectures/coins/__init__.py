"""The public half of `coins`."""
