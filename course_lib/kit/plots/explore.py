"""The base of every widget: labelled controls above a figure that follows them.

    interact(
        draw,                                             # draw(row=…, shown=…) -> Figure
        {"row": Range("Row", 0, 7), "shown": Choice("Show", ["weights", "image"])},
        alt=lambda row, shown: f"The {shown} of row {row}.",
    )

Controls have a label and take the keyboard's focus (Tab, then the arrow keys; Space for a switch).
Where no widgets run (a script, or `$COURSE_STATIC_WIDGETS=1`), the figure at the controls' starting
values is shown.
"""

import gc
import html
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Protocol

import ipywidgets
from IPython.core.getipython import get_ipython
from IPython.display import display
from matplotlib.figure import Figure

from course_lib.kit import plots

__all__ = ["Choice", "Control", "Range", "Switch", "drawn", "interact", "positions"]

_STYLE = {"description_width": "10em"}
_LAYOUT = {"width": "min(32em, 100%)"}
_FIELD, _MENU = {"width": "16em"}, {"width": "min(24em, 100%)"}
_SLIDER = {"width": "min(16em, 100%)"}
_ROW = {"flex_flow": "row wrap"}
_FRAME_MS = 250  # of a playing control; a redraw takes less than 100


class Control(Protocol):
    """Something with a label that a reader sets."""

    @property
    def label(self) -> str:
        """The name of the quantity, with its unit."""

    def values(self) -> tuple[Any, Any, Any]:
        """The lowest, the middle and the highest value."""

    def starting_value(self) -> Any:
        """The initial value; by default the middle."""

    def build(self) -> tuple[ipywidgets.ValueWidget, ipywidgets.Widget]:
        """The widget that holds the value, and what is displayed for it."""


@dataclass(frozen=True)
class Range:
    """A number field and a slider over low, low + step, …, high.

    Attributes:
        label: what is set, with the unit.
        low: the lowest value.
        high: the highest value.
        step: between neighbours; a float anywhere makes the values floats.
        start: the first value; the middle by default.
        play: add buttons that run through the values (integers only).
    """

    label: str
    low: float
    high: float
    step: float = 1
    start: float | None = None
    play: bool = False

    def __post_init__(self) -> None:
        if not self.low < self.high or self.step <= 0:
            raise ValueError(
                f"{self.label}: got low={self.low}, high={self.high}, step={self.step}; "
                "expected low < high and step > 0"
            )
        if not self.low <= self.starting_value() <= self.high:
            raise ValueError(f"{self.label}: start={self.start} is not in {self.low} … {self.high}")
        if self.play and not self._whole:
            raise ValueError(f"{self.label}: play=True needs whole numbers")

    @property
    def _whole(self) -> bool:
        return all(isinstance(v, int) for v in (self.low, self.high, self.step))

    def values(self) -> tuple[float, float, float]:
        steps = round((self.high - self.low) / self.step)
        return self.low, self.low + steps // 2 * self.step, self.high

    def starting_value(self) -> float:
        return self.values()[1] if self.start is None else self.start

    def build(self) -> tuple[ipywidgets.ValueWidget, ipywidgets.Widget]:
        setting = {
            "value": self.starting_value(),
            "min": self.low,
            "max": self.high,
            "step": self.step,
        }
        whole = self._whole
        # A slider's label is not tied to it, so a screen reader finds a nameless slider; a number
        # field's is. The field also takes an exact value.
        field = (ipywidgets.BoundedIntText if whole else ipywidgets.BoundedFloatText)(
            **setting, description=self.label, style=_STYLE, layout=_FIELD
        )
        slider = (ipywidgets.IntSlider if whole else ipywidgets.FloatSlider)(
            **setting, readout=False, layout=_SLIDER
        )
        ipywidgets.jslink((field, "value"), (slider, "value"))
        shown = [field, slider]
        if self.play:
            player = ipywidgets.Play(**setting, interval=_FRAME_MS, tooltip=f"Play: {self.label}")
            ipywidgets.jslink((player, "value"), (slider, "value"))
            shown.append(player)
        return slider, ipywidgets.HBox(shown, layout=_ROW)


