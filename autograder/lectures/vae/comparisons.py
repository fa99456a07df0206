"""What `benchmarks/models.py` measures of the VAE: the solutions beside straightforward code."""

from __future__ import annotations

import math
from typing import Any

import torch
from torch import Tensor

from autograder.authoring.reference import reference
from benchmarks.comparisons import Sizes, bits, comparison, step
from benchmarks.timing import Ways


def iwae_by_draw(model: Any, x: Tensor, eps: Tensor) -> Tensor:
    """The importance-weighted bound with encoder and decoder run again for every draw."""
    log_w = []
    for one in eps:
        mu, logvar = model.encode(x)
        z = mu + torch.exp(0.5 * logvar) * one
        q = torch.distributions.Normal(mu, torch.exp(0.5 * logvar))
        prior = torch.distributions.Normal(torch.zeros_like(z), torch.ones_like(z))
        log_w.append(model.log_likelihood(x, z) + prior.log_prob(z).sum(1) - q.log_prob(z).sum(1))
    return torch.logsumexp(torch.stack(log_w), dim=0) - math.log(len(log_w))


def vae(s: Sizes, device: torch.device) -> Any:
    """One hidden layer in the encoder and one in the decoder."""
    return reference("vae").VAE(s.n_dims, s.latent, s.hidden).to(device)


@comparison("VAE, training step")
def vae_step(s: Sizes, device: torch.device) -> Ways:
    """Necessary: four matrices forward, twice that back, but for the gradient of the image."""
    model, x = vae(s, device), bits(s, s.batch, device)
    eps = torch.randn(s.batch, s.latent, generator=torch.Generator().manual_seed(0)).to(device)
    images, rest = s.n_dims * s.hidden, 3 * s.latent * s.hidden
    return Ways(
        step(lambda: -model(x, eps).mean(), model.parameters()),
        flops=2.0 * s.batch * (2 * images + 3 * images + 3 * rest),
    )


@comparison("VAE, importance-weighted bound")
def vae_bound(s: Sizes, device: torch.device) -> Ways:
    """Necessary: the encoder once, the decoder once a draw."""
    functions, model, x = reference("vae"), vae(s, device), bits(s, s.batch, device)
    generator = torch.Generator().manual_seed(0)
    eps = torch.randn(s.draws, s.batch, s.latent, generator=generator).to(device)
    encoder = (s.n_dims + 2 * s.latent) * s.hidden
    decoder = (s.n_dims + s.latent) * s.hidden
    quiet = torch.no_grad()
    return Ways(
        quiet(lambda: functions.iwae_bound(model.log_weights(x, eps))),
        {"encoder and decoder for each draw": quiet(lambda: iwae_by_draw(model, x, eps))},
        flops=2.0 * s.batch * (encoder + s.draws * decoder),
    )
