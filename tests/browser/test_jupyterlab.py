"""A student's day in JupyterLab, as `make lab` starts it and as docs/students.md describes it."""

from __future__ import annotations

import zipfile

import nbformat
from playwright.sync_api import expect

from course_lib.course import syllabus
from tests.browser.lab import Lab
from tests.serving import TOKEN

LECTURE = syllabus.load().lecture("02_nade")
EXERCISE = LECTURE.exercises[0]
MISSING = "section 2.1"
# Wrong, and no help to a student who sees it in a picture.
ONLY_THE_BIAS = """\
    return c.expand(len(x), x.shape[1], len(c))
"""
RIGHT = """\
    rows = [c + x[:, :i] @ W[:, :i].T for i in range(x.shape[1])]
    return torch.stack(rows, dim=1)
"""


def progress(lab: Lab) -> str:
    """What the page of the course's start says of the lecture."""
    page = syllabus.load().notebooks[0].id
    lab.open_notebook("notebooks", page, f"{page}.ipynb")
    lab.cell("notebook.start(").run()
    drawn = lab.cell("progress_map.draw()")
    drawn.run()
    return (
        drawn.outputs.get_by_role("listitem")
        .filter(has_text=LECTURE.title.partition(":")[0])
        .inner_text()
    )


def test_it_opens_at_the_start_and_links_lead_to_the_section_and_to_the_file(page, started, badge):
    page.goto(f"{started.address}/?token={TOKEN}")
    lab = Lab(page, started.address)
    expect(lab.tab(syllabus.load().notebooks[0].id)).to_be_visible(timeout=60_000)
    progress(lab)
    lab.notebook.get_by_role("link", name=LECTURE.title.partition(":")[0]).click()
    expect(lab.notebook.get_by_role("heading", name="2.1 ")).to_be_in_viewport(timeout=25_000)
    lab.cell("notebook.start(").run()
    lab.notebook.get_by_role("link", name=f"course_lib/{LECTURE.module}.py").click()
    expect(lab.tab(f"{LECTURE.module}.py")).to_be_visible()


def test_a_student_edits_checks_hands_in_and_sees_the_progress(lab, started, shot):
    assert f"0 / {len(LECTURE.exercises)} · " in progress(lab)
    lab.open_notebook("notebooks", LECTURE.id, f"{LECTURE.id}.ipynb")
    lab.cell("notebook.start(").run()
    check_source = f'check("{EXERCISE.name}")'
    check = lab.cell(check_source)
    check.run()
    expect(check.outputs).to_contain_text("not implemented yet")
    first = check.number

    lab.open("course_lib", f"{LECTURE.module}.py")
    lab.beside(f"{LECTURE.module}.py")
    lab.replace_line(MISSING, ONLY_THE_BIAS)
    lab.save(f"{LECTURE.module}.py")
    check.run()
    expect(check.outputs).to_contain_text("1 of 4 properties hold")
    expect(check.outputs).to_contain_text("Read hint 2.1")
    check.node.evaluate("cell => cell.scrollIntoView({block: 'start'})")
    shot("lab_check_failed")

    lab.replace_line("c.expand", RIGHT)
    lab.save(f"{LECTURE.module}.py")
    check.run()
    expect(check.outputs).to_contain_text(
        f"4 of 4 properties hold: 1.4 of {EXERCISE.points:g} points are sure"
    )
    expect(check.outputs).not_to_contain_text("✗")
    # A kernel that is started again counts from 1.
    assert check.number == first + 2
    shot("lab_check_passed", check.node)
    assert RIGHT in (started.folder / "course_lib" / f"{LECTURE.module}.py").read_text(
        encoding="utf-8"
    )

    lab.close(f"{LECTURE.module}.py")
    check.node.locator(".jp-InputPrompt").first.click()
    lab.save(f"{LECTURE.id}.ipynb")
    terminal = lab.terminal()
    said = terminal.run(f"course submit {LECTURE.id}")
    assert f"{LECTURE.id}.zip" in said
    with zipfile.ZipFile(started.folder / f"{LECTURE.id}.zip") as handed_in:
        assert RIGHT in handed_in.read(f"course_lib/{LECTURE.module}.py").decode()
        notebook = nbformat.reads(handed_in.read(f"{LECTURE.id}.ipynb").decode(), as_version=4)
    (kept,) = next(c for c in notebook.cells if c.source == check_source).outputs
    assert kept.data["text/plain"] == f"{EXERCISE.points:.1f}"
    assert f"1 / {len(LECTURE.exercises)} · " in progress(lab)
    shot("lab_progress")
