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
    assert_dtype,
    check_for,
    gradients_for,
    inputs,
)
from course_lib.lectures.nade.checks.exact import (
    bits,
    exact_logits,
    load_model,
    parameters,
    pre_activations,
)

# Two pixels, one hidden unit: the example that the notebook works by hand.
_HAND = {
    "W": torch.tensor([[2.0, 5.0]], dtype=F64),
    "c": torch.tensor([-1.0], dtype=F64),
    "V": torch.tensor([[3.0], [-4.0]], dtype=F64),
    "b": torch.tensor([0.5, 1.0], dtype=F64),
}
_X2 = all_binary(2, F64)


@check_for("nade.NADE.logits", weight=2, hint="2.3b")
def logits_by_hand(nade, here):
    """Two pixels by hand: 0.5 + 3σ(−1), then 1 − 4σ(−1 + 2x₀)."""
    low, high = 1 / (1 + math.e), 1 / (1 + math.exp(-1))  # σ(−1), σ(1)
    expected = torch.tensor([[0.5 + 3 * low, 1 - 4 * (high if x0 else low)] for x0, _ in _X2])
    a = pre_activations(_HAND["W"], _HAND["c"], _X2)[..., 0]
    v = _HAND["V"][:, 0]
    assert_close(
        load_model(nade, here, _HAND).logits(_X2),
        expected,
        what="logit (x, pixel)",
        labels=[bits(x) for x in _X2],
        suspects={
            "probabilities were returned; logits are wanted": torch.sigmoid(expected),
            "the hidden units have no sigmoid": _HAND["b"] + a * v,
            "the hidden units use tanh": _HAND["b"] + torch.tanh(a) * v,
            "b is missing": expected - _HAND["b"],
            "pixel i sees itself": exact_logits(**_HAND, x=_X2, inclusive=True),
        },
    )


@check_for("nade.NADE.logits", weight=2, hint="2.3a")
def logits_look_back_only(nade, here):
    """∂logit_i/∂x_j = 0 for j ≥ i: no pixel sees itself or a later one."""
    model = load_model(nade, here, parameters(5, 3, seed=4, scale=0.7))
    x = torch.tensor([1.0, 0.0, 1.0, 1.0, 0.0], dtype=F64)
    assert_depends_only_on_past(model.logits, x, what="logit")


@check_for("nade.NADE.logits", weight=2, hint="2.3a")
def logits_look_at_the_whole_past(nade, here):
    """∂logit_i/∂x_j ≠ 0 for every j < i."""
    model = load_model(nade, here, parameters(5, 3, seed=4, scale=0.7))
    x = torch.tensor([1.0, 0.0, 1.0, 1.0, 0.0], dtype=F64)
    assert_depends_on_all_past(model.logits, x, what="logit")


@check_for("nade.NADE.logits", weight=2, hint="2.3c")
def logits_follow_the_formula(nade, here):
    """b_i + V_i · σ(c + W[:, <i] x_<i) on random weights, in the dtype of the weights."""
    case = inputs("nade.NADE.logits", seed=5)[0]
    values, (x,) = case.load, case.args
    hidden = torch.sigmoid(pre_activations(values["W"], values["c"], x))
    expected = exact_logits(**values, x=x)
    assert_close(
        case.call(nade, here, "NADE.logits"),
        expected,
        atol=1e-9,
        what="logit (x, pixel)",
        labels=[bits(row) for row in x],
        suspects={
            "b is missing": expected - values["b"],
            "V_i is used for pixel i + 1": values["b"] + (hidden * values["V"].roll(1, 0)).sum(-1),
            "c is missing": exact_logits(**(values | {"c": 0 * values["c"]}), x=x),
        },
    )
    single = load_model(nade, here, values, dtype=torch.float32)
    assert_dtype(single.logits(x.float()), torch.float32, what="logits of a float32 model")


@check_for("nade.NADE.logits", hint="2.3c")
def logits_of_many_pixels(nade, here):
    """The same for 70 pixels, for whoever computes them in blocks."""
    for case in inputs("nade.NADE.logits", seed=6):
        expected = exact_logits(**case.load, x=case.args[0])
        found = case.call(nade, here, "NADE.logits")
        assert_close(found, expected, atol=1e-9, what="logit (x, pixel)")


@check_for("nade.NADE.log_prob", weight=2, hint="2.4b")
def log_prob_is_the_bernoulli_sum_of_the_logits(nade, here):
    """log p(x) = Σ_i log Bernoulli(x_i; σ(logit_i)) for the model's own logits."""
    model, x = load_model(nade, here, parameters(4, 3, seed=7)), all_binary(4, F64)
    logits = model.logits(x)
    terms = x * logsigmoid(logits) + (1 - x) * logsigmoid(-logits)
    assert_close(
        model.log_prob(x),
        terms.sum(1),
        atol=1e-9,
        what="log p(x)",
        labels=[bits(row) for row in x],
        suspects={
            "the sign: this is −log p(x)": -terms.sum(1),
            "the mean over the pixels instead of their sum": terms.mean(1),
            "p(x_i = 0) and p(x_i = 1) are exchanged": (
                (1 - x) * logsigmoid(logits) + x * logsigmoid(-logits)
            ).sum(1),
            "only the pixels that are 1 count": (x * logsigmoid(logits)).sum(1),
            "bits, not nats": terms.sum(1) / math.log(2),
        },
    )


@check_for("nade.NADE.log_prob", weight=2, hint="2.4a")
def probabilities_sum_to_one(nade, here):
    """Σₓ p(x) = 1 over all 2⁶ binary vectors."""
    model = load_model(nade, here, parameters(6, 4, seed=6))
    total = model.log_prob(all_binary(6, F64)).logsumexp(0).exp()
    assert_close(total, 1.0, atol=1e-9, what="Σₓ p(x)")


@check_for("nade.NADE.log_prob", hint="2.4b")
def log_prob_by_hand(nade, here):
    """Two pixels by hand: p(1, 0) = σ(0.5 + 3σ(−1)) · σ(4σ(1) − 1)."""

    def sigmoid(v):
        return 1 / (1 + math.exp(-v))

    expected = math.log(sigmoid(0.5 + 3 * sigmoid(-1))) + math.log(sigmoid(4 * sigmoid(1) - 1))
    actual = load_model(nade, here, _HAND).log_prob(torch.tensor([[1.0, 0.0]], dtype=F64))[0]
    assert_close(actual, expected, what="log p(1, 0)")


@check_for("nade.NADE.log_prob", weight=2, hint="2.4c")
def log_prob_survives_large_logits(nade, here):
    """Logits of ±10⁴ give 0 for the expected vector and −10⁴ a wrong pixel, in both dtypes."""
    b = torch.tensor([1e4, -1e4, 1e4])
    values = {"W": torch.zeros(2, 3), "c": torch.zeros(2), "V": torch.zeros(3, 2), "b": b}
    x = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0], [0.0, 1.0, 0.0]])
    for dtype in (torch.float32, torch.float64):
        log_prob = load_model(nade, here, values, dtype).log_prob(x.to(dtype))
        assert_close(log_prob, torch.tensor([0.0, -1e4, -3e4]), dtype=dtype, what="log p")


gradients_for("nade.NADE.logits", "self")
gradients_for("nade.NADE.log_prob", "self")
