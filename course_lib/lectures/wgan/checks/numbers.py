"""Distance of two sets of numbers: `wasserstein_1d`."""

import torch

from course_lib.checks import assert_close, assert_follows, check_for, normal, numbers
from course_lib.lectures.wgan.checks.exact import area_between, assignments, distances


def _suspects(x, y):
    found = {
        "the difference of the means: mass also moves where the means agree": (
            x.mean() - y.mean()
        ).abs(),
        "the distance of random pairs, not of the best plan": distances(x, y).mean(),
    }
    if len(x) == len(y):
        by_rank = (x.sort().values - y.sort().values).abs()
        found |= {
            "the sets are compared in the order given: sort both first": (x - y).abs().mean(),
            "only one set is sorted": (x.sort().values - y).abs().mean(),
            "one set is sorted downwards": (x.sort().values - y.sort(descending=True).values)
            .abs()
            .mean(),
            "the sum over the numbers, not their mean": by_rank.sum(),
            "squared distances: that is W₂²": by_rank.square().mean(),
            "the root of the mean square: that is W₂": by_rank.square().mean().sqrt(),
            "the largest distance, not the mean": by_rank.max(),
            "signed differences cancel: take |·| before the mean": (x.mean() - y.mean()),
        }
    return found


@check_for("wgan.wasserstein_1d", weight=2, hint="7.3a")
def numbers_by_hand(wgan):
    """{0, 10} and {9, 1} are 1 apart: the near ones are paired, in whatever order they stand."""
    for x, y, expected in (
        (numbers(0, 10), numbers(9, 1), 1.0),
        (numbers(0, 1, 2), numbers(5, 7, 6), 5.0),
        (numbers(-1, 1), numbers(-3, 3), 2.0),
        (numbers(2, 2, 2), numbers(2, 2, 8), 2.0),
        (numbers(0, 1), numbers(1e6, 1e6 + 1), 1e6),
    ):
        found = wgan.wasserstein_1d(x, y)
        assert_close(
            found, expected, what=f"W₁ of {x.tolist()} and {y.tolist()}", suspects=_suspects(x, y)
        )


@check_for("wgan.wasserstein_1d", weight=2, hint="7.3b")
def numbers_of_unequal_count(wgan):
    """∫ |F − G| for sets of different sizes: {0, 1, 2} and {½} are 5⁄6 apart."""
    x, y = numbers(0, 1, 2), numbers(0.5)
    assert_close(wgan.wasserstein_1d(x, y), 2.5 / 3, what="W₁ of [0, 1, 2] and [0.5]")
    assert_follows("wgan.wasserstein_1d", wgan, area_between, what="W₁", suspects=_suspects)


@check_for("wgan.wasserstein_1d", hint="7.3a")
def best_of_all_assignments(wgan):
    """No pairing of five numbers with five others is cheaper, and one is as cheap."""
    x, y = 3 * normal(1, 5), normal(2, 5)
    found = wgan.wasserstein_1d(x, y)
    expected = assignments(distances(x, y))[1].min()
    assert_close(found, expected, what="W₁ of five numbers", suspects=_suspects(x, y))


@check_for("wgan.wasserstein_1d", hint="7.3c")
def a_shift_costs_its_length(wgan):
    """W₁(x, x + s) = |s| and W₁(x, x) = 0, in the dtype of x, in both dtypes."""
    for dtype, atol in ((torch.float32, 1e-6), (torch.float64, 1e-12)):
        x = normal(3, 6).to(dtype)
        for s in (0.0, 2.5, -0.75):
            found = wgan.wasserstein_1d(x, x.flip(0) + s)
            what = f"W₁(x, x + {s:g})"
            assert_close(found, abs(s), atol=atol, rtol=0, dtype=dtype, what=what)


@check_for("wgan.wasserstein_1d", hint="7.3c")
def repeated_numbers_count_each(wgan):
    """Ties: numbers that occur several times, in both sets, keep their shares."""
    x, y = numbers(1, 1, 1, 4, 4, 0), numbers(4, 1, 1, 0)
    for found, what in (
        (wgan.wasserstein_1d(x, y), "W₁ of sets with ties"),
        (wgan.wasserstein_1d(y, x), "W₁ with the sets exchanged"),
    ):
        assert_close(found, area_between(x, y), atol=1e-12, what=what)
