"""The public half of `warm_up`."""
