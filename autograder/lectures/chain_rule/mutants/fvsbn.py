"""Wrong FVSBNs."""
# The bodies are put into the lecture's module, where their names exist.
# mypy: ignore-errors

from autograder.authoring.audit import edit, mutant

LOGITS = "chain_rule.FVSBN.logits"
MASK = "self.W.tril(diagonal=-1)"
PRODUCT = "x @ below.T + self.b"
edit(LOGITS, "sees itself", old="diagonal=-1", new="diagonal=0", expect="sees itself")
edit(
    LOGITS,
    "does not see the bit just before it",
    old="diagonal=-1",
    new="diagonal=-2",
    expect="1.7",
)
edit(
    LOGITS,
    "the upper triangle",
    old=MASK,
    new="self.W.triu(diagonal=1)",
    expect="the upper triangle",
)
edit(
    LOGITS, "W not transposed in the product", old="below.T", new="below", expect="W is transposed"
)
edit(LOGITS, "no mask", old=MASK, new="self.W", expect="W is not masked")
edit(LOGITS, "no biases", old=PRODUCT, new="x @ below.T", expect="the biases are missing")
edit(
    LOGITS,
    "probabilities",
    old=PRODUCT,
    new="torch.sigmoid(x @ below.T + self.b)",
    expect="no sigmoid here",
)
edit(LOGITS, "bits as ±1", old="x @ below.T", new="(2 * x - 1) @ below.T", expect="the logit")
edit(
    LOGITS,
    "only the bit just before",
    old=MASK,
    new="self.W.tril(-1).triu(-1)",
    expect="ignores the earlier input",
)
edit(
    LOGITS,
    "weights cut off from the gradient",
    old="self.W.tril",
    new="self.W.data.tril",
    expect="no gradient reaches W",
)
edit(
    LOGITS,
    "masks the input instead of the weights",
    old=f"below = {MASK}\n",
    new="below = self.W\n        x = x.tril(-1)\n",
    expect="the logit",
)
edit(
    LOGITS,
    "the sum runs over the dimensions already predicted as well as the diagonal's bias",
    old="+ self.b",
    new="+ self.b + self.W.diagonal()",
    expect="1.7",
)

LOG_PROB = "chain_rule.FVSBN.log_prob"
SUM = "bernoulli_log_prob(self.logits(x), x).sum(dim=-1)"
edit(
    LOG_PROB,
    "mean over dimensions",
    old=".sum(dim=-1)",
    new=".mean(dim=-1)",
    expect="log p(x) is a sum",
)
edit(LOG_PROB, "sum over the batch", old="dim=-1", new="dim=0", expect="1.8")
edit(LOG_PROB, "one number for the batch", old=".sum(dim=-1)", new=".sum()", expect="was promised")
edit(LOG_PROB, "−log p", old=SUM, new=f"-{SUM}", expect="this is −log p(x)")
edit(LOG_PROB, "probability", old=SUM, new=f"{SUM}.exp()", expect="stay with logarithms")
edit(
    LOG_PROB,
    "p(x₁) left out",
    old=SUM,
    new="bernoulli_log_prob(self.logits(x), x)[:, 1:].sum(dim=-1)",
    expect="left out",
)
edit(
    LOG_PROB,
    "last dimension left out",
    old=SUM,
    new="bernoulli_log_prob(self.logits(x), x)[:, :-1].sum(dim=-1)",
    expect="left out",
)
edit(
    LOG_PROB,
    "each bit scored with the next bit's logit",
    old="self.logits(x)",
    new="self.logits(x).roll(-1, 1)",
    expect="1.8",
)
edit(
    LOG_PROB,
    "log of a product of probabilities",
    old=SUM,
    new="bernoulli_log_prob(self.logits(x), x).exp().prod(dim=-1).log()",
    expect="log p(x)",
)
edit(
    LOG_PROB,
    "the input's average instead of its history",
    old="self.logits(x)",
    new="self.b.expand_as(x)",
    expect="from the table",
)
edit(
    LOG_PROB,
    "cut off from the gradient",
    old="self.logits(x)",
    new="self.logits(x).detach()",
    expect="∂ log p(x)",
)

SAMPLE = "chain_rule.FVSBN.sample"
DRAW = "u[:, i] < torch.sigmoid(logit)"
edit(
    SAMPLE,
    "inverted",
    old=DRAW,
    new="u[:, i] > torch.sigmoid(logit)",
    expect="the bits are inverted",
)
edit(
    SAMPLE,
    "probabilities fed forward",
    old=f"({DRAW}).to(x.dtype)",
    new="torch.sigmoid(logit)",
    expect="expected 0 or 1",
)
edit(
    SAMPLE, "the most likely bit, no draw", old=DRAW, new="torch.sigmoid(logit) > 0.5", expect="1.9"
)
edit(
    SAMPLE,
    "one random number a vector",
    old="torch.rand(n, D, generator=torch.Generator().manual_seed(seed))",
    new="torch.rand(n, 1, generator=torch.Generator().manual_seed(seed)).expand(n, D)",
    expect="do not follow the model",
)
edit(
    SAMPLE,
    "one random number a dimension",
    old="torch.rand(n, D, generator=torch.Generator().manual_seed(seed))",
    new="torch.rand(1, D, generator=torch.Generator().manual_seed(seed)).expand(n, D)",
    expect="random numbers of its own",
)
edit(
    SAMPLE,
    "the seed is ignored",
    old="manual_seed(seed)",
    new="manual_seed(0)",
    expect="the seed is fixed",
)
edit(
    SAMPLE,
    "no seed at all",
    old=", generator=torch.Generator().manual_seed(seed)",
    new="",
    expect="drawn again with seed 3",
)
edit(
    SAMPLE,
    "seeds torch's global state",
    old=", generator=torch.Generator().manual_seed(seed)",
    new=", generator=torch.manual_seed(seed)",
    expect="global random state",
)
edit(SAMPLE, "column of W instead of row", old="self.W[i, :i]", new="self.W[:i, i]", expect="1.9")
edit(SAMPLE, "no biases", old=" + self.b[i]", new="", expect="1.9")
edit(
    SAMPLE,
    "logit compared with u",
    old="torch.sigmoid(logit)",
    new="logit",
    expect="do not follow the model",
)
edit(
    SAMPLE,
    "in float32 whatever the model",
    old="return x",
    new="return x.float()",
    expect="of a torch.float64 model",
)
edit(
    SAMPLE,
    "normal instead of uniform numbers",
    old="torch.rand(",
    new="torch.randn(",
    expect="do not follow the model",
)


@mutant(SAMPLE, "every bit at once, from zeros", expect="without looking at the drawn ones")
def sample_in_one_pass(self, n, seed):
    u = torch.rand(n, len(self.b), generator=torch.Generator().manual_seed(seed)).to(self.b)
    return (u < torch.sigmoid(self.logits(torch.zeros_like(u)))).to(u.dtype)


@mutant(SAMPLE, "two passes of the whole vector instead of D", expect="1.9b")
def sample_in_two_passes(self, n, seed):
    u = torch.rand(n, len(self.b), generator=torch.Generator().manual_seed(seed)).to(self.b)
    x = torch.zeros_like(u)
    for _ in range(2):
        x = (u < torch.sigmoid(self.logits(x))).to(u.dtype)
    return x
