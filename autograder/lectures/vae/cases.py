"""Hidden cases of lecture 5: random arguments; what may differ is compared by what must not."""

import math

import torch

from autograder.authoring.cases import Case, cases_for
from course_lib.checks import assert_close, assert_dtype


def _normal(rng, dtype, *shape):
    return torch.randn(*shape, generator=rng, dtype=torch.float64).to(dtype)


def _mixture(rng, dtype, n_parts, n_dims):
    half = _normal(rng, torch.float64, n_parts, n_dims, n_dims)
    covs = half @ half.transpose(1, 2) + torch.eye(n_dims, dtype=torch.float64)
    weights = _normal(rng, torch.float64, n_parts).softmax(0)
    return weights.to(dtype), _normal(rng, dtype, n_parts, n_dims), covs.to(dtype)


def _mixture_cases(rng, dtype):
    for n, n_parts, n_dims in ((9, 3, 2), (12, 2, 4), (5, 1, 3), (8, 4, 1)):
        yield Case(
            args=(1.5 * _normal(rng, dtype, n, n_dims), *_mixture(rng, dtype, n_parts, n_dims)),
            atol=1e-4 if dtype == torch.float32 else None,
        )


@cases_for("vae.responsibilities")
def responsibilities(rng, dtype):
    """Random mixtures with full covariances; one part, one dimension."""
    yield from _mixture_cases(rng, dtype)


@cases_for("vae.em_step")
def em_step(rng, dtype):
    """The same mixtures, moved by one step."""
    yield from _mixture_cases(rng, dtype)


def _same_subspace(result, reference, case):
    """Mean and variances as the reference's; the directions up to their signs."""
    x, k = case.args
    expected = reference.pca(x.double(), k)
    mean, directions, variances = result
    for name, values in (("mean", mean), ("directions", directions), ("variances", variances)):
        assert_dtype(values, x.dtype, what=name)
    tolerance = 1e-3 if x.dtype == torch.float32 else 1e-8
    assert_close(mean, expected[0], atol=tolerance, what="mean")
    assert_close(variances, expected[2], atol=tolerance, rtol=1e-4, what="variances")
    overlap = (directions.double() * expected[1]).sum(1).abs()
    assert_close(overlap, torch.ones(k), atol=tolerance, what="|e · e of the reference|")
    assert_close(directions.norm(dim=1), torch.ones(k), atol=tolerance, what="length of e")


@cases_for("vae.pca")
def pca(rng, dtype):
    """Random clouds of clearly different widths; more points than axes, and fewer."""
    for n, n_dims, k in ((30, 5, 3), (6, 9, 2), (20, 1, 1), (12, 4, 4)):
        widths = 2.0 ** -torch.arange(n_dims).to(dtype)
        x = 4 * _normal(rng, dtype, n, n_dims) * widths + _normal(rng, dtype, n_dims)
        yield Case(args=(x, k), compare=_same_subspace)


def _posterior(rng, dtype, n, n_latent):
    return _normal(rng, dtype, n, n_latent), 1.5 * _normal(rng, dtype, n, n_latent)


SHAPES = ((4, 3), (1, 5), (3, 1), (3, 3))


@cases_for("vae.gaussian_kl")
def gaussian_kl(rng, dtype):
    """Random means and log-variances, one coordinate, one example."""
    for n, n_latent in SHAPES:
        yield Case(args=_posterior(rng, dtype, n, n_latent))


@cases_for("vae.reparameterize")
def reparameterize(rng, dtype):
    """One draw an example, and several."""
    for n, n_latent in SHAPES:
        mu, logvar = _posterior(rng, dtype, n, n_latent)
        yield Case(args=(mu, logvar, _normal(rng, dtype, n, n_latent)))
        yield Case(args=(mu, logvar, _normal(rng, dtype, 5, n, n_latent)))


@cases_for("vae.elbo")
def elbo(rng, dtype):
    """Random log-likelihoods and posteriors."""
    for n, n_latent in SHAPES:
        yield Case(args=(-20 * _normal(rng, dtype, n).abs(), *_posterior(rng, dtype, n, n_latent)))


@cases_for("vae.iwae_bound")
def iwae_bound(rng, dtype):
    """Square, single and far-off log-weights, and draws that are impossible."""
    for shape in ((5, 3), (4, 4), (1, 3), (7, 1)):
        yield Case(args=(-15 * _normal(rng, dtype, *shape).abs(),))
    far = -900 + 5 * _normal(rng, dtype, 3, 4)
    far[1, 2] = -math.inf
    yield Case(args=(far,))


# Nats of a few dozen, in float32.
_ATOL = {torch.float32: 2e-4, torch.float64: None}


def _models(rng, dtype, n_classes=0):
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
            "dtype": dtype,
        }
        x = _normal(rng, dtype, n, n_visible)
        if likelihood == "bernoulli":
            x = (x > 0).to(dtype)
        inputs, outputs = n_visible + n_classes, 2 * n_latent
        shapes = [(n_hidden, inputs), (outputs, n_hidden)] if n_hidden else [(outputs, inputs)]
        load = {
            f"encoder__{2 * k}__weight": _normal(rng, dtype, *shape) / math.sqrt(shape[1])
            for k, shape in enumerate(shapes)
        }
        load[f"encoder__{2 * len(shapes) - 2}__bias"] = 0.5 * _normal(rng, dtype, outputs)
        yield init, load, x


@cases_for("vae.VAE.elbo")
def vae_elbo(rng, dtype):
    """Both likelihoods, with and without a hidden layer."""
    for init, load, x in _models(rng, dtype):
        eps = _normal(rng, dtype, len(x), init["n_latent"])
        yield Case(init=init, load=load, args=(x, eps), atol=_ATOL[dtype])


@cases_for("vae.VAE.log_weights")
def log_weights(rng, dtype):
    """Several draws an example, without classes and with three."""
    for init, load, x in _models(rng, dtype):
        eps = _normal(rng, dtype, 3, len(x), init["n_latent"])
        yield Case(init=init, load=load, args=(x, eps), atol=_ATOL[dtype])
    for init, load, x in _models(rng, dtype, n_classes=3):
        eps = _normal(rng, dtype, 4, len(x), init["n_latent"])
        y = torch.randint(3, (len(x),), generator=rng)
        yield Case(init=init, load=load, args=(x, eps, y), atol=_ATOL[dtype])


@cases_for("vae.VAE.conditional_elbo")
def conditional_elbo(rng, dtype):
    """Three classes, both likelihoods, with and without a hidden layer."""
    for init, load, x in _models(rng, dtype, n_classes=3):
        eps = _normal(rng, dtype, len(x), init["n_latent"])
        y = torch.randint(3, (len(x),), generator=rng)
        yield Case(init=init, load=load, args=(x, y, eps), atol=_ATOL[dtype])


@cases_for("vae.interpolate")
def interpolate(rng, dtype):
    """Random ends, two points and more."""
    for n_latent, n in ((3, 2), (5, 8), (1, 3), (4, 11)):
        yield Case(args=(_normal(rng, dtype, n_latent), _normal(rng, dtype, n_latent), n))


@cases_for("vae.attribute_direction")
def attribute_direction(rng, dtype):
    """Groups of different sizes, down to a single example."""
    for n, n_latent, n_having in ((9, 3, 2), (6, 2, 5), (2, 4, 1), (12, 1, 6)):
        has = torch.zeros(n, dtype=torch.bool)
        has[torch.randperm(n, generator=rng)[:n_having]] = True
        yield Case(args=(_normal(rng, dtype, n, n_latent), has))
