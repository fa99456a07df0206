"""The best linear subspace: `pca`."""

import torch

from course_lib.checks import assert_close, assert_dtype, assert_true, check_for, inputs, numbers


def _covariance(x):
    away = x - x.mean(0)
    return away.T @ away / len(x)


@check_for("vae.pca", weight=2, hint="5.3b")
def pca_by_hand(vae):
    """Four points by hand: (5 ± 2, 5 ± 2) and (5 ± 1, 5 ∓ 1) vary most along (1, 1)."""
    x = numbers([7.0, 7.0], [3.0, 3.0], [6.0, 4.0], [4.0, 6.0])
    mean, directions, variances = vae.pca(x, 2)
    assert_close(mean, numbers(5.0, 5.0), what="mean")
    suspects = {
        "N − 1 below: the course divides by N": numbers(16 / 3, 4 / 3),
        "smallest first": numbers(1.0, 4.0),
        "standard deviations": numbers(2.0, 1.0),
        "singular values": numbers(4.0, 2.0),
        "sums, not divided by N": numbers(16.0, 4.0),
    }
    assert_close(variances, numbers(4.0, 1.0), what="variance", suspects=suspects)
    s = 0.5**0.5
    expected = torch.tensor([[s, s], [s, s]])
    assert_close(directions.abs(), expected, what="|component| of e (direction, axis)")
    along = float(directions[0] @ numbers(s, s))
    assert_close(
        abs(along), 1.0, what="|e₁ · (1, 1)/√2|", suspects={"the last direction comes first": 0.0}
    )


@check_for("vae.pca", weight=2, hint="5.3a")
def directions_diagonalise_the_covariance(vae):
    """C e_j = λ_j e_j with orthonormal rows e_j, λ_1 ≥ λ_2 ≥ …, also for fewer points than axes."""
    for case in inputs("vae.pca", seed=1):
        x, k = case.args
        n = len(x)
        mean, directions, variances = vae.pca(x, k)
        assert_close(mean, x.mean(0), atol=1e-9, what="mean")
        assert_close(directions @ directions.T, torch.eye(k), atol=1e-9, what="E Eᵀ")
        expected = torch.linalg.eigvalsh(_covariance(x)).flip(0)[:k]
        suspects = {
            "the smallest eigenvalues": torch.linalg.eigvalsh(_covariance(x))[:k],
            "the mean was not subtracted": torch.linalg.eigvalsh(x.T @ x / n).flip(0)[:k],
            "N − 1 below": torch.linalg.eigvalsh(_covariance(x)).flip(0)[:k] * n / (n - 1),
        }
        assert_close(variances, expected, atol=1e-8, what="λ", suspects=suspects)
        applied = directions @ _covariance(x)
        assert_close(applied, variances[:, None] * directions, atol=1e-7, what="C e (direction)")


@check_for("vae.pca", weight=2, hint="5.3c")
def what_is_lost_is_the_other_variances(vae):
    """The mean squared error of the reconstruction from k directions is Σ_{j>k} λ_j."""
    x = inputs("vae.pca", seed=5)[0].args[0]
    total = torch.diag(_covariance(x)).sum()
    for k in (1, 2, 4, 5):
        mean, directions, variances = vae.pca(x, k)
        assert_true(
            directions.shape == (k, 5), f"directions of shape {tuple(directions.shape)} for k = {k}"
        )
        rebuilt = mean + (x - mean) @ directions.T @ directions
        lost = ((x - rebuilt) ** 2).sum(1).mean()
        assert_close(lost, total - variances.sum(), atol=1e-7, what=f"error for k = {k}")
    single = vae.pca(x.float(), 2)
    for name, values in zip(("mean", "directions", "variances"), single, strict=True):
        assert_dtype(values, torch.float32, what=f"{name} of float32 points")
