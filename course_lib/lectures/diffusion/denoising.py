"""What diffusion in a notebook needs besides the exercises: a small network, and its training."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_lib.kit import device as devices
from course_lib.kit.train import loop

__all__ = ["AroundGaussian", "DenoisingRun", "PointDenoiser", "fit_denoiser", "step_features"]

Denoise = Callable[[Tensor, Tensor], Tensor]
# (denoiser, x0, t, eps) → a scalar
Loss = Callable[[Denoise, Tensor, Tensor, Tensor], Tensor]
_STEPS_AVERAGED = 50
_WAVES = (1.0, 2.0, 4.0)


def step_features(kept: Float[Tensor, "batch"]) -> Float[Tensor, "batch 32"]:
    """Sines and cosines of the logarithm of (1 − ᾱ)/ᾱ, slow and fast: how noisy a step is."""
    level = torch.log((1 - kept) / kept)[:, None]
    angle = 0.2 * level * 2 ** (torch.arange(16, device=kept.device) / 4)
    return torch.cat([angle.sin(), angle.cos()], dim=1)


class AroundGaussian(nn.Module):
    """Predicts noise as the best denoiser of *Gaussian* data does, plus what a network adds.

    With the data's mean m and variance v in each coordinate, x = x_t − √ᾱ_t m and w = ᾱ_t v + 1 −
    ᾱ_t, the prediction is

        √(1 − ᾱ_t)/w · x + √(ᾱ_t v/w) · net(x/√w, t).

    The first part is exact for Gaussian data (lecture 9's toy); input and target of `net` have
    variance 1 at every step, and where x_t is nearly pure noise no error of `net` can do harm.

    Source: the scales of Karras et al. (2022), Section 5, for the noise in the data's place.
    """

    alpha_bars: Tensor
    mean: Tensor
    variance: Tensor

    def __init__(self, x: Float[Tensor, "n ..."], alpha_bars: Float[Tensor, "steps"]) -> None:
        """Take mean and variance of each coordinate from training data.

        Args:
            x: training data.
            alpha_bars: ᾱ_0 … ᾱ_T.
        """
        super().__init__()
        self.register_buffer("alpha_bars", alpha_bars.clone())
        self.register_buffer("mean", x.mean(0))
        # A coordinate that never changes would be known for certain.
        self.register_buffer("variance", x.var(0).clamp(min=0.01))

    def combine(
        self, net: Callable[[Tensor], Tensor], xt: Float[Tensor, "batch ..."], t: Tensor
    ) -> Float[Tensor, "batch ..."]:
        """The prediction, from `net` as a function of its scaled input."""
        kept = self.alpha_bars[t].reshape(-1, *[1] * (xt.dim() - 1))
        w = kept * self.variance + 1 - kept
        x = xt - kept.sqrt() * self.mean
        return (1 - kept).sqrt() / w * x + (kept * self.variance / w).sqrt() * net(x / w.sqrt())


class PointDenoiser(AroundGaussian):
    """A network with three hidden layers that predicts the noise in points of the plane.

    It also sees sines and cosines of the coordinates: from these, small shapes are learnt in far
    fewer steps.
    """

    def __init__(
        self,
        x: Float[Tensor, "n 2"],
        alpha_bars: Float[Tensor, "steps"],
        width: int = 128,
        seed: int = 0,
    ) -> None:
        """Draw weights.

        Args:
            x: training points.
            alpha_bars: ᾱ_0 … ᾱ_T.
            width: of the hidden layers.
            seed: of the weights.
        """
        super().__init__(x, alpha_bars)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.layers = nn.Sequential(
                nn.Linear(2 + 4 * len(_WAVES) + 32, width),
                nn.SiLU(),
                nn.Linear(width, width),
                nn.SiLU(),
                nn.Linear(width, width),
                nn.SiLU(),
                nn.Linear(width, 2),
            )

    def forward(
        self, xt: Float[Tensor, "batch 2"], t: Int[Tensor, " batch"]
    ) -> Float[Tensor, "batch 2"]:
        """The predicted noise in points after t = 1 … T steps."""
        features = step_features(self.alpha_bars[t])

        def net(x: Tensor) -> Tensor:
            waves = [wave(k * x) for k in _WAVES for wave in (torch.sin, torch.cos)]
            return self.layers(torch.cat([x, *waves, features], dim=1))

        return self.combine(net, xt, t)


@dataclass(repr=False)
class DenoisingRun:
    """How a training run went.

    Attributes:
        loss: mean of every 50 steps.
        seconds: the whole run.
    """

    loss: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def __repr__(self) -> str:
        last = f"loss {self.loss[-1]:.3f}" if self.loss else "no step yet"
        return f"DenoisingRun({last}; {self.seconds:.1f} s)"


def fit_denoiser(
    model: nn.Module,
    loss: Loss,
    x: Float[Tensor, "n ..."],
    T: int,
    *,
    labels: Int[Tensor, " n"] | None = None,
    drop: float = 0.15,
    steps: int,
    batch_size: int = 64,
    lr: float = 3e-3,
    average: float = 0.99,
    seed: int = 0,
    title: str = "",
) -> DenoisingRun:
    """Minimise the loss with Adam and a falling learning rate; keep the average of the weights.

    The t of a batch are spread evenly over 1 … T (one at random from each equal part), which makes
    the loss of a batch less noisy than t drawn independently, and has the same mean.

    Args:
        model: (x_t, t) or, with labels, (x_t, t, y) → predicted noise; trained in place. It ends
            with the averaged weights, in evaluation mode.
        loss: (denoiser, x_0, t, eps) → a scalar.
        x: training data.
        T: number of steps of the chain.
        labels: classes 0 … K − 1; the model is told K, "no class", in a share `drop` of all cases.
        drop: that share.
        steps: of the optimiser.
        batch_size: examples in a step.
        lr: highest learning rate; it falls to 0 along a cosine.
        average: decay of the exponential moving average of the weights.
        seed: of batches, steps and noise.
        title: stands in front of the progress bar; `$COURSE_QUIET=1` hides the bar.
    """
    where = devices.place(model)
    average_of = loop.MovingAverage(model, lambda k: min(average, (k + 1) / (k + 10)))
    optimiser = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=1e-3)
    # Drawn on the CPU, so that they are the same on every device.
    rng = torch.Generator().manual_seed(seed)
    none = 0 if labels is None else int(labels.max()) + 1

    def step(_k: int) -> Tensor:
        rows = torch.randint(len(x), (batch_size,), generator=rng)
        part = (torch.arange(batch_size) + torch.rand(batch_size, generator=rng)) / batch_size
        t = 1 + (part * T).long().clamp(max=T - 1).to(where)
        eps = torch.randn(batch_size, *x.shape[1:], generator=rng).to(where)
        denoise: Denoise = model
        if labels is not None:
            unknown = torch.rand(batch_size, generator=rng) < drop
            denoise = _with_class(model, labels[rows].masked_fill(unknown, none).to(where))
        return loop.minimise(loss(denoise, x[rows].to(where), t, eps), optimiser)

    def schedule(over: float) -> float:
        warm = min(1.0, (over * steps + 1) / 50)
        return warm * loop.cosine(over)

    made = loop.run(
        step,
        steps,
        [model],
        [optimiser],
        schedule=schedule,
        average=average_of,
        seed=seed,
        title=title or type(model).__name__,
    )
    model.load_state_dict(average_of.network.state_dict())
    model.requires_grad_(False)
    whole = steps // _STEPS_AVERAGED * _STEPS_AVERAGED
    losses = torch.tensor(made.losses[:whole]).view(-1, _STEPS_AVERAGED).mean(1)
    return DenoisingRun(losses.tolist(), made.seconds)


def _with_class(model: nn.Module, y: Tensor) -> Denoise:
    return lambda xt, t: model(xt, t, y)
