"""Several orderings as one mixture: `ensemble_log_prob`."""

import math

import torch

from course_lib.checks import F64, assert_close, check_for, normal


@check_for("nade.ensemble_log_prob", weight=2, hint="2.7a")
def ensemble_by_hand(nade):
    """Two models with p = 0.2 and 0.6 make 0.4; one model alone stays as it is."""
    log_probs = torch.tensor([[0.2, 0.5], [0.6, 0.1]], dtype=F64).log()
    assert_close(
        nade.ensemble_log_prob(log_probs).exp(),
        torch.tensor([0.4, 0.3]),
        what="p of the ensemble",
        suspects={
            "the logarithms were averaged: that is a geometric mean": log_probs.mean(0).exp(),
            "− log K is missing: this is the sum of the probabilities": log_probs.exp().sum(0),
            "the average runs over the examples, not over the models": log_probs.exp().mean(1),
            "the best model alone": log_probs.max(0).values.exp(),
        },
    )
    assert_close(nade.ensemble_log_prob(log_probs[:1]), log_probs[0], what="one model alone")


@check_for("nade.ensemble_log_prob", weight=2, hint="2.7b")
def ensemble_sums_to_one(nade):
    """The mixture of three distributions over 16 states sums to 1."""
    log_probs = (3 * normal(0, 3, 16)).log_softmax(1)
    total = nade.ensemble_log_prob(log_probs).exp().sum()
    assert_close(
        total,
        1.0,
        atol=1e-9,
        what="Σₓ p(x)",
        suspects={
            "the logarithms were averaged": log_probs.mean(0).exp().sum(),
            "− log K is missing": 3.0,
        },
    )


@check_for("nade.ensemble_log_prob", hint="2.7c")
def ensemble_does_not_underflow(nade):
    """−1000 nats stay −1000 nats, one impossible model does no harm; the dtype is kept."""
    for dtype in (torch.float32, torch.float64):
        log_probs = torch.tensor([[-1000.0, -1.0, -95.0], [-1000.0, -math.inf, -95.0]], dtype=dtype)
        result = nade.ensemble_log_prob(log_probs)
        assert_close(
            result,
            torch.tensor([-1000.0, -1.0 - math.log(2), -95.0]),
            dtype=dtype,
            what="log p of the ensemble",
        )
