"""Hidden cases of lecture 2: random arguments, and what samples have to agree with."""

import math

import torch

from autograder.authoring.cases import Case, cases_for
from course_lib.checks import (
    all_binary,
    assert_close,
    assert_distribution,
    assert_dtype,
    assert_frequencies,
    assert_true,
)
from course_lib.lectures.nade.checks.exact import exact_log_prob


def _parameters(rng, n_visible, n_hidden, dtype):
    def draw(*shape):
        return 1.2 * torch.randn(*shape, generator=rng, dtype=torch.float64).to(dtype)

    return {
        "W": draw(n_hidden, n_visible),
        "c": draw(n_hidden),
        "V": draw(n_visible, n_hidden),
        "b": draw(n_visible),
    }


def _bits(rng, n, n_dims, dtype):
    return (torch.rand(n, n_dims, generator=rng) < 0.5).to(dtype)


def _pre_activation_cases(rng, dtype):
    for n, n_dims, n_hidden in ((4, 6, 3), (1, 9, 5), (3, 1, 2), (5, 2, 7)):
        values = _parameters(rng, n_dims, n_hidden, dtype)
        yield Case(args=(values["W"], values["c"], _bits(rng, n, n_dims, dtype)))


@cases_for("nade.hidden_naive")
def hidden_naive(rng, dtype):
    """Random weights and bits, D = 1 included."""
    yield from _pre_activation_cases(rng, dtype)


@cases_for("nade.hidden_cumulative")
def hidden_cumulative(rng, dtype):
    """Random weights and bits, D = 1 included."""
    yield from _pre_activation_cases(rng, dtype)


def _method_cases(rng, dtype):
    for n, n_dims, n_hidden in ((4, 7, 3), (1, 5, 6), (3, 1, 2), (2, 70, 3)):
        yield Case(
            init={"n_visible": n_dims, "n_hidden": n_hidden, "seed": 1, "dtype": dtype},
            load=_parameters(rng, n_dims, n_hidden, dtype),
            args=(_bits(rng, n, n_dims, dtype),),
        )


@cases_for("nade.NADE.logits")
def logits(rng, dtype):
    """Random parameters and bits, D = 1 and more than a block of pixels included."""
    yield from _method_cases(rng, dtype)


@cases_for("nade.NADE.log_prob")
def log_prob(rng, dtype):
    """Random parameters and bits, and parameters that make probabilities underflow."""
    yield from _method_cases(rng, dtype)
    values = _parameters(rng, 4, 3, dtype)
    values["V"] = 3000 * values["V"]
    init = {"n_visible": 4, "n_hidden": 3, "seed": 1, "dtype": dtype}
    yield Case(
        init=init, load=values, args=(all_binary(4, dtype),), what="probabilities below e⁻¹⁰⁰"
    )


def _follows_the_model(samples, reference, case):
    """Frequencies and mean −log p of the drawn pixels agree with the enumerated distribution."""
    values = {k: v.double() for k, v in case.load.items()}
    n_dims = values["W"].shape[1]
    first = case.args[0]
    prefix = first if isinstance(first, torch.Tensor) else torch.zeros(first, 0)
    n, k = prefix.shape
    assert_close(samples.shape, (n, n_dims), what="shape of the samples")
    assert_close(samples[:, :k], prefix, what="the prefix")
    assert_dtype(samples, case.init["dtype"], what="the samples")
    rest = all_binary(n_dims - k, torch.float64)
    whole = torch.cat([prefix[:1].double().expand(len(rest), -1), rest], dim=1)
    exact = exact_log_prob(values, whole).log_softmax(0)
    drawn = samples[:, k:].double()
    assert_frequencies(drawn, exact.exp())
    place = 2.0 ** torch.arange(n_dims - k - 1, -1, -1, dtype=torch.float64)
    entropy = float(-(exact.exp() * exact).sum())
    assert_distribution(exact[(drawn @ place).long()], entropy, errors=6)


@cases_for("nade.NADE.sample")
def sample(rng, dtype):
    """Samples of small random models against their enumerated distribution."""
    for n_dims, n_hidden, seed in ((4, 3, 11), (5, 2, 12)):
        yield Case(
            init={"n_visible": n_dims, "n_hidden": n_hidden, "seed": 1, "dtype": dtype},
            load=_parameters(rng, n_dims, n_hidden, dtype),
            args=(5000, seed),
            compare=_follows_the_model,
        )


@cases_for("nade.NADE.complete")
def complete(rng, dtype):
    """Completions of one prefix, repeated, against their enumerated conditional."""
    for n_dims, k, seed in ((6, 2, 13), (5, 1, 14), (6, 3, 15)):
        prefix = _bits(rng, 1, k, dtype).expand(5000, -1)
        yield Case(
            init={"n_visible": n_dims, "n_hidden": 3, "seed": 1, "dtype": dtype},
            load=_parameters(rng, n_dims, 3, dtype),
            args=(prefix, seed),
            compare=_follows_the_model,
        )


@cases_for("nade.ensemble_log_prob")
def ensemble_log_prob(rng, dtype):
    """Random log-probabilities; square, single, tiny, and one model that rules an example out."""
    for shape in ((3, 5), (4, 4), (1, 3), (6, 1)):
        yield Case(args=(-20 * torch.rand(*shape, generator=rng).to(dtype),))
    far = -800 - 20 * torch.rand(3, 4, generator=rng).to(dtype)
    far[0, 1] = -math.inf
    yield Case(args=(far,))


def _same_rule(masks, reference, case):
    """The masks follow from some degrees, and allow what these allow; the draws are free."""
    sizes, order, _ = case.args
    assert_true(
        [tuple(m.shape) for m in masks] == list(zip(sizes[1:], sizes[:-1], strict=True)),
        f"shapes {[tuple(m.shape) for m in masks]} for sizes {sizes}",
    )
    m0 = torch.argsort(order) + 1
    degrees = masks[0].sum(1)
    assert_close(masks[0], degrees[:, None] >= m0, what=f"order {order.tolist()}: first mask")
    if len(masks) == 3:
        above = sizes[0] - masks[-1].sum(0)
        assert_close(masks[1], above[:, None] >= degrees, what="mask between the hidden layers")
        degrees = above
    assert_close(masks[-1], m0[:, None] > degrees, what=f"order {order.tolist()}: last mask")
    if sizes[0] > 1:
        assert_true(
            bool(((degrees >= 1) & (degrees < sizes[0])).all()), "degrees outside 1 … D − 1"
        )


@cases_for("nade.made_masks")
def made_masks(rng, dtype):
    """Random orders and sizes, one hidden layer and two, narrow and wide."""
    for sizes in ([7, 20, 7], [6, 9, 14, 6], [9, 4, 9], [1, 2, 1], [2, 1, 2]):
        order = torch.randperm(sizes[0], generator=rng)
        yield Case(args=(sizes, order, 16), compare=_same_rule)
