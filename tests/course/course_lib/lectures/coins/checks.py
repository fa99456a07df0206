"""Public checks of lecture 2, coins."""

import math

import torch

from course_lib.checks import (
    all_binary,
    assert_close,
    assert_dtype,
    assert_finite,
    assert_true,
    check_for,
)

F64 = torch.float64
B = torch.tensor([1.0, -2.0, 0.5], dtype=F64)


def loaded(coins, here, b=B, dtype=F64):
    """A model with these logits."""
    model = coins.Coins(n_dims=len(b), seed=0, dtype=dtype)
    here.load(model, b=b.to(dtype))
    return model


@check_for("coins.mixture_log_prob", weight=2, hint="2.1a")
def mixture_by_hand(coins):
    """Two models with p = 0.2 and 0.6 make 0.4; one model alone stays as it is."""
    log_probs = torch.tensor([[0.2, 0.5], [0.6, 0.1]], dtype=F64).log()
    assert_close(
        coins.mixture_log_prob(log_probs).exp(),
        torch.tensor([0.4, 0.3]),
        what="p of the mixture",
        suspects={
            "the logarithms were averaged: that is a geometric mean": log_probs.mean(0).exp(),
            "− log K is missing: this is the sum of the probabilities": log_probs.exp().sum(0),
            "the average runs over the examples, not over the models": log_probs.exp().mean(1),
            "the best model alone": log_probs.max(0).values.exp(),
        },
    )
    assert_close(coins.mixture_log_prob(log_probs[:1]), log_probs[0], what="one model alone")


@check_for("coins.mixture_log_prob", weight=2, hint="2.1b")
def mixture_sums_to_one(coins):
    """The mixture of three distributions over 16 states sums to 1."""
    generator = torch.Generator().manual_seed(0)
    log_probs = (3 * torch.randn(3, 16, generator=generator, dtype=F64)).log_softmax(1)
    total = coins.mixture_log_prob(log_probs).exp().sum()
    assert_close(total, 1.0, atol=1e-9, what="Σₓ p(x)", suspects={"− log K is missing": 3.0})


@check_for("coins.mixture_log_prob", hint="2.1c")
def mixture_does_not_underflow(coins):
    """−1000 nats stay −1000 nats, one impossible model does no harm; the dtype is kept."""
    for dtype in (torch.float32, torch.float64):
        log_probs = torch.tensor([[-1000.0, -1.0, -95.0], [-1000.0, -math.inf, -95.0]], dtype=dtype)
        result = coins.mixture_log_prob(log_probs)
        assert_dtype(result, dtype, what=f"the result for {dtype}")
        assert_finite(result, what="log p of the mixture")
        expected = torch.tensor([-1000.0, -1.0 - math.log(2), -95.0])
        assert_close(result, expected, what="log p of the mixture")


@check_for("coins.Coins.log_prob", weight=2, hint="2.2a")
def probabilities_sum_to_one(coins, here):
    """Σₓ p(x) = 1 over all 2³ vectors, and p(000) = ∏ σ(−bᵢ)."""
    model = loaded(coins, here)
    log_p = model.log_prob(all_binary(3, F64))
    suspects = {
        "the logarithms have the wrong sign": (-log_p).exp().sum(),
        "the mean over the coins was taken, not the sum": (log_p / 3).exp().sum(),
    }
    assert_close(
        log_p[0], -(1 + B.exp()).log().sum(), what="log p(000)", suspects={
            "zeros and ones are exchanged": -(1 + (-B).exp()).log().sum(),
            "the mean over the coins was taken, not the sum": -(1 + B.exp()).log().mean(),
            "the sign is wrong": (1 + B.exp()).log().sum(),
        },
    )  # fmt: skip
    assert_close(log_p.exp().sum(), 1.0, what="Σₓ p(x)", suspects=suspects)
    model.eval()
    here.load(model, b=-B)
    log_p, expected = model.log_prob(all_binary(3, F64)), -(1 + (-B).exp()).log().sum()
    assert_close(log_p[0], expected, what="log p(000) after b was changed to −b")


@check_for("coins.Coins.log_prob", weight=2, hint="2.2b")
def the_gradient_is_data_minus_model(coins, here):
    """The gradient of log p(x) with respect to b is x − σ(b), and the value is right."""
    x = all_binary(3, F64)[[5]]
    model = loaded(coins, here)
    expected = (x * B - (1 + B.exp()).log()).sum(1)
    assert_close(model.log_prob(x), expected, what="log p(x)")
    gradient = here.gradients(model.log_prob, x)["self:self.b"]
    assert_close(gradient, (x - B.sigmoid())[0], what="the gradient with respect to b")


@check_for("coins.Coins.log_prob", hint="2.2c")
def large_logits_are_finite(coins, here):
    """Logits of ±1000 give −1000 nats for what is unlikely; the dtype is kept."""
    for dtype in (torch.float32, torch.float64):
        model = loaded(coins, here, torch.tensor([1000.0, -1000.0]), dtype)
        log_p = model.log_prob(torch.tensor([[0.0, 0.0], [1.0, 0.0]], dtype=dtype))
        assert_dtype(log_p, dtype, what=f"log p for {dtype}")
        assert_finite(log_p, what="log p(x)")
        assert_close(log_p, torch.tensor([-1000.0, 0.0]), what="log p(x)")


@check_for("coins.Coins.log_prob", hint="2.2c")
def work_is_linear(coins, here):
    """Four times the coins cost four times the work, not sixteen."""

    def work(n_dims):
        model = loaded(coins, here, torch.zeros(n_dims, dtype=F64))
        count, log_p = here.counted(model.log_prob, torch.ones(2, n_dims, dtype=F64))
        expected = torch.full((2,), -n_dims * math.log(2), dtype=F64)
        assert_close(log_p, expected, what="log p of fair coins")
        return count

    few, many = work(64), work(256)
    assert_true(
        many < 6 * few,
        f"256 coins take {many} operations, 64 coins {few}",
        likely="every coin is compared with every other",
    )
