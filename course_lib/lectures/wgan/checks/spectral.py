"""The power method: `spectral_norm`."""

import math

import torch

from course_lib.checks import (
    F64,
    assert_close,
    assert_dtype,
    assert_raises,
    check_for,
    inputs,
    normal,
    numbers,
)


def _after(W, u, n_iterations):
    """σ, u and v after these steps."""
    for _ in range(n_iterations):
        v = W.T @ u / (W.T @ u).norm()
        u = W @ v / (W @ v).norm()
    return u @ W @ v, u, v


def _suspects(W, u, n_iterations):
    sigma, _, v = _after(W, u, n_iterations)
    return {
        "the Frobenius norm: all singular values together": W.norm(),
        "the largest entry": W.abs().max(),
        "σ² (the eigenvalue of WᵀW)": sigma**2,
        "1 / σ": 1 / sigma,
        "the smallest singular value": torch.linalg.svdvals(W)[-1],
        "u is not made a unit vector": (W @ v).norm() * sigma,
        "the largest sum of a row's absolute entries": W.abs().sum(1).max(),
        "the exact value: n_iterations steps from u are asked for": torch.linalg.matrix_norm(W, 2),
    }


@check_for("wgan.spectral_norm", weight=2, hint="7.10a")
def one_step_by_hand(wgan):
    """W = diag(3, 1) from u = (1, 1): v = (3, 1)/√10 and σ = √82/√10 after one step."""
    W = torch.diag(numbers(3.0, 1.0))
    ones = torch.ones(2, dtype=F64)
    sigma, u = wgan.spectral_norm(W, ones, 1)
    assert_close(sigma, math.sqrt(8.2), what="σ", suspects=_suspects(W, ones, 1))
    suspects = {
        "this is v": numbers(3.0, 1.0) / math.sqrt(10),
        "the u that was given: return the last one, to go on with": ones,
        "u is not divided by its length": numbers(9.0, 1.0) / math.sqrt(10),
    }
    assert_close(u, numbers(9.0, 1.0) / math.sqrt(82), what="u", suspects=suspects)


@check_for("wgan.spectral_norm", weight=2, hint="7.10b")
def it_becomes_the_largest_singular_value(wgan):
    """Many steps give the largest singular value, for tall, wide and negative matrices."""
    for seed, shape in enumerate([(5, 3), (2, 6), (4, 4)]):
        one = normal(seed + 10, shape[0])[:, None] * normal(seed + 20, shape[1])
        W = 1.5 * normal(seed, *shape) - 10 * one / one.norm()
        start = normal(seed + 5, shape[0])
        sigma, u = wgan.spectral_norm(W, start, 40)
        largest = torch.linalg.matrix_norm(W, 2)
        what = f"σ of a {shape[0]}×{shape[1]} matrix"
        assert_close(sigma, largest, atol=1e-6, what=what, suspects=_suspects(W, start, 40))
        assert_close(u.norm(), 1.0, what="length of u")
        assert_close((W.T @ u).norm(), largest, atol=1e-6, what="|Wᵀu|")


@check_for("wgan.spectral_norm", weight=2, hint="7.10b")
def steps_can_be_continued(wgan):
    """One step, and one more from its u, are two steps: σ grows towards its limit."""
    W, start, _ = inputs("wgan.spectral_norm", seed=1)[0].args
    first, u = wgan.spectral_norm(W, start, 1)
    second, _ = wgan.spectral_norm(W, u, 1)
    both, _ = wgan.spectral_norm(W, start, 2)
    assert_close(second, both, what="σ after 1 + 1 steps")
    sigma, _, _ = _after(W, start, 2)
    assert_close(both, sigma, what="σ after 2 steps", suspects=_suspects(W, start, 2))
    for size in (2.0, 1e-6, 1e4):
        found = wgan.spectral_norm(size * W, 5 * start, 1)[0] / size
        assert_close(found, first, what=f"σ of {size:g} W, from 5 u, divided by {size:g}")
    slow, ones = torch.diag(numbers(1.0, 0.98)), torch.ones(2, dtype=F64)
    found, many = wgan.spectral_norm(slow, ones, 40)[0], _after(slow, ones, 40)[0]
    assert_close(found, many, what="σ after 40 steps from (1, 1) with W = diag(1, 0.98)")


@check_for("wgan.spectral_norm", weight=2, hint="7.10c")
def gradient_takes_u_and_v_for_constants(wgan, here):
    """∂σ/∂W = u vᵀ after one step: no graph runs through the iterations, none comes with u."""
    W, start, _ = inputs("wgan.spectral_norm", seed=2)[0].args
    sigma, u, v = _after(W, start, 1)
    assert_close(wgan.spectral_norm(W, start, 1)[0], sigma, what="σ")
    # Of σ and, with other weights, the entries of u: these may have no graph.
    found = here.gradients(wgan.spectral_norm, W, start, 1)
    unrolled = W.clone().requires_grad_()
    (through_the_steps,) = torch.autograd.grad(_after(unrolled, start, 1)[0], unrolled)
    suspects = {
        "σ has no graph: only u and v are constants, W is not": torch.zeros(4, 3),
        "rows and columns: it is u vᵀ": 0.0,
        "autograd runs through the iterations: use torch.no_grad() for them": through_the_steps,
    }
    assert_close(found["0:W"], u[:, None] * v, what="∂σ/∂W", suspects=suspects)
    assert_close(found["1:u"], 0.0, what="the gradient by the u that is given")


@check_for("wgan.spectral_norm", hint="7.10d")
def no_step_is_refused(wgan):
    """n_iterations = 0 has no v: a ValueError that says so; and the dtype of W is kept."""
    assert_raises(ValueError, wgan.spectral_norm, torch.eye(2), torch.ones(2), 0, mentions="0")
    for dtype in (torch.float32, torch.float64):
        sigma, u = wgan.spectral_norm(-2 * torch.eye(3, dtype=dtype), torch.ones(3, dtype=dtype), 2)
        assert_dtype(u, dtype, what=f"u for {dtype}")
        assert_close(sigma, 2.0, dtype=dtype, what="σ of −2 I")
