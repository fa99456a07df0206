"""Wrong logits and log-probabilities."""

from autograder.authoring.audit import edits, mutant

LOGITS = "nade.NADE.logits"
edits(
    LOGITS,
    (
        "probabilities, not logits",
        "torch.cat(columns).T + self.b",
        "torch.sigmoid(torch.cat(columns).T + self.b)",
        "probabilities were returned",
    ),
    ("no activation", ".add_(a).sigmoid_()", ".add_(a)", "no sigmoid"),
    ("tanh for the sigmoid", ".sigmoid_()", ".tanh_()", "tanh"),
    ("b is forgotten", " + self.b\n", "\n", "b is missing"),
    ("c is forgotten", "a = self.c.expand", "a = torch.zeros_like(self.c).expand", "2.3c"),
    ("the input is ignored", "= past[:, None]", "= 0 * past[:, None]", "ignores the earlier input"),
    ("only the pixel just before counts", ".tril", ".tril(-1).triu", "ignores the earlier input"),
    ("pixel i sees itself", ".tril(-1)", ".tril()", "its own input"),
    ("the wrong row of V", ", self.V", ", self.V.roll(1, 0)", "V_i is used for pixel i + 1"),
    ("the wrong column of W", "self.W.T, self.V)", "self.W.roll(1, 1).T, self.V)", "2.3c"),
    ("every block of 8 pixels starts from c", "            a = a + x_k.T @ W_k\n", "", "2.3c"),
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


@mutant(LOGITS, "right, but by the definition, pixel after pixel", expect="linear in D/8")
def logits_naive(self, x):
    columns = []
    for i in range(x.shape[1]):
        h = torch.sigmoid(F.linear(x[:, :i], self.W[:, :i], self.c))
        columns.append(F.linear(h, self.V[i : i + 1], self.b[i : i + 1]))
    return torch.cat(columns, dim=1)


@mutant(LOGITS, "right, but one D × D mask: quadratic work", expect="linear in D/8")
def logits_masked(self, x):
    past = x[:, None] * x.new_ones(x.shape[1], x.shape[1]).tril(-1)
    return (torch.sigmoid(past @ self.W.T + self.c) * self.V).sum(-1) + self.b


LOG_PROB = "nade.NADE.log_prob"
edits(
    LOG_PROB,
    ("the negative log-likelihood", "return -F", "return F", "the sign"),
    ("the mean over the pixels", ".sum(dim=1)", ".mean(dim=1)", "the mean over the pixels"),
    ("the sum over the examples", ".sum(dim=1)", ".sum(dim=0)", "; expected"),
    ("bits instead of nats", ".sum(dim=1)", ".sum(dim=1) / math.log(2)", "bits, not nats"),
    ("one number for the batch", ".sum(dim=1)", ".sum()", "; expected"),
    ("p(0) and p(1) are exchanged", "(logits, x,", "(-logits, x,", "exchanged"),
    ("the logits are taken for probabilities", "logits, x", "logits.sigmoid(), x", "2.4b"),
    ("probabilities clamped away from 0 and 1", "logits, x", "logits.clamp(-13, 13), x", "2.4c"),
)


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


@mutant(LOGITS, "the hidden layer is cut off", expect="cut off from the graph")
def logits_hidden_detached(self, x):
    h = torch.sigmoid(hidden_cumulative(self.W, self.c, x)).detach()
    return (h * self.V).sum(-1) + self.b


edits(LOGITS, ("clipped", "torch.cat(columns).T", "torch.cat(columns).T.clamp(-30, 30)", "2.3c"))
