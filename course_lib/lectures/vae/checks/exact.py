"""Small latent variable models that are known exactly. Nothing here calls a student's code."""

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from course_lib.checks import F64, corners, normal

LOG_2PI = math.log(2 * math.pi)


def hermite(n):
    """Nodes and logarithms of their weights: the mean over N(0, 1) of polynomials below z²ⁿ."""
    nodes, share = (torch.from_numpy(v) for v in np.polynomial.hermite_e.hermegauss(n))
    return nodes, (share / math.sqrt(2 * math.pi)).log()


def kl_to_prior(mu, logvar):
    """KL(N(mu, e^logvar) ‖ N(0, 1)), one number a coordinate."""
    return 0.5 * (mu**2 + logvar.exp() - logvar - 1)


def kl_reversed(mu, logvar):
    """KL(N(0, 1) ‖ N(mu, e^logvar)), one number a coordinate."""
    return 0.5 * ((1 + mu**2) / logvar.exp() + logvar - 1)


def kl_diagonal(mu, logvar, to_mu, to_logvar):
    """KL(N(mu, e^logvar) ‖ N(to_mu, e^to_logvar)) in nats, summed over the last axis."""
    ratio = (logvar - to_logvar).exp()
    return 0.5 * (ratio + (mu - to_mu) ** 2 / to_logvar.exp() - ratio.log() - 1).sum(-1)


def mean_bound(elbo, *data):
    """E[ELBO] of each example for L = 2; `elbo` takes the data and eps, the bound comes first."""
    signs, n = corners(2), len(data[0])
    rows = [v.repeat(len(signs), *[1] * (v.dim() - 1)) for v in data]
    return elbo(*rows, signs.repeat_interleave(n, 0))[0].reshape(len(signs), n).mean(0)


@dataclass
class LinearGaussian:
    """p(z) = N(0, I), p(x|z) = N(Wz + b, s² I), with orthogonal columns of W.

    The posterior N(A (x − b), diag v) then has a diagonal covariance, so that a VAE's encoder can
    be exactly right. With classes, b is a row of `b` for each.
    """

    W: Tensor
    b: Tensor
    noise: float

    @property
    def n_latent(self):
        return self.W.shape[1]

    @property
    def posterior_variance(self):
        return 1 / (1 + (self.W**2).sum(0) / self.noise)

    def posterior(self, x, y=None):
        """Mean and log-variance of p(z|x), both (n, L)."""
        v = self.posterior_variance
        return (x - self._b(y)) @ self.W / self.noise * v, v.log().expand(len(x), -1)

    def log_p(self, x, y=None):
        cov = self.W @ self.W.T + self.noise * torch.eye(len(self.W), dtype=F64)
        away = x - self._b(y)
        quadratic = (away * torch.linalg.solve(cov, away.T).T).sum(1)
        return -0.5 * (quadratic + torch.logdet(cov) + len(cov) * LOG_2PI)

    def log_px_z(self, x, z, y=None):
        square = ((x - z @ self.W.T - self._b(y)) ** 2).sum(-1)
        return -0.5 * (square / self.noise + len(self.W) * math.log(2 * math.pi * self.noise))

    def expected_log_px_z(self, x, mu, logvar):
        """E_q[log p(x|z)] in closed form: at the mean, minus the trace term."""
        trace = (logvar.exp() * (self.W**2).sum(0)).sum(-1) / self.noise
        return self.log_px_z(x, mu) - 0.5 * trace

    def _b(self, y):
        return self.b if y is None else self.b[y]

    def exact_encoder(self):
        """Weight (2L, D + classes) and bias (2L,) of a linear encoder that is the posterior."""
        A = self.posterior_variance[:, None] * self.W.T / self.noise
        if self.b.dim() > 1:
            A, shift = torch.cat([A, -A @ self.b.T], dim=1), torch.zeros(self.n_latent).double()
        else:
            shift = -A @ self.b
        weight = torch.cat([A, torch.zeros_like(A)])
        return weight, torch.cat([shift, self.posterior_variance.log()])

    def decoder(self):
        """Weight (D, L + classes) and bias (D,) of the decoder."""
        if self.b.dim() > 1:
            return torch.cat([self.W, self.b.T], dim=1), torch.zeros(len(self.W), dtype=F64)
        return self.W, self.b


def linear_gaussian(seed=0, n_visible=4, n_latent=2, noise=0.5, n_classes=0, far=9):
    """Such a model, and five points x, the first of them far away."""
    columns = torch.linalg.qr(normal(seed, n_visible, n_latent)).Q
    length = torch.linspace(1.4, 0.6, n_latent, dtype=F64)
    b = normal(seed + 1, *([n_classes] if n_classes else []), n_visible)
    x = 1.5 * normal(seed + 2, 5, n_visible)
    return LinearGaussian(columns * length, b, noise), torch.cat([far * x[:1], x[1:]])


def linear_vae(vae, here, truth, encoder=None, dtype=F64):
    """The student's VAE with a truth's decoder; this encoder (weight, bias), or the exact one."""
    n_visible, n_latent = truth.W.shape
    n_classes = len(truth.b) if truth.b.dim() > 1 else 0
    known = {"likelihood": "gaussian", "noise_variance": truth.noise, "n_classes": n_classes}
    model = vae.VAE(n_visible, n_latent, 0, **known, seed=0, dtype=dtype)
    for network, (weight, bias) in (
        ("encoder", encoder or truth.exact_encoder()),
        ("decoder", truth.decoder()),
    ):
        here.load(model, **{f"{network}__0__weight": weight, f"{network}__0__bias": bias})
    return model


def some_encoder(seed, n_visible, n_latent):
    """A linear encoder that is not the posterior: (weight, bias), and x ↦ (mu, logvar)."""
    weight = 0.3 * normal(seed, 2 * n_latent, n_visible)
    bias = 0.4 * normal(seed + 1, 2 * n_latent)
    bias[n_latent] -= 9  # the first coordinate is narrow

    def encode(x):
        return (x @ weight.T + bias).chunk(2, dim=-1)

    return (weight, bias), encode


def bernoulli_parameters(seed, n_visible=3, n_latent=1):
    """Of a linear Bernoulli VAE, large enough that every term shows."""
    return {
        "encoder__0__weight": 0.5 * normal(seed, 2 * n_latent, n_visible),
        "encoder__0__bias": 0.5 * normal(seed + 1, 2 * n_latent),
        "decoder__0__weight": 1.5 * normal(seed + 2, n_visible, n_latent),
        "decoder__0__bias": normal(seed + 3, n_visible),
    }


def bernoulli_log_px_z(values, x, z):
    """log p(x|z) of those parameters; z (…, n, L)."""
    logits = z @ values["decoder__0__weight"].T + values["decoder__0__bias"]
    return (x * logits - torch.nn.functional.softplus(logits)).sum(-1)
