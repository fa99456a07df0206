"""One logit a pixel and their sum: `NADE.logits` and `NADE.log_prob`."""

import math

import torch
from torch.nn.functional import logsigmoid

from course_lib.checks import (
    F64,
    all_binary,
    assert_close,
    assert_depends_on_all_past,
    assert_depends_only_on_past,
    assert_follows,
    assert_linear,
    check_for,
    gradients_for,
    numbers,
)
from course_lib.lectures.nade.checks.exact import (
    AGAIN,
    bits,
    exact_logits,
    load_model,
    parameters,
    pre_activations,
)

# Two pixels, one hidden unit: the example that the notebook works by hand.
_HAND = {"W": numbers([2, 5]), "c": numbers(-1), "V": numbers([3], [-4]), "b": numbers(0.5, 1)}
_X2 = all_binary(2, F64)


@check_for("nade.NADE.logits", weight=2, hint="2.3b")
def logits_by_hand(nade, here):
    """Two pixels by hand: 0.5 + 3σ(−1), then 1 − 4σ(−1 + 2x₀)."""
    low, high = 1 / (1 + math.e), 1 / (1 + math.exp(-1))  # σ(−1), σ(1)
    expected = torch.tensor([[0.5 + 3 * low, 1 - 4 * (high if x0 else low)] for x0, _ in _X2])
    a = pre_activations(_HAND["W"], _HAND["c"], _X2)[..., 0]
    v = _HAND["V"][:, 0]
    suspects = {
        "probabilities were returned; logits are wanted": torch.sigmoid(expected),
        "the hidden units have no sigmoid": _HAND["b"] + a * v,
        "the hidden units use tanh": _HAND["b"] + torch.tanh(a) * v,
        "b is missing": expected - _HAND["b"],
        "pixel i sees itself": exact_logits(**_HAND, x=_X2, inclusive=True),
    }
    found, labels = load_model(nade, here, _HAND).logits(_X2), [bits(x) for x in _X2]
    assert_close(found, expected, what="logit (x, pixel)", labels=labels, suspects=suspects)


def _five_pixels(nade, here):
    """A random model, and where its dependencies are looked at."""
    model = load_model(nade, here, parameters(5, 3, seed=4, scale=0.7))
    return model.logits, numbers(1, 0, 1, 1, 0)


@check_for("nade.NADE.logits", weight=2, hint="2.3a")
def logits_look_back_only(nade, here):
    """∂logit_i/∂x_j = 0 for j ≥ i: no pixel sees itself or a later one."""
    assert_depends_only_on_past(*_five_pixels(nade, here), what="logit")


@check_for("nade.NADE.logits", weight=2, hint="2.3a")
def logits_look_at_the_whole_past(nade, here):
    """∂logit_i/∂x_j ≠ 0 for every j < i."""
    assert_depends_on_all_past(*_five_pixels(nade, here), what="logit")


def _exact(made, x):
    return exact_logits(**made.load, x=x)


def _suspects(made, x):
    W, c, V, b = made.load.values()
    hidden = torch.sigmoid(pre_activations(W, c, x))
    return {
        "b is missing": _exact(made, x) - b,
        "V_i is used for pixel i + 1": b + (hidden * V.roll(1, 0)).sum(-1),
        "c is missing": exact_logits(W, 0 * c, V, b, x),
    }


def _follow(nade, here, cases):
    exercise, what = "nade.NADE.logits", "logit (x, pixel)"
    assert_follows(exercise, nade, _exact, what=what, suspects=_suspects, here=here, cases=cases)


@check_for("nade.NADE.logits", weight=2, hint="2.3c")
def logits_follow_the_formula(nade, here):
    """b_i + V_i · σ(c + W[:, <i] x_<i) on random weights, in the dtype of the weights."""
    _follow(nade, here, slice(1))


