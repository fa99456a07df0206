"""Wrong logits and log-probabilities."""

import torch
import torch.nn.functional as F

from autograder.authoring.audit import edits, mutant

LOGITS = "nade.NADE.logits"
edits(
    LOGITS,
    "torch.cat(columns).T + self.b",
    (
        "probabilities, not logits",
        "torch.sigmoid(torch.cat(columns).T + self.b)",
        "probabilities were returned",
    ),
)
edits(LOGITS, ".add_(a).sigmoid_()", ("no activation", ".add_(a)", "no sigmoid"))
edits(LOGITS, ".sigmoid_()", ("tanh for the sigmoid", ".tanh_()", "tanh"))
edits(LOGITS, " + self.b\n", ("b is forgotten", "\n", "b is missing"))
edits(
    LOGITS, "a = self.c.expand", ("c is forgotten", "a = torch.zeros_like(self.c).expand", "2.3c")
)
edits(
    LOGITS,
    "earlier = past[:, None] * x_k.T",
    ("the input is ignored", "earlier = 0 * past[:, None] * x_k.T", "ignores the earlier input"),
)
edits(
    LOGITS,
    ".tril(-1)",
    ("only the pixel just before counts", ".tril(-1).triu(-1)", "ignores the earlier input"),
    ("pixel i sees itself", ".tril()", "its own input"),
)
edits(
    LOGITS,
    "self.W.T, self.V)",
    ("the wrong row of V", "self.W.T, self.V.roll(1, 0))", "V_i is used for pixel i + 1"),
    ("the wrong column of W", "self.W.roll(1, 1).T, self.V)", "2.3c"),
)
edits(
    LOGITS,
    "            a = a + x_k.T @ W_k\n",
    ("every block of 8 pixels starts from c", "", "2.3c"),
)


@mutant(LOGITS, "hidden values instead of pre-activations are summed up", expect="2.3b")
def logits_of_summed_hidden_values(self, x):
    a, columns = self.c.expand(len(x), -1), []
    for i in range(x.shape[1]):
        h = torch.sigmoid(a)
        columns.append(h @ self.V[i])
        a = h + x[:, i, None] * self.W[:, i]
    return torch.stack(columns, dim=1) + self.b


@mutant(LOGITS, "one hidden layer for all pixels, from the whole vector", expect="its own input")
def logits_autoencoder(self, x):
    return torch.sigmoid(self.c + x @ self.W.T) @ self.V.T + self.b


LOG_PROB = "nade.NADE.log_prob"
edits(LOG_PROB, "return -F", ("the negative log-likelihood", "return F", "the sign"))
edits(
    LOG_PROB,
    ".sum(dim=1)",
    ("the mean over the pixels", ".mean(dim=1)", "the mean over the pixels"),
    ("the sum over the examples", ".sum(dim=0)", "promised"),
    ("bits instead of nats", ".sum(dim=1) / math.log(2)", "bits, not nats"),
    ("one number for the batch", ".sum()", "promised"),
)
edits(LOG_PROB, "(logits, x,", ("p(0) and p(1) are exchanged", "(-logits, x,", "exchanged"))


@mutant(LOG_PROB, "only the pixels that are 1 count", expect="only the pixels that are 1 count")
def log_prob_ones_only(self, x):
    return (x * F.logsigmoid(self.logits(x))).sum(1)


@mutant(LOG_PROB, "the logarithm of a rounded probability", expect="2.4c")
def log_prob_unstable(self, x):
    p = torch.sigmoid(self.logits(x))
    return (x * p.log() + (1 - x) * (1 - p).log()).sum(1)


@mutant(LOG_PROB, "a small constant inside the logarithm", expect="2.4c")
def log_prob_epsilon(self, x):
    p = torch.sigmoid(self.logits(x))
    return (x * (p + 1e-9).log() + (1 - x) * (1 - p + 1e-9).log()).sum(1)


@mutant(LOG_PROB, "probabilities clamped away from 0 and 1", expect="2.4c")
def log_prob_clamped(self, x):
    p = torch.sigmoid(self.logits(x)).clamp(1e-6, 1 - 1e-6)
    return (x * p.log() + (1 - x) * (1 - p).log()).sum(1)


@mutant(LOG_PROB, "the logits are taken for probabilities", expect="2.4b")
def log_prob_double_sigmoid(self, x):
    p = torch.sigmoid(self.logits(x))
    return -F.binary_cross_entropy_with_logits(p, x, reduction="none").sum(1)
