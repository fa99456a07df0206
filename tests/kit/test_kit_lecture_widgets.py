"""Every widget of the course: labels, the keyboard, and a figure that is used again, unseen."""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Mapping

import ipywidgets
import matplotlib as mpl
import pytest
import torch
from matplotlib.figure import Figure

from autograder.authoring.reference import reference
from course_lib.checks import normal
from course_lib.kit import plots
from course_lib.kit.plots.explore import Choice, Control, Range, Switch, positions
from tests.lecture_widgets import WIDGETS, lecture_of

MODULES = {name: importlib.import_module(module) for name, module in WIDGETS.items()}
SIDE, D = (4, 5), 20
BITS, CODES = (normal(0, 20, D).float() > 0).float(), normal(1, 20, 6).float()
SCHEDULES = {"linear": torch.linspace(1, 0, 11), "cosine": torch.linspace(1, 0, 41).square()}
STEPS = list(range(8, -1, -1))
LAYERS = list(reference(lecture_of("flow_layers").module).Flow(2, 4, 8, seed=1).layers)


def decoder(n_latent):
    W = normal(0, n_latent, D).float()
    return lambda z: torch.sigmoid(z @ W)


def noised(x0, t, eps, bars):
    return x0 * bars[t].view(-1, 1, 1)


def receptive(draw, row, column, layers):
    field = torch.zeros(SIDE, dtype=torch.bool)
    field[:row, :column] = True
    return draw({"one": field, "two": ~field}, row=row, column=column, reach=layers)


def next_letter(draw, context, seed, temperature):
    letters = "abcdefghijklmnopqrstuvwxyz"
    return draw(normal(0, 26).float(), letters, context, context * 90, temperature)


def at_once(draw, **at):
    return draw(**at)


# What `controls` is given, and how a figure is drawn at the controls' values.
DRAWN: dict[str, tuple[tuple, Callable[..., Figure]]] = {
    "ancestral_sampling": (
        (D, 3),
        lambda draw, shown, sample: draw(BITS[sample], BITS.mean(0), BITS.mean(0), SIDE, shown),
    ),
    "change_of_variables": ((), at_once),
    "flow_layers": (
        (len(LAYERS),),
        lambda draw, **at: draw(LAYERS, normal(0, 50, 2).float(), **at),
    ),
    "gradient_flow": ((), at_once),
    "latent_arithmetic": (
        (20, ["slant", "width"]),
        lambda draw, **at: draw(
            decoder(6), BITS, CODES, {"slant": CODES[0], "width": CODES[1]}, SIDE, **at
        ),
    ),
    "latent_plane": (
        (),
        lambda draw, **at: draw(decoder(2), CODES[:, :2], torch.arange(20) % 10, SIDE, **at),
    ),
    "noise_schedule": (
        (SCHEDULES,),
        lambda draw, **at: draw(noised, SCHEDULES, normal(0, 4, *SIDE).float(), **at),
    ),
    "parallel_lines": ((), lambda draw, **at: draw(torch.square, torch.abs, **at)),
    "pixel_conditional": (
        (20, SIDE),
        lambda draw, **at: draw(normal(0, D, D).float(), normal(0, D).float(), BITS, SIDE, **at),
    ),
    "receptive_field": ((SIDE, [1, 2, 3]), receptive),
    "reverse_chain": (
        (STEPS,),
        lambda draw, **at: draw(
            normal(0, 9, 30, 2).float(), STEPS, lambda x, t: -x / (1 + t[:, None]), **at
        ),
    ),
    "spam_filter": ((), at_once),
    "temperature": ((["a", "bc\n"],), next_letter),
    "which_is_real": ((20,), lambda draw, **at: draw(BITS, BITS.flip(0), SIDE, **at)),
}
each_widget = pytest.mark.parametrize("name", DRAWN)


def controls_of(name) -> Mapping[str, Control]:
    return MODULES[name].controls(*DRAWN[name][0])


def test_no_widget_is_left_out():
    assert set(DRAWN) == set(WIDGETS)


@each_widget
def test_a_figure_used_again_is_the_figure_made_anew(name):
    draw = functools.partial(DRAWN[name][1], MODULES[name].draw)
    at = positions(controls_of(name))
    kept: dict = {}
    first: Figure | None = None
    for where in ("lowest", "highest", "middle", "lowest"):
        anew = plots.png(draw(**at[where]))
        with plots.reusing(kept):
            again = draw(**at[where])
        assert plots.png(again) == anew
        assert again is (first := first or again)
    assert draw(**at["lowest"]) is not first


@mpl.rc_context(plots.STYLE)
def test_a_figure_that_failed_half_way_does_no_harm():
    kept: dict = {}

    def half(fail):
        fig, (left, right) = plots.panels(4.0, 2.0, (0.1, 0.2, 0.3, 0.7), (0.6, 0.2, 0.3, 0.7))
        left.plot([3, 1, 2], label="a")
        left.set(title="t", xlabel="x", xticks=[0, 2], yscale="linear")
        if fail:
            fig.text(0.5, 0.5, "left over")
            left.legend()
            raise ValueError("half way")
        right.imshow([[0, 1], [2, 3]])
        return fig

    anew = plots.png(half(False))
    with plots.reusing(kept):
        with pytest.raises(ValueError, match="half way"):
            half(True)
        assert plots.png(half(False)) == anew


def built(name):
    """(control, what holds its value, all that is shown for it) of a widget."""
    for control in controls_of(name).values():
        holder, shown = control.build()
        yield control, holder, getattr(shown, "children", (shown,))


@each_widget
def test_each_control_has_one_label_that_belongs_to_a_field(name):
    labels = []
    for control, _, shown in built(name):
        fields = [w for w in shown if getattr(w, "description", "")]
        assert [w.description for w in fields] == [control.label]
        assert isinstance(
            fields[0],
            ipywidgets.BoundedIntText
            | ipywidgets.BoundedFloatText
            | ipywidgets.Dropdown
            | ipywidgets.Checkbox,
        )
        labels.append(control.label)
    assert len(set(labels)) == len(labels)


@each_widget
def test_each_control_has_something_that_the_keyboard_moves(name):
    moved = {
        Range: (ipywidgets.IntSlider, ipywidgets.FloatSlider),
        Choice: (ipywidgets.SelectionSlider,),
        Switch: (ipywidgets.Checkbox,),
    }
    for control, holder, shown in built(name):
        assert isinstance(holder, moved[type(control)])
        assert holder in shown
        assert not holder.disabled
        # None: where the browser puts it.
        assert holder.tabbable is None


@each_widget
def test_nothing_but_ipywidgets_own_controls_is_used(name):
    for _, _, shown in built(name):
        assert {w._model_module for w in shown} == {"@jupyter-widgets/controls"}


def test_a_choice_of_one_has_nothing_to_slide():
    menu, shown = Choice("Direction", ["slant"]).build()
    assert shown is menu
    assert menu.value == "slant"


def test_the_menu_s_slider_runs_through_the_same_options():
    slider, row = Choice("Show", {"its weights": "w", "its image": "i"}, start="i").build()
    menu, _ = row.children
    assert menu.options == slider.options
    assert (menu.value, slider.value) == ("i", "i")
    assert menu.tabbable is False  # its keys are JupyterLab's
