"""Lecture 6's steps, networks and widgets, beyond what the checks say."""

import math

import numpy as np
import pytest
import torch
from sklearn.linear_model import LogisticRegression

from autograder.authoring.cases import cases, hidden_results
from autograder.authoring.reference import reference
from course_lib.checks import F64, check, normal, seeded
from course_lib.checks.random_inputs import Case
from course_lib.kit import plots
from course_lib.kit.networks import adversarial
from course_lib.kit.plots.explore import positions
from course_lib.kit.train import match
from course_lib.lectures.gan.widgets import spam_filter, which_is_real

gan = reference("gan")


def test_the_trained_filter_is_scikit_learns_and_near_the_line_of_the_densities():
    n, (mean_p, mean_q) = 4000, (1.0, -0.5)
    real, fake = mean_p + normal(1, n, 1), mean_q + normal(2, n, 1)
    net = gan.Discriminator(1, 0, seed=0, dtype=F64)
    optimiser = torch.optim.LBFGS(net.parameters(), max_iter=100, tolerance_change=1e-14)

    def closure():
        optimiser.zero_grad()
        loss = net.loss(real, fake)
        loss.backward()
        return loss

    optimiser.step(closure)
    found = [v.item() for v in net.parameters()]
    y = np.r_[np.ones(n), np.zeros(n)]
    theirs = LogisticRegression(C=1e12, tol=1e-10).fit(torch.cat([real, fake]).numpy(), y)
    assert found == pytest.approx([theirs.coef_[0, 0], theirs.intercept_[0]], abs=1e-4)
    assert found == pytest.approx([mean_p - mean_q, (mean_q**2 - mean_p**2) / 2], abs=0.15)


@pytest.mark.parametrize("kind", ["non_saturating", "minimax", "least_squares"])
@pytest.mark.parametrize("optimiser", [torch.optim.Adam, torch.optim.SGD])
def test_a_step_with_torchs_optimisers_is_algorithm_one(kind, optimiser):
    def networks():
        G = gan.Generator(2, 3, 4, seed=1, dtype=F64)
        D = gan.Discriminator(3, 4, seed=2, dtype=F64)
        return G, D, optimiser(G.parameters(), lr=0.05), optimiser(D.parameters(), lr=0.05)

    ours, theirs = networks(), networks()
    G, D, g_opt, d_opt = theirs
    for k in range(4):
        real, z = normal(k, 5, 3), normal(9 + k, 6, 2)
        gan.train_step(*ours, real, z, kind=kind)
        squares = kind == "least_squares"
        d_criterion = gan.least_squares_discriminator_loss if squares else gan.discriminator_loss
        for parameters, step, loss_of in (
            (list(D.parameters()), d_opt, lambda x=real, z=z, c=d_criterion: c(D(x), D(G(z)))),
            (list(G.parameters()), g_opt, lambda z=z: gan.generator_loss(D(G(z)), kind)),
        ):
            grads = torch.autograd.grad(loss_of(), parameters)
            for parameter, grad in zip(parameters, grads, strict=True):
                parameter.grad = grad
            step.step()
    for mine, other in zip(ours[:2], theirs[:2], strict=True):
        for a, b in zip(mine.parameters(), other.parameters(), strict=True):
            torch.testing.assert_close(a, b, atol=1e-12, rtol=0)
            assert a.grad is None or not a.grad.any()


def test_a_step_stays_on_its_device():
    networks = [
        adversarial.Generator(2, 3, 4, seed=1).to("meta"),
        adversarial.Discriminator(3, 4, seed=2).to("meta"),
    ]
    optimisers = [adversarial.Descent(n.parameters(), lr=0.1, momentum=0.9) for n in networks]
    real, z = torch.ones(5, 3, device="meta"), torch.ones(4, 2, device="meta")
    for kind in ("non_saturating", "minimax", "least_squares"):
        losses = gan.train_step(*networks, *optimisers, real, z, kind=kind)
        assert {loss.device.type for loss in losses} == {"meta"}
        assert {p.device.type for n in networks for p in n.parameters()} == {"meta"}


def test_the_course_s_descent_is_torchs_sgd():
    ours, theirs = (adversarial.Discriminator(3, 4, seed=2) for _ in range(2))
    mine = adversarial.Descent(ours.parameters(), lr=0.1, momentum=0.9)
    other = torch.optim.SGD(theirs.parameters(), lr=0.1, momentum=0.9)
    x = normal(0, 6, 3).float()
    for network, optimiser in ((ours, mine), (theirs, other)):
        for _ in range(3):
            optimiser.zero_grad()
            network(x).square().mean().backward()
            optimiser.step()
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        torch.testing.assert_close(a, b)
    mine.zero_grad(set_to_none=False)
    assert all(p.grad is not None and not p.grad.any() for p in ours.parameters())


