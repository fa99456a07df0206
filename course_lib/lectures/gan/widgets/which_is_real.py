"""Two images, one of them real: guess, then see the answer and what the discriminator says."""

from collections.abc import Callable

import torch
from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.plots.explore import Control, Range, Switch, interact

__all__ = ["controls", "draw", "explore", "real_is_left"]

Verdict = Callable[[Tensor], Tensor]


def real_is_left(pair: int) -> bool:
    """On which side the real image of a pair stands: a coin that always falls the same way."""
    return bool(torch.randint(2, (20,), generator=torch.Generator().manual_seed(pair))[-1])


@torch.no_grad()
@plots.styled
def draw(
    real: Float[Tensor, "n dim"],
    fake: Float[Tensor, "n dim"],
    shape: tuple[int, int],
    verdict: Verdict | None = None,
    *,
    pair: int,
    answer: bool,
) -> Figure:
    """A real image and a generated one side by side.

    Args:
        real: grey levels from 0 (white) to 1 (black).
        fake: as many generated images.
        shape: (height, width), dim = height · width.
        verdict: (2, dim) images → the discriminator's two probabilities for "real".
        pair: which real and which generated image.
        answer: show which is real, and the verdict.
    """
    left = real_is_left(pair)
    both = torch.stack([real[pair], fake[pair]] if left else [fake[pair], real[pair]]).cpu()
    names = ["real", "generated"] if left else ["generated", "real"]
    chances = verdict(both).tolist() if verdict is not None else [None, None]
    fig, panels = plots.panels(5.2, 2.9, *((0.03 + 0.49 * k, 0.03, 0.45, 0.8) for k in (0, 1)))
    for axes, image, name, chance in zip(panels, both, names, chances, strict=True):
        axes.imshow(image.reshape(shape).numpy(), cmap="gray_r", vmin=0, vmax=1)
        axes.set(xticks=[], yticks=[])
        text = "left" if axes is panels[0] else "right"
        if answer:
            text = name if chance is None else f"{name} · D(x) = {chance:.2f}"
        axes.set_title(text, fontsize=10)
    return fig


def controls(n_pairs: int) -> dict[str, Control]:
    """The widget's controls: which pair, and whether the answer is shown."""
    return {"pair": Range("Pair", 0, n_pairs - 1, start=0), "answer": Switch("Show the answer")}


def explore(
    real: Float[Tensor, "n dim"],
    fake: Float[Tensor, "n dim"],
    shape: tuple[int, int],
    verdict: Verdict | None = None,
) -> None:
    """Show the widget; the arguments are those of `draw`."""

    def alt(pair: int, answer: bool) -> str:
        if not answer:
            return f"Pair {pair} of two images of digits, one of them real, the other generated."
        side = "left" if real_is_left(pair) else "right"
        return f"Pair {pair} of two images of digits; the real one is on the {side}."

    interact(
        lambda **at: draw(real, fake, shape, verdict, **at),
        controls(min(len(real), len(fake))),
        alt=alt,
    )
