"""What `benchmarks/models.py` measures of WGAN-GP: the solution beside straightforward code."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from autograder.authoring.reference import reference
from benchmarks.comparisons import Sizes, bits, comparison, noise, step
from benchmarks.timing import Ways


def gradient_penalty_by_example(
    critic: nn.Module, real: Tensor, fake: Tensor, eps: Tensor
) -> Tensor:
    """`wgan.gradient_penalty`, one gradient after the other."""
    terms = []
    for r, f, e in zip(real, fake, eps, strict=True):
        between = (e * r + (1 - e) * f).detach().requires_grad_()
        (slope,) = torch.autograd.grad(critic(between[None]).sum(), between, create_graph=True)
        terms.append((torch.linalg.vector_norm(slope) - 1).square())
    return torch.stack(terms).mean()


@comparison("WGAN-GP, critic's step")
def critic_step(s: Sizes, device: torch.device) -> Ways:
    """Loss and gradient penalty.

    Necessary, in products of all weights with a batch: three each for real and fake, and for the
    penalty two to the slope and four back. (torch does not count through `torch.autograd.grad`.)
    """
    wgan = reference("wgan")
    critic = wgan.Critic(s.n_dims, (s.hidden, s.hidden)).to(device)
    real, fake = bits(s, s.batch, device), torch.sigmoid(noise(device, s.batch, s.n_dims))
    eps = torch.rand(s.batch, generator=torch.Generator().manual_seed(1)).to(device)

    def loss(penalty: Callable[..., Tensor]) -> Tensor:
        return critic.loss(real, fake) + 10 * penalty(critic, real, fake, eps)

    ours = step(lambda: loss(wgan.gradient_penalty), critic.parameters())
    other = step(lambda: loss(gradient_penalty_by_example), critic.parameters())
    weights = sum(p.numel() for p in critic.parameters() if p.dim() == 2)
    flops = 2.0 * s.batch * weights * 12
    return Ways(ours, {"a gradient for each example": other}, flops=flops)
