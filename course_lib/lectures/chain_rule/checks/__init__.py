"""Public checks of lecture 1: tables, nats, and the FVSBN."""

from course_lib.lectures.chain_rule.checks import fvsbn, nats, tables

__all__ = ["fvsbn", "nats", "tables"]
