"""Turn the temperature of a text model: the next character's distribution, and what is written."""

import math
import textwrap
from collections.abc import Callable, Sequence
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from course_lib.kit import plots
from course_lib.kit.data import Text
from course_lib.kit.plots.explore import Choice, Range, interact

__all__ = ["controls", "draw", "explore"]

_SHOWN = 8
_LENGTH = 100
_COLUMNS, _ROWS = 46, 13
_BAR = 21.0  # points
_NAMES = {"\n": "↵", " ": "␣"}


@plots.styled
def draw(logits: Tensor, alphabet: str, context: str, written: str, temperature: float) -> Figure:
    """The next character after a context, at τ and at 1, beside a text that was drawn at τ.

    Args:
        logits: (V,) of the next character, at temperature 1.
        alphabet: the V characters.
        context: what comes before.
        written: what was drawn after the context.
        temperature: τ > 0.
    """
    logits = logits.detach().cpu().double().flatten()
    usual, p = logits.softmax(0), (logits / temperature).softmax(0)
    top = usual.topk(min(_SHOWN, len(alphabet))).indices
    fig, (bars, page) = plots.panels(8.4, 3.2, (0.075, 0.1, 0.36, 0.74), (0.475, 0.03, 0.515, 0.86))
    place = torch.arange(len(top)).numpy()
    # One artist for all bars: a patch for each takes ten times as long.
    bars.vlines(place, 0, p[top].numpy(), color=plots.PALETTE["blue"], linewidth=_BAR)
    bars.step(
        [-0.5, *(place + 0.5)],
        [float(usual[top[0]]), *usual[top].tolist()],
        color=plots.PALETTE["vermillion"],
        linewidth=1.2,
    )
    bars.set_xticks(place, [_NAMES.get(alphabet[k], alphabet[k]) for k in top.tolist()])
    bars.set(ylim=(0, 1.02), yticks=[0, 0.5, 1], ylabel="probability")
    # In words: a legend takes longer to draw than both curves.
    bars.set_title(
        f"next character at τ = {temperature:g}: {_entropy(p):.2f} bits\n(the line: τ = 1)",
        fontsize=10,
    )
    _print(page, context, written)
    return fig


def _entropy(p: Tensor) -> float:
    return float(-(p * p.clamp(min=1e-300).log()).sum() / math.log(2))


def _print(page: Any, context: str, written: str) -> None:
    """The text as it would stand in an editor, long lines folded."""
    lines = [
        part
        for line in (context + written).split("\n")
        for part in textwrap.wrap(line, _COLUMNS, drop_whitespace=False) or [""]
    ][:_ROWS]
    page.set(xlim=(0, _COLUMNS), ylim=(_ROWS, 0), xticks=[], yticks=[])
    page.set_facecolor("#f6f6f6")
    page.spines[["left", "bottom"]].set_visible(False)
    page.set_title("what is written next", fontsize=10)
    # `$` would start a formula.
    shown = "\n".join(lines).replace("$", r"\$")
    page.text(0.3, 0.2, shown, family="monospace", fontsize=9.5, va="top", linespacing=1.35)


def controls(contexts: Sequence[str]) -> dict:
    """The widget's controls: temperature, what stands before, and which of several draws."""
    shown = {repr(context)[1:-1]: context for context in contexts}
    return {
        "temperature": Range("Temperature τ", 0.1, 2.0, 0.1, start=1.0),
        "context": Choice("Text before", shown, start=contexts[0]),
        "seed": Range("Draw number", 0, 9, start=0),
    }


def explore(
    text: Text,
    logits_after: Callable[[Tensor], Tensor],
    write: Callable[[Tensor, int, float, int], Tensor],
    contexts: Sequence[str],
) -> None:
    """Show the widget.

    Args:
        text: whose alphabet the model has.
        logits_after: (1, k) tokens → (V,) logits of the next character.
        write: (prime (1, k), length, temperature, seed) → (1, k + length) tokens.
        contexts: beginnings to choose from, of at least one character.
    """
    primes = {context: text.encode(context)[None] for context in contexts}
    with torch.no_grad():
        after = {context: logits_after(prime) for context, prime in primes.items()}

    def moment(temperature: float, context: str, seed: int) -> Figure:
        tokens = write(primes[context], _LENGTH, temperature, seed)[0].cpu()
        written = text.decode(tokens[len(context) :])
        return draw(after[context], text.alphabet, context, written, temperature)

    def alt(temperature: float, context: str, seed: int) -> str:
        return (
            f"Probabilities of the next character after {context!r} at temperature "
            f"{temperature:g} and at 1, and {_LENGTH} characters that were drawn at it."
        )

    interact(moment, controls(contexts), alt=alt)
