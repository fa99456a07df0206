"""Lecture 5's reference against SciPy, scikit-learn, torch, quadrature and closed forms."""

import itertools
import math

import numpy as np
import pytest
import scipy.special
import scipy.stats
import torch
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from torch._subclasses import FakeTensorMode
from torch.distributions import Normal, kl_divergence

from autograder.authoring.reference import reference
from course_lib.checks import F64, normal

vae = reference("vae")


def mixture(seed, n_parts, n_dims):
    half = normal(seed, n_parts, n_dims, n_dims)
    covs = half @ half.mT + 0.3 * torch.eye(n_dims, dtype=F64)
    return normal(seed + 1, n_parts).softmax(0), normal(seed + 2, n_parts, n_dims), covs


def close(actual, expected, atol=1e-9):
    torch.testing.assert_close(actual, torch.as_tensor(expected), rtol=0, atol=atol)


@pytest.mark.parametrize(("n_parts", "n_dims"), [(1, 3), (4, 2), (3, 5)])
def test_responsibilities_are_those_of_scipys_densities(n_parts, n_dims):
    weights, means, covs = mixture(n_parts, n_parts, n_dims)
    x = 2 * normal(9, 7, n_dims)
    log_joint = np.stack(
        [
            math.log(w) + scipy.stats.multivariate_normal(m, C).logpdf(x.numpy())
            for w, m, C in zip(weights, means.numpy(), covs.numpy(), strict=True)
        ],
        axis=1,
    )
    expected = scipy.special.softmax(log_joint, axis=1)
    close(vae.responsibilities(x, weights, means, covs), expected)


@pytest.mark.filterwarnings("ignore:Best performing initialization did not converge")
@pytest.mark.parametrize(("n_parts", "n_dims", "steps"), [(1, 2, 1), (3, 2, 1), (2, 4, 3)])
def test_em_steps_are_those_of_scikit_learn(n_parts, n_dims, steps):
    x, (weights, means, covs) = 2 * normal(5, 80, n_dims), mixture(11, n_parts, n_dims)
    library = GaussianMixture(
        n_parts,
        reg_covar=0,
        tol=0,
        max_iter=steps,
        weights_init=weights.numpy(),
        means_init=means.numpy(),
        precisions_init=torch.linalg.inv(covs).numpy(),
    ).fit(x.numpy())
    for _ in range(steps):
        weights, means, covs = vae.em_step(x, weights, means, covs)
    close(weights, library.weights_)
    close(means, library.means_)
    close(covs, library.covariances_)


@pytest.mark.parametrize(("n", "n_dims", "k"), [(40, 6, 3), (5, 9, 4), (12, 3, 3)])
def test_pca_is_that_of_scikit_learn(n, n_dims, k):
    x = normal(1, n, n_dims) @ normal(2, n_dims, n_dims)
    library = PCA(k, svd_solver="full").fit(x.numpy())
    mean, directions, variances = vae.pca(x, k)
    close(mean, library.mean_)
    close(variances, library.explained_variance_ * (n - 1) / n)
    close((directions @ torch.from_numpy(library.components_).T).abs(), torch.eye(k, dtype=F64))


def test_kl_is_that_of_torch_and_has_its_gradient():
    mu, logvar = normal(1, 5, 3).requires_grad_(), normal(2, 5, 3).requires_grad_()
    q = Normal(mu, (logvar / 2).exp())
    close(vae.gaussian_kl(mu, logvar), kl_divergence(q, Normal(0.0, 1.0)).sum(1))
    assert torch.autograd.gradcheck(vae.gaussian_kl, (mu, logvar))
    assert torch.autograd.gradcheck(
        lambda m, v: vae.reparameterize(m, v, normal(3, 4, 5, 3)), (mu, logvar)
    )


def test_gradient_of_the_second_moment_through_a_draw():
    mu, logvar = normal(4, 2).requires_grad_(), normal(5, 2).requires_grad_()
    nodes, share = (torch.from_numpy(v) for v in np.polynomial.hermite_e.hermegauss(3))
    z = vae.reparameterize(mu, logvar, nodes[:, None].expand(-1, 2))
    moment = (share / share.sum()) @ z**2
    by_mu, by_logvar = torch.autograd.grad(moment.sum(), (mu, logvar))
    close(by_mu, 2 * mu.detach())
    close(by_logvar, logvar.detach().exp())


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
@pytest.mark.parametrize("n_hidden", [0, 6])
@pytest.mark.parametrize("n_classes", [0, 3])
def test_the_likelihood_is_that_of_torch(likelihood, n_hidden, n_classes):
    model = vae.VAE(
        4,
        2,
        n_hidden,
        n_classes=n_classes,
        likelihood=likelihood,
        noise_variance=0.3,
        dtype=F64,
    )
    x, z = (normal(1, 5, 4) > 0).double(), normal(2, 7, 5, 2)
    y = torch.tensor([0, 2, 1, 2, 0]) if n_classes else None
    out = model.decode(z, y)
    p = (
        Normal(out, math.sqrt(0.3))
        if likelihood == "gaussian"
        else torch.distributions.Bernoulli(logits=out)
    )
    close(model.log_likelihood(x, z, y), p.log_prob(x.expand_as(out)).sum(-1))


