"""A student is stuck, lends what is missing, goes on, returns it and sees a solution."""

from __future__ import annotations

import shutil

import pytest
from playwright.sync_api import expect

from autograder.paths import ROOT
from course_lib.course import syllabus
from tests.browser.test_jupyterlab import progress

LECTURE = syllabus.load().lecture("02_nade")
SKIPPED, NEXT = "nade.NADE.logits", "nade.NADE.log_prob"
STUB = """\
        raise NotImplementedError("not implemented yet: `nade.NADE.log_prob`, section 2.4")
"""
RIGHT = """\
        logits = self.logits(x)
        return F.logsigmoid((2 * x - 1) * logits).sum(dim=1)
"""


@pytest.fixture
def with_reference(started):
    """The course as a self-learner has it; yields the module that is edited."""
    file = started.folder / "course_lib" / f"{LECTURE.module}.py"
    before = file.read_text(encoding="utf-8")
    folder = started.folder / "solutions"
    shutil.copytree(ROOT / "solutions", folder, ignore=shutil.ignore_patterns("__pycache__"))
    yield file
    shutil.rmtree(folder)
    file.write_text(before, encoding="utf-8")


def test_a_student_who_is_stuck_goes_on(lab, with_reference, shot):
    file = with_reference
    lab.open_notebook("notebooks", LECTURE.id, f"{LECTURE.id}.ipynb")
    lab.cell("notebook.start(").run()
    # In an editor of their own.
    text = file.read_text(encoding="utf-8")
    assert text.count(STUB) == 1
    file.write_text(text.replace(STUB, RIGHT), encoding="utf-8")
    check = lab.cell(f'check("{NEXT}")')
    check.run()
    expect(check.outputs).to_contain_text("5 of 5")
    expect(check.outputs).to_contain_text("checked with the reference in the place of")
    check.outputs.get_by_text("The reference beside yours").click()
    expect(check.outputs.locator("figure")).to_have_count(2)
    expect(check.outputs).to_contain_text("Why so:")
    shot("lab_solution", check.node)

    model = lab.below(check, "nade.NADE(4, 3).logits(torch.zeros(2, 4)).shape")
    lab.cell("import torch").run()
    model.run()
    expect(model.outputs).to_contain_text("not implemented yet")
    expect(model.outputs).to_contain_text(f'lend("{SKIPPED}")')
    lend = lab.below(check, f'lend("{SKIPPED}")')
    lend.run()
    expect(lend.outputs).to_contain_text("stands in the place of yours")
    model.run()
    expect(model.outputs).to_contain_text("[2, 4]")
    lab.cell(f'check("{SKIPPED}")').run()
    expect(lab.cell(f'check("{SKIPPED}")').outputs).to_contain_text("this exercise is lent")

    terminal = lab.terminal()
    assert f"lent: {SKIPPED}" in terminal.run("course lend")
    assert "is shown as soon as its check passes" in terminal.run(f"course solution {SKIPPED}")
    assert "returned: your own" in terminal.run("course lend --return")
    assert "1 lent" not in progress(lab)
