"""Which systematic mutants of lecture 3 are right after all, and why."""

from autograder.authoring.audit import exempt

exempt(
    "no loss stands behind gradients that are on their way to the optimiser",
    "rnn.bptt",
    "rnn.clip_by_global_norm",
)
exempt("characters have no slope", "rnn.one_hot", "rnn.sample")