@dataclass(frozen=True)
class Choice:
    """One of several values: a menu, and a slider that runs through it.

    Attributes:
        label: what is chosen.
        options: the values, or name → value.
        start: the first value; the middle one by default.
    """

    label: str
    options: Sequence[Any] | Mapping[str, Any]
    start: Any = None

    def __post_init__(self) -> None:
        if not self._pairs:
            raise ValueError(f"{self.label}: expected at least one option")
        if self.start is not None and self.start not in [value for _, value in self._pairs]:
            raise ValueError(f"{self.label}: start={self.start!r} is not among the options")

    @property
    def _pairs(self) -> list[tuple[str, Any]]:
        if isinstance(self.options, Mapping):
            return list(self.options.items())
        return [(str(option), option) for option in self.options]

    def values(self) -> tuple[Any, Any, Any]:
        values = [value for _, value in self._pairs]
        return values[0], values[len(values) // 2], values[-1]

    def starting_value(self) -> Any:
        return self.values()[1] if self.start is None else self.start

    def build(self) -> tuple[ipywidgets.ValueWidget, ipywidgets.Widget]:
        setting = {"options": self._pairs, "value": self.starting_value()}
        # JupyterLab takes a menu's keys for its own (an arrow leaves the cell, an x cuts it), but
        # not a slider's: Tab passes the menu by.
        menu = ipywidgets.Dropdown(
            **setting, description=self.label, style=_STYLE, layout=_MENU, tabbable=False
        )
        if len(self._pairs) == 1:
            return menu, menu
        slider = ipywidgets.SelectionSlider(**setting, readout=False, layout=_SLIDER)
        ipywidgets.jslink((menu, "index"), (slider, "index"))
        return slider, ipywidgets.HBox([menu, slider], layout=_ROW)


@dataclass(frozen=True)
class Switch:
    """On or off.

    Attributes:
        label: what is on or off.
        start: the first value.
    """

    label: str
    start: bool = False

    def values(self) -> tuple[bool, bool, bool]:
        return False, self.start, True

    def starting_value(self) -> bool:
        return self.start

    def build(self) -> tuple[ipywidgets.ValueWidget, ipywidgets.Widget]:
        box = ipywidgets.Checkbox(
            value=self.start, description=self.label, style=_STYLE, layout=_LAYOUT
        )
        return box, box


def positions(controls: Mapping[str, Control]) -> dict[str, dict[str, Any]]:
    """All controls at their lowest, middle and highest values: what a widget's test draws.

    Returns:
        "lowest", "middle" and "highest" → the arguments of `draw`.
    """
    return {
        where: {name: control.values()[k] for name, control in controls.items()}
        for k, where in enumerate(("lowest", "middle", "highest"))
    }


def interact(
    draw: Callable[..., Figure],
    controls: Mapping[str, Control],
    *,
    alt: Callable[..., str],
) -> None:
    """Show `draw`'s figure below its controls; it is drawn again at each change.

    Args:
        draw: a pure function of the controls' values, given by keyword; under 100 ms.
        controls: argument of `draw` → its control.
        alt: same arguments → one sentence that says what is to be seen.
    """
    starting = {name: control.starting_value() for name, control in controls.items()}
    if not _widgets_run():
        plots.show(draw(**starting), alt=alt(**starting))
        return
    picture = ipywidgets.HTML()
    built = {name: control.build() for name, control in controls.items()}
    kept: plots.Kept = {}

    def redraw() -> None:
        values = {name: holder.value for name, (holder, _) in built.items()}
        picture.value = drawn(draw, values, alt, kept)

    def follow(_change: object) -> None:
        try:
            redraw()
        except Exception as error:
            # In a callback a traceback would go to the log, where nobody sees it.
            text = html.escape(f"{type(error).__name__}: {error}")
            picture.value = f'<p role="alert">This cannot be drawn here: {text}</p>'

    redraw()
    for holder, _ in built.values():
        holder.observe(follow, names="value")
    box = ipywidgets.VBox([shown for _, shown in built.values()] + [picture])
    # The still picture is for readers without a kernel: a printed or published notebook.
    still = plots.bundle(draw(**starting), alt=alt(**starting))
    display({**_view(box), **still.data}, raw=True, metadata=still.metadata)


def drawn(
    draw: Callable[..., Figure],
    values: Mapping[str, Any],
    alt: Callable[..., str],
    kept: plots.Kept,
) -> str:
    """The figure at these values as an `<img>`: all the work of a redraw.

    Args:
        draw: as for `interact`.
        values: of the controls.
        alt: as for `interact`.
        kept: the widget's own dict, empty at first, for the figures to use again.
    """
    with _only_new_garbage(), plots.reusing(kept):
        return plots.image_html(draw(**values), alt(**values))


@contextmanager
def _only_new_garbage() -> Iterator[None]:
    """Collect what the block leaves behind, and look at nothing older.

    A figure is a knot of objects that refer to each other. Left to itself, Python would go through
    all of torch's objects for it every few redraws, which takes longer than the redraw.
    """
    gc.freeze()
    try:
        yield
    finally:
        gc.collect()
        gc.unfreeze()


def _widgets_run() -> bool:
    if os.environ.get("COURSE_STATIC_WIDGETS") == "1":
        return False
    return hasattr(get_ipython(), "kernel")


def _view(box: ipywidgets.Box) -> dict[str, Any]:
    """What `box._repr_mimebundle_()` gives, which the ipywidgets 7 that Colab has lacks."""
    view = {"version_major": 2, "version_minor": 0, "model_id": box.model_id}
    return {"application/vnd.jupyter.widget-view+json": view, "text/plain": repr(box)}
