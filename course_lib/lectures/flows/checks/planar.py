"""Planar layers: `constrain_u` and `PlanarFlow.forward`."""

import math

import torch

from course_lib.checks import F64, assert_close, assert_dtype, assert_true, check_for, normal
from course_lib.lectures.flows.checks.exact import assert_counts_its_volume, constrained_u, planar


def _vector(*values):
    return torch.tensor(values, dtype=F64)


@check_for("flows.constrain_u", weight=2, hint="8.2b")
def constrained_by_hand(flows):
    """u = (−1, 3), w = (2, 0): w·u = −2 becomes −1 + log(1 + e⁻²), along w only."""
    m = -1 + math.log1p(math.exp(-2))
    wanted = _vector(m / 2, 3.0)
    assert_close(
        flows.constrain_u(_vector(-1.0, 3.0), _vector(2.0, 0.0)),
        wanted,
        atol=1e-9,
        what="û",
        suspects={
            "u came back unchanged": _vector(-1.0, 3.0),
            "the correction is divided by |w|, not by |w|²": _vector(-1 + m + 2, 3.0),
            "the correction is not divided at all": _vector(-1 + 2 * (m + 2), 3.0),
            "m(a) lacks its −1": _vector((m + 1) / 2, 3.0),
            "− w·u is missing in the correction": _vector(-1 + m / 2, 3.0),
            "the correction goes along u, not along w": _vector(-1.0, 3.0) * (1 + (m + 2) / 4),
        },
    )


@check_for("flows.constrain_u", weight=2, hint="8.2a")
def the_product_stays_above_minus_one(flows):
    """w·û = −1 + log(1 + exp(w·u)), above −1, for w·u from −15 to 900."""
    w = _vector(0.6, -0.8, 1.5)
    for a in (-15.0, -3.0, -1.0, 0.0, 2.0, 40.0, 900.0):
        u = a * w / (w @ w) + _vector(0.8, 0.6, 0.0)  # the second part is perpendicular to w
        found = w @ flows.constrain_u(u, w)
        wanted = float(torch.nn.functional.softplus(_vector(a))) - 1
        assert_close(
            found,
            wanted,
            atol=1e-9,
            rtol=1e-9,
            what=f"w·û for w·u = {a:g}",
            suspects={"w·u itself: nothing is constrained": a},
        )
        assert_true(float(found) > -1, f"w·û is {float(found):.6g} for w·u = {a:g}, not above −1")


@check_for("flows.constrain_u", weight=1, hint="8.2c")
def what_is_perpendicular_to_w_stays(flows):
    """û − u is a multiple of w, in 2 to 5 dimensions and in both dtypes."""
    for d in (2, 3, 5):
        for dtype, tolerance in ((torch.float64, 1e-9), (torch.float32, 1e-5)):
            u, w = normal(d, d).to(dtype), 2 * normal(d + 9, d).to(dtype)
            found = flows.constrain_u(u, w)
            assert_dtype(found, dtype, what=f"û of {dtype} vectors")
            moved = found - u
            along = (moved @ w) / (w @ w) * w
            assert_close(moved, along, atol=tolerance, what="û − u, where only a multiple of w may")


# w·u = −6: without the constraint this layer would fold the plane over.
_FOLDING = {"u": _vector(-3.0, 1.0), "w": _vector(2.0, 0.0), "b": _vector(0.3)[0]}


def _loaded(flows, here, values, dtype=F64):
    model = flows.PlanarFlow(len(values["u"]), seed=0, dtype=dtype)
    here.load(model, **values)
    return model


def _values(seed, d):
    return {"u": 1.5 * normal(seed, d), "w": normal(seed + 1, d), "b": 0.5 * normal(seed + 2, 1)[0]}


@check_for("flows.PlanarFlow.forward", weight=2, hint="8.3a")
def planar_moves_along_u(flows, here):
    """f(z) = z + û tanh(w·z + b), in both dtypes."""
    for values in (_FOLDING, _values(4, 3)):
        d = len(values["u"])
        z = 1.5 * normal(7, 5, d)
        expected = planar(values, z)[0]
        u = constrained_u(values["u"], values["w"])
        no_bias = planar({**values, "b": torch.zeros((), dtype=F64)}, z)[0]
        for dtype, tolerance in ((torch.float64, 1e-9), (torch.float32, 1e-4)):
            layer = _loaded(flows, here, values, dtype)
            found, log_det = layer.forward(z.to(dtype))
            for name, value in (("f(z)", found), ("log|det|", log_det)):
                assert_dtype(value, dtype, what=f"{name} of a {dtype} layer")
            assert_close(
                found,
                expected,
                atol=tolerance,
                what="f(z) (point, coordinate)",
                suspects={
                    "u is used as it is: `constrain_u` has to come first": planar(values, z, False)[
                        0
                    ],
                    "b is missing": no_bias,
                    "z itself is missing": expected - z,
                    "the step goes along w": z
                    + torch.tanh(z @ values["w"] + values["b"])[:, None] * values["w"],
                    "tanh is missing": z + (z @ values["w"] + values["b"])[:, None] * u,
                },
            )


@check_for("flows.PlanarFlow.forward", weight=3, hint="8.3b")
def planar_counts_its_volume(flows, here):
    """log|det| = the slogdet of the Jacobian of f, at several points in 2 and 4 dimensions."""
    for values in (_FOLDING, _values(11, 4)):
        points = normal(3, 4, len(values["u"]))
        u, w = values["u"], values["w"]
        a = w @ constrained_u(u, w)
        slope = 1 - torch.tanh(points @ w + values["b"]) ** 2
        assert_counts_its_volume(
            _loaded(flows, here, values).forward,
            points,
            what="log|det| (point)",
            suspects={
                "u is used as it is in the determinant": planar(values, points, False)[1],
                "the derivative of tanh is 1 − tanh², not 1 − tanh": torch.log(
                    (1 + a * (1 - (1 - slope).sqrt() * torch.sign(points @ w + values["b"]))).abs()
                ),
                "the determinant, not its logarithm": 1 + a * slope,
                "the 1 of 1 + û·w h′ is missing": torch.log((a * slope).abs()),
                "the derivative of tanh is missing": torch.log((1 + a).abs()).expand(len(points)),
            },
        )


@check_for("flows.PlanarFlow.forward", weight=1, hint="8.3c")
def planar_does_not_fold(flows, here):
    """Walking along w, w·f(z) only grows, also where w·u = −6."""
    layer = _loaded(flows, here, _FOLDING)
    along = torch.linspace(-2, 2, 41, dtype=F64)[:, None] * _FOLDING["w"]
    height = layer.forward(along)[0] @ _FOLDING["w"]
    falls = (height.diff() <= 0).nonzero()
    if len(falls):
        k = int(falls[0])
        assert_true(
            False,
            f"from z = {along[k, 0]:.1f} w to {along[k + 1, 0]:.1f} w, w·f(z) falls from "
            f"{height[k]:.3f} to {height[k + 1]:.3f}: two points land at one, and there is no "
            "inverse",
            likely="u has to go through `constrain_u` first",
        )
