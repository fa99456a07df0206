"""Step through a reverse chain in the plane: points on their way, and the field that moves them."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.plots.explore import Control, Range, interact

__all__ = ["controls", "draw", "explore"]

# (points, t) → arrows
Field = Callable[[Tensor, Tensor], Tensor]
_REACH, _ARROWS, _TRAIL, _MOST = 3.2, 15, 12, 400


@torch.no_grad()
@plots.styled
def draw(
    states: Float[Tensor, "states n 2"],
    steps: Sequence[int],
    field: Field,
    *,
    state: int,
) -> Figure:
    """The points of one state with their last moves, and the field at that step as arrows.

    Args:
        states: all points at the start and after every step back.
        steps: t of each state, from T down to 0.
        field: (points (n, 2), t (n,)) → what the model says there, such as its score.
        state: which one is shown; 0 is pure noise.
    """
    axis = torch.linspace(-_REACH, _REACH, _ARROWS)
    grid = torch.cartesian_prod(axis, axis)
    # At t = 0 there is no noise to be predicted: the field of the step before is the last one.
    t = max(steps[state], 1)
    arrows = field(grid, torch.full((len(grid),), t)).numpy()
    length = np.linalg.norm(arrows, axis=1, keepdims=True)
    arrows = arrows / np.maximum(length, 1e-9) * np.sqrt(length / (length.max() + 1e-9))
    paths = states[max(0, state - _TRAIL) : state + 1, :_MOST].numpy()
    fig, (axes,) = plots.panels(5.0, 4.8, (0.1, 0.08, 0.87, 0.85))
    axes.quiver(*grid.numpy().T, *arrows.T, color=plots.GREY, alpha=0.75, scale=26, width=0.004)
    shown = paths[:, :60]
    axes.plot(shown[..., 0], shown[..., 1], color=plots.PALETTE["sky"], lw=0.7, alpha=0.7)
    axes.plot(*paths[-1].T, ".", color=plots.PALETTE["blue"], ms=4)
    axes.set(xlim=(-_REACH, _REACH), ylim=(-_REACH, _REACH), xticks=[-2, 0, 2])
    axes.set(yticks=[-2, 0, 2], title=f"t = {steps[state]}, {state} steps back from noise")
    return fig


def controls(steps: Sequence[int]) -> dict[str, Control]:
    """The widget's control: how many steps back have been taken."""
    last = len(steps) - 1
    return {"state": Range("Steps back", 0, last, 1, start=int(0.8 * last), play=True)}


def explore(states: Float[Tensor, "states n 2"], steps: Sequence[int], field: Field) -> None:
    """Show the widget; the arguments are those of `draw`."""
    states = states.cpu()
    interact(
        lambda **at: draw(states, steps, field, **at),
        controls(steps),
        alt=lambda state: (
            f"Points after {state} steps back from noise, at t = {steps[state]}, with their last "
            "moves, over the field of arrows along which the model pulls them."
        ),
    )
