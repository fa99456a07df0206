"""A U-Net that predicts the noise in small grey images, with classes or without."""

import torch
import torch.nn.functional as F
from jaxtyping import Float, Int
from torch import Tensor, nn

from course_lib.lectures.diffusion.denoising import AroundGaussian, step_features

__all__ = ["UNet"]

Maps = Float[Tensor, "batch channels height width"]
_TIME = 64


class UNet(AroundGaussian):
    """Halve the image twice, double it twice, and add what each size knew on the way down.

    Source: Ronneberger et al. (2015) for the shape, Ho et al. (2020), Appendix B, for the blocks.
    """

    def __init__(
        self,
        images: Float[Tensor, "n 1 height width"],
        alpha_bars: Float[Tensor, "steps"],
        *,
        channels: tuple[int, int, int] = (16, 32, 64),
        n_classes: int = 0,
        seed: int = 0,
    ) -> None:
        """Draw weights; the answer starts as the exact one for Gaussian data.

        Args:
            images: training images, for the mean and variance of each pixel.
            alpha_bars: ᾱ_0 … ᾱ_T.
            channels: at full, half and quarter size.
            n_classes: number of classes; 0 for a network that is told none.
            seed: of the weights.

        Raises:
            ValueError: height or width is not a multiple of 4.
        """
        super().__init__(images, alpha_bars)
        height, width = images.shape[2:]
        if height % 4 or width % 4:
            raise ValueError(f"UNet: images are {height}×{width}; expected multiples of 4")
        self.n_classes = n_classes
        a, b, c = channels
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            self.time = nn.Sequential(
                nn.Linear(32, _TIME), nn.SiLU(), nn.Linear(_TIME, _TIME), nn.SiLU()
            )
            # The last row stands for "no class".
            self.label = nn.Embedding(n_classes + 1, 32) if n_classes else None
            self.first = nn.Conv2d(1, a, 3, padding=1)
            self.down = nn.ModuleList([_Block(a), _Block(b)])
            self.shrink = nn.ModuleList([nn.Conv2d(4 * a, b, 1), nn.Conv2d(4 * b, c, 1)])
            self.middle = _Block(c)
            self.grow = nn.ModuleList([nn.Conv2d(b, 4 * a, 1), nn.Conv2d(c, 4 * b, 1)])
            self.up = nn.ModuleList([_Block(a), _Block(b)])
            self.last = nn.Conv2d(a, 1, 3, padding=1)
        nn.init.zeros_(self.last.weight)
        if self.last.bias is not None:
            nn.init.zeros_(self.last.bias)
        # Colours beside each other in memory: a fifth less time on a processor.
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(
        self,
        xt: Float[Tensor, "batch 1 height width"],
        t: Int[Tensor, " batch"],
        y: Int[Tensor, " batch"] | None = None,
    ) -> Float[Tensor, "batch 1 height width"]:
        """The predicted noise.

        Args:
            xt: images after t steps.
            t: steps, 1 … T.
            y: classes, where n_classes itself means "none"; without y all are none.
        """
        features = step_features(self.alpha_bars[t])
        if self.label is not None:
            y = torch.full_like(t, self.n_classes) if y is None else y
            features = features + self.label(y)
        time = self.time(features)
        return self.combine(lambda x: self._net(x, time), xt, t)

    def _net(self, x: Maps, time: Float[Tensor, "batch time"]) -> Maps:
        full = self.down[0](self.first(x), time)
        half = self.down[1](self.shrink[0](F.pixel_unshuffle(full, 2)), time)
        quarter = self.middle(self.shrink[1](F.pixel_unshuffle(half, 2)), time)
        half = self.up[1](half + F.pixel_shuffle(self.grow[1](quarter), 2), time)
        full = self.up[0](full + F.pixel_shuffle(self.grow[0](half), 2), time)
        return self.last(F.silu(full))


class _Block(nn.Module):
    """Two convolutions that add to their input; between them the step scales and shifts."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, padding=1)
        self.norm = nn.GroupNorm(1, channels)
        self.of_time = nn.Linear(_TIME, 2 * channels)
        self.second = nn.Conv2d(channels, channels, 3, padding=1)

    def forward(self, x: Maps, time: Float[Tensor, "batch time"]) -> Maps:
        scale, shift = self.of_time(time)[:, :, None, None].chunk(2, dim=1)
        h = self.norm(self.first(F.silu(x))) * (1 + scale) + shift
        return x + self.second(F.silu(h))
