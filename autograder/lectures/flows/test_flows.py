"""Lecture 8's reference against torch, SciPy, autograd's Jacobians and closed forms."""

import math

import numpy as np
import pytest
import scipy.stats
import torch
from torch.autograd.functional import jacobian

from autograder.authoring.reference import reference
from course_lib.checks import F64, normal

flows = reference("flows")


def close(actual, expected, atol=1e-9):
    torch.testing.assert_close(actual, torch.as_tensor(expected), rtol=0, atol=atol)


def stirred(module, seed=0, by=0.5):
    """The module with weights far from its first, small ones."""
    with torch.no_grad():
        for k, p in enumerate(module.parameters()):
            p.add_(by * normal(seed + k, *p.shape) if p.dim() else by * normal(seed + k, 1)[0])
    return module


def volumes(step, points):
    """log|det| by autograd, one point after the other."""
    found = [
        torch.linalg.slogdet(jacobian(lambda v: step(v[None])[0][0], p)).logabsdet for p in points
    ]
    return torch.stack(found)


def test_affine_densities_are_those_of_scipy():
    x, shift, log_scale = normal(1, 6, 4), normal(2, 4), normal(3, 4)
    expected = scipy.stats.norm(shift.numpy(), log_scale.exp().numpy()).logpdf(x.numpy()).sum(1)
    close(flows.affine_log_prob(x, shift, log_scale), expected)


def test_affine_maximum_likelihood_gives_the_entropy():
    x = normal(4, 50, 3) ** 3
    log_scale = x.std(0, unbiased=False).log()
    entropy = (log_scale + 0.5 * math.log(2 * math.pi * math.e)).sum()
    close(-flows.affine_log_prob(x, x.mean(0), log_scale).mean(), entropy)


@pytest.mark.parametrize("product", [-40.0, -1.0, 0.0, 3.0, 700.0])
def test_the_constraint_holds_and_moves_along_w_only(product):
    w = normal(5, 4)
    across = normal(6, 4)
    across = across - (across @ w) / (w @ w) * w
    u = product * w / (w @ w) + across
    found = flows.constrain_u(u, w)
    close(w @ found, np.logaddexp(0, product) - 1, atol=1e-9 * max(1, abs(product)))
    assert w @ found >= -1
    close(found - (found @ w) / (w @ w) * w, across, atol=1e-9)


@pytest.mark.parametrize("n_dims", [1, 2, 5])
def test_planar_layers_count_their_volume_and_can_be_undone(n_dims):
    layer = stirred(flows.PlanarFlow(n_dims, seed=n_dims, dtype=F64), by=2.0)
    z = normal(7, 6, n_dims)
    x, log_det = layer(z)
    close(log_det, volumes(layer, z))
    # The inverse by bisection along w, as the lecture's text has it.
    u = flows.constrain_u(layer.u, layer.w).detach()
    low, high = torch.full((6,), -80.0, dtype=F64), torch.full((6,), 80.0, dtype=F64)
    target = x.detach() @ layer.w.detach()
    for _ in range(100):
        middle = (low + high) / 2
        above = middle + (layer.w @ u).detach() * torch.tanh(middle + layer.b.detach()) > target
        low, high = torch.where(above, low, middle), torch.where(above, middle, high)
    again = x.detach() - torch.tanh(low + layer.b.detach())[:, None] * u
    close(again, z, atol=1e-8)


@pytest.mark.parametrize("mask", [[1, 0], [0, 0, 1], [1, 0, 1, 1, 0]])
def test_couplings_are_inverse_to_each_other_and_count_their_volume(mask):
    layer = stirred(flows.AffineCoupling(torch.tensor(mask), 8, seed=1, dtype=F64))
    z = normal(8, 5, len(mask))
    x, there = layer(z)
    again, back = layer.inverse(x)
    close(again, z)
    close(there + back, torch.zeros(5, dtype=F64))
    close(there, volumes(layer, z))
    close(back, volumes(layer.inverse, x.detach()))
    kept = torch.tensor(mask, dtype=torch.bool)
    assert torch.equal(x[:, kept], z[:, kept])


