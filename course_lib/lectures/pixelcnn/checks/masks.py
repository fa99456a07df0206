"""What a convolution may see: `causal_mask` and `MaskedConv2d.forward`."""

import functools

import torch
from torch.nn.functional import conv2d

from course_lib.checks import (
    F64,
    assert_close,
    assert_dtype,
    check_for,
    gradients_for,
    inputs,
    normal,
    numbers,
    weighted_sum,
)
from course_lib.lectures.pixelcnn.checks.exact import past_mask


@check_for("pixelcnn.causal_mask", weight=2, hint="4.1a")
def mask_by_hand(pixelcnn):
    """A 3×3 kernel: the row above and the pixel to the left; type B the centre as well."""
    masks = {
        "A": numbers([1, 1, 1], [1, 0, 0], [0, 0, 0]),
        "B": numbers([1, 1, 1], [1, 1, 0], [0, 0, 0]),
    }
    row = numbers([0], [1], [0])
    for kind, other in ("AB", "BA"):
        expected = masks[kind]
        suspects = {
            "rows and columns are exchanged": expected.T,
            "A and B are exchanged": masks[other],
            "it shows the future": expected.flip(0, 1),
            "the mask is inverted: true marks the open weights": 1 - expected,
            "the whole row of the centre is open": torch.maximum(expected, row.expand(3, 3)),
            "the whole row of the centre is closed": expected * (1 - row),
            "the rows above are open only left of the centre": expected * numbers(1, 1, 0),
        }
        found, what = pixelcnn.causal_mask(3, kind, 1, 1)[0, 0], f"mask {kind} (row, column)"
        assert_close(found, expected, what=what, suspects=suspects)


