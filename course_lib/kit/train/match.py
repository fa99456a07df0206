"""The loop in which a generator and a discriminator play; the move itself is an exercise's."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from course_lib.kit.train import loop

__all__ = ["Match", "play"]


@dataclass(repr=False)
class Match:
    """The record of a game of two networks.

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
    average: float = 0.0,
    to_zero: bool = False,
    seed: int = 0,
    title: str = "",
    after: Callable[[int], None] | None = None,
) -> Match:
    """Let a generator and a discriminator play, each with Adam.

    Args:
        step: (generator, discriminator, g_opt, d_opt, real, noise) → the two losses of one step.
        generator: stays on its device, in evaluation mode at the end.
        discriminator: likewise.
        draw: (n, torch.Generator) → n real examples and the noise for n fake ones.
        steps: how many.
        batch_size: real examples in a step, and as many fake ones.
        g_lr: the generator's learning rate.
        d_lr: the discriminator's.
        average: share of the old in the moving average of the generator's weights; 0 for none.
        to_zero: let both learning rates fall linearly to a twentieth.
        seed: of everything that `draw` draws.
        title: stands in front of the progress bar; `$COURSE_QUIET=1` hides the bar.
        after: called with the number of each finished step, from 1.
    """
    rng = torch.Generator().manual_seed(seed)
    betas = 0.5, 0.99  # the first as in DCGAN
    g_opt = torch.optim.Adam(generator.parameters(), lr=g_lr, betas=betas, fused=True)
    d_opt = torch.optim.Adam(discriminator.parameters(), lr=d_lr, betas=betas, fused=True)
    follower = loop.MovingAverage(generator, lambda _k: average) if average else None

    def move(k: int) -> Tensor:
        real, z = draw(batch_size, rng)
        pair = step(generator, discriminator, g_opt, d_opt, real, z)
        if after is not None:
            after(k + 1)
        return torch.stack([torch.as_tensor(loss) for loss in pair])

    made = loop.run(
        move,
        steps,
        [generator, discriminator],
        [g_opt, d_opt],
        schedule=(lambda over: max(0.05, 1 - over)) if to_zero else None,
        average=follower,
        seed=seed,
        names=["D", "G"],
        title=title or "playing",
    )
    d_loss, g_loss = (list(losses) for losses in zip(*made.losses, strict=True))
    averaged = follower.network.eval() if follower else generator
    return Match(averaged, d_loss, g_loss, made.seconds)
