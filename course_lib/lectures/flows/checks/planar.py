"""Planar layers: `constrain_u` and `PlanarFlow.forward`."""

import math
from typing import Any

import torch

from course_lib.checks import (
    F64,
    Made,
    apart,
    assert_close,
    assert_dtype,
    assert_true,
    check_for,
    gradients_for,
    inputs,
    numbers,
)
from course_lib.lectures.flows.checks.exact import assert_counts_its_volume, constrained_u, planar


@check_for("flows.constrain_u", weight=2, hint="8.2b")
def constrained_by_hand(flows):
    """u = (−1, 3), w = (2, 0): w·u = −2 becomes −1 + log(1 + e⁻²), along w only."""
    m = -1 + math.log1p(math.exp(-2))
    wanted = numbers(m / 2, 3.0)
    found = flows.constrain_u(numbers(-1.0, 3.0), numbers(2.0, 0.0))
    suspects = {
        "u came back unchanged": numbers(-1.0, 3.0),
        "the correction is divided by |w|, not by |w|²": numbers(-1 + m + 2, 3.0),
        "the correction is not divided at all": numbers(-1 + 2 * (m + 2), 3.0),
        "m(a) lacks its −1": numbers((m + 1) / 2, 3.0),
        "− w·u is missing in the correction": numbers(-1 + m / 2, 3.0),
        "the correction goes along u, not along w": numbers(-1.0, 3.0) * (1 + (m + 2) / 4),
    }
    assert_close(found, wanted, atol=1e-9, what="û", suspects=suspects)


@check_for("flows.constrain_u", weight=2, hint="8.2a")
def the_product_stays_above_minus_one(flows):
    """w·û = −1 + log(1 + exp(w·u)), above −1, for w·u from −15 to 900."""
    w = numbers(0.6, -0.8, 1.5)
    for a in (-15.0, -3.0, -1.0, 0.0, 2.0, 12.0, 40.0, 900.0):
        u = a * w / (w @ w) + numbers(0.8, 0.6, 0.0)  # the second part is perpendicular to w
        found = w @ flows.constrain_u(u, w)
        wanted = float(torch.nn.functional.softplus(numbers(a))) - 1
        suspects = {"w·u itself: nothing is constrained": a}
        assert_close(
            found, wanted, atol=1e-9, rtol=1e-9, what=f"w·û for w·u = {a:g}", suspects=suspects
        )
        assert_true(float(found) > -1, f"w·û is {float(found):.6g} for w·u = {a:g}, not above −1")


@check_for("flows.constrain_u", weight=1, hint="8.2c")
def what_is_perpendicular_to_w_stays(flows):
    """û − u is a multiple of w, in 2 to 5 dimensions and in both dtypes."""
    for dtype, tolerance in ((torch.float64, 1e-9), (torch.float32, 1e-5)):
        for case in inputs("flows.constrain_u", seed=1, dtype=dtype):
            u, w = case.args
            moved = flows.constrain_u(u, w) - u
            along = (moved @ w) / (w @ w) * w
            what = "û − u, where only a multiple of w may"
            assert_close(moved, along, atol=tolerance, dtype=dtype, what=what)


# w·u = −6: without the constraint this layer would fold the plane over.
_FOLDING = {"u": numbers(-3.0, 1.0), "w": numbers(2.0, 0.0), "b": numbers(0.3)[0]}


def _layers(flows, here, dtype=F64):
    """The student's layers, with their weights and points. Half of them fold if u stays."""
    layers: dict[int, Any] = {}
    for case in inputs("flows.PlanarFlow.forward", seed=1, dtype=dtype):
        n_dims = case.init["n_dims"]
        layer = layers.setdefault(n_dims, case.instance(flows, here, "PlanarFlow"))
        here.load(layer, **case.load)  # some layers come twice, with other weights
        yield layer, case.load, *case.args


@check_for("flows.PlanarFlow.forward", weight=2, hint="8.3a")
def planar_moves_along_u(flows, here):
    """f(z) = z + û tanh(w·z + b), in both dtypes."""
    for dtype, tolerance in ((torch.float64, 1e-9), (torch.float32, 1e-4)):
        for layer, values, z in _layers(flows, here, dtype):
            w, b = values["w"], values["b"]
            expected = planar(values, z)[0]
            step = torch.tanh(z @ w + b)[:, None]
            suspects = {
                "u is used as it is: `constrain_u` has to come first": planar(values, z, False)[0],
                "b is missing": planar({**values, "b": 0 * b}, z)[0],
                "z itself is missing": expected - z,
                "the step goes along w": z + step * w,
                "tanh is missing": z + (z @ w + b)[:, None] * constrained_u(values["u"], w),
            }
            found, log_det = layer.forward(z)
            assert_dtype(log_det, dtype, what=f"log|det| of a {dtype} layer")
            what = "f(z) (point, coordinate)"
            assert_close(found, expected, atol=tolerance, dtype=dtype, what=what, suspects=suspects)


@check_for("flows.PlanarFlow.forward", weight=3, hint="8.3b")
def planar_counts_its_volume(flows, here):
    """log|det| = the slogdet of the Jacobian of f, at several points in 2 and 4 dimensions."""
    for layer, values, points in _layers(flows, here):
        w, b = values["w"], values["b"]
        a, h = w @ constrained_u(values["u"], w), torch.tanh(points @ w + b)
        slope = 1 - h**2
        suspects = {
            "u is used as it is in the determinant": planar(values, points, False)[1],
            "the derivative of tanh is 1 − tanh², not 1 − tanh": (1 + a * (1 - h)).abs().log(),
            "the determinant, not its logarithm": 1 + a * slope,
            "the 1 of 1 + û·w h′ is missing": (a * slope).abs().log(),
            "the derivative of tanh is missing": (1 + a).abs().log().expand(len(points)),
        }
        what = "log|det| (point)"
        assert_counts_its_volume(layer.forward, points, what=what, suspects=suspects)
    # w·u = −15: on the plane w·z = 0 a millionth of the volume is left.
    flat = {"u": numbers(-7.5, 1.0), "w": numbers(2.0, 0.0), "b": numbers(0.0)[0]}
    layer = Made("PlanarFlow", {"n_dims": 2, "seed": 0, "dtype": F64}, flat).make(flows, here)
    found = layer.forward(numbers([0.0, 1.0]))[1]
    wanted = math.log(math.log1p(math.exp(-15)))
    assert_close(found, numbers(wanted), atol=1e-6, what="log|det| where w·u = −15 (point)")


@check_for("flows.PlanarFlow.forward", weight=1, hint="8.3c")
def planar_does_not_fold(flows, here):
    """Walking along w, w·f(z) only grows, also where w·u = −6."""
    layer = Made("PlanarFlow", {"n_dims": 2, "seed": 0, "dtype": F64}, _FOLDING).make(flows, here)
    along = torch.linspace(-2, 2, 41, dtype=F64)[:, None] * _FOLDING["w"]
    height = layer.forward(along)[0] @ _FOLDING["w"]
    falls = (height.diff() <= 0).nonzero()
    if len(falls):
        k = int(falls[0])
        high, low = apart(*height[k : k + 2].tolist())
        assert_true(
            False,
            f"from z = {along[k, 0]:.1f} w to {along[k + 1, 0]:.1f} w, w·f(z) goes from "
            f"{high} to {low} and does not grow: two points land at one, and there is no inverse",
            likely="u has to go through `constrain_u` first",
        )


gradients_for("flows.constrain_u", "u", "w")
gradients_for("flows.PlanarFlow.forward", "z", "self")