def test_a_case_with_a_run_is_run_on_both_sides_and_compared():
    (result, *_) = hidden_results("gan.train_step", gan, seed=1)
    assert result.passed
    (case, *_) = cases("gan.train_step", seed=1, dtype=F64)
    assert isinstance(case, Case)
    assert case.run is not None
    assert case.args == ()


def test_the_checks_leave_the_global_seed_alone():
    before = torch.get_rng_state()
    assert check("gan.train_step", gan).passed
    assert torch.equal(torch.get_rng_state(), before)


def test_a_match_is_the_same_each_time_and_its_average_lags_behind():
    def draw(n, rng):
        return 1 + 0.5 * torch.randn(n, 1, generator=rng), torch.randn(n, 1, generator=rng)

    def play(average):
        G, D = gan.Generator(1, 1, 0, seed=1), gan.Discriminator(1, 3, seed=2)
        seen: list[int] = []
        played = match.play(
            gan.train_step, G, D, draw, steps=20, average=average, to_zero=True, after=seen.append
        )
        assert seen == list(range(1, 21))
        return G, played

    (one, played), (two, again) = play(0.9), play(0.9)
    assert played.d_loss == again.d_loss
    assert len(played.g_loss) == 20
    for a, b, c in zip(
        one.parameters(), two.parameters(), played.average.parameters(), strict=True
    ):
        assert torch.equal(a, b)
        assert not torch.equal(a, c)
    network, plain = play(0.0)
    assert plain.average is network
    assert "20 steps" in repr(plain)


@pytest.mark.parametrize(("size", "batch_norm"), [(8, True), (8, False), (28, True), (16, True)])
def test_the_convolutional_networks_fit_the_images(size, batch_norm):
    G = adversarial.ConvGenerator(5, size, 8, batch_norm=batch_norm, seed=1)
    D = adversarial.ConvDiscriminator(size, 6, in_channels=1, batch_norm=batch_norm, seed=1)
    x = G(normal(0, 3, 5).float())
    assert x.shape == (3, 1, size, size)
    assert x.abs().max() <= 1
    assert D(x).shape == (3,)
    kinds = {type(m) for n in (G, D) for m in n.modules()}
    assert (torch.nn.BatchNorm2d in kinds) == batch_norm
    again = adversarial.ConvGenerator(5, size, 8, batch_norm=batch_norm, seed=1)
    assert all(torch.equal(a, b) for a, b in zip(G.parameters(), again.parameters(), strict=True))


@pytest.mark.parametrize(("mean", "width"), [(1.5, 1.0), (-1.0, 0.7), (0.5, 2.0)])
def test_with_many_samples_the_trained_filter_is_the_best_one(mean, width):
    x = torch.linspace(-1.5, 1.5, 7, dtype=torch.float64)
    found = spam_filter.trained_log_odds(mean, width, 5000, 2, x)
    best = -0.5 * x**2 + 0.5 * ((x - mean) / width) ** 2 + math.log(width)
    torch.testing.assert_close(torch.sigmoid(found), torch.sigmoid(best), atol=0.03, rtol=0)


def test_samples_without_overlap_leave_the_filter_finite():
    x = torch.linspace(-6, 6, 5, dtype=torch.float64)
    for degree in (1, 2):
        assert spam_filter.trained_log_odds(4.0, 0.3, 10, degree, x).isfinite().all()


def test_the_filter_s_titles_are_the_value_and_the_divergence():
    fig = spam_filter.draw(mean=0.0, width=1.0, examples=1000, degree=1)
    left, right = fig.axes
    assert "= 0.000 nats" in left.get_title()
    assert right.get_title().startswith(f"V(D*) = {-math.log(4):.3f}")


IMAGES = torch.rand(2, 6, 12, generator=seeded(0))


@pytest.mark.parametrize("where", ["lowest", "middle", "highest"])
def test_pairs_are_drawn_with_a_verdict_at_every_position(where):
    at = positions(which_is_real.controls(6))[where]
    once, again = (
        which_is_real.draw(IMAGES[0], IMAGES[1], (3, 4), lambda x: torch.sigmoid(x.sum(1)), **at)
        for _ in range(2)
    )
    assert plots.png(once) == plots.png(again)


def test_the_real_image_stands_where_it_is_said_to_and_on_both_sides():
    real, fake = IMAGES
    for pair in range(6):
        fig = which_is_real.draw(real, fake, (3, 4), pair=pair, answer=True)
        for axes in fig.axes:
            shown = torch.as_tensor(axes.images[0].get_array()).flatten()
            expected = real if axes.get_title() == "real" else fake
            torch.testing.assert_close(shown, expected[pair])
        assert (fig.axes[0].get_title() == "real") == which_is_real.real_is_left(pair)
    sides = [which_is_real.real_is_left(pair) for pair in range(40)]
    assert 10 < sum(sides) < 30


def test_before_the_answer_the_titles_give_nothing_away():
    fig = which_is_real.draw(IMAGES[0], IMAGES[1], (3, 4), lambda x: x[:, 0], pair=1, answer=False)
    assert [axes.get_title() for axes in fig.axes] == ["left", "right"]
