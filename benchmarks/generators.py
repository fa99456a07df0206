"""What `models.py` measures of lectures 6 to 9: steps and samples of generators without a table.

Their networks are plain, so the necessary arithmetic is what torch counts in one call of ours.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from autograder.authoring.reference import reference
from benchmarks import straightforward as plain
from benchmarks.comparisons import Sizes, bits, comparison, step
from benchmarks.timing import Ways
from course_lib.lectures.diffusion.unet import UNet


def counted(work: Callable[[], object]) -> float:
    """Floating-point operations of the products and convolutions in one call."""
    with FlopCounterMode(display=False) as counter:
        work()
    return float(counter.get_total_flops())


def noise(device: torch.device, *shape: int) -> Tensor:
    """Standard normal, the same each time."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(0)).to(device)


@comparison("06_gan", "GAN, training step")
def gan_step(s: Sizes, device: torch.device) -> Ways:
    """Fully connected players, one move each."""
    gan = reference("gan")
    players = gan.Generator(s.latent, s.n_dims, s.hidden), gan.Discriminator(s.n_dims, s.hidden)
    generator, discriminator = (p.to(device) for p in players)
    g_opt, d_opt = (torch.optim.Adam(p.parameters(), lr=1e-4) for p in (generator, discriminator))
    real, z = bits(s, s.batch, device), noise(device, s.batch, s.latent)

    def by(train: Callable[..., object]) -> Callable[[], object]:
        return lambda: train(generator, discriminator, g_opt, d_opt, real, z)

    ours, twice = by(gan.train_step), by(plain.gan_step)
    return Ways(ours, {"generator run and differentiated twice": twice}, flops=counted(ours))


@comparison("07_wgan", "WGAN-GP, critic's step")
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
    other = step(lambda: loss(plain.gradient_penalty_by_example), critic.parameters())
    weights = sum(p.numel() for p in critic.parameters() if p.dim() == 2)
    flops = 2.0 * s.batch * weights * 12
    return Ways(ours, {"a gradient for each example": other}, flops=flops)


def real_nvp(s: Sizes, device: torch.device) -> Any:
    """Eight couplings."""
    return reference("flows").Flow(s.n_dims, 8, s.hidden).to(device)


@comparison("08_flows", "RealNVP, log-probabilities")
def real_nvp_scores(s: Sizes, device: torch.device) -> Ways:
    """One pass through the couplings."""
    flow, x = real_nvp(s, device), bits(s, s.batch, device)
    ours = torch.no_grad()(lambda: flow.log_prob(x))
    return Ways(ours, flops=counted(ours))


@comparison("08_flows", "RealNVP, samples")
def real_nvp_samples(s: Sizes, device: torch.device) -> Ways:
    """One pass through the couplings, the other way round."""
    flow = real_nvp(s, device)
    ours = torch.no_grad()(lambda: flow.sample(s.n, 0))
    return Ways(ours, flops=counted(ours))


@comparison("08_flows", "MAF, log-probabilities")
def maf_scores(s: Sizes, device: torch.device) -> Ways:
    """One pass through the masked network."""
    flows = reference("flows")
    conditioner, x = flows.Conditioner(s.n_dims, s.hidden).to(device), bits(s, s.batch, device)
    ours = torch.no_grad()(lambda: flows.maf_inverse(x, conditioner))
    other = torch.no_grad()(lambda: plain.maf_inverse_by_coordinate(x, conditioner))
    return Ways(ours, {"one pass for each coordinate": other}, flops=counted(ours))


@comparison("08_flows", "MAF, samples")
def maf_samples(s: Sizes, device: torch.device) -> Ways:
    """Necessary: one pass, if each coordinate's share of it could be had alone."""
    flows = reference("flows")
    conditioner, z = flows.Conditioner(s.n_dims, s.hidden).to(device), noise(device, s.n, s.n_dims)
    quiet = torch.no_grad()
    return Ways(
        quiet(lambda: flows.maf_forward(z, conditioner)),
        flops=counted(quiet(lambda: flows.maf_inverse(z, conditioner))),
    )


def denoiser(s: Sizes, device: torch.device) -> tuple[UNet, Tensor, Tensor, Tensor]:
    """The U-Net, betas, ᾱ and images."""
    diffusion = reference("diffusion")
    betas = diffusion.cosine_betas(s.steps)
    bars = diffusion.alpha_bars(betas)
    images = bits(s, s.batch, device).unflatten(1, (1, s.side, s.side))
    network = UNet(images.cpu() + 0.1 * noise(torch.device("cpu"), *images.shape), bars)
    return network.to(device), betas.to(device), bars.to(device), images


@comparison("09_diffusion", "U-Net, training step")
def unet_step(s: Sizes, device: torch.device) -> Ways:
    """DDPM's loss."""
    network, _, bars, x = denoiser(s, device)
    t = torch.arange(s.batch, device=device) % s.steps + 1
    eps, loss = noise(device, *x.shape), reference("diffusion").ddpm_loss
    ours = step(lambda: loss(network, x, t, eps, bars), network.parameters())
    return Ways(ours, flops=counted(ours), unit="conv")


@comparison("09_diffusion", "DDIM, samples in a tenth of the steps")
def ddim_samples(s: Sizes, device: torch.device) -> Ways:
    """Necessary: the network, once a step."""
    network, betas, bars, _ = denoiser(s, device)
    diffusion, x = reference("diffusion"), noise(device, s.n, 1, s.side, s.side)
    kept = torch.linspace(s.steps, 0, max(s.steps // 10, 1) + 1).round().long().tolist()

    def ours() -> Tensor:
        state = x
        for t, to in itertools.pairwise(kept):
            now, then = (torch.full((s.n,), k, device=device) for k in (t, to))
            state = diffusion.ddim_step(network, state, now, then, bars, 0.0, x)
        return state

    def ddpm() -> Tensor:
        state = x
        for t in range(s.steps, 0, -1):
            now = torch.full((s.n,), t, device=device)
            state = diffusion.p_step(network, state, now, betas, x)
        return state

    quiet = torch.no_grad()
    return Ways(
        quiet(ours),
        {f"DDPM, all {s.steps} steps": quiet(ddpm)},
        flops=counted(quiet(ours)),
        unit="conv",
    )
