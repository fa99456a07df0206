"""The two players' losses: `critic_loss`, `generator_loss`."""

import torch

from course_lib.checks import assert_close, check_for, gradients_for, inputs, numbers


def _critic_suspects(f_real, f_fake):
    right = f_fake.mean() - f_real.mean()
    return {
        "the sign: this is what the critic maximises": -right,
        "sums instead of means": f_fake.sum() - f_real.sum(),
        "scores are added: those of the data count with a minus": f_fake.mean() + f_real.mean(),
        "the data is missing": f_fake.mean(),
        "the generated examples are missing": -f_real.mean(),
        "half of it": right / 2,
        "a sigmoid or softplus: that is the GAN of lecture 6": (
            torch.nn.functional.softplus(f_fake).mean()
            + torch.nn.functional.softplus(-f_real).mean()
        ),
    }


@check_for("wgan.critic_loss", weight=2, hint="7.6a")
def critic_loss_by_hand(wgan):
    """Scores 3 and 5 of data, 1, 0 and −4 of fakes: −1 − 4 = −5."""
    f_real, f_fake = numbers(3.0, 5.0), numbers(1.0, 0.0, -4.0)
    result = wgan.critic_loss(f_fake, f_real)
    what = "loss with data and fakes exchanged"
    assert_close(result, 5.0, what=what, suspects=_critic_suspects(f_fake, f_real))
    suspects = {"an absolute value: the sign says who is ahead": 5.0}
    found = wgan.critic_loss(f_real, f_fake)
    assert_close(found, -5.0, what="loss", suspects=suspects | _critic_suspects(f_real, f_fake))
    found = wgan.critic_loss(1e5 * f_real, 1e5 * f_fake)
    assert_close(found, -5e5, what="loss of scores 100,000 times as large")


@check_for("wgan.critic_loss", hint="7.6a")
def critic_loss_ignores_a_constant(wgan):
    """f + c has the loss of f: only differences of scores mean something; dtype kept."""
    for dtype in (torch.float32, torch.float64):
        for case in inputs("wgan.critic_loss", seed=1, dtype=dtype):
            f_real, f_fake = case.args
            loss = wgan.critic_loss(f_real, f_fake)
            moved = wgan.critic_loss(f_real + 7, f_fake + 7)
            assert_close(moved, loss, atol=1e-5, dtype=dtype, what="loss of f + 7")
            times = wgan.critic_loss(3 * f_real, 3 * f_fake)
            assert_close(times, 3 * loss, atol=1e-5, what="loss of 3 f")


def _generator_suspects(f_fake):
    return {
        "the sign: the generator wants high scores": f_fake.mean(),
        "the sum instead of the mean": -f_fake.sum(),
        "log-sigmoid: that is the generator of lecture 6": torch.nn.functional.softplus(
            -f_fake
        ).mean(),
        "squared scores": f_fake.square().mean(),
        "absolute scores": f_fake.abs().mean(),
        "the highest score alone": -f_fake.max(),
    }


@check_for("wgan.generator_loss", weight=2, hint="7.7a")
def generator_loss_by_hand(wgan):
    """Scores 2, 0 and −5 of fakes: the loss is 1; raising all by 7 lowers it by 7."""
    f_fake = numbers(2.0, 0.0, -5.0)
    assert_close(
        wgan.generator_loss(f_fake), 1.0, what="loss", suspects=_generator_suspects(f_fake)
    )
    assert_close(wgan.generator_loss(f_fake + 7), -6.0, what="loss of f + 7")


@check_for("wgan.generator_loss", hint="7.7a")
def generator_loss_is_unbounded(wgan):
    """No saturation: scores of ±10⁵ give ∓10⁵, in both dtypes."""
    for dtype in (torch.float32, torch.float64):
        for score in (-1e5, 1e5):
            loss = wgan.generator_loss(torch.full((3,), score, dtype=dtype))
            assert_close(loss, -score, dtype=dtype, what=f"loss of scores {score:g}")


gradients_for("wgan.critic_loss", "f_real", "f_fake", hint="7.6b")
gradients_for("wgan.generator_loss", "f_fake", hint="7.7b")
