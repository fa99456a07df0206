"""Lecture 6: what the theory of two players says, held to SciPy, torch and scikit-learn."""

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from scipy.spatial.distance import cdist, jensenshannon
from scipy.special import rel_entr
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import OneHotEncoder

from autograder.authoring.cases import cases, hidden_results
from autograder.authoring.reference import reference
from course_lib.checks import F64, check, normal
from course_lib.checks.random_inputs import Case
from course_lib.kit.networks import adversarial
from course_lib.kit.train import match


@pytest.fixture(scope="module")
def gan():
    return reference("gan")


def distribution(n, seed):
    return (1.5 * normal(seed, n)).softmax(0)


def gaussian(x, mean, deviation=1.0):
    return torch.exp(-0.5 * ((x - mean) / deviation) ** 2) / (deviation * math.sqrt(math.tau))


@pytest.mark.parametrize("n", [2, 9, 40])
def test_jsd_is_the_square_of_scipys_distance(gan, n):
    p, q = distribution(n, 1), distribution(n, 2)
    expected = jensenshannon(p.numpy(), q.numpy()) ** 2
    assert gan.jsd(p, q).item() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("n", [2, 9, 40])
def test_the_value_at_the_best_discriminator_is_twice_jsd_minus_log_four(gan, n):
    p, q = distribution(n, 3), distribution(n, 4)
    v = gan.value(p, q, gan.optimal_discriminator(p, q))
    assert v.item() == pytest.approx(2 * gan.jsd(p, q).item() - math.log(4), abs=1e-12)
    kls = (
        rel_entr(p.numpy(), ((p + q) / 2).numpy()).sum(),
        rel_entr(q.numpy(), ((p + q) / 2).numpy()),
    )
    assert v.item() == pytest.approx(kls[0] + kls[1].sum() - math.log(4), abs=1e-12)


def test_no_answer_beats_the_best_discriminator_and_the_loss_is_quadratic(gan):
    p, q = distribution(12, 5), distribution(12, 6)
    best = gan.optimal_discriminator(p, q)
    top, bend = gan.value(p, q, best), normal(7, 12)
    curvature = ((p + q) * best * (1 - best) * bend**2).sum()
    for size in (1e-2, 1e-3):
        for sign in (1, -1):
            bent = torch.sigmoid(torch.logit(best) + sign * size * bend)
            lost = (top - gan.value(p, q, bent)) / (size**2)
            assert lost.item() == pytest.approx(curvature.item() / 2, rel=5 * size)


def test_the_trained_filter_is_scikit_learns_and_near_the_line_of_the_densities(gan):
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


def test_losses_are_torchs_cross_entropies_and_squared_errors(gan):
    real, fake = 3 * normal(3, 7), 3 * normal(4, 5)
    bce, mse = F.binary_cross_entropy_with_logits, F.mse_loss
    ones, zeros = torch.ones(7).double(), torch.zeros(5).double()
    pairs = (
        (gan.discriminator_loss(real, fake), bce(real, ones) + bce(fake, zeros)),
        (gan.generator_loss(fake, "minimax"), -bce(fake, zeros)),
        (gan.generator_loss(fake, "non_saturating"), bce(fake, zeros + 1)),
        (gan.generator_loss(fake, "least_squares"), mse(fake, zeros + 1) / 2),
        (
            gan.least_squares_discriminator_loss(real, fake),
            (mse(real, ones) + mse(fake, zeros)) / 2,
        ),
    )
    for found, expected in pairs:
        torch.testing.assert_close(found, expected, atol=1e-12, rtol=0)


@pytest.mark.parametrize("shift", [0.3, 1.5, 4.0])
def test_generator_gradients_are_those_of_the_divergences(gan, shift):
    grid = torch.linspace(-12, 16, 2801, dtype=F64)
    dx = (grid[1] - grid[0]).item()
    ends = [
        gan.jsd(gaussian(grid, 0.0) * dx, gaussian(grid, shift + s) * dx) for s in (1e-4, -1e-4)
    ]
    two_jsd = ((ends[0] - ends[1]) / 1e-4).item()
    at = torch.tensor(shift, dtype=F64, requires_grad=True)
    z = torch.linspace(-8, 8, 801, dtype=F64)
    logits = -shift * (z + at) + shift**2 / 2
    weight = gaussian(z, 0.0) * (z[1] - z[0])
    for kind, expected in (("minimax", two_jsd), ("non_saturating", shift - two_jsd)):
        loss = (weight * torch.stack([gan.generator_loss(a[None], kind) for a in logits])).sum()
        (found,) = torch.autograd.grad(loss, at, retain_graph=True)
        assert found.item() == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("kind", ["non_saturating", "minimax", "least_squares"])
@pytest.mark.parametrize("optimiser", [torch.optim.Adam, torch.optim.SGD])
def test_a_step_with_torchs_optimisers_is_algorithm_one(gan, kind, optimiser):
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


def test_a_step_stays_on_its_device(gan):
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


@pytest.mark.parametrize("lr", [0.1, 0.9])
def test_the_dynamics_have_the_eigenvalues_of_their_matrices(gan, lr):
    for alternating, modulus in ((False, math.sqrt(1 + lr**2)), (True, 1.0)):
        columns = [
            gan.bilinear_dynamics(1, lr, alternating, start=e, dtype=F64)[1]
            for e in ((1.0, 0.0), (0.0, 1.0))
        ]
        values = torch.linalg.eigvals(torch.stack(columns, dim=1)).abs()
        torch.testing.assert_close(values, torch.full((2,), modulus, dtype=F64))


def test_coverage_is_counted_as_by_scipys_distances(gan):
    samples, centers = 1.3 * normal(1, 200, 2), normal(2, 11, 2)
    away = cdist(samples.numpy(), centers.numpy())
    good = away.min(1) <= 0.4
    modes, share = gan.mode_coverage(samples, centers, 0.4)
    assert modes.item() == len(set(away.argmin(1)[good]))
    assert share.item() == pytest.approx(good.mean())


def test_labels_are_scikit_learns_one_hot_codes(gan):
    x, y = normal(0, 6, 3), torch.tensor([4, 0, 1, 4, 2, 3])
    codes = OneHotEncoder(categories=[range(7)], sparse_output=False).fit_transform(
        y.numpy()[:, None]
    )
    torch.testing.assert_close(gan.with_label(x, y, 7), torch.cat([x, torch.from_numpy(codes)], 1))


def test_a_case_with_a_run_is_run_on_both_sides_and_compared(gan):
    (result, *_) = hidden_results("gan.train_step", gan, seed=1)
    assert result.passed
    (case, *_) = cases("gan.train_step", seed=1, dtype=F64)
    assert isinstance(case, Case)
    assert case.run is not None
    assert case.args == ()


def test_the_checks_leave_the_global_seed_alone(gan):
    before = torch.get_rng_state()
    assert check("gan.train_step", gan).passed
    assert torch.equal(torch.get_rng_state(), before)


def test_a_match_is_the_same_each_time_and_its_average_lags_behind(gan):
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
