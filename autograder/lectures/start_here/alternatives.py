"""Other right implementations of the practice exercise."""
# The bodies are put into the lecture's module, where their names exist.

from autograder.authoring.audit import alternative, edits

edits(
    "start_here.probabilities",
    "scores / scores.sum(dim=-1, keepdim=True)",
    ("the sum gets its axis by indexing", "scores / scores.sum(1)[:, None]"),
    ("through logarithms and softmax", "scores.log().softmax(dim=1)"),
)


@alternative("start_here.probabilities", "row by row")
def probabilities_rows(scores):
    import torch

    return torch.stack([row / row.sum() for row in scores])
