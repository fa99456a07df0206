"""Wrong receptive fields, gates and gated layers."""

from autograder.authoring.audit import edits, mutant

FIELD = "pixelcnn.receptive_field"
edits(
    FIELD,
    ("row and column are exchanged", "[..., row, col]", "[..., col, row]", "4.5"),
    ("the logits of all pixels", "[..., row, col]", "", "take the logits of (row, col) only"),
    ("the whole row of logits", "[..., row, col]", "[..., row, :]", "4.5"),
    ("red's logits only", "[..., row, col]", "[:, :, 0, row, col]", "4.5c"),
    ("only what raises the logits", "(gradient != 0)", "(gradient > 0)", "lowers the logits"),
    ("small gradients do not count", "(gradient != 0)", "(gradient.abs() > 0.5)", "4.5"),
    ("the complement", "(gradient != 0).any", "~(gradient != 0).any", "it is inverted"),
    ("pixels that all colours of all images agree on", ".any(dim=1).any", ".all(dim=1).all", "4.5"),
    ("the first colour only", "(gradient != 0).any(dim=1)", "(gradient != 0)[:, 0]", "4.5c"),
    "return (gradient != 0).any(dim=1).any(dim=0)",
    ("the gradient itself is returned", "return gradient.abs().sum(dim=(0, 1))", "; expected"),
)


@mutant(FIELD, "everything before the pixel, without looking at the model", expect="4.5")
def field_of_the_order(model, row, col, shape, seed=0):
    places = torch.arange(shape[0] * shape[1]).reshape(shape)
    return places < row * shape[1] + col


@mutant(FIELD, "the other direction: who listens to this pixel", expect="4.5")
def field_of_listeners(model, row, col, shape, seed=0):
    x = torch.rand(8, model.n_colors, *shape, generator=torch.Generator().manual_seed(seed))
    x = x.to(next(model.parameters()))
    y = x.clone()
    y[:, :, row, col] += 0.5
    with torch.no_grad():
        change = (model.logits(y) - model.logits(x)).abs().amax((0, 1, 2))
    return change > 1e-9


edits(
    "pixelcnn.gated_activation",
    ("a and b are exchanged", "(a) * torch.sigmoid(b)", "(b) * torch.sigmoid(a)", "exchanged"),
    ("two tanh", "(a) * torch.sigmoid(b)", "(a) * torch.tanh(b)", "the gate has tanh"),
    ("two sigmoids", "torch.tanh(a) *", "torch.sigmoid(a) *", "the value has σ"),
    ("no tanh", "torch.tanh(a) * torch.sigmoid", "a * torch.sigmoid", "the value has no tanh"),
    ("a sum", "torch.tanh(a) * torch.sigmoid(b)", "torch.tanh(a) + torch.sigmoid(b)", "added"),
    ("no sigmoid", "torch.tanh(a) * torch.sigmoid(b)", "torch.tanh(a) * b", "the gate has no σ"),
    ("relu for tanh", "torch.tanh(a) * torch.sigmoid", "torch.relu(a) * torch.sigmoid", "4.6a"),
    ("the gate of the value itself", "(a) * torch.sigmoid(b)", "(a) * torch.sigmoid(a)", "4.6a"),
)
edits(
    "pixelcnn.GatedLayer.forward",
    ("no link", " + self.link(u)", "", "the link"),
    ("no residual connection", "h + horizontal if self.residual else h", "h", "self.residual"),
    ("a residual connection in every layer", " if self.residual else h", "", "self.residual"),
    (
        "the halves of the vertical stack are exchanged",
        "gated_activation(*u.chunk(2, dim=1))",
        "gated_activation(*u.chunk(2, dim=1)[::-1])",
        "exchanged",
    ),
    (
        "the horizontal stack flows into the vertical one",
        "        if condition",
        "        u = u + w\n        if condition",
        "4.7c",
    ),
    (
        "the vertical stack ignores the condition",
        "u = u + (condition @ self.V_vertical)[:, :, None, None]",
        "pass",
        "the vertical stack ignores the condition",
    ),
    ("one matrix for both conditions", "self.V_horizontal", "self.V_vertical", "4.7b"),
    ("the horizontal convolution reads the vertical stack", "(horizontal)", "(vertical)", "4.7"),
    "h + horizontal if",
    ("the vertical input is added instead of the horizontal one", "h + vertical if", "4.7"),
    "self.output(gated_activation(*w.chunk(2, dim=1)))",
    ("no 1×1 convolution after the gate", "gated_activation(*w.chunk(2, dim=1))", "4.7"),
    "return v, h + horizontal if self.residual else h",
    ("h' before v'", "return h + horizontal if self.residual else h, v", "wrong order"),
    "gated_activation(*w.chunk(2, dim=1))",
    (
        "the halves of the horizontal stack are exchanged",
        "gated_activation(*w.chunk(2, dim=1)[::-1])",
        "exchanged",
    ),
    ("even and odd channels instead of halves", "gated_activation(w[:, ::2], w[:, 1::2])", "4.7a"),
    "w = w + (condition @ self.V_horizontal)[:, :, None, None]",
    (
        "the link reads the conditioned vertical stack",
        "w = self.horizontal(horizontal) + self.link(u)"
        " + (condition @ self.V_horizontal)[:, :, None, None]",
        "4.7b",
    ),
    (
        "the horizontal stack ignores the condition",
        "pass",
        "the horizontal stack ignores the condition",
    ),
)
GRADIENTS = "(gradient != 0).any(dim=1).any(dim=0)"
edits(
    FIELD,
    ("the first level only", "logits.sum()", "logits[:, 0].sum()", "4.5c"),
    ("the likeliest level only", "logits.sum()", "logits.amax(1).sum()", "4.5c"),
    ("the last colour only", "logits.sum()", "logits[:, :, -1].sum()", "4.5c"),
    ("tiny gradients do not count", "gradient != 0", "gradient.abs() > 1e-6", "4.5c"),
    ("the first image only", GRADIENTS, "(gradient != 0).any(dim=1)[0]", "unless that is bright"),
    ("colours cancel", GRADIENTS, "(gradient.sum(1) != 0).any(dim=0)", "takes away"),
)
edits(
    "pixelcnn.GatedLayer.forward",
    ("v is cut off", "return v,", "return v.detach(),", "cut off"),
    (
        "a condition in layers of type B only",
        "if condition is not None:",
        "if condition is not None and self.residual:",
        "4.7b",
    ),
)
