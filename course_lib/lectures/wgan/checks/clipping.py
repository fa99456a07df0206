"""Clipped weights: `clip_weights_`."""

import torch

from course_lib.checks import F64, Draw, assert_close, assert_raises, check_for, numbers
from course_lib.lectures.wgan.checks.exact import bent_critic, linear_critic
from course_lib.lectures.wgan.inputs import attention, convolution, frozen


@check_for("wgan.clip_weights_", weight=2, hint="7.8a")
def weights_are_clipped_by_hand(wgan, here):
    """c = ½ makes (−2, −0.5, 0.1, 0.7) to (−0.5, −0.5, 0.1, 0.5), in the critic itself."""
    w = numbers(-2.0, -0.5, 0.1, 0.7)
    critic = linear_critic(wgan, here, w)
    wgan.clip_weights_(critic, 0.5)
    expected = numbers(-0.5, -0.5, 0.1, 0.5)
    what = "weight after clipping"
    suspects = {
        "a copy was clipped, the critic's own weights are as before": w,
        "only large weights are clipped: those below −c are left": w.clamp(max=0.5),
        "only small weights are clipped: those above c are left": w.clamp(min=-0.5),
        "weights are scaled, not clipped": w * 0.5 / 2.0,
        "the norm of the weights is clipped, not each weight": w * 0.5 / w.norm(),
        "weights beyond c are set to 0": torch.where(w.abs() > 0.5, 0.0, w),
        "the sign is lost": w.abs().clamp(max=0.5),
    }
    assert_close(here.state(critic)["layers.0.weight"][0], expected, what=what, suspects=suspects)


@check_for("wgan.clip_weights_", weight=2, hint="7.8b")
def every_parameter_is_clipped(wgan, here):
    """Weights and biases of every layer, trained or not, and no buffer."""
    critic, state = bent_critic(wgan, here, 21, 3)
    wgan.clip_weights_(critic, 0.3)
    after = here.state(critic)
    for key, before in state.items():
        name = key.replace("__", ".")
        left = {f"{name} was left out": before}
        assert_close(after[name], before.clamp(-0.3, 0.3), what=name, suspects=left)
    for made, kind in (
        (frozen(Draw(22)), "with requires_grad=False"),
        (convolution(Draw(23)), "of a convolution"),
        (attention(Draw(24)), "of a network that has parts and weights of its own"),
    ):
        network = made.make(wgan, here)
        network.eval()
        wgan.clip_weights_(network, 0.1)
        for key, before in made.load.items():
            name = key.replace("__", ".")
            what, left = f"{name}, {kind}", {"these parameters are left out: all are meant": before}
            found = here.state(network)[name]
            assert_close(found, before.clamp(-0.1, 0.1), what=what, suspects=left)
    normalised = wgan.Critic(2, (3,), spectral=True, seed=0, dtype=F64)
    u = numbers(0.6, -0.8, 0.0)
    here.load(normalised, u_0=u)
    wgan.clip_weights_(normalised, 0.1)
    clipped = {"buffers are clipped, too: only parameters are meant": u.clamp(-0.1, 0.1)}
    assert_close(here.state(normalised)["u_0"], u, what="a buffer", suspects=clipped)


@check_for("wgan.clip_weights_", hint="7.8c")
def share_on_the_boundary(wgan, here):
    """Four of ten weights at or beyond c: the share is 0.4, and again 0.4 the second time."""
    for dtype in (torch.float32, torch.float64):
        w = torch.tensor([-3.0, -0.5, 0.005, 0.0, 0.02, -0.009, 0.01, 0.0099995, 0.0], dtype=dtype)
        critic = linear_critic(wgan, here, w)
        for turn in ("first", "second"):
            share = wgan.clip_weights_(critic, 0.01)
            suspects = {
                "the number of weights, not their share": 4.0,
                "biases are not counted": 4 / 9,
                "the share inside of the boundary": 0.6,
                "weights are counted that were beyond c before": 0.3 if turn == "first" else 0,
                "the mean of the layers' shares: layers differ in size": 2 / 9,
                "one side of the boundary": 0.2,
            }
            assert_close(share, 0.4, what=f"share the {turn} time", suspects=suspects)


@check_for("wgan.clip_weights_", hint="7.8c")
def a_boundary_must_be_positive(wgan, here):
    """c = 0 and c < 0 are refused, and the weights stay as they were."""
    w = numbers(1.0, -2.0)
    for c in (0.0, -0.5):
        critic = linear_critic(wgan, here, w)
        assert_raises(ValueError, wgan.clip_weights_, critic, c, mentions=str(c))
        assert_close(here.state(critic)["layers.0.weight"][0], w, what=f"weight after c={c}")
    wgan.clip_weights_(critic, 1e-12)
    found = here.state(critic)["layers.0.weight"][0] * 1e12
    assert_close(found, w.sign(), what="10¹² · weight after c = 10⁻¹²")
