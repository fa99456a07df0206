"""Other right implementations of the practice exercise."""

from autograder.authoring.audit import alternative


@alternative("warm_up.normalised", "the sum gets its axis by indexing")
def by_indexing(scores):
    return scores / scores.sum(1)[:, None]


@alternative("warm_up.normalised", "through logarithms and softmax")
def by_softmax(scores):
    return scores.log().softmax(dim=1)
