"""One pixel of a logistic autoregressive model: what it looks at, and what it concludes."""

from functools import cache

import matplotlib as mpl
import numpy as np
import torch
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.plots.explore import Control, Range, interact

__all__ = ["controls", "draw", "explore"]

_MOST_EXAMPLES = 20
_FUTURE = "#DDDDDD"
# Left edge and width of the weights, the image, the sum.
_ACROSS = ((0.06, 0.25), (0.36, 0.25), (0.71, 0.28))


@plots.styled
def draw(
    W: Float[Tensor, "D D"],
    b: Float[Tensor, "D"],
    images: Float[Tensor, "n D"],
    shape: tuple[int, int],
    *,
    row: int,
    column: int,
    example: int,
) -> Figure:
    """A pixel's weights, the part of an image that it may see, and the sum that gives its logit.

    Args:
        W: row i holds the weights of pixel i; only those on pixels before it are used.
        b: biases.
        images: bits.
        shape: (height, width) of an image.
        row: of the pixel that is predicted.
        column: of the pixel that is predicted.
        example: which image.
    """
    n_rows, n_columns = shape
    i = row * n_columns + column
    weights = W[i, :i].detach().cpu().double().numpy()
    x = images[example].detach().cpu().double().numpy()
    bias = b[i].item()
    fig, (left, middle, right) = plots.panels(
        9.0,
        3.1,
        *((x0, 0.16, width, 0.66) for x0, width in _ACROSS),
    )
    _draw_weights(left, weights, shape)
    _draw_past(middle, x, i, shape)
    for axes in (left, middle):
        axes.add_patch(
            mpl.patches.Rectangle(
                (column - 0.5, row - 0.5), 1, 1, fill=False, lw=2.2, ec=plots.PALETTE["orange"]
            )
        )
        axes.set(xticks=(0, n_columns - 1), yticks=(0, n_rows - 1) if axes is left else ())
    _draw_sum(right, bias, weights * x[:i], int(x[i]))
    return fig


def _draw_weights(axes: Axes, weights: np.ndarray, shape: tuple[int, int]) -> None:
    limit = float(np.abs(weights).max(initial=0.0)) or 1.0
    axes.imshow(_past(weights, shape), cmap=_colours("RdBu_r"), vmin=-limit, vmax=limit)
    # In words: a colour bar is an axes of its own, and takes as long to draw as the image.
    scale = f"blue −{limit:.1f}, white 0, red +{limit:.1f}"
    axes.set(title=f"weights on earlier pixels:\n{scale}", xlabel="column", ylabel="row")


def _draw_past(axes: Axes, x: np.ndarray, i: int, shape: tuple[int, int]) -> None:
    axes.imshow(_past(x[:i], shape), cmap=_colours("gray_r"), vmin=0, vmax=1)
    axes.set(title="what it sees of the image", xlabel="column")


def _draw_sum(axes: Axes, bias: float, votes: np.ndarray, truth: int) -> None:
    parts = {
        "bias": bias,
        "ink for": float(votes[votes > 0].sum()),
        "ink against": float(votes[votes < 0].sum()),
    }
    logit = sum(parts.values())
    parts["logit"] = logit
    names = [*("blue",) * 3, "orange"]
    axes.barh(range(4), list(parts.values()), color=[plots.PALETTE[n] for n in names])
    axes.set_yticks(range(4), list(parts))
    axes.invert_yaxis()
    axes.axvline(0, color="black", linewidth=0.8)
    for place, value in enumerate(parts.values()):
        axes.text(
            value,
            place,
            f"  {value:+.2f}  ",
            ha="left" if value >= 0 else "right",
            va="center",
            fontsize=9,
        )
    reach = max(1.0, *(abs(v) for v in parts.values())) * 1.8
    p = 1 / (1 + np.exp(-logit))
    axes.set(
        xlim=(-reach, reach),
        xticks=(-round(reach / 2), 0, round(reach / 2)),
        xlabel="log-odds, nats",
        title=f"p(ink | earlier pixels) = {p:.3f}\nthe pixel is {'ink' if truth else 'empty'}",
    )


def _past(values: np.ndarray, shape: tuple[int, int]) -> np.ma.MaskedArray:
    """The first values in an image's places; the rest is masked."""
    flat = np.full(shape[0] * shape[1], np.nan)
    flat[: len(values)] = values
    return np.ma.masked_invalid(flat.reshape(shape))


@cache
def _colours(name: str) -> mpl.colors.Colormap:
    return mpl.colormaps[name].with_extremes(bad=_FUTURE)


def controls(n_images: int, shape: tuple[int, int]) -> dict[str, Control]:
    """The widget's controls for so many images of a shape."""
    height, width = shape
    return {
        "row": Range("Row of the pixel", 0, height - 1),
        "column": Range("Column of the pixel", 0, width - 1),
        "example": Range("Image", 0, max(1, min(n_images, _MOST_EXAMPLES) - 1), start=0),
    }


def explore(model: torch.nn.Module, images: Float[Tensor, "n D"], shape: tuple[int, int]) -> None:
    """Pick a pixel and an image: see the weights, the visible part and the conditional.

    Args:
        model: has weights `W` (D, D), used below the diagonal, and biases `b` (D,).
        images: bits, at least two images.
        shape: (height, width).
    """
    state = model.state_dict()
    W, b = state["W"].cpu(), state["b"].cpu()
    few = images[:_MOST_EXAMPLES].cpu()
    interact(
        lambda **at: draw(W, b, few, shape, **at),
        controls(len(few), shape),
        alt=lambda row, column, example: (
            f"The weights of pixel ({row}, {column}) on the pixels before it, the part of image "
            f"{example} that it sees, and the log-odds that follow for ink in it."
        ),
    )
