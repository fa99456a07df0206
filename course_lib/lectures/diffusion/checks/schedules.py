"""How much noise is added when: `linear_betas`, `cosine_betas`, `alpha_bars`."""

import itertools
import math

import torch

from course_lib.checks import (
    F64,
    assert_close,
    assert_dtype,
    assert_raises,
    assert_true,
    check_for,
    numbers,
)
from course_lib.lectures.diffusion.checks.exact import BARS, BETAS


@check_for("diffusion.linear_betas", hint="9.1a")
def linear_by_hand(diffusion):
    """T = 5 from 0.1 to 0.5: 0.1, 0.2, 0.3, 0.4, 0.5, so β_t is at index t − 1."""
    found = diffusion.linear_betas(5, 0.1, 0.5, dtype=F64)
    roots = torch.linspace(0.1**0.5, 0.5**0.5, 5, dtype=F64)
    suspects = {
        "the last step stops one short of `last`": numbers(0.1, 0.18, 0.26, 0.34, 0.42),
        "the first step is one too far: t counts from 1": numbers(0.18, 0.26, 0.34, 0.42, 0.5),
        "the largest comes first": numbers(0.5, 0.4, 0.3, 0.2, 0.1),
        "these are 1 − β": numbers(0.9, 0.8, 0.7, 0.6, 0.5),
        "the roots grow linearly, not the variances": roots**2,
        "the logarithms grow linearly": torch.logspace(-1, math.log10(0.5), 5, dtype=F64),
    }
    expected, what = numbers(0.1, 0.2, 0.3, 0.4, 0.5), "β (index)"
    assert_close(found, expected, atol=1e-12, rtol=0, what=what, suspects=suspects)
    found = diffusion.linear_betas(2, 1e-6, 0.99, dtype=F64)
    assert_close(found * numbers(1e6, 1), numbers(1, 0.99), what="10⁶ β₁ and β₂, from 10⁻⁶ to 0.99")


@check_for("diffusion.linear_betas", hint="9.1b")
def linear_of_the_paper(diffusion):
    """Without further arguments the paper's: 10⁻⁴ to 0.02; dtype as asked; T = 1 is refused."""
    for dtype in (torch.float32, F64):
        betas = diffusion.linear_betas(1000, dtype=dtype)
        assert_dtype(betas, dtype, what="betas")
        ends = numbers(1e-4, 0.02)
        assert_close(betas[[0, -1]], ends, atol=1e-8, what="β₁ and β₁₀₀₀ (which)")
    steps = diffusion.linear_betas(7).double().diff()
    assert_close(steps, 0.0199 / 6, atol=1e-6, what="β_{t+1} − β_t for T = 7 (t − 1)")
    for T in (1, 0):
        assert_raises(ValueError, diffusion.linear_betas, T, mentions=str(T))


def _f(t, T, s, power=2, width=None):
    return math.cos((t / T + s) / (width or 1 + s) * math.pi / 2) ** power


def _cosine(T, s, power=2, width=None):
    f = [_f(t, T, s, power, width) for t in range(T + 1)]
    return numbers(*(min(1 - b / a, 0.999) for a, b in itertools.pairwise(f)))


@check_for("diffusion.cosine_betas", weight=2, hint="9.2a")
def cosine_by_hand(diffusion):
    """T = 3 and s = 0: ᾱ = 1, ¾, ¼, 0, so β = ¼, ⅔ and, clipped, 0.999."""
    found = diffusion.cosine_betas(3, 0.0, dtype=F64)
    suspects = {
        "the last one is not clipped to 0.999": numbers(1 / 4, 2 / 3, 1.0),
        "clipped to 0.9999 instead of 0.999": numbers(1 / 4, 2 / 3, 0.9999),
        "the cosine is not squared": _cosine(3, 0.0, 1),
        "the square is lost on the way: f is cos⁴": _cosine(3, 0.0, 4),
        "these are f(t)/f(t−1), not 1 minus it": numbers(3 / 4, 1 / 3, 0.0),
        "this is ᾱ_t": numbers(3 / 4, 1 / 4, 0.0),
        "this is 1 − ᾱ_t": numbers(1 / 4, 3 / 4, 0.999),
        "β_t = f(t−1) − f(t): it is not divided by f(t−1)": numbers(1 / 4, 1 / 2, 1 / 4),
    }
    assert_close(found, numbers(1 / 4, 2 / 3, 0.999), what="β (index)", suspects=suspects)


