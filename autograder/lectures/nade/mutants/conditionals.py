"""Wrong logits and log-probabilities."""

import torch
import torch.nn.functional as F

from autograder.authoring.audit import edit, mutant

LOGITS = "nade.NADE.logits"
edit(
    LOGITS,
    "probabilities, not logits",
    old="torch.cat(columns).T + self.b",
    new="torch.sigmoid(torch.cat(columns).T + self.b)",
    expect="probabilities were returned",
)
edit(
    LOGITS,
    "no activation",
    old=".add_(a).sigmoid_()",
    new=".add_(a)",
    expect="no sigmoid",
)
edit(LOGITS, "tanh for the sigmoid", old=".sigmoid_()", new=".tanh_()", expect="tanh")
edit(LOGITS, "b is forgotten", old=" + self.b\n", new="\n", expect="b is missing")
edit(
    LOGITS,
    "c is forgotten",
    old="a = self.c.expand",
    new="a = torch.zeros_like(self.c).expand",
    expect="2.3c",
)
edit(
    LOGITS,
    "the input is ignored",
    old="earlier = past[:, None] * x_k.T",
    new="earlier = 0 * past[:, None] * x_k.T",
    expect="ignores the earlier input",
)
edit(
    LOGITS,
    "only the pixel just before counts",
    old=".tril(-1)",
    new=".tril(-1).triu(-1)",
    expect="ignores the earlier input",
)
edit(LOGITS, "pixel i sees itself", old=".tril(-1)", new=".tril()", expect="its own input")
edit(
    LOGITS,
    "the wrong row of V",
    old="self.W.T, self.V)",
    new="self.W.T, self.V.roll(1, 0))",
    expect="V_i is used for pixel i + 1",
)
edit(
    LOGITS,
    "the wrong column of W",
    old="self.W.T, self.V)",
    new="self.W.roll(1, 1).T, self.V)",
    expect="2.3c",
)
edit(
    LOGITS,
    "every block of 8 pixels starts from c",
    old="            a = a + x_k.T @ W_k\n",
    new="",
    expect="2.3c",
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
edit(LOG_PROB, "the negative log-likelihood", old="return -F", new="return F", expect="the sign")
edit(
    LOG_PROB,
    "the mean over the pixels",
    old=".sum(dim=1)",
    new=".mean(dim=1)",
    expect="the mean over the pixels",
)
edit(
    LOG_PROB,
    "p(0) and p(1) are exchanged",
    old="(logits, x,",
    new="(-logits, x,",
    expect="exchanged",
)
edit(LOG_PROB, "the sum over the examples", old=".sum(dim=1)", new=".sum(dim=0)", expect="promised")
edit(
    LOG_PROB,
    "bits instead of nats",
    old=".sum(dim=1)",
    new=".sum(dim=1) / math.log(2)",
    expect="bits, not nats",
)
edit(LOG_PROB, "one number for the batch", old=".sum(dim=1)", new=".sum()", expect="promised")


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
