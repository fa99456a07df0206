"""The two parallel lines: `js_parallel_lines`, `w1_parallel_lines`."""

import math

import torch

from course_lib.checks import F64, assert_close, assert_follows, check_for, numbers
from course_lib.lectures.wgan.checks.exact import assignments, distances

_THETA = numbers(-2.0, -0.5, 1e-6, 0.0, 0.25, 3.0)
_GRID = torch.arange(4.0, dtype=F64)


def _js_suspects(theta):
    apart = (theta != 0).to(theta)
    return {
        "in bits: log is the natural logarithm": apart,
        "½ KL is counted twice: JS is the mean of the two divergences": 2 * math.log(2) * apart,
        "½ is counted twice": 0.5 * math.log(2) * apart,
        "one KL divergence alone is infinite: JS compares with the mixture M": math.inf * apart,
        "θ = 0 is missing: there both lines are the same": torch.full_like(theta, math.log(2)),
        "only θ > 0 counts: a line to the left is just as far away": math.log(2)
        * (theta > 0).to(theta),
        "the sign": -math.log(2) * apart,
        "1 − JS: it is 0 for equal lines": math.log(2) * (1 - apart),
    }


@check_for("wgan.js_parallel_lines", weight=2, hint="7.1a")
def js_by_hand(wgan):
    """log 2 nats for every θ ≠ 0, however small, and 0 for θ = 0."""
    expected = math.log(2) * numbers(1.0, 1.0, 1.0, 0.0, 1.0, 1.0)
    assert_close(
        wgan.js_parallel_lines(_THETA),
        expected,
        what="JS (line)",
        labels=[f"θ={t:g}" for t in _THETA.tolist()],
        suspects=_js_suspects(_THETA),
    )


@check_for("wgan.js_parallel_lines", hint="7.1b")
def js_by_its_definition(wgan):
    """½ KL(P‖M) + ½ KL(Q‖M), summed over the points of two lines on a 4×5 grid."""
    for column in range(5):
        p, q = torch.zeros(4, 5, dtype=F64), torch.zeros(4, 5, dtype=F64)
        p[:, 0], q[:, column] = 0.25, 0.25
        m = (p + q) / 2
        kl_p, kl_q = (torch.special.xlogy(d, d / m.clamp(min=1e-9)).sum() for d in (p, q))
        theta = numbers(column)[0]
        assert_close(
            wgan.js_parallel_lines(theta), (kl_p + kl_q) / 2, what=f"JS of lines {column} apart"
        )


@check_for("wgan.js_parallel_lines", hint="7.1b")
def js_keeps_shape_and_precision(wgan):
    """Any shape of θ, and its dtype: log 2 to all digits in float64."""
    for dtype, atol in ((torch.float32, 1e-7), (torch.float64, 1e-14)):
        theta = torch.tensor([[0.0, 1.0, -1.0], [1e-30, 0.0, 7.0]], dtype=dtype)
        found = wgan.js_parallel_lines(theta)
        expected = math.log(2) * numbers([0.0, 1.0, 1.0], [1.0, 0.0, 1.0])
        what = "JS (row, column)"
        assert_close(found, expected, atol=atol, rtol=0, dtype=dtype, what=what)


def _w1_suspects(theta):
    return {
        "θ without its absolute value: a distance is not negative": theta,
        "θ²: the squared distance belongs to W₂²": theta**2,
        "half of it: all the mass travels, not half": theta.abs() / 2,
        "twice the distance": 2 * theta.abs(),
        "log 2: that is JS": math.log(2) * (theta != 0).to(theta),
        "the lines' own length is added: every grain moves straight across": 1 + theta.abs(),
        "distances to a random point of the other line: the plan should be the best one": (
            theta**2 + 1 / 6
        ).sqrt(),
    }


@check_for("wgan.w1_parallel_lines", weight=2, hint="7.2a")
def w1_by_hand(wgan):
    """|θ|: the same on both sides, and small when the lines are near."""
    assert_close(
        wgan.w1_parallel_lines(_THETA),
        numbers(2.0, 0.5, 1e-6, 0.0, 0.25, 3.0),
        atol=1e-9,
        what="W₁ (line)",
        labels=[f"θ={t:g}" for t in _THETA.tolist()],
        suspects=_w1_suspects(_THETA),
    )


@check_for("wgan.w1_parallel_lines", hint="7.2b")
def w1_by_all_assignments(wgan):
    """The cheapest of all 24 ways to move four grains of one line onto the other."""
    here = torch.stack([torch.zeros(4, dtype=F64), _GRID / 3], dim=1)
    for theta in (-1.5, 0.0, 0.3):
        there = here + numbers(theta, 0.0)
        least = assignments(distances(here, there))[1].min()
        found = wgan.w1_parallel_lines(numbers(theta)[0])
        assert_close(found, least, what=f"W₁ for θ={theta:g}")


@check_for("wgan.w1_parallel_lines", hint="7.2b")
def w1_keeps_shape_and_precision(wgan):
    """Any shape of θ, and its dtype."""
    assert_follows("wgan.w1_parallel_lines", wgan, torch.abs, what="W₁")
