"""What `benchmarks/models.py` measures of the U-Net, a training step and samples."""

from __future__ import annotations

import itertools

import torch
from torch import Tensor

from autograder.authoring.reference import reference
from benchmarks.comparisons import Sizes, bits, comparison, counted, noise, step
from benchmarks.timing import Ways
from course_lib.lectures.diffusion.unet import UNet


def denoiser(s: Sizes, device: torch.device) -> tuple[UNet, Tensor, Tensor, Tensor]:
    """The U-Net, betas, ᾱ and images."""
    diffusion = reference("diffusion")
    betas = diffusion.cosine_betas(s.steps)
    bars = diffusion.alpha_bars(betas)
    images = bits(s, s.batch, device).unflatten(1, (1, s.side, s.side))
    network = UNet(images.cpu() + 0.1 * noise(torch.device("cpu"), *images.shape), bars)
    return network.to(device), betas.to(device), bars.to(device), images


@comparison("U-Net, training step")
def unet_step(s: Sizes, device: torch.device) -> Ways:
    """DDPM's loss."""
    network, _, bars, x = denoiser(s, device)
    t = torch.arange(s.batch, device=device) % s.steps + 1
    eps, loss = noise(device, *x.shape), reference("diffusion").ddpm_loss
    ours = step(lambda: loss(network, x, t, eps, bars), network.parameters())
    return Ways(ours, flops=counted(ours), unit="conv")


@comparison("DDIM, samples in a tenth of the steps")
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
        same=False,
    )
