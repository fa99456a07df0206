"""Networks for two players, a generator and a discriminator; `kit.train.match` lets them play.

`Generator` and `Discriminator` are fully connected, `ConvGenerator` and `ConvDiscriminator` follow
the rules of DCGAN. A discriminator gives one logit an example; σ(logit) is D(x).
"""

import math
from collections.abc import Iterable
from typing import Any

import torch
from jaxtyping import Float
from torch import Tensor, nn

from course_lib.kit.networks.fully_connected import fully_connected

__all__ = ["ConvDiscriminator", "ConvGenerator", "Descent", "Discriminator", "Generator"]


class Generator(nn.Module):
    """Fully connected: z → x = G(z), with ReLU between the layers."""

    def __init__(
        self,
        n_latent: int,
        n_out: int,
        n_hidden: int = 0,
        *,
        n_layers: int = 2,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Random weights and zero biases.

        Args:
            n_latent: length of z.
            n_out: length of x.
            n_hidden: units in each hidden layer; 0 for a linear map.
            n_layers: hidden layers.
            seed: of the weights.
            dtype: of the weights.
        """
        super().__init__()
        hidden = [n_hidden] * n_layers if n_hidden else []
        generator = torch.Generator().manual_seed(seed)
        sizes = [n_latent, *hidden, n_out]
        self.net = fully_connected(sizes, nn.ReLU(), generator, gain=2, dtype=dtype)

    def forward(self, z: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch out"]:
        """One example for each row of noise."""
        return self.net(z)


class Discriminator(nn.Module):
    """Fully connected: x → logit of "x is real", with LeakyReLU(0.2) between the layers."""

    def __init__(
        self,
        n_in: int,
        n_hidden: int = 0,
        *,
        n_layers: int = 2,
        seed: int = 0,
        dtype: torch.dtype | None = None,
    ) -> None:
        """Random weights and zero biases.

        Args:
            n_in: length of x.
            n_hidden: units in each hidden layer; 0 for logistic regression.
            n_layers: hidden layers.
            seed: of the weights.
            dtype: of the weights.
        """
        super().__init__()
        hidden = [n_hidden] * n_layers if n_hidden else []
        generator = torch.Generator().manual_seed(seed)
        sizes = [n_in, *hidden, 1]
        self.net = fully_connected(sizes, nn.LeakyReLU(0.2), generator, gain=2, dtype=dtype)

    def forward(self, x: Float[Tensor, "batch ..."]) -> Float[Tensor, " batch"]:
        """Logit of D(x), one number an example."""
        return self.net(x.flatten(1)).squeeze(1)


class ConvGenerator(nn.Module):
    """z → image in [−1, 1] by the rules of DCGAN.

    Transposed convolutions with stride 2 double the size, batch normalisation and ReLU stand
    between the layers, tanh at the end; the only full layer is the first one.

    Source: Radford, Metz & Chintala (2016), Section 3.
    """

    def __init__(
        self,
        n_latent: int,
        size: int,
        n_channels: int = 32,
        *,
        batch_norm: bool = True,
        seed: int = 0,
    ) -> None:
        """Start from 4×4 pixels for images of 8×8, from 7×7 for 28×28; torch's own weights.

        Args:
            n_latent: length of z, the code of a class included.
            size: height and width of the images: a small number times a power of 2.
            n_channels: of the smallest map; halved when the size is doubled.
            batch_norm: False breaks that rule.
            seed: of the weights.
        """
        super().__init__()
        self.start, c = size // 2, n_channels
        while self.start > 7 and self.start % 2 == 0:
            self.start //= 2
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.project = nn.Linear(n_latent, c * self.start**2, bias=not batch_norm)
            layers = [*_norm(c, batch_norm), nn.ReLU()]
            for _ in range(int(math.log2(size // self.start))):
                up = nn.ConvTranspose2d(c, c // 2, 4, stride=2, padding=1, bias=not batch_norm)
                layers += [up, *_norm(c // 2, batch_norm), nn.ReLU()]
                c //= 2
            self.net = nn.Sequential(*layers, nn.Conv2d(c, 1, 3, padding=1), nn.Tanh())

    def forward(self, z: Float[Tensor, "batch latent"]) -> Float[Tensor, "batch 1 size size"]:
        """One image for each row of noise."""
        return self.net(self.project(z).view(len(z), -1, self.start, self.start))


class ConvDiscriminator(nn.Module):
    """Image → logit by the rules of DCGAN.

    Convolutions with stride 2 in place of pooling, LeakyReLU(0.2), batch normalisation between the
    layers but not at the input, no full hidden layer.

    Source: Radford, Metz & Chintala (2016), Section 3.
    """

    def __init__(
        self,
        size: int,
        n_channels: int = 24,
        *,
        in_channels: int = 1,
        batch_norm: bool = True,
        seed: int = 0,
    ) -> None:
        """Two halvings of the size, then one linear layer; torch's own weights.

        Args:
            size: height and width of the images, a multiple of 4.
            n_channels: of the larger map; doubled when the size is halved.
            in_channels: 1, and one more for each class of a conditional GAN.
            batch_norm: False breaks that rule.
            seed: of the weights.
        """
        super().__init__()
        c = n_channels
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.net = nn.Sequential(
                nn.Conv2d(in_channels, c, 4, stride=2, padding=1),
                nn.LeakyReLU(0.2),
                nn.Conv2d(c, 2 * c, 4, stride=2, padding=1),
                *_norm(2 * c, batch_norm),
                nn.LeakyReLU(0.2),
                nn.Flatten(),
                nn.Linear(2 * c * (size // 4) ** 2, 1),
            )

    def forward(self, x: Float[Tensor, "batch channels size size"]) -> Float[Tensor, " batch"]:
        """Logit of D(x), one number an image."""
        return self.net(x).squeeze(1)


def _norm(channels: int, batch_norm: bool) -> list[nn.Module]:
    return [nn.BatchNorm2d(channels)] if batch_norm else []


class Descent:
    """Gradient descent with momentum behind the interface of `torch.optim`, for checks.

    torch's own optimisers load its compiler when they are first used, which takes longer than all
    checks of a lecture.
    """

    def __init__(
        self,
        parameters: Iterable[nn.Parameter],
        lr: float,
        momentum: float = 0.0,
        *,
        left: float = 0.0,
    ) -> None:
        """Descend in these parameters: v ← momentum · v + gradient, w ← w − lr · v.

        Args:
            parameters: which.
            lr: step size.
            momentum: of the steps.
            left: each entry of the gradients that an earlier loss has left in them.
        """
        self.param_groups: list[dict[str, Any]] = [{"params": list(parameters), "lr": lr}]
        self.momentum = momentum
        self.state: dict[nn.Parameter, Tensor] = {}
        for p in self.param_groups[0]["params"] if left else []:
            p.grad = torch.full_like(p, left)

    def zero_grad(self, set_to_none: bool = True) -> None:
        """Forget all gradients."""
        for p in self.param_groups[0]["params"]:
            if p.grad is not None:
                p.grad = None if set_to_none else torch.zeros_like(p)

    @torch.no_grad()
    def step(self) -> None:
        """Move each parameter that has a gradient."""
        for p in self.param_groups[0]["params"]:
            if p.grad is not None:
                v = self.momentum * self.state.get(p, torch.zeros_like(p)) + p.grad
                self.state[p] = v
                p.sub_(self.param_groups[0]["lr"] * v)