@check_for("nade.NADE.logits", hint="2.3c")
def logits_of_many_pixels(nade, here):
    """The same for 70 pixels, for whoever computes them in blocks."""
    _follow(nade, here, slice(None))


@check_for("nade.NADE.logits", weight=2, hint="2.3c")
def work_of_the_logits_is_linear(nade, here):
    """Four times the pixels cost four times the work, not sixteen."""

    def work(eighth):
        # So many pixels that they may be taken in blocks.
        values, x = parameters(8 * eighth, 4, seed=0), torch.ones(2, 8 * eighth, dtype=F64)
        count, logits = here.counted(load_model(nade, here, values).logits, x)
        assert_close(
            logits, exact_logits(**values, x=x), what=f"logit (x, pixel), D = {8 * eighth}"
        )
        return count

    assert_linear(work, "nade.NADE.logits", "D/8", AGAIN)


@check_for("nade.NADE.log_prob", weight=2, hint="2.4b")
def log_prob_is_the_bernoulli_sum_of_the_logits(nade, here):
    """log p(x) = Σ_i log Bernoulli(x_i; σ(logit_i)) for the model's own logits."""
    model, x = load_model(nade, here, parameters(4, 3, seed=7)), all_binary(4, F64)
    _is_the_sum(model, x)
    here.load(model, **parameters(4, 3, seed=17))
    _is_the_sum(model, x)


def _is_the_sum(model, x):
    logits = model.logits(x)
    terms = logsigmoid((2 * x - 1) * logits)
    exact = terms.sum(1)
    suspects = {
        "the sign: this is −log p(x)": -exact,
        "the mean over the pixels instead of their sum": terms.mean(1),
        "p(x_i = 0) and p(x_i = 1) are exchanged": logsigmoid((1 - 2 * x) * logits).sum(1),
        "only the pixels that are 1 count": (x * terms).sum(1),
        "bits, not nats": exact / math.log(2),
    }
    found, labels = model.log_prob(x), [bits(row) for row in x]
    assert_close(found, exact, atol=1e-9, what="log p(x)", labels=labels, suspects=suspects)


@check_for("nade.NADE.log_prob", weight=2, hint="2.4a")
def probabilities_sum_to_one(nade, here):
    """Σₓ p(x) = 1 over all 2⁶ binary vectors."""
    model = load_model(nade, here, parameters(6, 4, seed=6))
    total = model.log_prob(all_binary(6, F64)).logsumexp(0).exp()
    assert_close(total, 1.0, atol=1e-9, what="Σₓ p(x)")


@check_for("nade.NADE.log_prob", hint="2.4b")
def log_prob_by_hand(nade, here):
    """Two pixels by hand: p(1, 0) = σ(0.5 + 3σ(−1)) · σ(4σ(1) − 1)."""
    low, high = numbers(-1, 1).sigmoid()
    expected = logsigmoid(0.5 + 3 * low) + logsigmoid(4 * high - 1)
    actual = load_model(nade, here, _HAND).log_prob(numbers([1, 0]))[0]
    assert_close(actual, expected, what="log p(1, 0)")


@check_for("nade.NADE.log_prob", weight=2, hint="2.4c")
def log_prob_survives_large_logits(nade, here):
    """Logits of ±10⁴ give 0 for the expected vector and −10⁴ a wrong pixel, in both dtypes."""
    b = 1e4 * numbers(1, -1, 1)
    values = {"W": torch.zeros(2, 3), "c": torch.zeros(2), "V": torch.zeros(3, 2), "b": b}
    x = numbers([1, 0, 1], [0, 0, 1], [0, 1, 0])
    for dtype in (torch.float32, torch.float64):
        log_prob = load_model(nade, here, values, dtype).log_prob(x.to(dtype))
        assert_close(log_prob, numbers(0, -1e4, -3e4), dtype=dtype, what="log p")


gradients_for("nade.NADE.logits", "self")
gradients_for("nade.NADE.log_prob", "self")
