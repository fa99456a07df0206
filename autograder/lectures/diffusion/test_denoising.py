"""Networks that predict noise, and their training."""

import pytest
import torch

from course_lib.checks import normal, seeded
from course_lib.lectures.diffusion import denoising, unet

BARS = torch.linspace(1, 0.02, 11)
IMAGES = torch.rand(40, 1, 8, 8, generator=seeded(0)) * 2 - 1
STEPS = torch.tensor([1, 5, 10])


def loss(denoise, x0, t, eps):
    kept = BARS[t].reshape(-1, *[1] * (x0.dim() - 1))
    return (eps - denoise(kept.sqrt() * x0 + (1 - kept).sqrt() * eps, t)).square().mean()


def test_an_untrained_unet_is_the_best_denoiser_of_gaussian_data():
    """E[eps | x_t] of N(m, v), pixel by pixel."""
    net = unet.UNet(IMAGES, BARS)
    xt = normal(0, 3, 1, 8, 8).float()
    kept = BARS[STEPS].reshape(3, 1, 1, 1)
    mean, variance = IMAGES.mean(0), IMAGES.var(0)
    expected = (1 - kept).sqrt() * (xt - kept.sqrt() * mean) / (kept * variance + 1 - kept)
    torch.testing.assert_close(net(xt, STEPS), expected)


@pytest.mark.parametrize("shape", [(8, 8), (28, 28), (4, 12)], ids=str)
def test_the_unet_takes_images_of_any_multiple_of_four(shape):
    net = unet.UNet(normal(0, 5, 1, *shape).float(), BARS, channels=(4, 6, 8))
    assert net(normal(0, 3, 1, *shape).float(), STEPS).shape == (3, 1, *shape)


def test_the_unet_refuses_other_sizes():
    with pytest.raises(ValueError, match="10×8; expected multiples of 4"):
        unet.UNet(normal(0, 5, 1, 10, 8).float(), BARS)


def trained(steps=60, labels=None):
    net = unet.UNet(IMAGES, BARS, channels=(4, 4, 4), n_classes=0 if labels is None else 2)
    return net, denoising.fit_denoiser(
        net, loss, IMAGES, 10, labels=labels, steps=steps, batch_size=16
    )


def test_training_is_reproducible_and_leaves_the_global_random_state_alone(monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    state = torch.get_rng_state()
    nets = [trained()[0] for _ in range(2)]
    assert torch.equal(torch.get_rng_state(), state)
    for a, b in zip(*(net.parameters() for net in nets), strict=True):
        assert torch.equal(a, b)
    assert not nets[0].training


def test_the_class_and_its_absence_are_told_apart_after_training(monkeypatch):
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    labels = (IMAGES.flatten(1).mean(1) > 0).long()
    net, run = trained(labels=labels, steps=200)
    assert len(run.loss) == 4
    assert run.seconds > 0
    assert "loss" in repr(run)
    xt = normal(0, 3, 1, 8, 8).float()
    answers = [net(xt, STEPS, y) for y in (None, torch.zeros(3).long(), torch.ones(3).long())]
    torch.testing.assert_close(answers[0], net(xt, STEPS, torch.full((3,), 2)))
    assert not torch.allclose(answers[0], answers[1])
    assert not torch.allclose(answers[1], answers[2])


def test_a_network_for_points_learns_what_is_to_be_learnt(monkeypatch):
    """All data in one point: the noise can be read off, so that the loss can reach 0."""
    monkeypatch.setenv("COURSE_DEVICE", "cpu")
    net = denoising.PointDenoiser(normal(0, 50, 2).float(), BARS, width=32)
    run = denoising.fit_denoiser(
        net, loss, torch.zeros(4, 2), 10, steps=400, batch_size=128, seed=1
    )
    assert run.loss[-1] < 0.05 < run.loss[0]
    assert net(torch.zeros(3, 2), STEPS).shape == (3, 2)


def test_the_features_of_a_step_tell_all_steps_apart():
    features = denoising.step_features(BARS[1:])
    assert features.shape == (10, 32)
    assert torch.pdist(features).min() > 0.1


def test_the_network_for_points_is_as_sure_as_gaussian_data_allow_where_all_is_noise():
    """At ᾱ = 0 the best prediction is x_t itself, whatever the weights."""
    net = denoising.PointDenoiser(normal(0, 50, 2).float(), torch.tensor([1.0, 0.5, 0.0]), seed=3)
    xt = normal(1, 4, 2).float()
    bars = torch.full((4,), 2)
    net.alpha_bars[2] = 1e-12
    torch.testing.assert_close(net(xt, bars), xt, atol=1e-4, rtol=1e-4)


def test_a_loss_that_is_missing_says_so_before_a_bar_is_drawn(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_QUIET", "0")

    def missing(*_):
        raise NotImplementedError("not implemented yet")

    net = denoising.PointDenoiser(normal(0, 50, 2).float(), BARS, width=8)
    with pytest.raises(NotImplementedError):
        denoising.fit_denoiser(net, missing, torch.zeros(4, 2), 10, steps=5)
    assert capsys.readouterr().err == ""
