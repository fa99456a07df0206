"""Which systematic mutants of lecture 8 are right after all, and why."""

from autograder.authoring.audit import exempt

exempt("samples and noised levels are data", "flows.Flow.sample", "flows.dequantize")
