"""Wrong FVSBNs."""
# The bodies are put into the lecture's module, where their names exist.
# mypy: ignore-errors

from autograder.authoring.audit import edits, mutant

LOGITS = "chain_rule.FVSBN.logits"
MASK = "self.W.tril(diagonal=-1)"
PRODUCT = "x @ below.T + self.b"
edits(
    LOGITS,
    "diagonal=-1",
    ("sees itself", "diagonal=0", "sees itself"),
    ("does not see the bit just before it", "diagonal=-2", "1.7"),
)
edits(
    LOGITS,
    MASK,
    ("the upper triangle", "self.W.triu(diagonal=1)", "the upper triangle"),
    ("no mask", "self.W", "W is not masked"),
    ("only the bit just before", "self.W.tril(-1).triu(-1)", "ignores the earlier input"),
)
edits(LOGITS, "below.T", ("W not transposed in the product", "below", "W is transposed"))
edits(
    LOGITS,
    PRODUCT,
    ("no biases", "x @ below.T", "the biases are missing"),
    ("probabilities", "torch.sigmoid(x @ below.T + self.b)", "no sigmoid here"),
)
edits(LOGITS, "x @ below.T", ("bits as ±1", "(2 * x - 1) @ below.T", "the logit"))
edits(
    LOGITS,
    "self.W.tril",
    ("weights cut off from the gradient", "self.W.data.tril", "no gradient reaches W"),
)
edits(
    LOGITS,
    f"below = {MASK}\n",
    (
        "masks the input instead of the weights",
        "below = self.W\n        x = x.tril(-1)\n",
        "the logit",
    ),
)
edits(
    LOGITS,
    "+ self.b",
    (
        "the sum runs over the dimensions already predicted as well as the diagonal's bias",
        "+ self.b + self.W.diagonal()",
        "1.7",
    ),
)

LOG_PROB = "chain_rule.FVSBN.log_prob"
SUM = "bernoulli_log_prob(self.logits(x), x).sum(dim=-1)"
edits(
    LOG_PROB,
    ".sum(dim=-1)",
    ("mean over dimensions", ".mean(dim=-1)", "log p(x) is a sum"),
    ("one number for the batch", ".sum()", "was promised"),
)
edits(LOG_PROB, "dim=-1", ("sum over the batch", "dim=0", "1.8"))
edits(
    LOG_PROB,
    SUM,
    ("−log p", f"-{SUM}", "this is −log p(x)"),
    ("probability", f"{SUM}.exp()", "stay with logarithms"),
    ("p(x₁) left out", "bernoulli_log_prob(self.logits(x), x)[:, 1:].sum(dim=-1)", "left out"),
    (
        "last dimension left out",
        "bernoulli_log_prob(self.logits(x), x)[:, :-1].sum(dim=-1)",
        "left out",
    ),
    (
        "log of a product of probabilities",
        "bernoulli_log_prob(self.logits(x), x).exp().prod(dim=-1).log()",
        "log p(x)",
    ),
)
edits(
    LOG_PROB,
    "self.logits(x)",
    ("each bit scored with the next bit's logit", "self.logits(x).roll(-1, 1)", "1.8"),
    ("the input's average instead of its history", "self.b.expand_as(x)", "from the table"),
    ("cut off from the gradient", "self.logits(x).detach()", "∂ log p(x)"),
)

SAMPLE = "chain_rule.FVSBN.sample"
DRAW = "u[:, i] < torch.sigmoid(logit)"
edits(
    SAMPLE,
    DRAW,
    ("inverted", "u[:, i] > torch.sigmoid(logit)", "the bits are inverted"),
    ("the most likely bit, no draw", "torch.sigmoid(logit) > 0.5", "1.9"),
)
edits(
    SAMPLE,
    f"({DRAW}).to(x.dtype)",
    ("probabilities fed forward", "torch.sigmoid(logit)", "expected 0 or 1"),
)
edits(
    SAMPLE,
    "torch.rand(n, D, generator=torch.Generator().manual_seed(seed))",
    (
        "one random number a vector",
        "torch.rand(n, 1, generator=torch.Generator().manual_seed(seed)).expand(n, D)",
        "do not follow the model",
    ),
    (
        "one random number a dimension",
        "torch.rand(1, D, generator=torch.Generator().manual_seed(seed)).expand(n, D)",
        "random numbers of its own",
    ),
)
edits(SAMPLE, "manual_seed(seed)", ("the seed is ignored", "manual_seed(0)", "the seed is fixed"))
edits(
    SAMPLE,
    ", generator=torch.Generator().manual_seed(seed)",
    ("no seed at all", "", "drawn again with seed 3"),
    ("seeds torch's global state", ", generator=torch.manual_seed(seed)", "global random state"),
)
edits(SAMPLE, "self.W[i, :i]", ("column of W instead of row", "self.W[:i, i]", "1.9"))
edits(SAMPLE, " + self.b[i]", ("no biases", "", "1.9"))
edits(SAMPLE, "torch.sigmoid(logit)", ("logit compared with u", "logit", "do not follow the model"))
edits(
    SAMPLE,
    "return x",
    ("in float32 whatever the model", "return x.float()", "of a torch.float64 model"),
)
edits(
    SAMPLE,
    "torch.rand(",
    ("normal instead of uniform numbers", "torch.randn(", "do not follow the model"),
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
