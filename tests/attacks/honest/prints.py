"""Prints from every call, to stdout and stderr, and at the import."""

import sys

print("working on lecture 2")
_ensemble = mixture_log_prob


def mixture_log_prob(log_probs):
    print("shape", log_probs.shape, flush=True)
    print("still here", file=sys.stderr)
    sys.stdout.write(str(log_probs))
    return _ensemble(log_probs)
