"""Images: `invertible_1x1` and `dequantize`."""

import math

import torch

from course_lib.checks import (
    F64,
    assert_close,
    assert_dtype,
    assert_follows,
    assert_true,
    check_for,
    gradients_for,
    inputs,
    jacobian,
    normal,
    numbers,
)

_W = numbers([0.5, 1.0, 0.0], [-1.0, 0.3, 2.0], [0.2, 0.0, 0.7])


@check_for("flows.invertible_1x1", weight=2, hint="8.8a")
def every_place_is_multiplied(flows):
    """y[:, :, i, j] = W x[:, :, i, j] for 3 channels on 2×4 places, in both dtypes."""
    turned = "W is transposed: rows of W belong to the channels of y"
    assert_follows(
        "flows.invertible_1x1",
        flows,
        lambda x, W: torch.einsum("oc,nchw->nohw", W, x),
        call=lambda x, W: flows.invertible_1x1(x, W)[0],
        what="y (image, channel, row, column)",
        suspects=lambda x, W: {turned: torch.einsum("co,nchw->nohw", W, x)},
    )
    x, W = inputs("flows.invertible_1x1", seed=1, dtype=torch.float32)[0].args
    assert_dtype(flows.invertible_1x1(x, W)[1], torch.float32, what="log|det| of float32 maps")


@check_for("flows.invertible_1x1", weight=2, hint="8.8b")
def all_places_count(flows):
    """log|det| = the slogdet of the whole Jacobian, C·H·W by C·H·W, for maps of three sizes."""
    for height, width in ((1, 1), (2, 3), (3, 1)):
        x = normal(height, 3, height, width)
        whole = jacobian(lambda v: flows.invertible_1x1(v, _W)[0], x)
        wanted = torch.linalg.slogdet(whole).logabsdet
        one = torch.linalg.slogdet(_W).logabsdet
        found = flows.invertible_1x1(x[None].repeat(2, 1, 1, 1), _W)[1]
        what = f"log|det| for {height}×{width} places (image)"
        suspects = {
            "one place is counted, not height · width of them": one.expand(2),
            "the channels are counted, too": 3 * wanted.expand(2),
            "the sign": -wanted.expand(2),
            "the rows are counted, not the places": height * one.expand(2),
            "the columns are counted, not the places": width * one.expand(2),
            "|det| itself, not its logarithm": height * width * one.exp().expand(2),
            "the images of the batch are counted together": 2 * wanted.expand(2),
        }
        assert_close(found, wanted.expand(2), atol=1e-6, what=what, suspects=suspects)


@check_for("flows.invertible_1x1", weight=1, hint="8.8c")
def a_permutation_costs_nothing(flows):
    """Two channels exchanged: det W = −1, log|det| = 0; and determinants as small as 10⁻³⁶⁰."""
    x = normal(4, 2, 2, 2, 2)
    y, log_det = flows.invertible_1x1(x, torch.eye(2, dtype=F64).flip(0))
    assert_close(y, x.flip(1), atol=1e-9, what="y of the exchange")
    assert_true(
        bool(torch.isfinite(log_det).all()),
        f"log|det| of the exchange is {float(log_det[0])}, and has to be 0",
        likely="the logarithm of a negative determinant: take |det|, as `slogdet` does",
    )
    assert_close(log_det, torch.zeros(2), atol=1e-9, what="log|det| of the exchange (image)")
    again = jacobian(lambda v: flows.invertible_1x1(v, 2 * _W)[0], x[:1, :1].expand(1, 3, 2, 2)[0])
    found = flows.invertible_1x1(torch.zeros(1, 3, 2, 2, dtype=F64), -2 * _W)[1]
    wanted = torch.linalg.slogdet(again).logabsdet
    assert_close(found, wanted[None], atol=1e-6, what="log|det| of −2 W on 2×2 places (image)")
    one = torch.linalg.slogdet(_W).logabsdet
    for dtype, power in ((F64, 120), (torch.float32, 20)):
        for size in (10.0**-power, 10.0**power):
            zeros = torch.zeros(1, 3, 1, 2, dtype=dtype)
            found = flows.invertible_1x1(zeros, (size * _W).to(dtype))[1]
            what = f"log|det| of {size:g} W on two places (image)"
            wanted = 2 * (3 * math.log(size) + one)
            assert_close(found, wanted[None], atol=1e-4, dtype=dtype, what=what)


def _bin_suspects(x, levels, noise):
    k = x.double()
    return {
        "divided by levels − 1: the highest level then leaves [0, 1)": (k + noise) / (levels - 1),
        "the noise is added after the division, as wide as the whole interval": k / levels + noise,
        "the noise is centred: level k has the bin from k to k + 1": (k + noise - 0.5) / levels,
        "no noise is added": k / levels,
        "the noise is not divided, and the levels by levels − 1": k / (levels - 1) + noise,
        "not divided by the number of levels": k + noise,
        "the noise is subtracted": (k - noise) / levels,
    }


@check_for("flows.dequantize", weight=2, hint="8.9a")
def levels_fill_their_own_bins(flows):
    """Level k of L lands at (k + u) / L, for levels of any dtype."""
    assert_follows(
        "flows.dequantize",
        flows,
        lambda x, levels, noise: (x.double() + noise) / levels,
        what="y",
        suspects=_bin_suspects,
    )


@check_for("flows.dequantize", weight=2, hint="8.9b")
def mean_density_is_the_bin_mass(flows):
    """For p(y) = 6y(1 − y), the mean of p over the noise, by L, is the exact mass of each bin."""
    n_levels, u = 5, (torch.arange(200, dtype=F64) + 0.5) / 200
    x = torch.arange(n_levels)[:, None].expand(-1, 200)
    y = flows.dequantize(x, n_levels, u.expand(n_levels, -1))
    p = 6 * y * (1 - y)
    edges = torch.arange(n_levels + 1, dtype=F64) / n_levels
    mass = (3 * edges**2 - 2 * edges**3).diff()
    assert_close(p.mean(1) / n_levels, mass, atol=1e-5, what="mean density / L (level)")
    bound = p.log().mean(1) - math.log(n_levels)
    above = bound > mass.log() + 1e-5
    assert_true(
        not bool(above.any()),
        f"the mean of log p(y) − log L of level {int(above.int().argmax())} lies above the "
        "logarithm of the bin's mass; by Jensen's inequality it must not",
    )


gradients_for("flows.invertible_1x1", "x", "W")
