"""Wrong samplers."""

from autograder.authoring.audit import edits, mutant

SAMPLE = "nade.NADE.sample"
edits(
    SAMPLE,
    ("the probability is fed on, not the drawn pixel", "+ x[:, i, None]", "+ p_i[:, None]", "2.5b"),
    ("the pre-activation never changes", "a + x[:, i, None] * self.W", "a + 0 * self.W", "2.5b"),
    ("the pre-activation is replaced, not added to", "a = a + x", "a = self.c + x", "2.5b"),
    ("the most likely pixel instead of a draw", "(u[:, i] < p_i)", "(p_i > 0.5)", "2.5a"),
    ("the draw is the wrong way round", "(u[:, i] < p_i)", "(u[:, i] > p_i)", "2.5c"),
    ("one draw for the whole image", "(u[:, i] < p_i)", "(u[:, 0] < p_i)", "2.5c"),
    ("the seed is ignored", "().manual_seed(seed)", "().manual_seed(0)", "seeds 1 and 2"),
    ("the global random state", ", generator=generator", "", "global random state"),
    ("probabilities are returned", "x[:, i] = (u[:, i] < p_i).to(x)", "x[:, i] = p_i", "0 and 1"),
    (
        "one draw for the whole batch",
        "u = torch.rand(n, len(self.b), generator=generator).to(self.b)",
        "u = torch.rand(1, len(self.b), generator=generator).to(self.b).repeat(n, 1)",
        "2.5b",
    ),
    ("the hidden activation is carried along", "a = a + x", "a = torch.sigmoid(a) + x", "2.5b"),
    ("b is forgotten", " + self.b[i])", ")", "2.5b"),
    (
        "right, but the whole model is run again for every pixel",
        "torch.sigmoid(a) @ self.V[i] + self.b[i]",
        "self.logits(x)[:, i]",
        "linear in D",
    ),
)


@mutant(SAMPLE, "all pixels at once from the empty image", expect="2.5b")
def sample_in_parallel(self, n, seed):
    generator = torch.Generator().manual_seed(seed)
    u = torch.rand(n, len(self.b), generator=generator).to(self.b)
    return (u < torch.sigmoid(self.logits(torch.zeros_like(u)))).to(u)


COMPLETE = "nade.NADE.complete"
edits(
    COMPLETE,
    ("c is forgotten", "a = self.c + prefix", "a = prefix", "2.6c"),
    ("the last pixel of the prefix is drawn anew", "k, len", "max(k - 1, 0), len", "2.6a"),
    ("the prefix is drawn anew", "range(k, len(self.b))", "range(len(self.b))", "2.6a"),
    ("the most likely pixels instead of draws", "(u[:, i] < p_i)", "(p_i > 0.5)", "2.6"),
    ("drawn pixels do not condition the next", "+ x[:, i, None] * self.W", "+ 0 * self.W", "2.6c"),
    (
        "the same draws in every row",
        "u = torch.rand(n, len(self.b), generator=generator).to(self.b)",
        "u = torch.rand(1, len(self.b), generator=generator).to(self.b).repeat(n, 1)",
        "2.6c",
    ),
    (
        "only the new pixels are returned",
        "        return x\n",
        "        return x[:, k:]\n",
        "have shape",
    ),
    ("the columns of W are shifted", "self.W[:, :k].T", "self.W[:, 1 : k + 1].T", "2.6"),
    "a = self.c + prefix @ self.W[:, :k].T",
    ("the pre-activation forgets the prefix", "a = self.c.expand(n, -1)", "2.6b"),
)


@mutant(COMPLETE, "a free sample with the prefix pasted over it", expect="2.6b")
def complete_pasted(self, prefix, seed):
    x = self.sample(len(prefix), seed)
    return torch.cat([prefix, x[:, prefix.shape[1] :]], dim=1)


@mutant(COMPLETE, "all missing pixels at once", expect="2.6c")
def complete_in_parallel(self, prefix, seed):
    n, k = prefix.shape
    u = torch.rand(n, len(self.b), generator=torch.Generator().manual_seed(seed)).to(self.b)
    x = torch.cat([prefix, torch.zeros_like(u[:, k:])], dim=1)
    return torch.cat([prefix, (u < torch.sigmoid(self.logits(x))).to(x)[:, k:]], dim=1)
