"""The change of variables: `affine_log_prob`."""

import math

import torch

from course_lib.checks import F64, assert_close, assert_follows, check_for, gradients_for, numbers
from course_lib.lectures.flows.checks.exact import LOG_2PI, base_log_prob


@check_for("flows.affine_log_prob", weight=2, hint="8.1b")
def affine_by_hand(flows):
    """x = (3, 0) from shift (1, 0) and scales (2, 1): −½ − log 2 − log 2π."""
    x, shift, log_scale = numbers([3.0, 0.0]), numbers(1.0, 0.0), numbers(math.log(2.0), 0.0)
    base, stretch = -0.5 - LOG_2PI, math.log(2)
    found = flows.affine_log_prob(x, shift, log_scale)
    suspects = {
        "the log-determinant is missing: a wide density has to be lower": base,
        "the log-determinant has the wrong sign": base + stretch,
        "log_scale is taken for the logarithm of the variance": -1 - LOG_2PI - stretch / 2,
        "x is multiplied by the scale, not divided": -8 - LOG_2PI - stretch,
        "the constant −½ log 2π is missing": -0.5 - stretch,
        "the constant is counted once, not once a dimension": -0.5 - LOG_2PI / 2 - stretch,
        "averaged over the dimensions, not summed": (base - stretch) / 2,
        "this is −log p": stretch - base,
        "the shift is missing": -9 / 8 - LOG_2PI - stretch,
    }
    assert_close(found, numbers(base - stretch), atol=1e-9, what="log p(x)", suspects=suspects)


@check_for("flows.affine_log_prob", weight=1, hint="8.1a")
def affine_is_the_normal_density(flows):
    """Shifts and scales of each point's own: the sum of D normal log-densities."""

    def definition(x, shift, log_scale):
        return base_log_prob((x - shift) / log_scale.exp()) - log_scale.expand_as(x).sum(1)

    assert_follows("flows.affine_log_prob", flows, definition, what="log p (point)")


@check_for("flows.affine_log_prob", weight=1, hint="8.1c")
def affine_densities_integrate_to_one(flows):
    """∫ p(x) dx = 1 in one dimension, for scales from e⁻³⁰ to e³⁰."""
    for log_scale in (-2.0, 0.0, 1.5, -30.0, 30.0):
        width = math.exp(log_scale)
        x = torch.linspace(-9, 9, 801, dtype=F64)[:, None] * width + 0.4
        p = flows.affine_log_prob(x, numbers(0.4), numbers(log_scale)).exp()
        mass = torch.trapezoid(p, x[:, 0])
        what = f"∫ p(x) dx for the scale {width:.3g}"
        suspects = {
            "the log-determinant is missing": width,
            "the log-determinant has the wrong sign": width**2,
        }
        assert_close(mass, 1.0, atol=1e-6, what=what, suspects=suspects)


gradients_for("flows.affine_log_prob", "x", "log_scale", "shift")
