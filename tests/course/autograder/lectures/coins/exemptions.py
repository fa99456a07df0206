"""Which systematic mutants of lecture 2, coins, are right after all, and why."""

from autograder.authoring.audit import exempt

exempt("bits are data", "coins.Coins.log_prob", of=("`x` is cut off*",))
