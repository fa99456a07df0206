"""Figures are legible, leave nothing behind, and are never shown without alt text."""

import io
import itertools
import sys

import matplotlib as mpl
import numpy as np
import pytest
import torch
from matplotlib.text import Annotation
from PIL import Image

from course_lib.kit import plots
from course_lib.kit.plots import charts

FIGURES = {
    "images": lambda: plots.images(torch.rand(12, 64), (8, 8), title="Digits"),
    "untitled": lambda: plots.images(torch.rand(3, 8, 8)),
    "titled": lambda: plots.images(torch.rand(3, 8, 8), titles=["a", "b", "c"]),
    "colours": lambda: plots.images(torch.rand(12, 3, 6, 6), title="Shapes"),
    "weights": lambda: plots.images(torch.randn(4, 64), (8, 8), signed=True),
    "curves": lambda: plots.curves({"train": [3, 2, 1], "valid": [3, 2.5, 2]}, title="NADE"),
    "matrix": lambda: plots.matrix(torch.randn(8, 8), value_label="weight"),
    "cells": lambda: plots.matrix([[1.0, -2.0]], cells=True, column_labels=["x₁", "x₂"]),
    "bars": lambda: plots.bars({"FVSBN": 18.4, "NADE": 17.0}, errors={"NADE": 0.2}),
}


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def drawn(fig) -> np.ndarray:
    """The pixels of the last drawing, before they were encoded."""
    return np.asarray(fig.canvas.buffer_rgba())[..., :3].astype(int)


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_the_same_each_time_and_leaves_no_state(name):
    before = dict(mpl.rcParams)
    torch.manual_seed(0)
    first = plots.png(FIGURES[name]())
    torch.manual_seed(0)
    assert plots.png(FIGURES[name]()) == first
    assert dict(mpl.rcParams) == before
    if "matplotlib.pyplot" in sys.modules:
        assert sys.modules["matplotlib.pyplot"].get_fignums() == []


def test_a_redraw_s_picture_is_what_was_drawn_to_the_eye():
    generator = torch.Generator().manual_seed(0)
    fig = plots.images(torch.rand(12, 3, 6, 6, generator=generator), title="Shapes")
    fig.patch.set_facecolor("#F1E2D3")
    data = plots.jpeg(fig)
    assert Image.open(io.BytesIO(data)).info["dpi"] == (120, 120)
    difference = np.abs(pixels(data) - drawn(fig))
    assert difference.max() <= 32
    assert difference.mean() < 1
    assert 'src="data:image/jpeg;base64,' in plots.image_html(fig, "Twelve shapes.")


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_fits_a_notebook(name):
    data = plots.png(FIGURES[name]())
    width, height = Image.open(io.BytesIO(data)).size
    assert len(data) < 40_000
    assert width <= 1000
    assert height <= 900


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_cut_off_and_none_lies_on_another(name, monkeypatch):
    fig = FIGURES[name]()
    # Once for the layout, then the texts that are drawn: not the tick labels out of range.
    fig.canvas.draw()
    texts: list[mpl.text.Text] = []
    draw = mpl.text.Text.draw

    def noted(text, renderer):
        texts.append(text)
        draw(text, renderer)

    monkeypatch.setattr(mpl.text.Text, "draw", noted)
    fig.canvas.draw()
    texts = [t for t in texts if t.get_text().strip() and t.get_visible()]
    boxes = [(t.get_text(), t.get_window_extent()) for t in texts]
    assert len(boxes) >= (0 if name == "untitled" else 1)
    whole = fig.bbox.padded(1)
    for text, box in boxes:
        assert whole.x0 <= box.x0, text
        assert box.x1 <= whole.x1, text
        assert whole.y0 <= box.y0, text
        assert box.y1 <= whole.y1, text
    for (one, a), (other, b) in itertools.combinations(boxes, 2):
        assert not a.padded(-1).overlaps(b.padded(-1)) or one == other, (one, other)


def test_reducing_colours_changes_none_visibly():
    ramp = torch.linspace(-1, 1, 4096).view(64, 64)
    fig = plots.matrix(ramp)
    assert np.abs(pixels(plots.png(fig)) - drawn(fig)).max() <= 8


def test_the_palette_is_okabe_and_ito():
    assert plots.PALETTE["vermillion"] == "#D55E00"
    assert len(set(plots.PALETTE.values())) == 8