@check_for("pixelcnn.causal_mask", hint="4.1b")
def mask_counts(pixelcnn):
    """⌊k²/2⌋ open weights for type A, one more for type B, for every pair of channels."""
    for size in (1, 3, 5, 7):
        for kind, extra in (("A", 0), ("B", 1)):
            found = pixelcnn.causal_mask(size, kind, 2, 3).sum((2, 3))
            expected = torch.full((3, 2), size**2 // 2 + extra)
            what = f"open weights of a {size}×{size} kernel, type {kind}, (out, in)"
            assert_close(found, expected, what=what)


@check_for("pixelcnn.causal_mask", hint="4.1b")
def mask_is_the_past_of_the_centre(pixelcnn):
    """Larger kernels: open is what comes before the centre row by row, in all channels alike."""
    for size in (5, 9):
        for kind in "AB":
            what = f"mask {kind} of a {size}×{size} kernel (out, in, row, column)"
            args = (size, kind, 2, 3)
            assert_close(pixelcnn.causal_mask(*args), past_mask(*args), what=what)


@check_for("pixelcnn.causal_mask", weight=2, hint="4.1c")
def mask_orders_the_colours(pixelcnn):
    """At the centre G sees R, B sees R and G; type B also lets each colour see itself."""
    below, itself = torch.ones(3, 3).tril(-1), torch.ones(3, 3).tril()
    for kind, expected, other in (("A", below, itself), ("B", itself, below)):
        suspects = {
            "in and out are exchanged: R would see G and B": expected.T,
            "the colours are ignored at the centre": float(kind == "B"),
            "type A and type B are exchanged for colours": other,
        }
        found = pixelcnn.causal_mask(3, kind, 3, 3, 3)[:, :, 1, 1]
        what = f"centre of mask {kind} for R, G, B (out, in)"
        assert_close(found, expected, what=what, suspects=suspects)


@check_for("pixelcnn.causal_mask", weight=2, hint="4.1d")
def mask_takes_channels_in_blocks(pixelcnn):
    """Six and nine channels of three colours: the first block is red, the last blue."""
    for kind in "AB":
        for n_in, n_out, n_colors in ((6, 9, 3), (3, 6, 3), (9, 3, 3), (4, 6, 2)):
            mask = past_mask(3, kind, n_in, n_out, n_colors)
            c_in, c_out = torch.arange(n_in), torch.arange(n_out)[:, None]
            sees = torch.lt if kind == "A" else torch.le
            turns, plain = mask.clone(), mask.clone()
            turns[:, :, 1, 1] = sees(c_in % n_colors, c_out % n_colors)
            plain[:, :, 1, 1] = sees(c_in, c_out)
            suspects = {
                "the colours take turns (channel % 3) instead of blocks": turns,
                "channel numbers are compared instead of colours": plain,
            }
            found = pixelcnn.causal_mask(3, kind, n_in, n_out, n_colors)
            what = f"mask {kind} of {n_colors} colours (out, in, row, column)"
            suspects = {cause: wrong for cause, wrong in suspects.items() if (wrong != mask).any()}
            assert_close(found, mask, what=what, suspects=suspects)


def _layer(pixelcnn, here, mask, seed, dtype=F64):
    weight, bias = normal(seed, *mask.shape), normal(seed + 1, len(mask))
    layer = pixelcnn.MaskedConv2d(mask, 0, dtype)
    here.load(layer, weight=weight, bias=bias)
    return layer, weight, bias


@check_for("pixelcnn.MaskedConv2d.forward", weight=2, hint="4.2a")
def convolution_with_open_weights(pixelcnn, here):
    """(M ⊙ W) * x + b on random weights, for square kernels and for a row."""
    for case in inputs("pixelcnn.MaskedConv2d.forward", seed=1):
        mask, (x,) = case.init["mask"], case.args
        weight, bias = case.load.values()
        convolved = functools.partial(conv2d, x, padding=tuple(s // 2 for s in mask.shape[2:]))
        suspects = {
            "the mask is not used": convolved(weight, bias),
            "the bias is missing": convolved(weight * mask),
            "the mask is inverted": convolved(weight * ~mask, bias),
            "the kernel is flipped": convolved((weight * mask).flip(2, 3), bias),
        }
        found = case.call(pixelcnn, here, "MaskedConv2d.forward")
        expected = convolved(weight * mask, bias)
        what = f"output of a {mask.shape[2]}×{mask.shape[3]} kernel (example, channel, row, col)"
        assert_close(found, expected, atol=1e-9, what=what, suspects=suspects)


@check_for("pixelcnn.MaskedConv2d.forward", weight=2, hint="4.2b")
def closed_weights_have_no_effect(pixelcnn, here):
    """Whatever an optimiser makes of the closed weights: only the open ones change the output."""
    mask = past_mask(3, "A", 1, 2)
    layer, weight, bias = _layer(pixelcnn, here, mask, seed=3)
    x = normal(4, 2, 1, 4, 4)
    before = layer.forward(x)
    here.load(layer, weight=torch.where(mask, weight, 1e3))
    what = "with 1000 in every closed weight: output (example, channel, row, column)"
    assert_close(layer.forward(x), before, atol=1e-9, what=what)
    here.load(layer, weight=2 * weight, bias=0 * bias)
    what = "with twice the weights and no bias: output (example, channel, row, column)"
    assert_close(layer.forward(x), 2 * (before - bias[:, None, None]), atol=1e-9, what=what)


@check_for("pixelcnn.MaskedConv2d.forward", weight=2, hint="4.2c")
def open_weights_learn(pixelcnn, here):
    """The gradient of an open weight is made of what it is multiplied with; b has one, too."""
    mask = past_mask(3, "A", 2, 2)
    layer, weight, bias = _layer(pixelcnn, here, mask, seed=5)
    x = normal(6, 2, 2, 3, 4)
    own = weight.requires_grad_(), bias.requires_grad_()
    total = weighted_sum(conv2d(x, weight * mask, bias, padding=1))
    by_weight, by_bias = torch.autograd.grad(total, own)
    found = here.gradients(layer.forward, x)
    assert_close(
        found["self:self.weight"] * mask,
        by_weight,
        atol=1e-9,
        what="∂(Σ w · output)/∂weight (out, in, row, column)",
        suspects={}
        if found["self:self.weight"].any()
        else {"the weight is cut off from its gradient: .data, .detach() or no_grad()": 0.0},
    )
    assert_close(found["self:self.bias"], by_bias, atol=1e-9, what="∂(Σ w · output)/∂bias")


@check_for("pixelcnn.MaskedConv2d.forward", hint="4.2a")
def convolution_keeps_size_and_dtype(pixelcnn, here):
    """Height, width and dtype stay, also for an image of one pixel."""
    for dtype in (torch.float32, torch.float64):
        for shape in ((1, 1), (2, 7)):
            layer, _, bias = _layer(pixelcnn, here, past_mask(5, "A", 1, 2), seed=7, dtype=dtype)
            y = layer.forward(torch.ones(3, 1, *shape, dtype=dtype))
            assert_dtype(y, dtype, what=f"the output of a {dtype} layer")
            assert_close(y.shape, (3, 2, *shape), what="shape of the output")
            assert_close(y[:, :, 0, 0], bias.expand(3, 2), what="output of the first pixel")


gradients_for("pixelcnn.MaskedConv2d.forward", "x", hint="4.2c")
