"""An instructor marks an answer in formgrader; the student's feedback page has it, and no secret."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from autograder.demo.course_folder import nbgrader
from autograder.demo.students import ANSWER
from tests.browser.serving import TOKEN, options, private, running

# The graded class is the instructors' tests'.
pytestmark = pytest.mark.xdist_group("class")
COMMENT = "Well seen: the bias is what remains."


@pytest.fixture(scope="module")
def course(played, tmp_path_factory) -> Path:
    """A copy of the graded course, to be graded on by hand."""
    return Path(shutil.copytree(played.course, tmp_path_factory.mktemp("by_hand") / "course"))


@pytest.fixture(scope="module")
def address(course, tmp_path_factory) -> Iterator[str]:
    """`jupyter lab`, run in the graded course's folder."""
    address, own = options()
    env = private(tmp_path_factory.mktemp("instructor"))
    (Path(env["JUPYTER_CONFIG_DIR"])).mkdir()
    with running([sys.executable, "-m", "jupyterlab", *own], address, course, env):
        yield address


def formgrader(page: Page, address: str) -> FrameLocator:
    """Nbgrader → Formgrader in JupyterLab's menu."""
    page.goto(f"{address}/lab?reset&token={TOKEN}")
    page.get_by_role("menuitem", name="Nbgrader", exact=True).click()
    page.locator(".lm-Menu-item", has_text="Formgrader").first.click()
    return page.frame_locator("iframe")


def test_an_answer_is_marked_in_the_browser_and_the_student_reads_it(
    page, address, course, played, complaints, shot
):
    line = next(graded for graded in played.graded if graded.student.name == "Alan Turing")
    frame = formgrader(page, address)
    frame.get_by_role("link", name="02_nade", exact=True).wait_for()
    shot("formgrader_class")
