"""Which systematic mutants of the warm-up are right after all, and why."""

from autograder.authoring.audit import exempt

exempt("nothing is trained through it", "warm_up.normalised")
