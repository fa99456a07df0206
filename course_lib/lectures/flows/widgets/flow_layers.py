"""A flow in the plane, layer by layer: the warped grid, the points, the density."""

import copy
import math
from collections.abc import Sequence

import torch
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure
from torch import Tensor, nn

from course_lib.kit import plots
from course_lib.kit.plots.explore import Control, Range, interact

__all__ = ["controls", "density", "draw", "explore", "steps", "turned"]

_GRID_REACH, _LINES, _ALONG = 2.5, 11, 61
_RESOLUTION = 64
_MOST_POINTS = 800


def turned(layers: Sequence[nn.Module], coupling: int, gain: float) -> list[nn.Module]:
    """The layers, with every log-scale of one of them multiplied by `gain`; none is changed.

    Args:
        layers: couplings with a buffer `gain`.
        coupling: which one, counted from 1; 0 turns none.
        gain: the factor; with 0 the coupling only shifts.
    """
    own = list(layers)
    if coupling:
        own[coupling - 1] = copy.deepcopy(own[coupling - 1])
        own[coupling - 1].gain.fill_(gain)  # type: ignore[operator, union-attr]
    return own


@torch.no_grad()
def density(layers: Sequence[nn.Module], x: Float[Tensor, "n 2"]) -> Float[Tensor, "n"]:
    """p(x) behind the layers, by their `inverse`."""
    z, log_p = x, x.new_zeros(len(x))
    for layer in reversed(layers):
        z, log_det = layer.inverse(z)  # type: ignore[operator]
        log_p = log_p + log_det
    return (log_p - 0.5 * z.square().sum(1) - math.log(2 * math.pi)).exp()


def _grid() -> Tensor:
    """Straight lines in the plane of the noise, (2 · lines, along, 2)."""
    across = torch.linspace(-_GRID_REACH, _GRID_REACH, _LINES)
    along = torch.linspace(-_GRID_REACH, _GRID_REACH, _ALONG)
    upright = torch.stack(torch.meshgrid(across, along, indexing="ij"), dim=-1)
    return torch.cat([upright, upright.flip(-1)])


@torch.no_grad()
def _pushed(layers: Sequence[nn.Module], z: Tensor) -> Tensor:
    where = next(layers[0].parameters()) if layers else z
    x = z.to(where)
    for layer in layers:
        x, _ = layer(x)
    return x.cpu()


def _draw_grid(axes: Axes, layers: Sequence[nn.Module], noise: Tensor, reach: float) -> None:
    lines = _grid()
    moved = _pushed(layers, lines.flatten(0, 1)).view(lines.shape).numpy()
    axes.add_collection(LineCollection(list(moved), colors=plots.GREY, linewidths=0.7))
    points = _pushed(layers, noise[:_MOST_POINTS]).numpy()
    axes.plot(*points.T, ".", ms=2.5, color=plots.PALETTE["blue"], alpha=0.7)
    axes.set(xlim=(-reach, reach), ylim=(-reach, reach), xticks=[], yticks=[], aspect="equal")


@plots.styled
def steps(
    layers: Sequence[nn.Module],
    noise: Float[Tensor, "n 2"],
    shown: Sequence[int],
    *,
    reach: float = 3.0,
) -> Figure:
    """The warped grid and the points behind some of the layers, side by side.

    Args:
        layers: of the flow, first to last.
        noise: standard normal points.
        shown: numbers of layers passed, 0 for the noise itself.
        reach: of the axes.
    """
    columns = min(5, len(shown))
    rows = -(-len(shown) // columns)
    fig = plots.figure(1.85 * columns, 2.05 * rows)
    axes = fig.subplots(rows, columns, squeeze=False).flatten()
    for k, own in zip(shown, axes, strict=False):
        _draw_grid(own, layers[:k], noise, reach)
        own.set_title("noise" if k == 0 else f"after layer {k}", fontsize=9)
    for unused in axes[len(shown) :]:
        unused.remove()
    return fig


@plots.styled
def draw(
    layers: Sequence[nn.Module],
    noise: Float[Tensor, "n 2"],
    *,
    layer: int,
    coupling: int,
    gain: float,
    reach: float = 3.0,
) -> Figure:
    """Grid, points and density behind the first layers, one coupling turned up or down.

    Args:
        layers: couplings of the flow, first to last.
        noise: standard normal points.
        layer: how many layers are passed.
        coupling: whose log-scales are multiplied, counted from 1; 0 for none.
        gain: the factor.
        reach: of the axes.
    """
    own = turned(layers, coupling, gain)[:layer]
    axis = torch.linspace(-reach, reach, _RESOLUTION)
    places = torch.cartesian_prod(axis, axis)
    where = next(layers[0].parameters())
    p = density(own, places.to(where)).cpu().view(_RESOLUTION, _RESOLUTION).T
    fig, (left, right) = plots.panels(8.0, 4.0, (0.02, 0.03, 0.46, 0.86), (0.52, 0.03, 0.46, 0.86))
    _draw_grid(left, own, noise, reach)
    left.set_title("noise" if layer == 0 else f"grid and points after layer {layer}")
    right.imshow(p.numpy(), origin="lower", extent=(-reach, reach, -reach, reach), cmap="Blues")
    inside = float(p.sum()) * (2 * reach / (_RESOLUTION - 1)) ** 2
    right.set(xticks=[], yticks=[], title=f"density; mass in the frame: {inside:.2f}")
    return fig


def controls(n_layers: int) -> dict[str, Control]:
    """The widget's controls: the layers passed, and one coupling's log-scales."""
    return {
        "layer": Range("Layers passed", 0, n_layers, start=n_layers, play=True),
        "coupling": Range("Coupling to turn", 0, n_layers, start=0),
        "gain": Range("Its log-scales times", -1.0, 2.0, 0.1, start=1.0),
    }


def explore(
    layers: Sequence[nn.Module], noise: Float[Tensor, "n 2"], *, reach: float = 3.0
) -> None:
    """Show the widget; the arguments are those of `draw`."""

    def alt(layer: int, coupling: int, gain: float) -> str:
        how = f", coupling {coupling}'s log-scales times {gain:.1f}" if coupling else ""
        return f"A grid of the plane, points and their density after {layer} flow layers{how}."

    interact(lambda **at: draw(layers, noise, reach=reach, **at), controls(len(layers)), alt=alt)
