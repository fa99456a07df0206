"""Copied text looks as drawn text does."""

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course_lib.kit import plots
from course_lib.kit.plots import lettering
from course_lib.kit.plots.lettering import LetteringCanvas


def drawn(canvas):
    canvas.draw()
    return np.asarray(canvas.buffer_rgba()).astype(int)


def figure():
    fig = Figure(figsize=(4, 2), dpi=120, facecolor="#e0f0ff")
    axes = fig.add_axes((0.2, 0.3, 0.7, 0.5))
    axes.plot([1, 3, 2])
    axes.set(title="Two lines,\nàçgpq …", xlabel="across, nats", ylabel="upwards")
    axes.set_xticks([0, 0.7, 2], ["a", "", "β"])
    axes.text(0.1, 2, "at an angle", rotation=31, color="#D55E00", weight="bold", size=13)
    axes.text(0.3, 1.2, "half", alpha=0.5, color=(0, 0, 1, 0.7))
    axes.text(1.0, 1.0, "$x_{i}^2$ formula")
    axes.text(1.8, 2.9, "over the edge of the figure", family="monospace")
    axes.text(-0.9, 0.9, "and over the other", clip_on=True)
    return fig


def test_a_canvas_that_copies_text_draws_what_the_usual_one_does():
    usual = drawn(FigureCanvasAgg(figure()))
    canvas = LetteringCanvas(figure())
    first = drawn(canvas)
    assert np.abs(first - usual).max() <= 1
    assert (drawn(canvas) == first).all()
    assert (usual != drawn(FigureCanvasAgg(Figure((4, 2), dpi=120)))).any()


@pytest.mark.parametrize(
    "change",
    [
        lambda fig: fig.axes[0].set_title("another"),
        lambda fig: fig.axes[0].texts[0].set_color("green"),
        lambda fig: fig.axes[0].texts[0].set_size(17),
        lambda fig: fig.axes[0].texts[0].set_rotation(75),
        lambda fig: fig.axes[0].texts[0].set_position((0.237, 1.9)),
        lambda fig: fig.axes[0].xaxis.label.set_fontweight("bold"),
        lambda fig: fig.set_dpi(90),
        lambda fig: fig.set_size_inches(5, 3),
    ],
    ids=["words", "colour", "size", "angle", "place", "weight", "resolution", "figure's size"],
)
def test_text_that_changes_is_drawn_anew(change):
    fig = figure()
    canvas = LetteringCanvas(fig)
    before = drawn(canvas)
    change(fig)
    after, anew = drawn(canvas), figure()
    change(anew)
    usual = drawn(FigureCanvasAgg(anew))
    assert after.shape == usual.shape
    assert np.abs(after - usual).max() <= 1
    assert after.shape != before.shape or np.abs(after - before).max() > 100


def test_drawings_are_copied_and_not_kept_for_ever(monkeypatch):
    monkeypatch.setattr(lettering, "_MOST_KEPT", 12)
    made = []
    cut_out = lettering._cut_out
    monkeypatch.setattr(lettering, "_cut_out", lambda drawn: made.append(1) or cut_out(drawn))
    fig = Figure(figsize=(2, 1))
    label = fig.text(0.1, 0.5, "first")
    canvas = LetteringCanvas(fig)
    for _ in range(3):
        canvas.draw()
    assert len(made) == 1
    for k in range(30):
        label.set_text(str(k))
        canvas.draw()
    assert len(made) == 31
    assert len(canvas.renderer._stamps) <= 12


def test_panels_copy_their_text():
    fig, _ = plots.panels(2.0, 1.0, (0.1, 0.1, 0.8, 0.8))
    assert isinstance(fig.canvas, LetteringCanvas)
    plots.png(fig)
    assert fig.canvas.renderer._stamps
