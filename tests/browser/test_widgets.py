"""Every kind of control moves its figure, by mouse and by keyboard, and leaves a picture behind."""

from __future__ import annotations

import base64
import re

import nbformat
import pytest
from nbconvert import HTMLExporter
from playwright.sync_api import Locator, Page, expect

from tests.lecture_widgets import WIDGETS, lecture_of

# Each kind of control; two widgets, because they need nothing that a student writes.
CELLS = (
    "import torch\n"
    f"import {WIDGETS['noise_schedule']} as noise_schedule\n"
    f"import {WIDGETS['which_is_real']} as which_is_real",
    "torch.manual_seed(0)\nwhich_is_real.explore(torch.rand(6, 64), torch.rand(6, 64), (8, 8))",
    'bars = {"linear": torch.linspace(1, 0, 51), "slow": torch.linspace(1, 0.5, 51)}\n'
    "def noised(x, t, eps, bars):\n    return bars[t[0]] * x + (1 - bars[t[0]]) * eps\n\n"
    "noise_schedule.explore(noised, bars, torch.rand(8, 8, 8))",
)
NAME = "widgets.ipynb"


@pytest.fixture
def widgets(lab, started):
    """The widgets of `CELLS` in a notebook that has run."""
    v4 = nbformat.v4
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source) for source in CELLS])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3 (ipykernel)"}
    nbformat.write(notebook, started.folder / "notebooks" / NAME)
    lab.open_notebook("notebooks", NAME)
    lab.run_all()
    boxes = [cell.node.locator(".widget-vbox") for cell in lab.cells()[1:]]
    for box in boxes:
        box.locator("img").wait_for()
    yield boxes
    (started.folder / "notebooks" / NAME).unlink()


def focused(page: Page) -> Locator:
    """What has the keyboard's focus."""
    return page.locator(":focus")


def changes(page: Page, key: str, picture: Locator, alt: str) -> None:
    """A key changes the figure and its alternative text."""
    before = picture.get_attribute("src")
    page.keyboard.press(key)
    expect(picture).to_have_attribute("alt", re.compile(alt))
    assert picture.get_attribute("src") != before


def test_a_slider_moved_in_a_lecture_changes_its_figure(lab, shot):
    lecture = lecture_of("change_of_variables")
    lab.open_notebook("notebooks", lecture.id, f"{lecture.id}.ipynb")
    for source in (f'notebook.start("{lecture.id}")', "change_of_variables.explore()"):
        lab.cell(source).run()
    box = lab.cell("change_of_variables.explore()").node.locator(".widget-vbox")
    picture = box.locator("img")
    before, alt = picture.get_attribute("src"), picture.get_attribute("alt") or ""
    handle = box.get_by_role("slider").nth(1)
    handle.scroll_into_view_if_needed()
    place = handle.bounding_box()
    assert place
    x, y = place["x"] + place["width"] / 2, place["y"] + place["height"] / 2
    mouse = lab.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + 60, y, steps=6)
    mouse.up()
    expect(picture).not_to_have_attribute("alt", alt)
    field = box.get_by_label("Slope far out")
    assert float(field.input_value()) > 1.2  # the field goes with the slider
    assert picture.get_attribute("src") != before
    shot("lab_widget")


def test_every_kind_of_control_takes_the_keyboard(widgets, lab):
    pair, schedule = widgets
    page = lab.page

    picture = pair.locator("img")
    field = pair.get_by_label("Pair")
    field.focus()
    changes(page, "ArrowUp", picture, r"^Pair 1 ")
    field.focus()
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_role("slider")
    changes(page, "ArrowRight", picture, r"^Pair 2 ")
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_accessible_name("Show the answer")
    changes(page, "Space", picture, r"^Pair 2 .*the real one is on the")

    picture = schedule.locator("img")
    # Tab passes the menu, whose keys JupyterLab takes, and stops at its slider.
    menu, field = schedule.get_by_label("Schedule"), schedule.get_by_label("t, % of T")
    field.focus()
    page.keyboard.press("Shift+Tab")
    expect(focused(page)).to_have_role("slider")
    changes(page, "ArrowRight", picture, "under each schedule, slow chosen")
    expect(menu).to_have_value("slow")
    field.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(focused(page)).to_have_role("button")
    before = int(field.input_value())
    page.keyboard.press("Space")  # plays
    expect(picture).not_to_have_attribute("alt", re.compile(rf"mark at {before} %"))
    page.keyboard.press("Space")


def test_every_control_has_a_name_and_every_figure_an_alternative_text(widgets):
    for box in widgets:
        for role in ("spinbutton", "combobox", "checkbox"):
            for control in box.get_by_role(role).all():
                expect(control).to_have_accessible_name(re.compile(r"\w"))
        expect(box.get_by_role("img")).to_have_accessible_name(re.compile(r"\w+ .{25,}"))


def test_a_saved_notebook_shows_the_figures_without_a_kernel(widgets, lab, started):
    lab.cells()[0].node.locator(".jp-InputPrompt").first.click()
    lab.save(NAME)
    saved = nbformat.read(started.folder / "notebooks" / NAME, as_version=4)
    for cell in saved.cells[1:]:
        (output,) = cell.outputs
        assert "application/vnd.jupyter.widget-view+json" in output.data
        assert base64.b64decode(output.data["image/png"]).startswith(b"\x89PNG")
        assert len(output.metadata["image/png"]["alt"]) > 30
    # A page made from it has no kernel, and takes what it can show.
    page, _ = HTMLExporter(template_name="basic").from_notebook_node(saved)
    assert len(re.findall(r'<img alt="[^"]{30,}"[^>]*src="data:image/png', page)) == len(widgets)
