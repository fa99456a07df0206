"""Wrong receptive fields, gates and gated layers."""

import torch

from autograder.authoring.audit import edit, mutant

FIELD = "pixelcnn.receptive_field"
edit(
    FIELD,
    "row and column are exchanged",
    old="[..., row, col]",
    new="[..., col, row]",
    expect="4.5",
)
edit(
    FIELD,
    "the logits of all pixels",
    old="[..., row, col]",
    new="",
    expect="take the logits of (row, col) only",
)
edit(
    FIELD,
    "the whole row of logits",
    old="[..., row, col]",
    new="[..., row, :]",
    expect="4.5",
)
edit(
    FIELD,
    "only what raises the logits",
    old="(gradient != 0)",
    new="(gradient > 0)",
    expect="lowers the logits",
)
edit(
    FIELD,
    "the complement",
    old="(gradient != 0).any(dim=1).any(dim=0)",
    new="~(gradient != 0).any(dim=1).any(dim=0)",
    expect="it is inverted",
)
edit(
    FIELD,
    "pixels that all colours of all images agree on",
    old=".any(dim=1).any(dim=0)",
    new=".all(dim=1).all(dim=0)",
    expect="4.5",
)
edit(
    FIELD,
    "the first colour only",
    old="(gradient != 0).any(dim=1)",
    new="(gradient != 0)[:, 0]",
    expect="4.5c",
)
edit(
    FIELD,
    "the gradient itself is returned",
    old="return (gradient != 0).any(dim=1).any(dim=0)",
    new="return gradient.abs().sum(dim=(0, 1))",
    expect="promised",
)
edit(
    FIELD,
    "red's logits only",
    old="[..., row, col]",
    new="[:, :, 0, row, col]",
    expect="4.5c",
)
edit(
    FIELD,
    "small gradients do not count",
    old="(gradient != 0)",
    new="(gradient.abs() > 0.5)",
    expect="4.5",
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
for reason, new, expect in (
    ("a and b are exchanged", "torch.tanh(b) * torch.sigmoid(a)", "exchanged"),
    ("two tanh", "torch.tanh(a) * torch.tanh(b)", "the gate has tanh"),
    ("two sigmoids", "torch.sigmoid(a) * torch.sigmoid(b)", "the value has σ"),
    ("no tanh", "a * torch.sigmoid(b)", "the value has no tanh"),
    ("a sum", "torch.tanh(a) + torch.sigmoid(b)", "added"),
    ("no sigmoid", "torch.tanh(a) * b", "the gate has no σ"),
    ("relu for tanh", "torch.relu(a) * torch.sigmoid(b)", "4.6a"),
    ("the gate of the value itself", "torch.tanh(a) * torch.sigmoid(a)", "4.6a"),
):
    edit(GATE, reason, old="torch.tanh(a) * torch.sigmoid(b)", new=new, expect=expect)

LAYER = "pixelcnn.GatedLayer.forward"
edit(LAYER, "no link", old=" + self.link(u)", new="", expect="the link")
edit(
    LAYER,
    "no residual connection",
    old="h + horizontal if self.residual else h",
    new="h",
    expect="self.residual",
)
edit(
    LAYER,
    "a residual connection in every layer",
    old="h + horizontal if self.residual else h",
    new="h + horizontal",
    expect="self.residual",
)
edit(
    LAYER,
    "the vertical input is added instead of the horizontal one",
    old="h + horizontal if",
    new="h + vertical if",
    expect="4.7",
)
edit(
    LAYER,
    "the halves of the vertical stack are exchanged",
    old="gated_activation(*u.chunk(2, dim=1))",
    new="gated_activation(*u.chunk(2, dim=1)[::-1])",
    expect="exchanged",
)
edit(
    LAYER,
    "the halves of the horizontal stack are exchanged",
    old="gated_activation(*w.chunk(2, dim=1))",
    new="gated_activation(*w.chunk(2, dim=1)[::-1])",
    expect="exchanged",
)
edit(
    LAYER,
    "even and odd channels instead of halves",
    old="gated_activation(*w.chunk(2, dim=1))",
    new="gated_activation(w[:, ::2], w[:, 1::2])",
    expect="4.7a",
)
edit(
    LAYER,
    "the horizontal stack flows into the vertical one",
    old="        if condition",
    new="        u = u + w\n        if condition",
    expect="4.7c",
)
edit(
    LAYER,
    "the link reads the conditioned vertical stack",
    old="w = w + (condition @ self.V_horizontal)[:, :, None, None]",
    new="w = self.horizontal(horizontal) + self.link(u)"
    " + (condition @ self.V_horizontal)[:, :, None, None]",
    expect="4.7b",
)
edit(
    LAYER,
    "the vertical stack ignores the condition",
    old="u = u + (condition @ self.V_vertical)[:, :, None, None]",
    new="pass",
    expect="the vertical stack ignores the condition",
)
edit(
    LAYER,
    "the horizontal stack ignores the condition",
    old="w = w + (condition @ self.V_horizontal)[:, :, None, None]",
    new="pass",
    expect="the horizontal stack ignores the condition",
)
edit(
    LAYER,
    "one matrix for both conditions",
    old="self.V_horizontal",
    new="self.V_vertical",
    expect="4.7b",
)
edit(
    LAYER,
    "no 1×1 convolution after the gate",
    old="self.output(gated_activation(*w.chunk(2, dim=1)))",
    new="gated_activation(*w.chunk(2, dim=1))",
    expect="4.7",
)
edit(
    LAYER,
    "h' before v'",
    old="return v, h + horizontal if self.residual else h",
    new="return h + horizontal if self.residual else h, v",
    expect="wrong order",
)
edit(
    LAYER,
    "the horizontal convolution reads the vertical stack",
    old="self.horizontal(horizontal)",
    new="self.horizontal(vertical)",
    expect="4.7",
)