def test_masks_come_in_pairs_of_opposite_halves():
    model = flows.Flow(7, n_layers=6, seed=2)
    masks = torch.stack([layer.mask for layer in model.layers])
    assert torch.equal(masks[::2] + masks[1::2], torch.ones(3, 7))
    assert set(masks.sum(1).tolist()) <= {3.0, 4.0}
    assert len({tuple(m.tolist()) for m in masks}) > 2


@pytest.mark.parametrize(("n_dims", "n_layers"), [(2, 1), (3, 4), (5, 2)])
def test_a_flow_is_a_transformed_distribution(n_dims, n_layers):
    model = stirred(flows.Flow(n_dims, n_layers, 6, seed=3, dtype=F64), by=0.3)

    def forward(z):
        for layer in model.layers:
            z = layer(z)[0]
        return (z,)

    z = normal(9, 6, n_dims)
    x = forward(z)[0].detach()
    base = torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(1)
    close(model.log_prob(x), base - volumes(forward, z))


def test_a_density_in_the_plane_integrates_to_one():
    model = stirred(flows.Flow(2, 4, 8, seed=4, dtype=F64), by=0.2)
    axis = torch.linspace(-14, 14, 281, dtype=F64)
    p = model.log_prob(torch.cartesian_prod(axis, axis)).exp()
    close(p.sum() * 0.1**2, torch.tensor(1.0, dtype=F64), atol=1e-3)


def test_samples_follow_the_density():
    model = stirred(flows.Flow(2, 4, 8, seed=5, dtype=F64), by=0.2)
    x = model.sample(20_000, seed=6)
    assert x.dtype == F64
    assert torch.equal(x, model.sample(20_000, seed=6))
    z = x
    for layer in reversed(model.layers):
        z = layer.inverse(z)[0]
    for column in z.detach().T.numpy():
        assert scipy.stats.kstest(column, "norm").pvalue > 1e-3


def test_the_loss_reaches_every_weight_and_a_gradient_step_raises_the_likelihood():
    model = flows.Flow(3, 4, 8, seed=0, dtype=F64)
    x = normal(10, 200, 3) * torch.tensor([2.0, 0.5, 1.0])
    optimiser = torch.optim.Adam(model.parameters(), lr=1e-2)
    before = model.log_prob(x).mean()
    (-before).backward()
    assert all(p.grad.abs().sum() > 0 for p in model.parameters())
    optimiser.step()
    assert model.log_prob(x).mean() > before


@pytest.mark.parametrize("shape", [(2, 3, 2, 2), (1, 1, 3, 1), (3, 4, 1, 1)])
def test_a_1x1_convolution_is_torchs_and_its_volume_autograds(shape):
    x, W = normal(11, *shape), normal(12, shape[1], shape[1])
    y, log_det = flows.invertible_1x1(x, W)
    close(y, torch.nn.functional.conv2d(x, W[:, :, None, None]))
    size = x[0].numel()
    J = jacobian(lambda v: flows.invertible_1x1(v[None], W)[0][0], x[0]).reshape(size, size)
    close(log_det, torch.linalg.slogdet(J).logabsdet.expand(shape[0]))


@pytest.mark.parametrize("a", [0.5, 1.0, 3.0])
def test_the_mean_density_of_a_bin_is_its_mass_and_the_mean_log_density_a_bound(a):
    L, n = 7, 4000
    u = (torch.arange(n, dtype=F64) + 0.5) / n
    beta = scipy.stats.beta(a, 2.0)
    for level in range(1, L):
        y = flows.dequantize(torch.full((n,), level), L, u).numpy()
        mass = beta.cdf((level + 1) / L) - beta.cdf(level / L)
        np.testing.assert_allclose(beta.pdf(y).mean() / L, mass, rtol=1e-5)
        assert beta.logpdf(y).mean() - math.log(L) <= math.log(mass) + 1e-9


