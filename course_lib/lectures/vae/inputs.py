"""Random arguments of lecture 5: for the public checks and for the hidden comparison."""

import math

import torch

from course_lib.checks import F64, Case, inputs_for, normal


def random_mixture(draw, n_parts=3, n_dims=2):
    """Weights, means and full covariances."""
    half = normal(draw.rng, n_parts, n_dims, n_dims)
    covs = half @ half.transpose(1, 2) + torch.eye(n_dims, dtype=F64)
    weights = normal(draw.rng, n_parts).softmax(0)
    return weights.to(draw.dtype), draw.normal(n_parts, n_dims), covs.to(draw.dtype)


@inputs_for("vae.responsibilities", "vae.em_step")
def mixtures(draw):
    """Random mixtures with full covariances; one part, one dimension; a rare part far away."""
    for n, n_parts, n_dims in ((9, 4, 3), (12, 3, 2), (5, 1, 3), (8, 4, 1)):
        yield Case(
            args=(1.5 * draw.normal(n, n_dims), *random_mixture(draw, n_parts, n_dims)),
            atol=1e-4 if draw.dtype == torch.float32 else None,
        )
        if n_parts == 3:
            x = torch.linspace(-1, 9, 11)[:, None] + 0.1 * normal(draw.rng, 11, 1)
            rare, ones = torch.tensor([1 - 1e-8, 1e-8]), torch.ones(2, 1, 1)
            args = x, rare, torch.tensor([[0.0], [8.0]]), ones
            yield Case(args=tuple(v.to(draw.dtype) for v in args), atol=1e-4)


@inputs_for("vae.pca")
def pca(draw):
    """Random clouds of clearly different widths; more points than axes, and fewer."""
    for n, n_dims, k in ((30, 5, 3), (6, 9, 2), (20, 1, 1), (12, 4, 4)):
        widths = 2.0 ** -torch.arange(n_dims).to(draw.dtype)
        x = 4 * draw.normal(n, n_dims) * widths + draw.normal(n_dims)
        yield Case(args=(x, k))


def _posterior(draw, n, n_latent):
    return draw.wide(n, n_latent), 1.5 * draw.wide(n, n_latent)


SHAPES = ((4, 3), (1, 5), (3, 1), (3, 3))


@inputs_for("vae.gaussian_kl")
def gaussian_kl(draw):
    """Random means and log-variances, one coordinate, one example."""
    for n, n_latent in SHAPES:
        yield Case(args=_posterior(draw, n, n_latent))


@inputs_for("vae.reparameterize")
def reparameterize(draw):
    """One draw an example, and several."""
    for n, n_latent in SHAPES:
        mu, logvar = _posterior(draw, n, n_latent)
        yield Case(args=(mu, logvar, draw.wide(n, n_latent)))
        yield Case(args=(mu, logvar, draw.wide(5, n, n_latent)))


@inputs_for("vae.elbo")
def elbo(draw):
    """Random log-likelihoods and posteriors."""
    for n, n_latent in SHAPES:
        yield Case(args=(-20 * draw.normal(n).abs(), *_posterior(draw, n, n_latent)))


@inputs_for("vae.iwae_bound")
def iwae_bound(draw):
    """Square, single and far-off log-weights, and draws that are impossible."""
    for shape in ((5, 3), (4, 4), (1, 3), (7, 1)):
        yield Case(args=(-15 * draw.normal(*shape).abs(),))
    far = -900 + 5 * draw.normal(3, 4)
    far[1, 2] = -math.inf
    yield Case(args=(far,))


# Nats of a few dozen, in float32.
_ATOL = {torch.float32: 2e-4, F64: None}


def _models(draw, n_classes=0):
    """Constructor arguments and data: both likelihoods, linear and with a hidden layer."""
    for likelihood, n_hidden, n, n_visible, n_latent in (
        ("bernoulli", 6, 4, 7, 3),
        ("bernoulli", 0, 1, 3, 1),
        ("gaussian", 5, 5, 4, 2),
        ("gaussian", 0, 2, 2, 2),
    ):
        init = {
            "n_visible": n_visible,
            "n_latent": n_latent,
            "n_hidden": n_hidden,
            "n_classes": n_classes,
            "likelihood": likelihood,
            "noise_variance": 0.4,
            "seed": 3,
            "dtype": draw.dtype,
        }
        x = draw.wide(n, n_visible)
        if likelihood == "bernoulli":
            x = (x > 0).to(draw.dtype)
        inputs, outputs = n_visible + n_classes, 2 * n_latent
        shapes = [(n_hidden, inputs), (outputs, n_hidden)] if n_hidden else [(outputs, inputs)]
        load = {
            f"encoder__{2 * k}__weight": draw.normal(*shape) / math.sqrt(shape[1])
            for k, shape in enumerate(shapes)
        }
        load[f"encoder__{2 * len(shapes) - 2}__bias"] = 0.5 * draw.normal(outputs)
        yield init, load, x


@inputs_for("vae.VAE.elbo")
def vae_elbo(draw):
    """Both likelihoods, with and without a hidden layer."""
    for init, load, x in _models(draw):
        eps = draw.wide(len(x), init["n_latent"])
        yield Case(init=init, load=load, args=(x, eps), atol=_ATOL[draw.dtype])


@inputs_for("vae.VAE.log_weights")
def log_weights(draw):
    """Several draws an example, without classes and with three."""
    for init, load, x in _models(draw):
        eps = draw.wide(3, len(x), init["n_latent"])
        yield Case(init=init, load=load, args=(x, eps), atol=_ATOL[draw.dtype])
    for init, load, x in _models(draw, n_classes=3):
        eps = draw.wide(4, len(x), init["n_latent"])
        y = draw.integers(3, len(x))
        yield Case(init=init, load=load, args=(x, eps, y), atol=_ATOL[draw.dtype])


@inputs_for("vae.VAE.conditional_elbo")
def conditional_elbo(draw):
    """Three classes, both likelihoods, with and without a hidden layer."""
    for init, load, x in _models(draw, n_classes=3):
        eps = draw.wide(len(x), init["n_latent"])
        y = draw.integers(3, len(x))
        yield Case(init=init, load=load, args=(x, y, eps), atol=_ATOL[draw.dtype])


@inputs_for("vae.interpolate")
def interpolate(draw):
    """Random ends, two points and more."""
    for n_latent, n in ((3, 2), (5, 8), (1, 3), (4, 11)):
        # The steps may have been counted in float32.
        yield Case(args=(draw.wide(n_latent), 2 - draw.wide(n_latent), n), atol=1e-5)


@inputs_for("vae.attribute_direction")
def attribute_direction(draw):
    """Groups of different sizes, down to a single example."""
    for n, n_latent, n_having in ((9, 3, 2), (6, 2, 5), (2, 4, 1), (12, 1, 6)):
        has = torch.zeros(n, dtype=torch.bool)
        has[draw.order(n)[:n_having]] = True
        yield Case(args=(draw.wide(n, n_latent), has))
