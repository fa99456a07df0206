"""Plausible wrong implementations of the practice exercise."""

from autograder.authoring.audit import edits

RIGHT = "scores / scores.sum(dim=-1, keepdim=True)"
edits(
    "warm_up.normalised",
    ("one sum for the whole batch", RIGHT, "scores / scores.sum()", "0.1a"),
    ("sums down the columns", RIGHT, "scores / scores.sum(dim=0)", "0.1a"),
    ("softmax", RIGHT, "scores.softmax(dim=-1)", "0.1b"),
    ("the scores as they are", RIGHT, "scores", "0.1a"),
    ("logarithms", RIGHT, f"({RIGHT}).log()", "0.1a"),
)
