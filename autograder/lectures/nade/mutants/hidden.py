"""Wrong pre-activations."""

import torch
import torch.nn.functional as F

from autograder.authoring.audit import edit, mutant

NAIVE = "nade.hidden_naive"
edit(
    NAIVE,
    "pixel i sees itself",
    old="[c + x[:, :i] @ W[:, :i].T",
    new="[c + x[:, : i + 1] @ W[:, : i + 1].T",
    expect="sees itself",
)
edit(NAIVE, "c is forgotten", old="[c + x", new="[x", expect="c is missing")
edit(
    NAIVE,
    "looks at the later pixels",
    old="[c + x[:, :i] @ W[:, :i].T",
    new="[c + x[:, i + 1 :] @ W[:, i + 1 :].T",
    expect="after i",
)
edit(
    NAIVE,
    "one pixel too few",
    old="[c + x[:, :i] @ W[:, :i].T",
    new="[c + x[:, : max(i - 1, 0)] @ W[:, : max(i - 1, 0)].T",
    expect="2.1a",
)
edit(
    NAIVE,
    "the columns of W are shifted against the pixels",
    old="W[:, :i].T",
    new="W[:, 1 : i + 1].T",
    expect="shifted",
)
edit(
    NAIVE, "hidden units and pixels end up exchanged", old="dim=1)", new="dim=2)", expect="promised"
)
edit(
    NAIVE,
    "the activation is applied already",
    old="torch.stack(rows, dim=1)",
    new="torch.sigmoid(torch.stack(rows, dim=1))",
    expect="2.1b",
)
edit(
    NAIVE,
    "computes in float32 whatever comes in",
    old="[c + x",
    new="[c.float() + x.float()",
    expect="float64",
)


@mutant(NAIVE, "every pixel sees the whole vector", expect="2.1a")
def naive_sees_all(W, c, x):
    return (c + x @ W.T)[:, None, :].expand(-1, x.shape[1], -1)


@mutant(NAIVE, "the mean over the pixels seen, not their sum", expect="2.1b")
def naive_mean(W, c, x):
    rows = [c + x[:, :i] @ W[:, :i].T / max(i, 1) for i in range(x.shape[1])]
    return torch.stack(rows, dim=1)


CUMULATIVE = "nade.hidden_cumulative"
edit(
    CUMULATIVE,
    "stored after the pixel was added",
    old="rows.append(a)\n        a = a + x_i[:, None] * w_i",
    new="a = a + x_i[:, None] * w_i\n        rows.append(a)",
    expect="sees itself",
)
edit(
    CUMULATIVE,
    "starts at zero",
    old="a = c.expand(len(x), -1)",
    new="a = torch.zeros_like(c).expand(len(x), -1)",
    expect="c is missing",
)
edit(
    CUMULATIVE,
    "c is added at every step",
    old="a = a + x_i[:, None] * w_i",
    new="a = a + c + x_i[:, None] * w_i",
    expect="c is added at every pixel",
)
edit(
    CUMULATIVE,
    "the running sum is overwritten, not added to",
    old="a = a + x_i[:, None] * w_i",
    new="a = c + x_i[:, None] * w_i",
    expect="2.2a",
)
edit(
    CUMULATIVE,
    "the sum runs from the last pixel backwards",
    old="return torch.stack(rows, dim=1)",
    new="return torch.stack(rows[::-1], dim=1)",
    expect="2.2b",
)
edit(
    CUMULATIVE,
    "in float32 whatever comes in",
    old="a = c.expand",
    new="a = c.float().expand",
    expect="float64",
)


@mutant(CUMULATIVE, "right, but by the definition: quadratic work", expect="linear in D")
def cumulative_is_naive(W, c, x):
    return hidden_naive(W, c, x)


@mutant(CUMULATIVE, "right, but one D × D mask: quadratic work", expect="linear in D")
def cumulative_masks(W, c, x):
    past = torch.ones(x.shape[1], x.shape[1], dtype=x.dtype).tril(-1)
    return c + (x[:, None, :] * past) @ W.T


@mutant(CUMULATIVE, "inclusive cumulative sum", expect="sees itself")
def cumulative_inclusive(W, c, x):
    return c + (x[:, :, None] * W.T).cumsum(1)


@mutant(CUMULATIVE, "pixel 0 gets 0 instead of c", expect="pixel 0 gets 0 instead of c")
def cumulative_padded_late(W, c, x):
    a = c + (x[:, :, None] * W.T).cumsum(1)
    return F.pad(a, (0, 0, 1, 0))[:, :-1]


@mutant(CUMULATIVE, "cumulative sum over the hidden units", expect="2.2b")
def cumulative_wrong_axis(W, c, x):
    steps = x[:, :, None] * W.T
    return c + steps.cumsum(2) - steps
