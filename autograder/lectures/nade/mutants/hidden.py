"""Wrong pre-activations."""

from autograder.authoring.audit import edits

edits(
    "nade.hidden_naive",
    ("the mean over the pixels seen, not their sum", ".T for", ".T / max(i, 1) for", "2.1b"),
    ("pixel i sees itself", "x[:, :i] @ W[:, :i]", "x[:, : i + 1] @ W[:, : i + 1]", "sees itself"),
    ("looks at the later pixels", "[:, :i] @ W[:, :i]", "[:, i + 1 :] @ W[:, i + 1 :]", "after i"),
    ("one pixel too few", ":, :i] @ W[:, :i", ":, : max(i - 1, 0)] @ W[:, : max(i - 1, 0)", "2.1a"),
    ("c is forgotten", "[c + x", "[x", "c is missing"),
    ("computes in float32 whatever comes in", "[c + x", "[c.float() + x.float()", "float64"),
    ("the columns of W are shifted against the pixels", "W[:, :i].", "W[:, 1 : i + 1].", "shifted"),
    ("hidden units and pixels end up exchanged", "dim=1)", "dim=2)", "; expected"),
    ("every pixel sees the whole vector", "x[:, :i] @ W[:, :i].T", "x @ W.T", "2.1a"),
    "torch.stack(rows, dim=1)",
    ("the activation is applied already", "torch.sigmoid(torch.stack(rows, dim=1))", "2.1b"),
)
edits(
    "nade.hidden_cumulative",
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
    "torch.stack(rows, dim=1)",
    ("right, but by the definition: quadratic work", "hidden_naive(W, c, x)", "linear in D"),
    (
        "right, but one D × D mask: quadratic work",
        "c + (x[:, None] * x.new_ones(x.shape[1], x.shape[1]).tril(-1)) @ W.T",
        "linear in D",
    ),
    ("inclusive cumulative sum", "c + (x[:, :, None] * W.T).cumsum(1)", "sees itself"),
    (
        "pixel 0 gets 0 instead of c",
        "F.pad(c + (x[:, :, None] * W.T).cumsum(1), (0, 0, 1, 0))[:, :-1]",
        "pixel 0 gets 0 instead of c",
    ),
    (
        "cumulative sum over the hidden units",
        "c + (x[:, :, None] * W.T).cumsum(2) - x[:, :, None] * W.T",
        "2.2b",
    ),
)