@check_for("diffusion.cosine_betas", weight=2, hint="9.2b")
def cosine_makes_the_squared_cosine(diffusion):
    """Π_{s≤t} (1 − β_s) = f(t)/f(0) for every t before the clipping, s = 0.008 included."""
    for T, s in ((4, ()), (20, ()), (1000, ()), (1000, (0.0,))):
        kept = (1 - diffusion.cosine_betas(T, *s, dtype=F64)).cumprod(0)[:-1]
        offset = s[0] if s else 0.008
        expected = numbers(*(_f(t, T, offset) / _f(0, T, offset) for t in range(1, T)))
        unscaled = (1 - _cosine(T, 0.008, width=1.0)).cumprod(0)[:-1]
        suspects = (
            {}
            if s
            else {
                "the offset s is missing": numbers(*(_f(t, T, 0.0) for t in range(1, T))),
                "s is not divided out: (t/T + s) without 1/(1 + s)": unscaled,
            }
        )
        what = f"Π(1 − β) for T = {T} (t − 1)"
        assert_close(kept, expected, atol=1e-9, rtol=1e-7, what=what, suspects=suspects)
    for dtype in (torch.float32, F64):
        assert_dtype(diffusion.cosine_betas(6, dtype=dtype), dtype, what="betas")


@check_for("diffusion.alpha_bars", weight=2, hint="9.3a")
def alpha_bars_by_hand(diffusion):
    """β = 0.5, 0.5, 0.2 gives ᾱ = 1, 0.5, 0.25, 0.2: index t, beginning with ᾱ₀ = 1."""
    found = diffusion.alpha_bars(numbers(0.5, 0.5, 0.2))
    suspects = {
        "the products of β, not of 1 − β": numbers(1.0, 0.5, 0.25, 0.05),
        "no products: these are 1 − β_t": numbers(1.0, 0.5, 0.5, 0.8),
        "this is 1 − ᾱ_t": numbers(0.0, 0.5, 0.75, 0.8),
        "√ᾱ_t": numbers(1.0, 0.5, 0.25, 0.2).sqrt(),
        "ᾱ₀ = 1 stands at the end; it belongs in front": numbers(0.5, 0.25, 0.2, 1.0),
        "a sum instead of a product": 1 - numbers(0.0, 0.5, 1.0, 1.2),
        "ᾱ₀ is 0; nothing is lost before the first step": numbers(0.0, 0.5, 0.25, 0.2),
    }
    assert_close(found, numbers(1.0, 0.5, 0.25, 0.2), what="ᾱ_t (t)", suspects=suspects)


@check_for("diffusion.alpha_bars", hint="9.3b")
def betas_are_the_ratios(diffusion):
    """1 − ᾱ_t/ᾱ_{t−1} = β_t at every step; the dtype is the betas'."""
    bars = diffusion.alpha_bars(BETAS)
    assert_close(1 - bars[1:] / bars[:-1], BETAS, what="1 − ᾱ_t/ᾱ_{t−1} (t − 1)")
    rare = numbers(1e-9, 0.5, 1e-8)
    few = diffusion.alpha_bars(0.9 * torch.ones(12, dtype=F64))[-1]
    assert_close(1e12 * few, 1.0, what="10¹² · ᾱ₁₂ for twelve β = 0.9")
    kept, expected = 1 - diffusion.alpha_bars(rare)[1], 1e-9
    assert_close(1e9 * kept, 1e9 * expected, what="10⁹ · (1 − ᾱ₁) for β₁ = 10⁻⁹")
    single = diffusion.alpha_bars(BETAS.float())
    assert_close(single, BARS, dtype=torch.float32, what="ᾱ of float32 betas (t)")
    assert_true(len(diffusion.alpha_bars(BETAS[:1])) == 2, "one step has ᾱ₀ and ᾱ₁")
