"""Wrong samplers."""

import torch

from autograder.authoring.audit import edit, mutant

SAMPLE = "nade.NADE.sample"
edit(
    SAMPLE,
    "the probability is fed on, not the drawn pixel",
    old="a = a + x[:, i, None] * self.W[:, i]",
    new="a = a + p_i[:, None] * self.W[:, i]",
    expect="2.5b",
)
edit(
    SAMPLE,
    "the pre-activation never changes",
    old="a = a + x[:, i, None] * self.W[:, i]",
    new="a = a + 0 * self.W[:, i]",
    expect="2.5b",
)
edit(
    SAMPLE,
    "the most likely pixel instead of a draw",
    old="(u[:, i] < p_i)",
    new="(p_i > 0.5)",
    expect="2.5a",
)
edit(
    SAMPLE,
    "the draw is the wrong way round",
    old="(u[:, i] < p_i)",
    new="(u[:, i] > p_i)",
    expect="2.5c",
)
edit(
    SAMPLE,
    "the seed is ignored",
    old="torch.Generator().manual_seed(seed)",
    new="torch.Generator().manual_seed(0)",
    expect="seeds 1 and 2",
)
edit(
    SAMPLE,
    "the global random state",
    old="torch.rand(n, len(self.b), generator=generator)",
    new="torch.rand(n, len(self.b))",
    expect="same seed draw different",
)
edit(
    SAMPLE,
    "probabilities are returned",
    old="x[:, i] = (u[:, i] < p_i).to(x)",
    new="x[:, i] = p_i",
    expect="0 and 1",
)
edit(
    SAMPLE,
    "one draw for the whole image",
    old="(u[:, i] < p_i)",
    new="(u[:, 0] < p_i)",
    expect="2.5c",
)
edit(
    SAMPLE,
    "one draw for the whole batch",
    old="u = torch.rand(n, len(self.b), generator=generator).to(self.b)",
    new="u = torch.rand(1, len(self.b), generator=generator).to(self.b).repeat(n, 1)",
    expect="2.5b",
)
edit(
    SAMPLE,
    "the pre-activation is replaced, not added to",
    old="a = a + x[:, i, None] * self.W[:, i]",
    new="a = self.c + x[:, i, None] * self.W[:, i]",
    expect="2.5b",
)
edit(
    SAMPLE,
    "the hidden activation is carried along",
    old="a = a + x[:, i, None]",
    new="a = torch.sigmoid(a) + x[:, i, None]",
    expect="2.5b",
)
edit(SAMPLE, "b is forgotten", old=" + self.b[i])", new=")", expect="2.5b")


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
edit(
    COMPLETE,
    "the pre-activation forgets the prefix",
    old="a = self.c + prefix @ self.W[:, :k].T",
    new="a = self.c.expand(n, -1)",
    expect="2.6b",
)
edit(COMPLETE, "c is forgotten", old="a = self.c + prefix", new="a = prefix", expect="2.6c")
edit(
    COMPLETE,
    "the last pixel of the prefix is drawn anew",
    old="range(k, len(self.b))",
    new="range(max(k - 1, 0), len(self.b))",
    expect="2.6a",
)
edit(
    COMPLETE,
    "the prefix is drawn anew",
    old="range(k, len(self.b))",
    new="range(len(self.b))",
    expect="2.6a",
)
edit(
    COMPLETE,
    "the most likely pixels instead of draws",
    old="(u[:, i] < p_i)",
    new="(p_i > 0.5)",
    expect="2.6",
)
edit(
    COMPLETE,
    "drawn pixels do not condition the next",
    old="a = a + x[:, i, None] * self.W[:, i]",
    new="a = a + 0 * self.W[:, i]",
    expect="2.6c",
)
edit(
    COMPLETE,
    "the same draws in every row",
    old="u = torch.rand(n, len(self.b), generator=generator).to(self.b)",
    new="u = torch.rand(1, len(self.b), generator=generator).to(self.b).repeat(n, 1)",
    expect="2.6c",
)
edit(
    COMPLETE,
    "only the new pixels are returned",
    old="        return x\n",
    new="        return x[:, k:]\n",
    expect="2.6a",
)
edit(
    COMPLETE,
    "the columns of W are shifted",
    old="self.W[:, :k].T",
    new="self.W[:, 1 : k + 1].T",
    expect="2.6",
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
