"""Other right implementations of the practice exercise."""

from autograder.authoring.audit import alternative


@alternative("start_here.probabilities", "the sum gets its axis by indexing")
def probabilities_indexed(scores):
    return scores / scores.sum(1)[:, None]


@alternative("start_here.probabilities", "through logarithms and softmax")
def probabilities_softmax(scores):
    return scores.log().softmax(dim=1)


@alternative("start_here.probabilities", "row by row")
def probabilities_rows(scores):
    import torch

    return torch.stack([row / row.sum() for row in scores])
