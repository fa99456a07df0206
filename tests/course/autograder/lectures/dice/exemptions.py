"""Which systematic mutants of lecture 1, dice, are right after all, and why."""

from autograder.authoring.audit import exempt

exempt("nothing is trained through it", "dice.bits_per_dim")
