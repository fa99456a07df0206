"""What `mnist.py` trains; a lecture files its models in `autograder/lectures/NAME/mnist.py`.

A model of bits has `log_prob`, `sample` and `init_independent_`, and sees an image as a vector of
784 bits. `log_prob` is what training maximises; a model that only has a bound there has `estimate`,
the tighter bound that is reported. What a model of grey levels has is in `mnist_grey.py`.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from benchmarks import lectures

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


# From the settings and the number of pixels to an untrained model.
Build = Callable[[Settings, int], Any]


@dataclass(frozen=True)
class MnistModel:
    """A model, its settings for ten minutes of one CPU core, and what the table says of it."""

    build: Build
    words: str  # with settings in braces
    grey: bool
    defaults: dict[str, Any]
    published: Mapping[str, str] = field(default_factory=dict)  # by the protocol


_filed: dict[str, MnistModel] = {}


def mnist_model(
    name: str,
    words: str,
    *,
    grey: bool = False,
    published: Mapping[str, str] | None = None,
    **defaults: Any,
) -> Callable[[Build], Build]:
    """File a function that builds a model, under its name on the command line."""

    def register(build: Build) -> Build:
        _filed[name] = MnistModel(build, words, grey, defaults, published or {})
        return build

    return register


def known_models() -> dict[str, MnistModel]:
    """All of them by name, in the course's order."""
    lectures.load("mnist")
    return _filed


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


@mnist_model("independent", "independent pixels", lr=0.0)
def independent(settings: Settings, n_dims: int) -> nn.Module:
    """What every other model starts as."""
    return Independent(n_dims)


def file_name(settings: Settings, device: str = "cpu") -> str:
    """The name of a run's files: "mnist-MODEL-h24-layers5", "mnist-MODEL-h400-…-dynamic"."""
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
