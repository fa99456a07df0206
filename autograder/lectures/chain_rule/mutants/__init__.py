"""Plausible wrong implementations of lecture 1, each with what the student should be told."""

from autograder.lectures.chain_rule.mutants import fvsbn, nats, tables

__all__ = ["fvsbn", "nats", "tables"]
