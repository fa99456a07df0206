"""Walks through latent space: `interpolate` and `attribute_direction`."""

import torch

from course_lib.checks import (
    F64,
    assert_close,
    assert_raises,
    check_for,
    inputs,
    normal,
    numbers,
    seeded,
)


@check_for("vae.interpolate", weight=2, hint="5.11a")
def walk_by_hand(vae):
    """From (0, 2) to (4, −2) in five points by hand; two points are the two ends."""
    z0, z1 = numbers(0.0, 2.0), numbers(4.0, -2.0)
    expected = numbers([0.0, 2.0], [1, 1], [2, 0], [3, -1], [4, -2])
    steps = torch.arange(5, dtype=F64)[:, None]
    found = vae.interpolate(z0, z1, 5)
    suspects = {
        "the walk goes from z1 to z0": expected.flip(0),
        "the last point is left out: t goes up to (n − 1)/n": z0 + steps / 5 * (z1 - z0),
        "both ends are left out": z0 + (steps + 1) / 6 * (z1 - z0),
        "z0 is not faded out": z0 + steps / 4 * z1,
    }
    assert_close(found, expected, what="z (point, coordinate)", suspects=suspects)
    assert_close(vae.interpolate(z0, z1, 2), torch.stack([z0, z1]), what="two points")


@check_for("vae.interpolate", hint="5.11b")
def steps_are_equal(vae):
    """All steps are (z1 − z0)/(n − 1), from end to end, in both dtypes."""
    for dtype in (torch.float32, torch.float64):
        for case in inputs("vae.interpolate", seed=1, dtype=dtype):
            z0, z1, n = case.args
            walk = vae.interpolate(z0, z1, n)
            step = ((z1 - z0) / (n - 1)).expand(n - 1, -1)
            assert_close(walk.diff(dim=0), step, atol=1e-5, what="step (number, coordinate)")
            assert_close(walk[0], z0, dtype=dtype, what="the first point")
            assert_close(walk[-1], z1, what="the last point")


@check_for("vae.interpolate", hint="5.11b")
def one_point_is_no_line(vae):
    """n < 2 raises ValueError and says so."""
    z = torch.zeros(2, dtype=F64)
    for n in (1, 0, -3):
        assert_raises(ValueError, vae.interpolate, z, z + 1, n, mentions=str(n))


_Z = numbers([1.0, 0.0], [5.0, 0.0], [0.0, 1.0], [0.0, 5.0], [3.0, 3.0])
_HAS = torch.tensor([True, True, False, False, False])


@check_for("vae.attribute_direction", weight=2, hint="5.12a")
def direction_by_hand(vae):
    """Means (3, 0) with and (1, 3) without the attribute make Δ = (2, −3)."""
    found = vae.attribute_direction(_Z, _HAS)
    suspects = {
        "the sign: without minus with": numbers(-2.0, 3.0),
        "the mean of those that have it, nothing subtracted": numbers(3.0, 0.0),
        "the mean of all is subtracted": numbers(1.2, -1.8),
        "sums instead of means": numbers(3.0, -9.0),
        "both sums are divided by the number of all": numbers(0.6, -1.8),
        "divided by its length": numbers(2.0, -3.0) / 13**0.5,
        "the sum of both means": numbers(4.0, 3.0),
    }
    assert_close(
        found, numbers(2.0, -3.0), atol=1e-12, rtol=0, what="Δ (coordinate)", suspects=suspects
    )


@check_for("vae.attribute_direction", weight=2, hint="5.12b")
def direction_recovers_a_shift(vae):
    """Two clouds of 30 and 7 points that differ by a shift alone have it as their Δ."""
    for dtype in (torch.float32, torch.float64):
        cloud, shift = normal(3, 7, 3), 9 * normal(4, 3)
        z = torch.cat([cloud, (cloud + shift), cloud, cloud]).to(dtype)
        has = torch.tensor([False] * 7 + [True] * 7 + [False] * 14)
        order = torch.randperm(28, generator=seeded(0))
        found = vae.attribute_direction(z[order], has[order])
        assert_close(found, shift, dtype=dtype, atol=1e-5, what="Δ (coordinate)")
        moved = vae.attribute_direction(z + 100, has)
        assert_close(moved, shift, atol=1e-3, what="Δ after all points moved by 100")
