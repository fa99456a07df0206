"""What `benchmarks/models.py` measures of GANs: the solution beside straightforward code."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor, nn

from autograder.authoring.reference import reference
from benchmarks.comparisons import Sizes, bits, comparison, counted, noise
from benchmarks.timing import Ways


def step_without_detach(
    generator: nn.Module,
    discriminator: nn.Module,
    g_opt: torch.optim.Optimizer,
    d_opt: torch.optim.Optimizer,
    real: Tensor,
    z: Tensor,
) -> tuple[Tensor, Tensor]:
    """`gan.train_step` without `detach`: the discriminator's loss also goes back through G."""
    gan = reference("gan")
    d_opt.zero_grad()
    d_loss = gan.discriminator_loss(discriminator(real), discriminator(generator(z)))
    d_loss.backward()
    d_opt.step()
    g_opt.zero_grad()
    g_loss = gan.generator_loss(discriminator(generator(z)), "non_saturating")
    g_loss.backward()
    g_opt.step()
    return d_loss.detach(), g_loss.detach()


@comparison("GAN, training step")
def gan_step(s: Sizes, device: torch.device) -> Ways:
    """Fully connected players, one move each."""
    gan = reference("gan")
    players = gan.Generator(s.latent, s.n_dims, s.hidden), gan.Discriminator(s.n_dims, s.hidden)
    generator, discriminator = (p.to(device) for p in players)
    g_opt, d_opt = (torch.optim.Adam(p.parameters(), lr=1e-4) for p in (generator, discriminator))
    real, z = bits(s, s.batch, device), noise(device, s.batch, s.latent)

    def by(train: Callable[..., object]) -> Callable[[], object]:
        return lambda: train(generator, discriminator, g_opt, d_opt, real, z)

    ours, twice = by(gan.train_step), by(step_without_detach)
    return Ways(ours, {"generator run and differentiated twice": twice}, flops=counted(ours))
