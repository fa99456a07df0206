"""Every widget of the course: each control has a label and can be moved by keyboard alone."""

from __future__ import annotations

import importlib
import pkgutil

import ipywidgets
import pytest
import torch

from course_lib import lectures
from course_lib.kit.plots.explore import Choice, Range, Switch

CONTROLS = {
    "ancestral_sampling": (64, 4),
    "change_of_variables": (),
    "flow_layers": (6,),
    "gradient_flow": (),
    "latent_arithmetic": (20, ["slant", "width"]),
    "latent_plane": (),
    "noise_schedule": ({"linear": torch.ones(3), "cosine": torch.ones(3)},),
    "parallel_lines": (),
    "pixel_conditional": (20, (8, 8)),
    "receptive_field": ((9, 11), [1, 2, 3]),
    "reverse_chain": (list(range(50, -1, -1)),),
    "spam_filter": (),
    "temperature": (["def ", "import "],),
    "which_is_real": (6,),
}
WIDGETS = {
    module.name.rpartition(".")[2]: module.name
    for module in pkgutil.walk_packages(lectures.__path__, "course_lib.lectures.")
    if module.name.rpartition(".")[0].endswith(".widgets")
}
each_widget = pytest.mark.parametrize("name", CONTROLS)


def built(name):
    """(control, what holds its value, all that is shown for it) of a widget."""
    for control in importlib.import_module(WIDGETS[name]).controls(*CONTROLS[name]).values():
        holder, shown = control.build()
        yield control, holder, getattr(shown, "children", (shown,))


def test_no_widget_is_left_out():
    assert set(CONTROLS) == set(WIDGETS)


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
