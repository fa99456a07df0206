"""Plausible wrong implementations of the practice exercise."""

from autograder.authoring.audit import edits

NAME, RIGHT = "start_here.probabilities", "scores / scores.sum(dim=-1, keepdim=True)"
edits(
    NAME,
    ("one sum for the whole batch", RIGHT, "scores / scores.sum()", "whole batch"),
    ("sums down the columns", RIGHT, "scores / scores.sum(dim=0)", "down the columns"),
    (
        "the largest score for the sum",
        RIGHT,
        "scores / scores.amax(-1, keepdim=True)",
        "largest score",
    ),
    ("softmax", RIGHT, "scores.softmax(dim=-1)", "softmax"),
    ("the scores as they are", RIGHT, "scores", "not divided"),
    ("logarithms", RIGHT, f"({RIGHT}).log()", "logarithms"),
    ("squared scores", RIGHT, "scores**2 / (scores**2).sum(dim=-1, keepdim=True)", "squared"),
    ("the same for all", RIGHT, f"({RIGHT}) * 0 + 1 / scores.shape[-1]", "same probability"),
    ("the mean for the sum", RIGHT, "scores / scores.mean(dim=-1, keepdim=True)", "0.1a"),
)
