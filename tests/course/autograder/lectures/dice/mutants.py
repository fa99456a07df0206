"""Plausible wrong implementations of lecture 1, dice."""

from autograder.authoring.audit import edits

BITS = "dice.bits_per_dim"
edits(
    BITS,
    ("stays in nats", "nll / (n_dims * math.log(2))", "nll / n_dims", "these are nats"),
    (
        "of all rolls together",
        "nll / (n_dims * math.log(2))",
        "nll / math.log(2)",
        "the number of rolls is missing",
    ),
    (
        "times log 2",
        "nll / (n_dims * math.log(2))",
        "nll / n_dims * math.log(2)",
        "instead of divided",
    ),
    ("the sign is turned", "nll / (n_dims * math.log(2))", "-nll / n_dims / math.log(2)", "1.1a"),
    ("in decimal digits", "nll / (n_dims * math.log(2))", "nll / n_dims / math.log(10)", "1.1a"),
    (
        "one number for the batch",
        "nll / (n_dims * math.log(2))",
        "(nll + 0).sum() / n_dims / math.log(2)",
        "; expected",
    ),
)
