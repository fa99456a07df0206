"""Pick a pixel and a depth: what one stack of masked convolutions sees of the past, and two."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from jaxtyping import Bool
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import Patch, Rectangle
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.plots.explore import Choice, Control, Range, interact

__all__ = ["controls", "draw", "explore"]

# What a pixel can be for the one that is predicted, and its colour.
_KINDS = {
    "seen": plots.PALETTE["sky"],
    "blind: in reach, not seen": plots.PALETTE["vermillion"],
    "out of reach": "#FFFFFF",
    "not drawn yet": "#C8C8C8",
}


@plots.styled
def draw(
    fields: Mapping[str, Bool[Tensor, "height width"]], *, row: int, column: int, reach: int
) -> Figure:
    """The receptive fields of one pixel, side by side.

    Args:
        fields: name of a model → the pixels that its prediction depends on.
        row: of the predicted pixel.
        column: of the predicted pixel.
        reach: pixels that its layers reach to each side, layers · ⌊k / 2⌋.
    """
    width = 1 / len(fields)
    places = [(k * width + 0.06, 0.2, width - 0.09, 0.64) for k in range(len(fields))]
    fig, panels = plots.panels(0.6 + 3.1 * len(fields), 3.75, *places)
    for axes, (name, field) in zip(panels, fields.items(), strict=True):
        _draw_field(axes, name, field.cpu().numpy(), row, column, reach)
    handles = [
        Patch(facecolor=colour, edgecolor=plots.GREY, label=kind) for kind, colour in _KINDS.items()
    ]
    fig.legend(
        handles=handles,
        loc="lower center",
        ncols=4,
        frameon=False,
        fontsize=8.5,
        handlelength=1.2,
        columnspacing=1.2,
    )
    return fig


def _draw_field(
    axes: Axes, name: str, field: np.ndarray, row: int, column: int, reach: int
) -> None:
    height, width = field.shape
    rows, columns = np.indices(field.shape)
    past = (rows < row) | ((rows == row) & (columns < column))
    near = (rows >= row - reach) & (abs(columns - column) <= reach)
    kinds = np.select([field, past & near, past], [0, 1, 2], 3)
    # Squares with edges, for a grid of minor ticks takes longer than everything else.
    axes.pcolormesh(
        kinds,
        cmap=ListedColormap(list(_KINDS.values())),
        vmin=-0.5,
        vmax=3.5,
        edgecolors=plots.GREY,
        linewidth=0.4,
    )
    blind = np.argwhere(kinds == 1)
    axes.plot(blind[:, 1] + 0.5, blind[:, 0] + 0.5, "x", color="white", ms=5)
    axes.add_patch(Rectangle((column, row), 1, 1, fill=False, lw=2.6, ec=plots.PALETTE["black"]))
    axes.set(aspect="equal", xlim=(0, width), ylim=(height, 0), xlabel="column")
    axes.set_xticks((0.5, width - 0.5), ("0", width - 1))
    axes.set_yticks((0.5, height - 0.5), ("0", height - 1))
    axes.set_title(f"{name}\n{int(field.sum())} seen, {len(blind)} blind", fontsize=10)


def controls(shape: tuple[int, int], depths: list[int]) -> dict[str, Control]:
    """The widget's controls for images of a shape and models of these numbers of layers."""
    height, width = shape
    return {
        "row": Range("Row of the pixel", 0, height - 1),
        "column": Range("Column of the pixel", 0, width - 1),
        "layers": Choice("Layers", depths),
    }


def explore(
    receptive_field: Callable[..., Tensor],
    models: Mapping[int, Mapping[str, Any]],
    shape: tuple[int, int],
) -> None:
    """Pick a pixel and a depth; the field of every model of that depth is found by gradient.

    Args:
        receptive_field: (model, row, col, shape) → bool (height, width).
        models: number of layers → name → model with 3×3 kernels.
        shape: (height, width) of the image.
    """

    def fields_at(row: int, column: int, layers: int) -> dict[str, Tensor]:
        found = models[layers].items()
        return {name: receptive_field(model, row, column, shape) for name, model in found}

    interact(
        lambda row, column, layers: draw(
            fields_at(row, column, layers), row=row, column=column, reach=layers
        ),
        controls(shape, list(models)),
        alt=lambda row, column, layers: (
            f"What the prediction of pixel ({row}, {column}) sees through {layers} layers: one "
            "stack misses pixels above to the right, two stacks see all in reach."
        ),
    )
