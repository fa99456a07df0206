"""Distance of two sets of numbers: `wasserstein_1d`."""

import torch

from course_lib.checks import F64, assert_close, assert_dtype, check_for, normal
from course_lib.lectures.wgan.checks.exact import area_between, assignments, distances


def _tensor(*values):
    return torch.tensor(values, dtype=F64)


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
        (_tensor(0, 10), _tensor(9, 1), 1.0),
        (_tensor(0, 1, 2), _tensor(5, 7, 6), 5.0),
        (_tensor(-1, 1), _tensor(-3, 3), 2.0),
        (_tensor(2, 2, 2), _tensor(2, 2, 8), 2.0),
    ):
        assert_close(
            wgan.wasserstein_1d(x, y),
            expected,
            what=f"W₁ of {x.tolist()} and {y.tolist()}",
            suspects=_suspects(x, y),
        )


@check_for("wgan.wasserstein_1d", weight=2, hint="7.3b")
def numbers_of_unequal_count(wgan):
    """∫ |F − G| for sets of different sizes: {0, 1, 2} and {½} are 5⁄6 apart."""
    x, y = _tensor(0, 1, 2), _tensor(0.5)
    assert_close(wgan.wasserstein_1d(x, y), 2.5 / 3, what="W₁ of [0, 1, 2] and [0.5]")
    for seed, (n, m) in enumerate([(7, 3), (2, 9), (5, 5), (1, 1)]):
        x, y = normal(seed, n), 1 + 2 * normal(seed + 10, m)
        assert_close(
            wgan.wasserstein_1d(x, y),
            area_between(x, y),
            atol=1e-12,
            rtol=1e-9,
            what=f"W₁ of {n} and {m} numbers",
            suspects=_suspects(x, y),
        )


@check_for("wgan.wasserstein_1d", hint="7.3a")
def best_of_all_assignments(wgan):
    """No pairing of five numbers with five others is cheaper, and one is as cheap."""
    x, y = 3 * normal(1, 5), normal(2, 5)
    assert_close(
        wgan.wasserstein_1d(x, y),
        assignments(distances(x, y))[1].min(),
        what="W₁ of five numbers",
        suspects=_suspects(x, y),
    )


@check_for("wgan.wasserstein_1d", hint="7.3c")
def a_shift_costs_its_length(wgan):
    """W₁(x, x + s) = |s| and W₁(x, x) = 0, in the dtype of x, in both dtypes."""
    for dtype in (torch.float32, torch.float64):
        x = normal(3, 6).to(dtype)
        for s in (0.0, 2.5, -0.75):
            found = wgan.wasserstein_1d(x, x.flip(0) + s)
            assert_dtype(found, dtype, what=f"W₁ for {dtype}")
            tolerance = 1e-6 if dtype == torch.float32 else 1e-12
            assert_close(found, abs(s), atol=tolerance, rtol=0, what=f"W₁(x, x + {s:g})")


@check_for("wgan.wasserstein_1d", hint="7.3c")
def repeated_numbers_count_each(wgan):
    """Ties: numbers that occur several times, in both sets, keep their shares."""
    x, y = _tensor(1, 1, 1, 4, 4, 0), _tensor(4, 1, 1, 0)
    assert_close(
        wgan.wasserstein_1d(x, y), area_between(x, y), atol=1e-12, what="W₁ of sets with ties"
    )
    both = wgan.wasserstein_1d(y, x)
    assert_close(both, area_between(x, y), atol=1e-12, what="W₁ with the sets exchanged")
