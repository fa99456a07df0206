"""Lecture 5's reference against scikit-learn, torch and quadrature, and what its widgets show."""

import math
from typing import Any

import numpy as np
import pytest
import torch
from sklearn.decomposition import PCA
from sklearn.mixture import GaussianMixture
from torch.distributions import Normal

from autograder.authoring.reference import reference
from course_lib.checks import F64, normal
from course_lib.lectures.vae.widgets import latent_arithmetic, latent_plane

vae = reference("vae")


def mixture(seed, n_parts, n_dims):
    half = normal(seed, n_parts, n_dims, n_dims)
    covs = half @ half.mT + 0.3 * torch.eye(n_dims, dtype=F64)
    return normal(seed + 1, n_parts).softmax(0), normal(seed + 2, n_parts, n_dims), covs


def close(actual, expected, atol=1e-9):
    torch.testing.assert_close(actual, torch.as_tensor(expected), rtol=0, atol=atol)


def normal_nodes(n):
    """Points and weights that integrate against N(0, 1)."""
    nodes, share = (torch.from_numpy(v) for v in np.polynomial.hermite_e.hermegauss(n))
    return nodes, share / share.sum()


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


@pytest.mark.parametrize("likelihood", ["bernoulli", "gaussian"])
@pytest.mark.parametrize("n_hidden", [0, 6])
@pytest.mark.parametrize("n_classes", [0, 3])
def test_the_likelihood_is_that_of_torch(likelihood, n_hidden, n_classes):
    options: Any = {"n_classes": n_classes, "likelihood": likelihood, "noise_variance": 0.3}
    model = vae.VAE(4, 2, n_hidden, dtype=F64, **options)
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
    nodes, share = normal_nodes(60)
    bounds = torch.stack([model.elbo(x, e.expand(2, 1))[0] for e in nodes])
    close(share @ bounds + gap, log_p, atol=1e-6)
    log_w = model.log_weights(x, nodes[:, None, None].expand(-1, 2, -1))
    close(share @ log_w, share @ bounds, atol=1e-6)


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
    nodes, share = normal_nodes(40)
    means = model.decode(nodes[:, None]).detach()
    means = torch.sigmoid(means) if likelihood == "bernoulli" else means
    close(x.mean(0), share @ means, atol=0.03)


def test_start_is_the_mean_image():
    x = (normal(3, 50, 6) > 0.4).float()
    model = vae.VAE(6, 2, 5)
    model.init_independent_(x)
    close(torch.sigmoid(model.decoder[-1].bias.detach()), (x.sum(0) + 1) / 52, atol=1e-6)
    model.to("meta").init_independent_(x.to("meta"))  # nothing in it lies on the CPU
    assert model.sample(4, seed=0).is_meta


def decoder(n_latent, n_dims):
    W = normal(0, n_latent, n_dims).float()
    return lambda z: torch.sigmoid(z @ W)


def test_the_plane_shows_what_its_place_decodes_to():
    decode = decoder(2, 12)
    fig = latent_plane.draw(
        decode, normal(0, 9, 2).float(), torch.zeros(9, dtype=torch.int64), (3, 4), z1=0.7, z2=-1.2
    )
    shown = torch.as_tensor(fig.axes[1].images[0].get_array())
    torch.testing.assert_close(shown.flatten(), decode(torch.tensor([[0.7, -1.2]]))[0])


def test_arithmetic_adds_the_direction_times_its_strength():
    decode, codes, delta = decoder(3, 12), normal(1, 2, 3).float(), normal(2, 3).float()
    at: Any = {"example": 1, "direction": "width", "strength": 1.5}
    fig = latent_arithmetic.draw(decode, torch.zeros(2, 12), codes, {"width": delta}, (3, 4), **at)
    shown = torch.as_tensor(fig.axes[0].images[0].get_array())[:, 10:14]  # the third of width 4 + 1
    torch.testing.assert_close(shown.flatten(), decode(codes[1] + 1.5 * delta))