@pytest.mark.parametrize("colour", [*plots.PALETTE.values(), plots.GREY])
def test_coloured_text_is_legible_on_white(colour):
    rgb = np.array(mpl.colors.to_rgb(charts._legible(colour)))
    assert 1.05 / (charts._luminance(rgb) + 0.05) >= 4.5


class TestImages:
    def test_ink_is_dark_and_paper_white(self):
        ink = torch.zeros(1, 8, 8)
        ink[0, 2:6, 2:6] = 1
        shown = pixels(plots.png(plots.images(ink, tile=2.0)))
        middle = shown[shown.shape[0] // 2, shown.shape[1] // 2]
        assert middle.tolist() == [0, 0, 0]
        assert shown[0, 0].tolist() == [255, 255, 255]

    def test_signed_images_share_one_range(self):
        axes = plots.images(torch.tensor([[[2.0]], [[-4.0]]]), signed=True).axes[0]
        assert [image.get_clim() for image in axes.images] == [(-4, 4), (-4, 4)]

    def test_flat_and_square_input_are_drawn_alike(self):
        x = torch.rand(5, 8, 8)
        assert plots.png(plots.images(x)) == plots.png(plots.images(x.flatten(1), (8, 8)))

    @pytest.mark.parametrize(
        ("size", "shape"), [((3, 64), None), ((3, 63), (8, 8)), ((0, 8, 8), None), ((64,), (8, 8))]
    )
    def test_a_wrong_shape_is_explained(self, size, shape):
        with pytest.raises(ValueError, match=r"expected \(n, height, width\)"):
            plots.images(torch.zeros(size), shape)

    def test_each_image_needs_its_title(self):
        with pytest.raises(ValueError, match="2 titles for 3 images"):
            plots.images(torch.zeros(3, 8, 8), titles=["a", "b"])


class TestCurves:
    def test_lines_start_at_epoch_one_unless_x_is_given(self):
        lines = plots.curves({"a": [3.0, 2.0], "b": ([5, 7], [1, 2])}).axes[0].lines
        assert [np.asarray(line.get_xdata()).tolist() for line in lines] == [[1, 2], [5, 7]]

    def test_names_of_lines_that_end_together_do_not_overlap(self):
        names = {f"model {k}": [2.0, 1.0 + 0.001 * k] for k in range(5)}
        fig = plots.curves(names, references={"paper": 1.0})
        fig.canvas.draw()
        boxes = [t.get_window_extent() for t in fig.axes[0].texts]
        assert len(boxes) == 6
        assert not any(
            a.padded(-1).overlaps(b.padded(-1)) for a, b in itertools.combinations(boxes, 2)
        )

    def test_values_that_are_not_finite_leave_a_gap(self):
        fig = plots.curves({"a": [1.0, float("nan"), 2.0, float("inf")], "b": [float("nan")] * 2})
        assert [t.get_text() for t in fig.axes[0].texts] == ["a"]
        plots.png(fig)

    def test_logarithmic_axes_place_names_at_the_lines(self):
        fig = plots.curves({"low": [1, 1], "high": [1, 1e6]}, log_y=True)
        low, high = (text.xy[1] for text in fig.axes[0].texts if isinstance(text, Annotation))
        assert low < 0.2
        assert high > 0.8

    @pytest.mark.parametrize("values", [[], [[1.0]], ([1, 2], [1])])
    def test_a_wrong_shape_is_explained(self, values):
        with pytest.raises(ValueError, match="curves: 'a' has x of shape"):
            plots.curves({"a": values})


class TestMatrix:
    def test_zero_is_in_the_middle_of_the_colours(self):
        (image,) = plots.matrix([[1.0, -3.0]]).axes[0].images
        assert image.get_clim() == (-3, 3)

    @pytest.mark.parametrize("values", [[[0.0]], [[float("nan")]], [[float("inf"), 1.0]]])
    def test_zeros_and_infinities_are_drawn(self, values):
        plots.png(plots.matrix(values, cells=True))

    def test_a_vector_is_not_a_matrix(self):
        with pytest.raises(ValueError, match=r"expected \(rows, columns\)"):
            plots.matrix([1.0])

    def test_tensors_with_a_graph_are_drawn(self):
        plots.matrix(torch.randn(2, 2, requires_grad=True) * 2)


class TestBars:
    def test_numbers_and_errors_are_written_at_the_bars(self):
        fig = plots.bars({"a": 1.234, "b": -2.0}, errors={"a": 0.1})
        texts = [t.get_text() for t in fig.axes[0].texts]
        assert texts == ["1.23 ± 0.10", "-2.00"]

    def test_a_name_without_a_value_is_an_error(self):
        with pytest.raises(ValueError, match=r"no value for \['b'\]"):
            plots.bars({"a": 1.0}, highlight=["b"])


class TestShow:
    @pytest.fixture
    def shown(self, monkeypatch):
        calls = []
        monkeypatch.setattr(
            "IPython.display.display", lambda bundle, **options: calls.append((bundle, options))
        )
        return calls

    @pytest.mark.parametrize("alt", ["", "  \n"])
    def test_no_figure_without_alt_text(self, shown, alt):
        with pytest.raises(ValueError, match="one sentence"):
            plots.show(FIGURES["bars"](), alt=alt)
        assert shown == []

    def test_alt_text_is_in_the_page_in_the_metadata_and_in_plain_text(self, shown):
        plots.show(FIGURES["bars"](), alt='NADE is "better" & <below> FVSBN.')
        ((bundle, options),) = shown
        assert 'alt="NADE is &quot;better&quot; &amp; &lt;below&gt; FVSBN."' in bundle["text/html"]
        assert bundle["text/plain"] == 'NADE is "better" & <below> FVSBN.'
        assert options["metadata"]["image/png"]["alt"] == bundle["text/plain"]
        assert bundle["image/png"] in bundle["text/html"]

    def test_nbconvert_renders_the_alt_text(self, shown):
        import nbformat
        from nbconvert import HTMLExporter

        plots.show(FIGURES["bars"](), alt="NADE is below FVSBN.")
        ((bundle, options),) = shown
        output = nbformat.v4.new_output("display_data", bundle, metadata=options["metadata"])
        cell = nbformat.v4.new_code_cell("", outputs=[output])
        notebook = nbformat.v4.new_notebook(cells=[cell])
        page, _ = HTMLExporter().from_notebook_node(notebook)
        assert page.count('alt="NADE is below FVSBN."') == 1
        assert page.count("<img") == 1


def test_images_in_colour_keep_their_colours():
    x = torch.zeros(1, 3, 4, 4)
    x[0, 0], x[0, 1] = 4, 2
    fig = plots.images(x, vmax=4, tile=2.0)
    plots.png(fig)
    found = drawn(fig)
    middle = found[found.shape[0] // 2, found.shape[1] // 2]
    assert middle.tolist() == pytest.approx([255, 127, 0], abs=1)


@pytest.mark.parametrize(
    ("x", "options"),
    [
        (torch.rand(2, 4, 6, 6), {}),
        (torch.rand(2, 3, 6, 6), {"signed": True}),
        (torch.rand(0, 6, 6), {}),
        (torch.rand(2, 3, 6, 6), {"shape": (5, 6)}),
    ],
)
def test_images_that_make_no_sense_are_refused(x, options):
    with pytest.raises(ValueError, match="images: got"):
        plots.images(x, **options)


def test_panels_stand_where_they_are_put_and_have_few_ticks():
    places = [(0.1, 0.2, 0.3, 0.6), (0.6, 0.2, 0.3, 0.6)]
    fig, axes = plots.panels(6.0, 3.0, *places)
    axes[0].plot(range(1000))
    plots.png(fig)
    assert fig.get_size_inches().tolist() == [6.0, 3.0]
    assert [a.get_position().bounds for a in axes] == [pytest.approx(p) for p in places]
    for axis in (axes[0].xaxis, axes[0].yaxis):
        low, high = sorted(axis.get_view_interval())
        assert 2 <= sum(low <= t <= high for t in axis.get_majorticklocs()) <= 5


def test_tiled_images_stand_in_rows_with_nothing_between():
    shown = plots.tiled(np.arange(18.0).reshape(3, 2, 3), columns=2, gap=(1, 2))
    assert shown.shape == (6, 10)
    np.testing.assert_array_equal(shown[3:5, :3], [[12, 13, 14], [15, 16, 17]])
    np.testing.assert_array_equal(shown[:2, 5:8], [[6, 7, 8], [9, 10, 11]])
    assert np.isnan(shown).sum() == shown.size - 18