@pytest.mark.parametrize("n_dims", [1, 2, 5])
def test_autoregressive_flows_undo_each_other_and_count_their_volume(n_dims):
    net = stirred(flows.Conditioner(n_dims, 8, seed=1, dtype=F64))
    z = normal(13, 4, n_dims)
    for step in (flows.maf_forward, flows.maf_inverse, flows.iaf_forward):
        _, log_det = step(z, net)
        close(log_det, volumes(lambda v, s=step: s(v, net), z))
        J = jacobian(lambda v, s=step: s(v[None], net)[0][0], z[0])
        close(J.triu(1), torch.zeros_like(J))
        if n_dims > 1:
            assert J.tril(-1)[1:, 0].abs().min() > 1e-6
    close(flows.maf_inverse(flows.maf_forward(z, net)[0], net)[0], z)


def test_a_maf_is_a_chain_of_gaussian_conditionals():
    net = stirred(flows.Conditioner(4, 8, seed=2, dtype=F64))
    x = normal(14, 6, 4)
    mu, alpha = net(x)
    z, log_det = flows.maf_inverse(x, net)
    chain = torch.distributions.Normal(mu, alpha.exp()).log_prob(x).sum(1)
    close(torch.distributions.Normal(0.0, 1.0).log_prob(z).sum(1) + log_det, chain)


def test_a_context_is_asked_for_and_refused():
    plain, with_context = flows.Conditioner(3, 4), flows.Conditioner(3, 4, n_context=2)
    with pytest.raises(ValueError, match="n_context=2 was given no context"):
        with_context(torch.zeros(1, 3))
    with pytest.raises(ValueError, match="n_context=0 was given a context"):
        plain(torch.zeros(1, 3), torch.zeros(1, 2))


def test_the_context_moves_every_coordinate_also_the_first():
    net = stirred(flows.Conditioner(3, 6, n_context=2, seed=0, dtype=F64))
    z, context = normal(15, 3), normal(16, 2)
    J = jacobian(lambda c: flows.iaf_forward(z[None], net, c[None])[0][0], context)
    assert J.abs().sum(1).min() > 1e-6


def test_the_bound_is_log_p_for_every_draw_from_the_exact_posterior():
    W, noise, x = normal(17, 4, 3), 0.4, normal(18, 6, 4)
    cov = torch.linalg.inv(torch.eye(3, dtype=F64) + W.T @ W / noise)
    factor = torch.linalg.cholesky(cov)
    eps = normal(19, 6, 3)
    z = x @ W @ cov / noise + eps @ factor.T
    log_px_z = torch.distributions.Normal(z @ W.T, math.sqrt(noise)).log_prob(x).sum(1)
    zero = torch.zeros_like(z)
    log_dets = factor.diagonal().log()[:, None].expand(3, 6)  # three layers, one a coordinate
    total = (W @ W.T + noise * torch.eye(4, dtype=F64)).numpy()
    expected = scipy.stats.multivariate_normal(np.zeros(4), total).logpdf(x.numpy())
    close(flows.flow_elbo(log_px_z, eps, z, zero, zero, log_dets), expected)


def test_without_layers_the_bound_is_that_of_lecture_5():
    vae = reference("vae")
    model = vae.VAE(5, 2, 4, seed=1, dtype=F64)
    x, eps = (normal(20, 7, 5) > 0).double(), normal(21, 7, 2)
    mu, logvar = model.encode(x)
    z = vae.reparameterize(mu, logvar, eps)
    found = flows.flow_elbo(
        model.log_likelihood(x, z), z, z, mu, logvar, torch.zeros(0, 7, dtype=F64)
    )
    close(found, model.log_weights(x, eps[None])[0])


def test_a_seed_means_the_same_weights_in_every_dtype_and_leaves_the_global_one_alone():
    before = torch.get_rng_state()
    for make in (flows.PlanarFlow, lambda d, **k: flows.Flow(d, **k)):
        single, double = (make(3, seed=4, dtype=t) for t in (torch.float32, F64))
        for a, b in zip(single.parameters(), double.parameters(), strict=True):
            assert torch.equal(a, b.float())
    flows.Conditioner(3, 4, seed=4)
    assert torch.equal(before, torch.get_rng_state())
