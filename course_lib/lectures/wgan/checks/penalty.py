"""Slopes held to 1: `gradient_penalty`."""

import torch

from course_lib.checks import F64, assert_close, assert_finite, check_for, normal, seeded
from course_lib.lectures.wgan.checks.exact import (
    bent_critic,
    linear_critic,
    loaded,
    penalty_at,
    penalty_gradient,
    slopes,
)

_W = {
    "of length 7": torch.tensor([2.0, -3.0, 6.0], dtype=F64),
    "of length ½": torch.tensor([0.3, 0.0, -0.4], dtype=F64),
}


def _points(seed, n, *shape):
    eps = torch.rand(n, generator=seeded(seed), dtype=F64)
    return normal(seed, n, *shape), 1 + normal(seed + 1, n, *shape), eps


@check_for("wgan.gradient_penalty", weight=2, hint="7.9a")
def penalty_of_a_linear_critic(wgan, here):
    """For f(x) = w·x the penalty is (‖w‖ − 1)² at every point: 36 for a length of 7."""
    for name, w in _W.items():
        norm = w.norm()
        found = wgan.gradient_penalty(linear_critic(wgan, here, w), *_points(0, 4, 3))
        assert_close(
            found,
            (norm - 1) ** 2,
            what=f"penalty for a w {name}",
            suspects={
                "the square is missing": norm - 1,
                "‖∇f‖² − 1 instead of ‖∇f‖ − 1": (norm**2 - 1) ** 2,
                "the 1 is missing: slopes of 0 would be best": norm**2,
                "a sum over the examples, not their mean": 4 * (norm - 1) ** 2,
                "the one-sided penalty: slopes below 1 count as well": (norm - 1).clamp(min=0) ** 2,
                "each coordinate's slope is held to 1, not the norm": (w - 1).square().mean(),
                "the sum of absolute slopes instead of the Euclidean norm": (w.abs().sum() - 1)
                ** 2,
                "the norm runs over the whole batch: it belongs to one example": (2 * norm - 1)
                ** 2,
                "the norm runs over the examples, not over an example's axes": (2 * w.abs() - 1)
                .square()
                .mean(),
                "the mean of the scores was differentiated: each slope is divided by the batch": (
                    norm / 4 - 1
                )
                ** 2,
            },
        )


@check_for("wgan.gradient_penalty", weight=3, hint="7.9b")
def gradient_of_a_linear_critic(wgan, here):
    """The penalty's own gradient by w is 2 (‖w‖ − 1) w / ‖w‖: it can be trained with."""
    for name, w in _W.items():
        critic = linear_critic(wgan, here, w)
        points = _points(2, 4, 3)
        assert_close(wgan.gradient_penalty(critic, *points), (w.norm() - 1) ** 2, what="penalty")
        gradient = here.gradient(critic.penalty, *points)["layers.0.weight"][0]
        assert_close(
            gradient,
            2 * (w.norm() - 1) * w / w.norm(),
            what=f"gradient by a w {name}",
            suspects={
                "the slope has no graph: create_graph=True is missing, or it is detached, "
                "so that the penalty changes nothing": torch.zeros(3),
                "the norm is detached in a place": 2 * w,
            },
        )


@check_for("wgan.gradient_penalty", weight=3, hint="7.9c")
def slopes_are_taken_between_the_pairs(wgan, here):
    """At x̂ = eps · real + (1 − eps) · fake, an own eps for each of three examples in 3-D."""
    critic, state = bent_critic(wgan, 11, 3)
    loaded(here, critic, state)
    for seed in (4, 6):
        real, fake, eps = _points(seed, 3, 3)
        share = eps[:, None]
        assert_close(
            wgan.gradient_penalty(critic, real, fake, eps),
            penalty_at(share * real + (1 - share) * fake, state),
            what="penalty of a bent critic",
            suspects={
                "slopes are taken at the data": penalty_at(real, state),
                "slopes are taken at the generated examples": penalty_at(fake, state),
                "eps and 1 − eps are exchanged": penalty_at(
                    share * fake + (1 - share) * real, state
                ),
                "eps goes along the axes, not along the examples: its shape must be (batch, 1)": (
                    penalty_at(eps * real + (1 - eps) * fake, state)
                ),
                "one eps for the whole batch": penalty_at(
                    eps[0] * real + (1 - eps[0]) * fake, state
                ),
                "always halfway": penalty_at((real + fake) / 2, state),
                "the point is real + eps · fake": penalty_at(real + share * fake, state),
            },
        )


@check_for("wgan.gradient_penalty", weight=2, hint="7.9b")
def gradient_of_a_bent_critic(wgan, here):
    """The penalty's gradient reaches every weight of a network, and no constant."""
    critic, state = bent_critic(wgan, 15, 2)
    loaded(here, critic, state)
    real, fake, eps = _points(8, 5, 2)
    between = eps[:, None] * real + (1 - eps[:, None]) * fake
    assert_close(
        wgan.gradient_penalty(critic, real, fake, eps),
        penalty_at(between, state),
        what="penalty",
    )
    found = here.gradient(critic.penalty, real, fake, eps)
    for name, expected in penalty_gradient(between, state).items():
        assert_close(
            found[name],
            expected,
            what=f"gradient by {name}",
            suspects={"the graph is cut": torch.zeros_like(expected)},
        )


@check_for("wgan.gradient_penalty", weight=2, hint="7.9d")
def images_have_one_norm_each(wgan, here):
    """Examples with several axes: one norm over all of them, for batches of any size."""
    critic, state = bent_critic(wgan, 17, 6)
    loaded(here, critic, state)
    for n in (4, 1):
        real, fake, eps = _points(12, n, 2, 3)
        share = eps[:, None, None]
        between = share * real + (1 - share) * fake
        slope = slopes(between, state)
        assert_close(
            wgan.gradient_penalty(critic, real, fake, eps),
            penalty_at(between, state),
            what=f"penalty of {n} images",
            suspects={
                "one norm for each row of an image": (slope.norm(dim=2) - 1).square().mean(),
                "one norm for each column of an image": (slope.norm(dim=1) - 1).square().mean(),
            },
        )


@check_for("wgan.gradient_penalty", hint="7.9e")
def a_dead_critic_can_recover(wgan, here):
    """Where ∇f = 0 the penalty is 1 and its gradient finite, in both dtypes."""
    for dtype in (torch.float32, torch.float64):
        critic = linear_critic(wgan, here, torch.zeros(3, dtype=dtype))
        points = [p.to(dtype) for p in _points(14, 4, 3)]
        found = wgan.gradient_penalty(critic, *points)
        assert_close(
            found, 1.0, dtype=dtype, atol=1e-4, what="penalty of the critic that is 0 everywhere"
        )
        gradient = here.gradient(critic.penalty, *points)["layers.0.weight"]
        assert_finite(gradient, what="gradient by w at w = 0")
