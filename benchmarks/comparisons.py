"""What `models.py` measures: for each model a training step and sampling, ours and others'.

A comparison is a function of the sizes and the device that gives `Ways`. A lecture files its own in
`autograder/lectures/NAME/comparisons.py`, with the straightforward code that it is measured
against: the formulas as they stand, nothing reused, and no straw man. It is the code that one finds
for these models.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from benchmarks import lectures
from benchmarks.timing import Ways


@dataclass(frozen=True)
class Sizes:
    """The sizes of the models and the data; the defaults are MNIST's."""

    side: int = 28
    batch: int = 100
    n: int = 16  # samples
    hidden: int = 500
    channels: int = 32
    layers: int = 5
    vocab: int = 97
    units: int = 256  # of the recurrent models
    characters: int = 300
    texts: int = 16  # in a training step
    latent: int = 40
    draws: int = 50
    steps: int = 100  # of a diffusion

    @property
    def n_dims(self) -> int:
        """D, the number of pixels."""
        return self.side**2


SMALL = Sizes(4, 3, 2, 5, 4, 2, 7, 6, 5, 3, 2, 3, 10)


@dataclass(frozen=True)
class Comparison:
    """One line of the table, or several where there are several straightforward versions."""

    what: str
    make: Callable[[Sizes, torch.device], Ways]


Make = Callable[[Sizes, torch.device], Ways]
_filed: list[Comparison] = []


def comparison(what: str) -> Callable[[Make], Make]:
    """File a comparison under its name in the table."""

    def register(make: Make) -> Make:
        _filed.append(Comparison(what, make))
        return make

    return register


def comparisons() -> list[Comparison]:
    """All of them, in the course's order."""
    lectures.load("comparisons")
    return _filed


def step(loss: Callable[[], Tensor], parameters: Iterable[Tensor]) -> Callable[[], Tensor]:
    """A training step with Adam, which gives its loss: loss, gradients, new weights."""
    optimiser = torch.optim.Adam(parameters, lr=1e-4)

    def work() -> Tensor:
        optimiser.zero_grad(set_to_none=True)
        found = loss()
        found.backward()
        optimiser.step()
        return found.detach()

    return work


def bits(s: Sizes, n: int, device: torch.device) -> Tensor:
    """(n, D), an eighth of them ones."""
    u = torch.rand(n, s.n_dims, generator=torch.Generator().manual_seed(0))
    return (u < 0.125).float().to(device)


def noise(device: torch.device, *shape: int) -> Tensor:
    """Standard normal, the same each time."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0)).to(device)


def counted(work: Callable[[], object]) -> float:
    """Floating-point operations of the products and convolutions in one call."""
    with FlopCounterMode(display=False) as counter:
        work()
    return float(counter.get_total_flops())


def bernoulli_log_prob(logits: Tensor, x: Tensor) -> Tensor:
    """Nats of each row."""
    return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(1)


@torch.no_grad()
def sample_by_logits(logits: Callable[[Tensor], Tensor], like: Tensor, seed: int) -> Tensor:
    """Bits drawn one by one, the whole network run again for each; `like` is (n, D)."""
    u = torch.rand(like.shape, generator=torch.Generator().manual_seed(seed)).to(like)
    x = torch.zeros_like(u)
    for i in range(x.shape[1]):
        x[:, i] = (u[:, i] < torch.sigmoid(logits(x)[:, i])).to(x)
    return x
