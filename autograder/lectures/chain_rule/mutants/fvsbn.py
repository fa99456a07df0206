"""Wrong FVSBNs."""

from autograder.authoring.audit import edits, mutant

MASK = "self.W.tril(diagonal=-1)"
PRODUCT = "x @ below.T + self.b"
edits(
    "chain_rule.FVSBN.logits",
    ("sees itself", "diagonal=-1", "diagonal=0", "sees itself"),
    ("does not see the bit just before it", "diagonal=-1", "diagonal=-2", "1.7"),
    ("the upper triangle", MASK, "self.W.triu(diagonal=1)", "the upper triangle"),
    ("no mask", MASK, "self.W", "W is not masked"),
    ("only the bit just before", MASK, "self.W.tril(-1).triu(-1)", "ignores the earlier input"),
    ("W not transposed in the product", "below.T", "below", "W is transposed"),
    ("no biases", PRODUCT, "x @ below.T", "the biases are missing"),
    ("probabilities", PRODUCT, "torch.sigmoid(x @ below.T + self.b)", "no sigmoid here"),
    ("bits as ±1", "x @ below.T", "(2 * x - 1) @ below.T", "the logit"),
    (
        "masks the input instead of the weights",
        f"below = {MASK}\n",
        "below = self.W\n        x = x.tril(-1)\n",
        "the logit",
    ),
    (
        "the sum runs over the dimensions already predicted as well as the diagonal's bias",
        "+ self.b",
        "+ self.b + self.W.diagonal()",
        "1.7",
    ),
    ("weights cut off from the gradient", "self.W.", "self.W.data.", "`W` is cut off"),
)
SUM = "bernoulli_log_prob(self.logits(x), x).sum(dim=-1)"
edits(
    "chain_rule.FVSBN.log_prob",
    ("mean over dimensions", ".sum(dim=-1)", ".mean(dim=-1)", "log p(x) is a sum"),
    ("one number for the batch", ".sum(dim=-1)", ".sum()", "; expected"),
    ("sum over the batch", "dim=-1", "dim=0", "expected (batch,) ="),
    ("−log p", SUM, f"-{SUM}", "this is −log p(x)"),
    ("probability", SUM, f"{SUM}.exp()", "stay with logarithms"),
    ("p(x₁) left out", SUM, "bernoulli_log_prob(self.logits(x), x)[:, 1:].sum(dim=-1)", "left out"),
    ("last dimension left out", "(self.logits(x), x).", "(self.logits(x), x)[:, :-1].", "left out"),
    ("log of a product of probabilities", ".sum(dim=-1)", ".exp().prod(dim=-1).log()", "log p(x)"),
    ("each bit scored with the next bit's logit", "(x)", "(x).roll(-1, 1)", "1.8"),
    ("the input's average instead of its history", ".logits(x", ".b.expand_as(x", "from the table"),
    ("cut off from the gradient", "self.logits(x)", "self.logits(x).detach()", "result is cut off"),
)
SAMPLE = "chain_rule.FVSBN.sample"
DRAW = "u[:, i] < torch.sigmoid(logit)"
edits(
    SAMPLE,
    ("inverted", DRAW, "u[:, i] > torch.sigmoid(logit)", "the bits are inverted"),
    ("the most likely bit, no draw", DRAW, "torch.sigmoid(logit) > 0.5", "1.9"),
    ("the seed is ignored", "manual_seed(seed)", "manual_seed(0)", "the seed is fixed"),
    ("column of W instead of row", "self.W[i, :i]", "self.W[:i, i]", "1.9"),
    ("no biases", " + self.b[i]", "", "1.9"),
    ("logit compared with u", "torch.sigmoid(logit)", "logit", "do not follow the model"),
    ("in float32 whatever the model", "return x", "return x.float()", "of a torch.float64 model"),
    ("normal instead of uniform numbers", "torch.rand(", "torch.randn(", "do not follow the model"),
    f"({DRAW}).to(x.dtype)",
    ("probabilities fed forward", "torch.sigmoid(logit)", "expected 0 or 1"),
    ", generator=torch.Generator().manual_seed(seed)",
    ("no seed at all", "", "global random state"),
    ("seeds torch's global state", ", generator=torch.manual_seed(seed)", "global random state"),
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


edits("chain_rule.FVSBN.logits", ("clipped", PRODUCT, f"({PRODUCT}).clamp(-15, 15)", "1.7"))
edits(SAMPLE, ("pairs of seeds", "manual_seed(seed)", "manual_seed(seed // 2)", "seeds 2 and 3"))
