"""Several orderings as one mixture: `ensemble_log_prob`."""

import math

import torch

from course_lib.checks import assert_close, check_for, normal, numbers


@check_for("nade.ensemble_log_prob", weight=2, hint="2.7a")
def ensemble_by_hand(nade):
    """Two models with p = 0.2 and 0.6 make 0.4; one model alone stays as it is."""
    p = numbers([0.2, 0.5], [0.6, 0.1])
    suspects = {
        "the logarithms were averaged: that is a geometric mean": p.log().mean(0).exp(),
        "− log K is missing: this is the sum of the probabilities": p.sum(0),
        "the average runs over the examples, not over the models": p.mean(1),
        "the best model alone": p.amax(0),
    }
    found = nade.ensemble_log_prob(p.log()).exp()
    assert_close(found, numbers(0.4, 0.3), what="p of the ensemble", suspects=suspects)
    assert_close(nade.ensemble_log_prob(p[:1].log()), p[0].log(), what="one model alone")


@check_for("nade.ensemble_log_prob", weight=2, hint="2.7b")
def ensemble_sums_to_one(nade):
    """The mixture of three distributions over 16 states sums to 1."""
    log_probs = (3 * normal(0, 3, 16)).log_softmax(1)
    total = nade.ensemble_log_prob(log_probs).exp().sum()
    geometric = log_probs.mean(0).exp().sum()
    suspects = {"the logarithms were averaged": geometric, "− log K is missing": 3.0}
    assert_close(total, 1.0, atol=1e-9, what="Σₓ p(x)", suspects=suspects)


@check_for("nade.ensemble_log_prob", hint="2.7c")
def ensemble_does_not_underflow(nade):
    """−10⁵ nats stay −10⁵ nats, one impossible model does no harm; the dtype is kept."""
    log_probs = numbers([-1e5, -1, -95], [-1e5, -math.inf, -95])
    expected = numbers(-1e5, -1 - math.log(2), -95)
    for dtype in (torch.float32, torch.float64):
        result = nade.ensemble_log_prob(log_probs.to(dtype))
        assert_close(result, expected, dtype=dtype, what="log p of the ensemble")
