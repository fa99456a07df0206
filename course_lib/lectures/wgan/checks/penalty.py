"""Slopes held to 1: `gradient_penalty`."""

import torch

from course_lib.checks import Draw, assert_close, assert_finite, check_for, numbers
from course_lib.lectures.wgan.checks.exact import (
    bent_critic,
    linear_critic,
    penalty_at,
    penalty_gradient,
    slopes,
)
from course_lib.lectures.wgan.inputs import pairs

_W = {"of length 7": numbers(2.0, -3.0, 6.0), "of length ½": numbers(0.3, 0.0, -0.4)}


@check_for("wgan.gradient_penalty", weight=2, hint="7.9a")
def penalty_of_a_linear_critic(wgan, here):
    """For f(x) = w·x the penalty is (‖w‖ − 1)² at every point: 36 for a length of 7."""
    for name, w in _W.items():
        norm = w.norm()
        found = wgan.gradient_penalty(linear_critic(wgan, here, w), *pairs(Draw(0), 4, 3))
        suspects = {
            "the square is missing": norm - 1,
            "‖∇f‖² − 1 instead of ‖∇f‖ − 1": (norm**2 - 1) ** 2,
            "the 1 is missing: slopes of 0 would be best": norm**2,
            "a sum over the examples, not their mean": 4 * (norm - 1) ** 2,
            "the one-sided penalty: slopes below 1 count as well": (norm - 1).clamp(min=0) ** 2,
            "each coordinate's slope is held to 1, not the norm": (w - 1).square().mean(),
            "the sum of absolute slopes instead of the Euclidean norm": (w.abs().sum() - 1) ** 2,
            "the norm runs over the whole batch: it belongs to one example": (2 * norm - 1) ** 2,
            "the norm runs over the examples, not over an example's axes": (2 * w.abs() - 1)
            .square()
            .mean(),
            "the mean of the scores was differentiated: each slope is divided by the batch": (
                norm / 4 - 1
            )
            ** 2,
        }
        assert_close(found, (norm - 1) ** 2, what=f"penalty for a w {name}", suspects=suspects)


@check_for("wgan.gradient_penalty", weight=3, hint="7.9b")
def gradient_of_a_linear_critic(wgan, here):
    """The penalty's own gradient by w is 2 (‖w‖ − 1) w / ‖w‖: it can be trained with."""
    for name, w in _W.items():
        critic = linear_critic(wgan, here, w)
        points = pairs(Draw(2), 4, 3)
        assert_close(wgan.gradient_penalty(critic, *points), (w.norm() - 1) ** 2, what="penalty")
        gradient = here.gradients(critic.penalty, *points)["self:self.layers.0.weight"][0]
        expected = 2 * (w.norm() - 1) * w / w.norm()
        suspects = {
            "the slope has no graph: create_graph=True is missing, or it is detached, "
            "so that the penalty changes nothing": torch.zeros(3),
            "the norm is detached in a place": 2 * w,
        }
        assert_close(gradient, expected, what=f"gradient by a w {name}", suspects=suspects)


@check_for("wgan.gradient_penalty", weight=3, hint="7.9c")
def slopes_are_taken_between_the_pairs(wgan, here):
    """At x̂ = eps · real + (1 − eps) · fake, an own eps for each of three examples in 3-D."""
    critic, state = bent_critic(wgan, here, 11, 3)
    for seed in (4, 6):
        real, fake, eps = pairs(Draw(seed), 3, 3)
        share = eps[:, None]
        found = wgan.gradient_penalty(critic, real, fake, eps)
        expected = penalty_at(share * real + (1 - share) * fake, state)
        suspects = {
            "slopes are taken at the data": penalty_at(real, state),
            "slopes are taken at the generated examples": penalty_at(fake, state),
            "eps and 1 − eps are exchanged": penalty_at(share * fake + (1 - share) * real, state),
            "eps goes along the axes, not along the examples: its shape must be (batch, 1)": (
                penalty_at(eps * real + (1 - eps) * fake, state)
            ),
            "one eps for the whole batch": penalty_at(eps[0] * real + (1 - eps[0]) * fake, state),
            "always halfway": penalty_at((real + fake) / 2, state),
            "the point is real + eps · fake": penalty_at(real + share * fake, state),
        }
        assert_close(found, expected, what="penalty of a bent critic", suspects=suspects)
    other = {name: -20 * value for name, value in state.items()}
    here.load(critic, **other)
    critic.eval()
    found = wgan.gradient_penalty(critic, 9 * real, 9 * fake, eps)
    expected = penalty_at(9 * (share * real + (1 - share) * fake), other)
    what = "penalty after the critic's weights were changed, at points 9 times as far away"
    assert_close(found, expected, what=what)


@check_for("wgan.gradient_penalty", weight=2, hint="7.9b")
def gradient_of_a_bent_critic(wgan, here):
    """The penalty's gradient reaches every weight of a network, and no constant."""
    critic, state = bent_critic(wgan, here, 15, 2)
    real, fake, eps = pairs(Draw(8), 5, 2)
    between = eps[:, None] * real + (1 - eps[:, None]) * fake
    wanted = penalty_at(between, state)
    assert_close(wgan.gradient_penalty(critic, real, fake, eps), wanted, what="penalty")
    found = here.gradients(critic.penalty, real, fake, eps)
    for key, expected in penalty_gradient(between, state).items():
        name = key.replace("__", ".")
        suspects = {"the graph is cut": torch.zeros_like(expected)}
        assert_close(
            found[f"self:self.{name}"], expected, what=f"gradient by {name}", suspects=suspects
        )


@check_for("wgan.gradient_penalty", weight=2, hint="7.9d")
def images_have_one_norm_each(wgan, here):
    """Examples with several axes: one norm over all of them, for batches of any size."""
    critic, state = bent_critic(wgan, here, 17, 6)
    for n in (4, 1):
        real, fake, eps = pairs(Draw(12), n, 2, 3)
        share = eps[:, None, None]
        between = share * real + (1 - share) * fake
        slope = slopes(between, state)
        found = wgan.gradient_penalty(critic, real, fake, eps)
        expected = penalty_at(between, state)
        suspects = {
            "one norm for each row of an image": (slope.norm(dim=2) - 1).square().mean(),
            "one norm for each column of an image": (slope.norm(dim=1) - 1).square().mean(),
        }
        assert_close(found, expected, what=f"penalty of {n} images", suspects=suspects)


@check_for("wgan.gradient_penalty", hint="7.9e")
def a_dead_critic_can_recover(wgan, here):
    """Where ∇f = 0 the penalty is 1 and its gradient finite, in both dtypes."""
    for dtype in (torch.float32, torch.float64):
        critic = linear_critic(wgan, here, torch.zeros(3, dtype=dtype))
        points = [p.to(dtype) for p in pairs(Draw(14), 4, 3)]
        found = wgan.gradient_penalty(critic, *points)
        assert_close(
            found, 1.0, dtype=dtype, atol=1e-4, what="penalty of the critic that is 0 everywhere"
        )
        gradient = here.gradients(critic.penalty, *points)["self:self.layers.0.weight"]
        assert_finite(gradient, what="gradient by w at w = 0")
