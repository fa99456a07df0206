"""The VAE on MNIST, for `benchmarks/mnist.py`."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from autograder.authoring.reference import reference
from benchmarks.mnist_models import Settings, mnist_model


class BoundedVAE(nn.Module):
    """`vae.VAE`: trained by its ELBO, reported by the importance-weighted bound."""

    def __init__(self, n_dims: int, hidden: int, latent: int, samples: int, seed: int) -> None:
        super().__init__()
        self.functions = reference("vae")
        self.net = self.functions.VAE(n_dims, latent, hidden, seed=seed)
        self.samples = samples

    def init_independent_(self, x: Tensor) -> None:
        """The decoder's last biases."""
        self.net.init_independent_(x)

    def log_prob(self, x: Tensor) -> Tensor:
        """The ELBO of each vector from one draw of torch's global generator, in nats."""
        eps = torch.randn(len(x), self.net.n_latent, device=x.device)
        return self.net(x, eps)

    def estimate(self, x: Tensor) -> Tensor:
        """The importance-weighted bound of each vector from `samples` draws, in nats."""
        parts = []
        for few in x.split(2):  # 2 × 500 decoded images fit into a cache
            eps = torch.randn(self.samples, len(few), self.net.n_latent, device=x.device)
            parts.append(self.functions.iwae_bound(self.net.log_weights(few, eps)))
        return torch.cat(parts)

    def sample(self, n: int, seed: int) -> Tensor:
        """n vectors."""
        return self.net.sample(n, seed)


@mnist_model(
    "vae",
    "VAE, {hidden} units, {latent} latent",
    lr=2e-3,
    hidden=400,
    latent=40,
    samples=500,
    published={"dynamic": "86.76 (Burda et al. 2016: bound of 5000 draws)"},
)
def vae(s: Settings, n_dims: int) -> nn.Module:
    """One hidden layer in the encoder and one in the decoder."""
    return BoundedVAE(n_dims, s.hidden, s.latent, s.samples, s.seed)
