"""Which systematic mutants of lecture 2, coins, are right after all, and why."""

from autograder.authoring.audit import exempt

exempt("models are averaged after they were trained", "coins.mixture_log_prob")
exempt("bits are data", "coins.Coins.log_prob", of=("`x` is cut off*",))
