"""Wrong pre-activations."""

from autograder.authoring.audit import edits, mutant

NAIVE = "nade.hidden_naive"
edits(
    NAIVE,
    ("the mean over the pixels seen, not their sum", ".T for", ".T / max(i, 1) for", "2.1b"),
    ("pixel i sees itself", "x[:, :i] @ W[:, :i]", "x[:, : i + 1] @ W[:, : i + 1]", "sees itself"),
    ("looks at the later pixels", "[:, :i] @ W[:, :i]", "[:, i + 1 :] @ W[:, i + 1 :]", "after i"),
    ("one pixel too few", ":, :i] @ W[:, :i", ":, : max(i - 1, 0)] @ W[:, : max(i - 1, 0)", "2.1a"),
    ("c is forgotten", "[c + x", "[x", "c is missing"),
    ("computes in float32 whatever comes in", "[c + x", "[c.float() + x.float()", "float64"),
    ("the columns of W are shifted against the pixels", "W[:, :i].", "W[:, 1 : i + 1].", "shifted"),
    ("hidden units and pixels end up exchanged", "dim=1)", "dim=2)", "promised"),
    "torch.stack(rows, dim=1)",
    ("the activation is applied already", "torch.sigmoid(torch.stack(rows, dim=1))", "2.1b"),
)


@mutant(NAIVE, "every pixel sees the whole vector", expect="2.1a")
def naive_sees_all(W, c, x):
    return (c + x @ W.T)[:, None, :].expand(-1, x.shape[1], -1)


CUMULATIVE = "nade.hidden_cumulative"
edits(
    CUMULATIVE,
    (
        "stored after the pixel was added",
        "rows.append(a)\n        a = a + x_i[:, None] * w_i",
        "a = a + x_i[:, None] * w_i\n        rows.append(a)",
        "sees itself",
    ),
    ("starts at zero", "a = c.expand", "a = torch.zeros_like(c).expand", "c is missing"),
    ("c is added at every step", "x_i[:, None]", "c + x_i[:, None]", "c is added at every pixel"),
    ("the running sum is overwritten, not added to", "a = a + x_i", "a = c + x_i", "2.2a"),
    ("the sum runs from the last pixel backwards", "(rows, dim=1)", "(rows[::-1], dim=1)", "2.2b"),
    ("in float32 whatever comes in", "a = c.expand", "a = c.float().expand", "float64"),
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
