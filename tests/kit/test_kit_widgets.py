"""Every control is labelled, every position can be drawn, and a figure stands in for widgets."""

import base64

import ipywidgets
import pytest

from course_lib.kit import plots
from course_lib.kit.plots import explore
from course_lib.kit.plots.explore import Choice, Range, Switch, interact, positions

CONTROLS: dict[str, explore.Control] = {
    "row": Range("Row", 0, 7),
    "scale": Range("Scale", 0.0, 1.0, 0.25, start=0.75),
    "shown": Choice("Show", {"its weights": "weights", "its image": "image"}),
    "log": Switch("Logarithmic"),
}


def draw(row, scale, shown, log):
    return plots.curves({shown: [row * scale, 1.0, float(log)]})


def alt(row, scale, shown, log):
    return f"{shown} of row {row} at scale {scale}, {log}."


@pytest.fixture
def displayed(monkeypatch):
    calls = []
    monkeypatch.setattr(explore, "display", lambda bundle, **options: calls.append(bundle))
    monkeypatch.setattr("IPython.display.display", lambda bundle, **options: calls.append(bundle))
    return calls


@pytest.fixture
def kernel(monkeypatch):
    """As in a notebook; gives the widgets that are built."""
    monkeypatch.setattr(explore, "get_ipython", lambda: type("Shell", (), {"kernel": None})())
    boxes = []
    box = ipywidgets.VBox

    def kept(*args):
        boxes.append(box(*args))
        return boxes[-1]

    monkeypatch.setattr(ipywidgets, "VBox", kept)
    return boxes


def test_positions_are_the_lowest_the_middle_and_the_highest():
    assert positions(CONTROLS) == {
        "lowest": {"row": 0, "scale": 0.0, "shown": "weights", "log": False},
        "middle": {"row": 3, "scale": 0.5, "shown": "image", "log": False},
        "highest": {"row": 7, "scale": 1.0, "shown": "image", "log": True},
    }


def test_without_a_kernel_the_figure_at_the_starting_values_is_shown(displayed):
    interact(draw, CONTROLS, alt=alt)
    (bundle,) = displayed
    assert bundle["text/plain"] == "image of row 3 at scale 0.75, False."
    assert "image/png" in bundle


def test_the_environment_can_ask_for_the_static_figure(displayed, kernel, monkeypatch):
    monkeypatch.setenv("COURSE_STATIC_WIDGETS", "1")
    interact(draw, CONTROLS, alt=alt)
    assert kernel == []
    assert displayed[0]["text/plain"].startswith("image of row 3")


def test_each_control_is_labelled_and_a_change_redraws_figure_and_alt_text(displayed, kernel):
    interact(draw, CONTROLS, alt=alt)
    (row_field, row), (scale_field, _), (menu, shown), log, picture = (
        getattr(child, "children", child) for child in kernel[0].children
    )
    labels = [w.description for w in (row_field, scale_field, menu, log)]
    assert labels == ["Row", "Scale", "Show", "Logarithmic"]
    assert 'alt="image of row 3 at scale 0.75, False."' in picture.value
    before = picture.value
    row.value = 5
    assert 'alt="image of row 5 at scale 0.75, False."' in picture.value
    assert picture.value != before
    shown.value, log.value = "weights", True
    assert 'alt="weights of row 5 at scale 0.75, True."' in picture.value


def test_a_notebook_without_a_kernel_still_has_the_picture(displayed, kernel):
    interact(draw, CONTROLS, alt=alt)
    (bundle,) = displayed
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert 'alt="image of row 3 at scale 0.75, False."' in bundle["text/html"]
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert bundle["text/plain"] == "image of row 3 at scale 0.75, False."


def test_an_error_while_redrawing_is_shown_in_the_picture_s_place(displayed, kernel):
    def fragile(row):
        if row == 6:
            raise NotImplementedError("coins.logits <is> missing")
        return plots.curves({"a": [row, 1]})

    interact(fragile, {"row": Range("Row", 0, 7)}, alt=lambda row: f"Row {row}.")
    row, picture = kernel[0].children
    slider = row.children[1]
    slider.value = 6
    assert 'role="alert"' in picture.value
    assert "NotImplementedError: coins.logits &lt;is&gt; missing" in picture.value
    slider.value = 7
    assert 'alt="Row 7."' in picture.value


def test_an_error_in_the_first_figure_is_the_caller_s(displayed, kernel):
    def missing(row):
        raise NotImplementedError("coins.logits")

    with pytest.raises(NotImplementedError):
        interact(missing, {"row": Range("Row", 0, 7)}, alt=lambda row: f"Row {row}.")
    assert displayed == []


def test_a_playing_range_moves_its_slider():
    slider, shown = Range("Step", 0, 9, play=True).build()
    field, moved, player = shown.children
    assert moved is slider
    assert field.description == "Step"
    assert player.tooltip == "Play: Step"
    for widget in shown.children:
        assert (widget.min, widget.max, widget.value) == (0, 9, 4)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Range("Row", 3, 3), "expected low < high"),
        (lambda: Range("Row", 0, 3, 0), "step > 0"),
        (lambda: Range("Row", 0, 3, start=4), "start=4 is not in 0 … 3"),
        (lambda: Range("Row", 0, 1, 0.1, play=True), "whole numbers"),
        (lambda: Choice("Show", []), "at least one option"),
        (lambda: Choice("Show", ["a"], start="b"), "'b' is not among"),
    ],
)
def test_a_control_that_makes_no_sense_is_refused(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_a_widget_is_shown_as_ipywidgets_shows_it_also_where_it_is_the_older_one_of_colab(
    displayed, kernel, monkeypatch
):
    interact(draw, CONTROLS, alt=alt)
    kind = "application/vnd.jupyter.widget-view+json"
    assert displayed[0][kind] == kernel[0]._repr_mimebundle_()[kind]
    monkeypatch.delattr(ipywidgets.Widget, "_repr_mimebundle_")
    interact(draw, CONTROLS, alt=alt)
    assert displayed[1][kind]["model_id"] == kernel[1].model_id
