"""Plausible wrong implementations of lecture 2, coins."""

import torch
import torch.nn.functional as F

from autograder.authoring.audit import edits, mutant

MIXTURE = "coins.mixture_log_prob"


@mutant(MIXTURE, "exp, mean, log: underflows", expect="2.1c")
def underflows(log_probs):
    return log_probs.exp().mean(dim=0).log()


edits(
    MIXTURE,
    ("log K is forgotten", " - math.log(len(log_probs))", "", "log K is missing"),
    (
        "divides by K outside the logarithm",
        " - math.log(len(log_probs))",
        " / len(log_probs)",
        "2.1a",
    ),
)
edits(
    MIXTURE,
    ("over the examples", "dim=0", "dim=1", "over the examples"),
    ("one number for the batch", "dim=0", "dim=(0, 1)", "; expected"),
)


@mutant(MIXTURE, "the mean of the log-probabilities", expect="the logarithms were averaged")
def mean_of_logs(log_probs):
    return log_probs.mean(dim=0)


LOG_PROB = "coins.Coins.log_prob"
edits(
    LOG_PROB,
    ("the mean over the coins", ".sum(dim=1)", ".mean(dim=1)", "the mean over the coins"),
    ("the sum over the examples", ".sum(dim=1)", ".sum(dim=0)", "; expected"),
    ("one number for the batch", ".sum(dim=1)", ".sum()", "; expected"),
)
edits(
    LOG_PROB,
    ("the sign is turned", "return -", "return ", "the sign is wrong"),
)
edits(
    LOG_PROB,
    (
        "zeros and ones are exchanged",
        "logits, x, red",
        "logits, 1 - x, red",
        "zeros and ones are exchanged",
    ),
    ("nothing can be learnt", "logits, x, red", "logits.detach(), x, red", "2.2b"),
)


@mutant(LOG_PROB, "log of the sigmoid: infinite for large logits", expect="2.2c")
def log_of_sigmoid(self, x):
    p = torch.sigmoid(self.logits(x))
    return (x * p.log() + (1 - x) * (1 - p).log()).sum(dim=1)


@mutant(LOG_PROB, "every coin is compared with every other", expect="every coin is compared")
def quadratic(self, x):
    pairs = (self.logits(x)[:, :, None] + 0 * x[:, None, :]).mean(dim=2)
    return -F.binary_cross_entropy_with_logits(pairs, x, reduction="none").sum(dim=1)
