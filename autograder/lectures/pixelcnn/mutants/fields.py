"""Wrong receptive fields, gates and gated layers."""

import torch

from autograder.authoring.audit import edits, mutant

FIELD = "pixelcnn.receptive_field"
edits(
    FIELD,
    "[..., row, col]",
    ("row and column are exchanged", "[..., col, row]", "4.5"),
    ("the logits of all pixels", "", "take the logits of (row, col) only"),
    ("the whole row of logits", "[..., row, :]", "4.5"),
    ("red's logits only", "[:, :, 0, row, col]", "4.5c"),
)
edits(
    FIELD,
    "(gradient != 0)",
    ("only what raises the logits", "(gradient > 0)", "lowers the logits"),
    ("small gradients do not count", "(gradient.abs() > 0.5)", "4.5"),
)
edits(
    FIELD,
    "(gradient != 0).any(dim=1).any(dim=0)",
    ("the complement", "~(gradient != 0).any(dim=1).any(dim=0)", "it is inverted"),
)
edits(
    FIELD,
    ".any(dim=1).any(dim=0)",
    ("pixels that all colours of all images agree on", ".all(dim=1).all(dim=0)", "4.5"),
)
edits(
    FIELD, "(gradient != 0).any(dim=1)", ("the first colour only", "(gradient != 0)[:, 0]", "4.5c")
)
edits(
    FIELD,
    "return (gradient != 0).any(dim=1).any(dim=0)",
    ("the gradient itself is returned", "return gradient.abs().sum(dim=(0, 1))", "promised"),
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


GATE = "pixelcnn.gated_activation"
edits(
    GATE,
    "torch.tanh(a) * torch.sigmoid(b)",
    ("a and b are exchanged", "torch.tanh(b) * torch.sigmoid(a)", "exchanged"),
    ("two tanh", "torch.tanh(a) * torch.tanh(b)", "the gate has tanh"),
    ("two sigmoids", "torch.sigmoid(a) * torch.sigmoid(b)", "the value has σ"),
    ("no tanh", "a * torch.sigmoid(b)", "the value has no tanh"),
    ("a sum", "torch.tanh(a) + torch.sigmoid(b)", "added"),
    ("no sigmoid", "torch.tanh(a) * b", "the gate has no σ"),
    ("relu for tanh", "torch.relu(a) * torch.sigmoid(b)", "4.6a"),
    ("the gate of the value itself", "torch.tanh(a) * torch.sigmoid(a)", "4.6a"),
)

LAYER = "pixelcnn.GatedLayer.forward"
edits(LAYER, " + self.link(u)", ("no link", "", "the link"))
edits(
    LAYER,
    "h + horizontal if self.residual else h",
    ("no residual connection", "h", "self.residual"),
    ("a residual connection in every layer", "h + horizontal", "self.residual"),
)
edits(
    LAYER,
    "h + horizontal if",
    ("the vertical input is added instead of the horizontal one", "h + vertical if", "4.7"),
)
edits(
    LAYER,
    "gated_activation(*u.chunk(2, dim=1))",
    (
        "the halves of the vertical stack are exchanged",
        "gated_activation(*u.chunk(2, dim=1)[::-1])",
        "exchanged",
    ),
)
edits(
    LAYER,
    "gated_activation(*w.chunk(2, dim=1))",
    (
        "the halves of the horizontal stack are exchanged",
        "gated_activation(*w.chunk(2, dim=1)[::-1])",
        "exchanged",
    ),
    ("even and odd channels instead of halves", "gated_activation(w[:, ::2], w[:, 1::2])", "4.7a"),
)
edits(
    LAYER,
    "        if condition",
    (
        "the horizontal stack flows into the vertical one",
        "        u = u + w\n        if condition",
        "4.7c",
    ),
)
edits(
    LAYER,
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
edits(
    LAYER,
    "u = u + (condition @ self.V_vertical)[:, :, None, None]",
    (
        "the vertical stack ignores the condition",
        "pass",
        "the vertical stack ignores the condition",
    ),
)
edits(LAYER, "self.V_horizontal", ("one matrix for both conditions", "self.V_vertical", "4.7b"))
edits(
    LAYER,
    "self.output(gated_activation(*w.chunk(2, dim=1)))",
    ("no 1×1 convolution after the gate", "gated_activation(*w.chunk(2, dim=1))", "4.7"),
)
edits(
    LAYER,
    "return v, h + horizontal if self.residual else h",
    ("h' before v'", "return h + horizontal if self.residual else h, v", "wrong order"),
)
edits(
    LAYER,
    "self.horizontal(horizontal)",
    ("the horizontal convolution reads the vertical stack", "self.horizontal(vertical)", "4.7"),
)
