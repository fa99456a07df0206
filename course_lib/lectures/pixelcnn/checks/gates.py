"""The gate and the two stacks: `gated_activation` and `GatedLayer.forward`."""

import torch

from course_lib.checks import (
    F64,
    Draw,
    assert_close,
    assert_depends_on_all_past,
    assert_depends_only_on_past,
    assert_follows,
    check_for,
    gradients_for,
    inputs,
    normal,
    numbers,
)
from course_lib.lectures.pixelcnn.checks.exact import exact_gated, gated_parameters


@check_for("pixelcnn.gated_activation", weight=2, hint="4.6a")
def gate_by_hand(pixelcnn):
    """tanh(a) · σ(b) at a few points: (1, 0) gives tanh(1)/2, a = 0 gives 0."""
    a, b = numbers([1, 0, 1, -2, 0.5], [0, 3, -1, 2, 0.5])
    expected = torch.tanh(a) / (1 + torch.exp(-b))
    suspects = {
        "a and b are exchanged": torch.tanh(b) * torch.sigmoid(a),
        "the gate has tanh, not σ": torch.tanh(a) * torch.tanh(b),
        "the value has σ, not tanh": torch.sigmoid(a) * torch.sigmoid(b),
        "the value has no tanh": a * torch.sigmoid(b),
        "the two are added": torch.tanh(a) + torch.sigmoid(b),
        "the gate has no σ": torch.tanh(a) * b,
    }
    assert_close(pixelcnn.gated_activation(a, b), expected, what="value", suspects=suspects)


@check_for("pixelcnn.gated_activation", hint="4.6a")
def gate_follows_the_formula(pixelcnn):
    """tanh(a) · σ(b), entry by entry, for arguments of any shape."""

    def definition(a, b):
        return torch.tanh(a) / (1 + torch.exp(-b))

    assert_follows("pixelcnn.gated_activation", pixelcnn, definition, what="value")


@check_for("pixelcnn.gated_activation", hint="4.6b")
def gate_opens_and_shuts(pixelcnn):
    """Gates at ±10³ let tanh(a) through or nothing; shape and dtype stay."""
    for dtype in (torch.float32, torch.float64):
        a = torch.tensor([[-1e3, -0.3], [0.7, 1e3]], dtype=dtype)
        for b, expected in ((1e3, torch.tanh(a)), (-1e3, torch.zeros_like(a))):
            y = pixelcnn.gated_activation(a, torch.full_like(a, b))
            assert_close(y, expected, dtype=dtype, what=f"with b = {b:g}: value")


def _layer(pixelcnn, here, kind, in_channels, n_hidden, seed):
    layer = pixelcnn.GatedLayer(in_channels, n_hidden, kind, 0, 0, F64)
    here.load(layer, **gated_parameters(Draw(seed), in_channels, n_hidden))
    return layer


_WRONG = {
    "the link from the vertical to the horizontal stack is missing": {"no_link": True},
    "h is added in the layer of type B, and only there (self.residual)": {"residual": True},
    "the two halves are exchanged: the first goes through tanh": {"swapped": True},
}
_WRONG_CONDITION = {
    "the vertical stack ignores the condition": {"v_unconditional": True},
    "the horizontal stack ignores the condition": {"h_unconditional": True},
}


def _definition(made, *args, **wrong):
    return exact_gated(made.load, made.init["mask_type"], *args, **wrong)


def _suspects(made, *args):
    causes = _WRONG if len(args) == 2 else _WRONG | _WRONG_CONDITION
    wrong = {cause: _definition(made, *args, **flags) for cause, flags in causes.items()}
    wrong["v' and h' are returned in the wrong order"] = _definition(made, *args)[::-1]
    return [{cause: pair[k] for cause, pair in wrong.items()} for k in (0, 1)]


def _follows(pixelcnn, here, kind, cases):
    exercise = "pixelcnn.GatedLayer.forward"
    names = tuple(f"type {kind}: {name} (example, channel, row, column)" for name in ("v'", "h'"))
    assert_follows(
        exercise, pixelcnn, _definition, what=names, suspects=_suspects, here=here, cases=cases
    )


@check_for("pixelcnn.GatedLayer.forward", weight=2, hint="4.7a")
def gated_layer_follows_the_formula(pixelcnn, here):
    """v' and h' on random weights, in a layer of type A and in one of type B."""
    for kind, cases in (("A", slice(1)), ("B", slice(1, 3))):
        _follows(pixelcnn, here, kind, cases)


@check_for("pixelcnn.GatedLayer.forward", weight=2, hint="4.7b")
def gated_layer_takes_a_condition(pixelcnn, here):
    """cV enters both stacks before their gates; a condition of zeros is none."""
    _follows(pixelcnn, here, "B", slice(3, 4))
    _follows(pixelcnn, here, "A", slice(5, 6))
    case = inputs("pixelcnn.GatedLayer.forward", seed=4)[-1]
    v, h, c = case.args
    layer = case.instance(pixelcnn, here, "GatedLayer")
    plain, zero = layer.forward(v, h), layer.forward(v, h, torch.zeros_like(c))
    for k, name in enumerate(("v'", "h'")):
        assert_close(zero[k], plain[k], atol=1e-9, what=f"{name} with a condition of zeros")


def _stack(pixelcnn, here, n_hidden=3):
    layers = [
        _layer(pixelcnn, here, "B" if k else "A", n_hidden if k else 1, n_hidden, seed=8 + k)
        for k in range(3)
    ]

    def top(x):
        v = h = x
        for layer in layers:
            v, h = layer.forward(v, h)
        return h.sum(1)

    return top


@check_for("pixelcnn.GatedLayer.forward", weight=2, hint="4.7c")
def gated_stacks_look_back_only(pixelcnn, here):
    """Three layers on 4×4 pixels: the horizontal stack sees no pixel from its own place on."""
    x = normal(11, 1, 4, 4)
    assert_depends_only_on_past(_stack(pixelcnn, here), x, what="the top at pixel")


@check_for("pixelcnn.GatedLayer.forward", weight=2, hint="4.7c")
def gated_stacks_have_no_blind_spot(pixelcnn, here):
    """Three layers on 4×4 pixels: every earlier pixel is seen, the blind ones included."""
    x = normal(11, 1, 4, 4)
    assert_depends_on_all_past(_stack(pixelcnn, here), x, what="the top at pixel")


@check_for("pixelcnn.GatedLayer.forward", hint="4.7c")
def vertical_stack_ignores_the_horizontal_one(pixelcnn, here):
    """Another h leaves v' as it is: to its right, v' is used where h already knows too much."""
    layer = _layer(pixelcnn, here, "B", 2, 2, seed=12)
    v, h = normal(13, 1, 2, 3, 3), normal(14, 1, 2, 3, 3)
    plain, other = (layer.forward(v, h + shift)[0] for shift in (0, 1))
    what = "after adding 1 to h: v' (example, channel, row, column)"
    assert_close(other, plain, atol=1e-9, what=what)


gradients_for("pixelcnn.gated_activation", "a", "b")
gradients_for(
    "pixelcnn.GatedLayer.forward", "vertical", "horizontal", "self", "condition", cases=(3,)
)
