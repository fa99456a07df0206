"""The models that `mnist.py` trains on bits: each has `log_prob`, `sample`, `init_independent_`.

All of them see an image as a vector of 784 bits. `log_prob` is what training maximises; a model
that only has a bound there has `estimate`, the tighter bound that is reported. Models of grey
levels are in `mnist_grey.py`.
"""

import math
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from autograder.authoring.reference import reference
from benchmarks import mnist_grey

SIDE = 28


@dataclass
class Settings:
    """What a run depends on; two runs with the same settings are the same run."""

    model: str
    binarisation: str
    seconds: float
    lr: float
    batch_size: int = 100
    hidden: int = 0
    layers: int = 0
    kernel: int = 0
    latent: int = 0
    samples: int = 0
    chain: int = 0
    weight_decay: float = 0.0
    seed: int = 0
    precision: str = "float32"
    compiled: bool = False


# Ten minutes of one CPU core each.
DEFAULTS = {
    "independent": {"lr": 0.0},
    "fvsbn": {"lr": 3e-3},
    "nade": {"lr": 1e-2, "hidden": 500},
    "pixelcnn": {"lr": 6e-3, "batch_size": 32, "hidden": 16, "layers": 5, "kernel": 5},
    "vae": {"lr": 2e-3, "hidden": 400, "latent": 40, "samples": 500},
    "realnvp": {"lr": 1e-3, "hidden": 512, "layers": 8, "samples": 10, "weight_decay": 0.1},
    "maf": {"lr": 1e-3, "hidden": 1024, "layers": 5, "samples": 10, "weight_decay": 0.1},
    "ddpm": {"lr": 2e-3, "batch_size": 64, "hidden": 16, "chain": 100, "weight_decay": 1e-3},
}
GREY = {"realnvp", "maf", "ddpm"}  # models of grey levels; the others are models of bits


class Independent(nn.Module):
    """Pixels that do not know of each other: p(x) = ∏ Bernoulli(x_i; σ(b_i))."""

    def __init__(self, n_dims: int) -> None:
        super().__init__()
        self.b = nn.Parameter(torch.zeros(n_dims))

    def init_independent_(self, x: Tensor) -> None:
        """The maximum of the likelihood, with one pseudo-count on each side."""
        with torch.no_grad():
            self.b.copy_(torch.logit((x.sum(0) + 1) / (len(x) + 2)))

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) in nats."""
        return -F.binary_cross_entropy_with_logits(self.b.expand_as(x), x, reduction="none").sum(1)

    def sample(self, n: int, seed: int) -> Tensor:
        """n vectors."""
        u = torch.rand(n, len(self.b), generator=torch.Generator().manual_seed(seed))
        return (u.to(self.b) < torch.sigmoid(self.b)).float()


class FlatPixelCNN(nn.Module):
    """`pixelcnn.PixelCNN` of binary images, for vectors."""

    def __init__(self, hidden: int, layers: int, kernel: int, seed: int) -> None:
        super().__init__()
        self.functions = reference("pixelcnn")
        self.net = self.functions.PixelCNN(2, hidden, layers, kernel, seed=seed)

    @torch.no_grad()
    def init_independent_(self, x: Tensor) -> None:
        """Every pixel alike: last weights 0, last biases the logarithms of the two frequencies."""
        ink = x.mean().clamp(1e-6, 1 - 1e-6)
        last = self.net.layers[-1]
        last.weight.zero_()
        last.bias.copy_(torch.stack([1 - ink, ink]).log())

    def log_prob(self, x: Tensor) -> Tensor:
        """log p(x) in nats."""
        return self.functions.log_prob(self.net, x.unflatten(1, (1, SIDE, SIDE)))

    def sample(self, n: int, seed: int) -> Tensor:
        """n vectors."""
        return self.functions.sample_cached(self.net, n, (SIDE, SIDE), seed).flatten(1)


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


def build(settings: Settings, n_dims: int) -> Any:
    """The untrained model."""
    s = settings
    if s.model == "independent":
        return Independent(n_dims)
    if s.model == "fvsbn":
        return reference("chain_rule").FVSBN(n_dims, seed=s.seed)
    if s.model == "nade":
        return reference("nade").NADE(n_dims, s.hidden, seed=s.seed)
    if s.model == "pixelcnn":
        return FlatPixelCNN(s.hidden, s.layers, s.kernel, s.seed)
    if s.model == "vae":
        return BoundedVAE(n_dims, s.hidden, s.latent, s.samples, s.seed)
    if s.model == "ddpm":
        return mnist_grey.GreyDDPM(s.hidden, s.chain, s.seed)
    if s.model == "maf":
        flow: nn.Module = mnist_grey.MAF(n_dims, s.layers, s.hidden, s.seed)
    else:
        flow = reference("flows").Flow(n_dims, s.layers, s.hidden, seed=s.seed)
    return mnist_grey.GreyFlow(flow, n_dims, s.samples)


def file_name(settings: Settings, device: str = "cpu") -> str:
    """Says what is trained: "mnist-pixelcnn-h24-layers5-kernel5", "mnist-vae-h400-…-dynamic"."""
    s = settings
    parts = ["mnist", s.model] + [f"h{s.hidden}"] * (s.hidden > 0)
    parts += [
        f"{name}{getattr(s, name)}"
        for name in ("layers", "kernel", "latent", "chain")
        if getattr(s, name)
    ]
    parts += ["dynamic"] * (s.binarisation == "dynamic") + ["compiled"] * s.compiled
    parts += [s.precision] * (s.precision != "float32") + [device] * (device != "cpu")
    return "-".join(parts)


class Images:
    """Training images: as they are, or as bits that are drawn anew for every batch ("dynamic")."""

    def __init__(self, images: Tensor, grey: Tensor | None, settings: Settings) -> None:
        self.images, self.grey, self.settings = images, grey, settings
        self._epoch = -1

    def batch(self, step: int) -> Tensor:
        """The same images and bits for the same step, however often the run was interrupted."""
        size, seed = self.settings.batch_size, self.settings.seed
        epoch, place = divmod(step, len(self.images) // size)
        if self._epoch != epoch:
            shuffle = torch.Generator().manual_seed(1_000_003 * seed + epoch)
            self._epoch, self._order = epoch, torch.randperm(len(self.images), generator=shuffle)
        rows = self._order[place * size : (place + 1) * size].to(self.images.device)
        if self.grey is None:
            return self.images[rows]
        draw = torch.Generator().manual_seed(7_919 * seed + 31 * step + 1)
        u = torch.rand(size, self.images.shape[1], generator=draw).to(self.images.device)
        return (255 * u < self.grey[rows]).to(self.images)


def learning_rate(settings: Settings, share: float) -> float:
    """Cosine from `lr` to a hundredth of it, over the share of the seconds that is spent."""
    return settings.lr * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(share, 1.0))))
