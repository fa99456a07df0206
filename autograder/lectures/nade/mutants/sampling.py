"""Wrong samplers."""

import torch

from autograder.authoring.audit import edits, mutant

SAMPLE = "nade.NADE.sample"
edits(
    SAMPLE,
    "a = a + x[:, i, None] * self.W[:, i]",
    (
        "the probability is fed on, not the drawn pixel",
        "a = a + p_i[:, None] * self.W[:, i]",
        "2.5b",
    ),
    ("the pre-activation never changes", "a = a + 0 * self.W[:, i]", "2.5b"),
    (
        "the pre-activation is replaced, not added to",
        "a = self.c + x[:, i, None] * self.W[:, i]",
        "2.5b",
    ),
)
edits(
    SAMPLE,
    "(u[:, i] < p_i)",
    ("the most likely pixel instead of a draw", "(p_i > 0.5)", "2.5a"),
    ("the draw is the wrong way round", "(u[:, i] > p_i)", "2.5c"),
    ("one draw for the whole image", "(u[:, 0] < p_i)", "2.5c"),
)
edits(
    SAMPLE,
    "torch.Generator().manual_seed(seed)",
    ("the seed is ignored", "torch.Generator().manual_seed(0)", "seeds 1 and 2"),
)
edits(
    SAMPLE,
    "torch.rand(n, len(self.b), generator=generator)",
    ("the global random state", "torch.rand(n, len(self.b))", "same seed draw different"),
)
edits(
    SAMPLE,
    "x[:, i] = (u[:, i] < p_i).to(x)",
    ("probabilities are returned", "x[:, i] = p_i", "0 and 1"),
)
edits(
    SAMPLE,
    "u = torch.rand(n, len(self.b), generator=generator).to(self.b)",
    (
        "one draw for the whole batch",
        "u = torch.rand(1, len(self.b), generator=generator).to(self.b).repeat(n, 1)",
        "2.5b",
    ),
)
edits(
    SAMPLE,
    "a = a + x[:, i, None]",
    ("the hidden activation is carried along", "a = torch.sigmoid(a) + x[:, i, None]", "2.5b"),
)
edits(SAMPLE, " + self.b[i])", ("b is forgotten", ")", "2.5b"))


@mutant(SAMPLE, "right, but the whole model is run again for every pixel", expect="linear in D")
def sample_by_logits(self, n, seed):
    generator = torch.Generator().manual_seed(seed)
    u = torch.rand(n, len(self.b), generator=generator).to(self.b)
    x = torch.zeros_like(u)
    for i in range(len(self.b)):
        x[:, i] = (u[:, i] < torch.sigmoid(self.logits(x)[:, i])).to(x)
    return x


@mutant(SAMPLE, "all pixels at once from the empty image", expect="2.5b")
def sample_in_parallel(self, n, seed):
    generator = torch.Generator().manual_seed(seed)
    u = torch.rand(n, len(self.b), generator=generator).to(self.b)
    return (u < torch.sigmoid(self.logits(torch.zeros_like(u)))).to(u)


COMPLETE = "nade.NADE.complete"
edits(
    COMPLETE,
    "a = self.c + prefix @ self.W[:, :k].T",
    ("the pre-activation forgets the prefix", "a = self.c.expand(n, -1)", "2.6b"),
)
edits(COMPLETE, "a = self.c + prefix", ("c is forgotten", "a = prefix", "2.6c"))
edits(
    COMPLETE,
    "range(k, len(self.b))",
    ("the last pixel of the prefix is drawn anew", "range(max(k - 1, 0), len(self.b))", "2.6a"),
    ("the prefix is drawn anew", "range(len(self.b))", "2.6a"),
)
edits(
    COMPLETE, "(u[:, i] < p_i)", ("the most likely pixels instead of draws", "(p_i > 0.5)", "2.6")
)
edits(
    COMPLETE,
    "a = a + x[:, i, None] * self.W[:, i]",
    ("drawn pixels do not condition the next", "a = a + 0 * self.W[:, i]", "2.6c"),
)
edits(
    COMPLETE,
    "u = torch.rand(n, len(self.b), generator=generator).to(self.b)",
    (
        "the same draws in every row",
        "u = torch.rand(1, len(self.b), generator=generator).to(self.b).repeat(n, 1)",
        "2.6c",
    ),
)
edits(
    COMPLETE,
    "        return x\n",
    ("only the new pixels are returned", "        return x[:, k:]\n", "2.6a"),
)
edits(
    COMPLETE, "self.W[:, :k].T", ("the columns of W are shifted", "self.W[:, 1 : k + 1].T", "2.6")
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
