"""Plausible wrong implementations of the practice exercise."""

from autograder.authoring.audit import edits

NAME, RIGHT = "start_here.probabilities", "scores / scores.sum(dim=-1, keepdim=True)"
edits(
    NAME,
    RIGHT,
    ("one sum for the whole batch", "scores / scores.sum()", "whole batch"),
    ("sums down the columns", "scores / scores.sum(dim=0)", "down the columns"),
    ("the largest score for the sum", "scores / scores.amax(-1, keepdim=True)", "largest score"),
    ("softmax", "scores.softmax(dim=-1)", "softmax"),
    ("the scores as they are", "scores", "not divided"),
    ("logarithms", f"({RIGHT}).log()", "logarithms"),
    ("squared scores", "scores**2 / (scores**2).sum(dim=-1, keepdim=True)", "squared"),
    ("the same for all", f"({RIGHT}) * 0 + 1 / scores.shape[-1]", "same probability"),
    ("the mean for the sum", "scores / scores.mean(dim=-1, keepdim=True)", "0.1a"),
)
