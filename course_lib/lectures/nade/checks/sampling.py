"""Ancestral samples: `NADE.sample` and `NADE.complete`."""

import functools

import torch

from course_lib.checks import (
    F64,
    all_binary,
    assert_close,
    assert_frequencies,
    assert_levels,
    assert_linear,
    assert_seed_decides,
    assert_true,
    check_for,
    numbers,
)
from course_lib.lectures.nade.checks.exact import (
    AGAIN,
    bits,
    certain_pixels,
    exact_log_prob,
    load_model,
    parameters,
)

# Pixel 0 is a fair coin; every other pixel copies it, except once in 10⁸.
_COPY = {
    "W": numbers([40, 0, 0, 0]),
    "c": numbers(-20),
    "V": numbers([40], [40], [40], [40]),
    "b": numbers(0, -20, -20, -20),
}


@check_for("nade.NADE.sample", hint="2.5a")
def samples_are_binary_and_belong_to_the_seed(nade, here):
    """Zeros and ones in the weights' dtype; a seed always draws the same, another seed does not."""
    for dtype in (torch.float32, torch.float64):
        model = load_model(nade, here, parameters(8, 3, seed=8, scale=0.3), dtype)
        assert_levels(model.sample(20, 1), (20, 8), dtype=dtype, what=f"samples of a {dtype} model")
        assert_seed_decides(functools.partial(model.sample, 20))


@check_for("nade.NADE.sample", weight=2, hint="2.5b")
def pixels_condition_on_the_drawn_ones(nade, here):
    """A model whose pixels all copy pixel 0 draws 0000 and 1111 only, about equally often."""
    model = load_model(nade, here, _COPY)
    x = model.sample(400, 3)
    assert_levels(x, (400, 4))
    odd = x[(x != x[:, :1]).any(1)]
    if len(odd):
        inverted = bool((x[:, 1:] != x[:, :1]).all())
        assert_true(
            False,
            f"{bits(odd[0])} was drawn; every later pixel has to copy pixel 0",
            likely="a pixel is 1 where the uniform draw is below p, not above it"
            if inverted
            else "the drawn pixel itself (not its probability) has to be added to the running "
            "pre-activation, through its own column of W",
        )
    share = float(x[:, 0].mean())
    assert_true(0.35 < share < 0.65, f"pixel 0 is 1 in {share:.0%} of the draws, not in half")
    model.eval()
    for bit in (0.0, 1.0):
        here.load(model, b=torch.where(numbers(1, 0, 0, 0) > 0, 120 * bit - 60, _COPY["b"]))
        what = "after b₀ was changed so that pixel 0 is certain: x"
        assert_close(model.sample(3, 3), bit, what=what)


@check_for("nade.NADE.sample", weight=2, hint="2.5c")
def samples_follow_the_model(nade, here):
    """Mean −log p of the samples = the entropy ± 4 standard errors; frequencies = p(x)."""
    values = parameters(4, 3, seed=9)
    x = load_model(nade, here, values).sample(20_000, 4)
    assert_frequencies(x, exact_log_prob(values, all_binary(4, F64)), tolerance=0.03, errors=4)


@check_for("nade.NADE.sample", weight=2, hint="2.5d")
def sampling_is_linear(nade, here):
    """Four times the pixels cost four times the work a sample, not sixteen."""

    def work(n_dims):
        values, certain = certain_pixels(n_dims, 16, seed=12)
        count, x = here.counted(load_model(nade, here, values).sample, 2, 0)
        assert_close(x, certain.expand(2, -1), what="x of a model that is certain of every pixel")
        return count

    assert_linear(work, "nade.NADE.sample", "D", AGAIN)


@check_for("nade.NADE.complete", hint="2.6a")
def completions_keep_the_prefix(nade, here):
    """The first k pixels stay, for k = 0 … D; the rest is 0 or 1; a seed draws the same again."""
    for dtype in (torch.float32, torch.float64):
        model = load_model(nade, here, parameters(5, 3, seed=10, scale=0.3), dtype)
        full = all_binary(5, dtype)
        for k in range(6):
            x = model.complete(full[:, :k], 1)
            what = f"completions of {k} of 5 pixels by a {dtype} model"
            assert_levels(x, (32, 5), dtype=dtype, what=what)
            assert_close(x[:, :k], full[:, :k], what=f"the first {k} pixels")
        assert_seed_decides(functools.partial(model.complete, full[:, :2]), "completions")


@check_for("nade.NADE.complete", weight=2, hint="2.6b")
def completions_listen_to_the_prefix(nade, here):
    """In a model whose pixels copy pixel 0, every row continues its own prefix."""
    first = numbers([0], [1], [1], [0], [1], [0])
    model = load_model(nade, here, _COPY)
    for k in (1, 2, 3):
        x = model.complete(first.expand(-1, k), 5)
        for row in x[(x != first).any(1)]:
            assert_true(
                False,
                f"{bits(row)} continues the prefix {bits(row[:k])}; all pixels have to be the same",
                likely="the pre-activation does not start at c + W[:, <k] x_<k of that row",
            )
    here.load(model, V=-_COPY["V"], b=-_COPY["b"])
    model.eval()
    turned, what = (1 - first).expand(-1, 3), "after V and b were changed to −V and −b: the rest"
    assert_close(model.complete(first, 5)[:, 1:], turned, what=what)


@check_for("nade.NADE.complete", weight=2, hint="2.6c")
def completions_follow_the_conditional(nade, here):
    """Frequencies of the rest = p(x) / Σ p over all vectors with that prefix, by enumeration."""
    values = parameters(4, 3, seed=11)
    model = load_model(nade, here, values)
    for prefix in ([], [1], [0, 1]):
        k = len(prefix)
        known, rest = numbers(prefix), all_binary(4 - k, F64)
        exact = exact_log_prob(values, torch.cat([known.expand(len(rest), -1), rest], dim=1))
        x = model.complete(known.expand(10_000, -1), 6)
        what = f"the {4 - k} pixels after the prefix {bits(prefix) or '(none)'}"
        assert_frequencies(x[:, k:], exact, tolerance=0.04, what=what)
