"""The loop in which a generator and a discriminator play; the move itself is an exercise's."""

import copy
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn
from tqdm.auto import tqdm

__all__ = ["Match", "play"]


@dataclass(repr=False)
class Match:
    """How two networks played.

    Attributes:
        d_loss: the discriminator's loss of each step.
        g_loss: the generator's loss of each step.
        average: the generator with the moving average of the weights; the generator itself without
            one.
        seconds: the whole match.
    """

    average: nn.Module
    d_loss: list[float] = field(default_factory=list)
    g_loss: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def __repr__(self) -> str:
        return f"Match({len(self.d_loss)} steps, {self.seconds:.1f} s)"


Step = Callable[..., tuple[Tensor, Tensor]]
Draw = Callable[[int, torch.Generator], tuple[Tensor, Tensor]]


def play(
    step: Step,
    generator: nn.Module,
    discriminator: nn.Module,
    draw: Draw,
    *,
    steps: int,
    batch_size: int = 64,
    g_lr: float = 1e-3,
    d_lr: float = 1e-3,
    beta1: float = 0.5,
    average: float = 0.0,
    to_zero: bool = False,
    seed: int = 0,
    title: str = "",
    after: Callable[[int], None] | None = None,
) -> Match:
    """Let a generator and a discriminator play, each with Adam.

    Args:
        step: `gan.train_step`, or a function with the same first six arguments.
        generator: stays on its device, in evaluation mode at the end.
        discriminator: likewise.
        draw: (n, torch.Generator) → n real examples and the noise for n fake ones.
        steps: how many.
        batch_size: real examples in a step, and as many fake ones.
        g_lr: the generator's learning rate.
        d_lr: the discriminator's.
        beta1: Adam's first decay; 0.5 since DCGAN.
        average: share of the old in the moving average of the generator's weights; 0 for none.
        to_zero: let both learning rates fall linearly to a twentieth.
        seed: of everything that `draw` draws.
        title: stands in front of the progress bar; `$COURSE_QUIET=1` hides the bar.
        after: called with the number of each finished step, from 1.
    """
    rng = torch.Generator().manual_seed(seed)
    g_opt = torch.optim.Adam(generator.parameters(), lr=g_lr, betas=(beta1, 0.99), fused=True)
    d_opt = torch.optim.Adam(discriminator.parameters(), lr=d_lr, betas=(beta1, 0.99), fused=True)
    match = Match(copy.deepcopy(generator) if average else generator)
    losses: list[tuple[Tensor, Tensor]] = []
    generator.train()
    discriminator.train()
    quiet = os.environ.get("COURSE_QUIET") == "1"
    start = time.perf_counter()

    def move(k: int) -> None:
        if to_zero:
            share = max(0.05, 1 - k / steps)
            g_opt.param_groups[0]["lr"], d_opt.param_groups[0]["lr"] = share * g_lr, share * d_lr
        real, z = draw(batch_size, rng)
        losses.append(step(generator, discriminator, g_opt, d_opt, real, z))
        if average:
            _follow(match.average, generator, average)
        if after is not None:
            after(k + 1)

    # A function that is missing says so here, before an empty bar stands in the notebook.
    move(0)
    shown = {"desc": title or "playing", "unit": "step", "disable": quiet}
    for k in tqdm(range(1, steps), initial=1, total=steps, **shown):
        move(k)
    # Read at the end: each look at a loss would wait for the GPU.
    match.d_loss, match.g_loss = (
        torch.stack([torch.as_tensor(pair[i]) for pair in losses]).tolist() for i in (0, 1)
    )
    for network in (generator, discriminator, match.average):
        network.eval()
    match.seconds = time.perf_counter() - start
    return match


@torch.no_grad()
def _follow(average: nn.Module, network: nn.Module, decay: float) -> None:
    """average ← decay · average + (1 − decay) · weights; counters and statistics are copied."""
    torch._foreach_lerp_(list(average.parameters()), list(network.parameters()), 1 - decay)
    for mine, own in zip(average.buffers(), network.buffers(), strict=True):
        mine.copy_(own)
