"""Choose a noise schedule and a step: how much is left of the data, and what it looks like."""

from collections.abc import Callable, Mapping

import numpy as np
import torch
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.plots.explore import Choice, Control, Range, interact

__all__ = ["controls", "draw", "explore"]

# (x0, t, eps, alpha_bars) → x_t
Noised = Callable[[Tensor, Tensor, Tensor, Tensor], Tensor]
_HUNDREDTHS = 100


@torch.no_grad()
@plots.styled
def draw(
    noised: Noised,
    schedules: Mapping[str, Float[Tensor, "steps"]],
    images: Float[Tensor, "n height width"],
    *,
    schedule: str,
    percent: int,
) -> Figure:
    """ᾱ_t of all schedules with the chosen step marked, and the images at that step.

    Args:
        noised: (x_0, t, eps, ᾱ) → x_t, such as `diffusion.q_sample`.
        schedules: name → ᾱ_0 … ᾱ_T, of any length.
        images: clean images, dark ink at 1 and paper at −1.
        schedule: which one makes the images.
        percent: t as a hundredth part of T, 0 … 100.
    """
    bars = schedules[schedule]
    step = round(percent / _HUNDREDTHS * (len(bars) - 1))
    t = torch.full((len(images),), step)
    generator = torch.Generator().manual_seed(0)
    eps = torch.randn(images.shape, generator=generator)
    xt = noised(images, t, eps, bars).numpy()
    fig, (curve, strip) = plots.panels(9.0, 2.8, (0.07, 0.19, 0.33, 0.68), (0.45, 0.04, 0.54, 0.84))
    colours = (plots.PALETTE[c] for c in ("blue", "vermillion", "green", "purple"))
    for (name, values), colour in zip(schedules.items(), colours, strict=False):
        x = np.linspace(0, 1, len(values))
        chosen = name == schedule
        curve.plot(x, values, color=colour, lw=2.4 if chosen else 1.2, label=name)
    here = step / (len(bars) - 1)
    curve.plot([here, here], [0, 1], color=plots.GREY, lw=0.8)
    curve.plot(here, float(bars[step]), "o", color="black")
    curve.set(xlabel="t / T", ylabel="ᾱ_t", ylim=(-0.02, 1.04))
    curve.legend(frameon=False, fontsize=8, loc="upper right")
    strip.imshow(plots.tiled(xt, columns=min(4, len(xt))), cmap="gray_r", vmin=-1, vmax=1)
    strip.set(xticks=[], yticks=[])
    strip.spines[:].set_visible(False)
    kept = float(bars[step])
    strip.set_title(
        f"t = {step} of {len(bars) - 1}: x_t = {kept**0.5:.2f} x₀ + {(1 - kept) ** 0.5:.2f} ε",
        fontsize=10,
    )
    return fig


def controls(schedules: Mapping[str, object]) -> dict[str, Control]:
    """The widget's controls: the schedule, and t in hundredths of T."""
    return {
        "schedule": Choice("Schedule", list(schedules), start=next(iter(schedules))),
        "percent": Range("t, % of T", 0, _HUNDREDTHS, 1, start=40, play=True),
    }


def explore(
    noised: Noised,
    schedules: Mapping[str, Float[Tensor, "steps"]],
    images: Float[Tensor, "n height width"],
) -> None:
    """Show the widget; the arguments are those of `draw`."""
    interact(
        lambda **at: draw(noised, schedules, images, **at),
        controls(schedules),
        alt=lambda schedule, percent: (
            f"The share of the data that is left under each schedule, {schedule} chosen, "
            f"with a mark at {percent} % of the steps, and images with that much noise."
        ),
    )