def test_elbo_posterior_and_evidence_agree_on_a_grid():
    """ELBO + KL(q ‖ posterior) = log p(x), all by quadrature, for a network with a hidden layer."""
    model = vae.VAE(3, 1, 5, seed=2, dtype=F64)
    x = torch.tensor([[1.0, 0.0, 1.0], [0.0, 0.0, 1.0]], dtype=F64)
    grid = torch.linspace(-12, 12, 6001, dtype=F64)
    z = grid[:, None, None].expand(-1, 2, -1)
    log_joint = model.log_likelihood(x, z) + Normal(0.0, 1.0).log_prob(grid)[:, None]
    log_p = log_joint.logsumexp(0) + math.log(24 / 6000)
    mu, logvar = (v[:, 0] for v in model.encode(x))
    log_q = Normal(mu, (logvar / 2).exp()).log_prob(grid[:, None])
    gap = (log_q.exp() * (log_q - (log_joint - log_p))).sum(0) * 24 / 6000
    nodes, share = (torch.from_numpy(v) for v in np.polynomial.hermite_e.hermegauss(60))
    share = share / share.sum()
    bounds = torch.stack([model.elbo(x, e.expand(2, 1))[0] for e in nodes])
    close(share @ bounds + gap, log_p, atol=1e-6)
    log_w = model.log_weights(x, nodes[:, None, None].expand(-1, 2, -1))
    close(share @ log_w, share @ bounds, atol=1e-6)


def test_more_draws_tighten_the_bound_of_a_network():
    model = vae.VAE(4, 2, 6, seed=1, dtype=F64)
    with torch.no_grad():
        model.decoder[-1].weight.mul_(4)
        x = (normal(0, 6, 4) > 0).double()
        log_w = model.log_weights(x, normal(1, 4096, 6, 2))
    means = [
        torch.stack([vae.iwae_bound(g) for g in log_w.split(k)]).mean(0) for k in (1, 8, 64, 512)
    ]
    for loose, tight in itertools.pairwise(means):
        assert (tight >= loose).all()


def test_average_kl_is_information_plus_distance_of_the_aggregate():
    """E_x KL(q ‖ p) = I(x; z) + KL(mean of q ‖ p), by quadrature over two images."""
    mu, logvar = torch.tensor([[-1.0], [0.5]]).double(), torch.tensor([[0.2], [-1.0]]).double()
    grid = torch.linspace(-15, 15, 20001, dtype=F64)
    q = Normal(mu, (logvar / 2).exp()).log_prob(grid).exp()
    mean, prior = q.mean(0), Normal(0.0, 1.0).log_prob(grid)
    step = 30 / 20000
    information = (q * (q.log() - mean.log())).nan_to_num().sum(1).mean() * step
    distance = (mean * (mean.log() - prior)).nan_to_num().sum() * step
    close(vae.gaussian_kl(mu, logvar).mean(), information + distance, atol=1e-6)


def test_a_vae_with_classes_wants_a_class_and_one_without_refuses_it():
    x, y = torch.zeros(2, 3), torch.tensor([0, 1])
    with pytest.raises(ValueError, match="n_classes=2 was given no y"):
        vae.VAE(3, 1, 4, n_classes=2).encode(x)
    with pytest.raises(ValueError, match="n_classes=0 was given a y"):
        vae.VAE(3, 1, 4).encode(x, y)
    with pytest.raises(ValueError, match="likelihood 'poisson'"):
        vae.VAE(3, 1, 4, likelihood="poisson")


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
def test_samples_have_the_models_mean_and_leave_the_global_random_state_alone(likelihood):
    model = vae.VAE(3, 1, 0, likelihood=likelihood, noise_variance=0.2, seed=4, dtype=F64)
    state = torch.get_rng_state()
    x = model.sample(40_000, seed=0)
    vae.VAE(3, 1, 4, seed=1)
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(x, model.sample(40_000, seed=0))
    nodes, share = (torch.from_numpy(v) for v in np.polynomial.hermite_e.hermegauss(40))
    means = model.decode(nodes[:, None]).detach()
    means = torch.sigmoid(means) if likelihood == "bernoulli" else means
    close(x.mean(0), share / share.sum() @ means, atol=0.03)


def test_start_is_the_mean_image_and_a_seed_means_the_same_weights_in_both_dtypes():
    x = (normal(3, 50, 6) > 0.4).float()
    model = vae.VAE(6, 2, 5)
    model.init_independent_(x)
    close(torch.sigmoid(model.decoder[-1].bias.detach()), (x.sum(0) + 1) / 52, atol=1e-6)
    pair = vae.VAE(6, 2, 5, seed=7), vae.VAE(6, 2, 5, seed=7, dtype=F64)
    for s, d in zip(pair[0].parameters(), pair[1].parameters(), strict=True):
        torch.testing.assert_close(s, d.float())


def test_interpolation_and_attributes():
    z0, z1 = normal(1, 4), normal(2, 4)
    walk = vae.interpolate(z0, z1, 7)
    close(walk, torch.from_numpy(np.linspace(z0.numpy(), z1.numpy(), 7)))
    z, has = normal(3, 20, 4), torch.arange(20) < 6
    close(vae.attribute_direction(z, has), z[:6].mean(0) - z[6:].mean(0))
    close(vae.attribute_direction(z, ~has), -vae.attribute_direction(z, has))


def test_everything_stays_on_the_device_of_its_input():
    model = vae.VAE(5, 2, 3, n_classes=3)
    with FakeTensorMode(allow_non_fake_inputs=True):
        model.to("meta")
        x, eps = torch.zeros(4, 5, device="meta"), torch.zeros(4, 2, device="meta")
        y = torch.zeros(4, dtype=torch.int64, device="meta")
        made = [
            *model.conditional_elbo(x, y, eps),
            model.log_weights(x, eps.expand(3, 4, 2), y),
            model.sample(4, seed=0, y=y),
            vae.interpolate(x[0], x[1], 3),
            vae.attribute_direction(eps, y > 0),
        ]
    assert {t.device.type for t in made} == {"meta"}
