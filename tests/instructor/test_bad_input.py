"""Whatever is handed in, every exercise is graded, nothing is lost and the class goes on."""

from __future__ import annotations

import copy
import json
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.authoring.notebooks import grade_id
from autograder.authoring.reference import solution_text
from autograder.demo.course_folder import nbgrader
from autograder.demo.students import ANSWER
from autograder.paths import COURSE
from course_lib.course.syllabus import load

LECTURE = load().lecture("02_coins")
FULL = sum(e.points for e in LECTURE.exercises)
FORGED = nbformat.v4.new_output("execute_result", data={"text/plain": "1000"})
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


def graded_cells(nb):
    return [c for c in nb.cells if "nbgrader" in c.metadata]


def tampered(nb):
    """Every trick that a student can do to the graded cells in a notebook's file."""
    easiest = grade_id(LECTURE.exercises[0].name)
    for cell in graded_cells(nb):
        meta = cell.metadata.nbgrader
        meta.update(points=1000, grade=False, locked=False, schema_version=99)
        cell.metadata["tags"] = ["skip-execution"]
        cell.metadata["course"] = {"exercise": easiest}
        if cell.cell_type == "code":
            cell.source = "1000.0"
            cell.outputs = [FORGED]
    nb.cells.append(nbformat.v4.new_code_cell("x", metadata={"nbgrader": {"grade_id": "made up"}}))
    nb.cells.append(nbformat.v4.new_code_cell("x", metadata={"nbgrader": {"schema_version": 99}}))


def hostile(nb):
    """Outputs and texts that would act on the page or the terminal of whoever grades."""
    bad = "<script>alert(1)</script>"
    outputs = [
        nbformat.v4.new_output("display_data", data={"text/html": bad}),
        nbformat.v4.new_output("display_data", data={"application/javascript": "alert(1)"}),
        nbformat.v4.new_output("display_data", data={"image/svg+xml": f"<svg>{bad}</svg>"}),
        nbformat.v4.new_output("display_data", data={"image/png": f'"><img src=x>{bad}'}),
        nbformat.v4.new_output("display_data", data={"image/png": PNG, "text/html": bad}),
        nbformat.v4.new_output("stream", name="stdout", text="\x1b]0;owned\x07\x1b[2Jkept text\n"),
    ]
    nb.cells.insert(0, nbformat.v4.new_code_cell("draw()", outputs=outputs))
    nb.cells.insert(0, nbformat.v4.new_markdown_cell(f"{bad} and $a<b$"))
    nb.cells.insert(0, nbformat.v4.new_raw_cell(bad, metadata={"raw_mimetype": "text/html"}))
    nb.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": bad}}


@pytest.fixture(scope="module")
def graded(released, tmp_path_factory):
    """A class of bad submissions, put into `submitted/` by hand and graded in one go."""
    import shutil

    course = Path(shutil.copytree(released, tmp_path_factory.mktemp("bad") / "course"))
    release = course / "release" / LECTURE.id
    notebook = nbformat.read(release / f"{LECTURE.id}.ipynb", as_version=4)
    graded_cells(notebook)[-1].source = ANSWER
    scaffold = (release / "course_lib" / "coins.py").read_text(encoding="utf-8")

    def hand_in(student, notebook_text, module, name=f"{LECTURE.id}.ipynb"):
        folder = course / "submitted" / student / LECTURE.id
        (folder / "course_lib").mkdir(parents=True)
        if notebook_text is not None:
            data = notebook_text if isinstance(notebook_text, bytes) else notebook_text.encode()
            (folder / name).write_bytes(data)
        if module is not None:
            (folder / "course_lib" / "coins.py").write_text(module, encoding="utf-8")
        return folder

    def changed(change):
        nb = copy.deepcopy(notebook)
        change(nb)
        return json.dumps(nb)

    good = nbformat.writes(notebook)
    hand_in("not-json", "<<<<<<< HEAD\n" + good, solution_text("coins"))
    hand_in("not-text", b"\x00\xff\xfe" * 100, scaffold)
    hand_in("no-cells", "[1, 2]", scaffold)
    hand_in("no-notebook", None, solution_text("coins"))
    hand_in("other-name", good, scaffold, "homework.ipynb")
    hand_in("no-module", good, None)
    hand_in("tampered", changed(tampered), scaffold)
    hand_in("hostile", changed(hostile), scaffold)
    linked = hand_in("linked", good, None)
    (linked / "course_lib" / "coins.py").symlink_to(COURSE / "solutions" / "coins.py")
    (linked / "dangling").symlink_to(course / "nowhere")
    extra = hand_in("own-checks", good, scaffold)
    (extra / "course_lib" / "checks").mkdir()
    for name in ("__init__.py", "checks/__init__.py", "torch.py"):
        (extra / "course_lib" / name).write_text("raise SystemExit", encoding="utf-8")
    done = nbgrader(
        course, "autograde", LECTURE.id, env={"COURSE_LIB_PATH": str(COURSE / "solutions")}
    )
    return course, done.stderr


def scores(graded, student):
    course, _ = graded
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        submission = gradebook.find_submission_notebook(LECTURE.id, LECTURE.id, student)
        return {
            g.name: (g.auto_score, g.max_score, g.needs_manual_grade) for g in submission.grades
        }


def checks_sum(graded, student):
    return sum(s[0] for name, s in scores(graded, student).items() if name.startswith("check-"))


def notebook(graded, student):
    course, _ = graded
    file = course / "autograded" / student / LECTURE.id / f"{LECTURE.id}.ipynb"
    return nbformat.read(file, as_version=4)


@pytest.mark.parametrize("student", ["not-json", "no-notebook"])
def test_a_right_module_gets_full_points_without_a_readable_notebook(graded, student):
    assert checks_sum(graded, student) == FULL


@pytest.mark.parametrize("student", ["not-json", "not-text", "no-cells", "no-notebook"])
def test_an_answer_that_cannot_be_read_is_left_to_the_grader(graded, student):
    assert scores(graded, student)["reflection"][2]


@pytest.mark.parametrize(
    ("student", "reason"),
    [
        ("not-json", "is not JSON: line 1"),
        ("not-text", "is not a text file"),
        ("no-cells", "it has no cells"),
        ("no-notebook", "02_coins.ipynb is missing from the submission"),
        ("other-name", "homework.ipynb was taken as 02_coins.ipynb"),
        ("linked", "course_lib/coins.py was a link or a special file and was refused"),
    ],
)
def test_the_reason_stands_in_the_log_and_in_the_notebook(graded, student, reason):
    assert any(student in line and reason in line for line in graded[1].splitlines())
    assert reason in notebook(graded, student).cells[0].source


def test_a_notebook_of_another_name_is_graded(graded):
    assert graded_cells(notebook(graded, "other-name"))[-1].source == ANSWER


def test_a_missing_module_gets_nothing_and_says_so(graded):
    assert checks_sum(graded, "no-module") == 0
    for cell in graded_cells(notebook(graded, "no-module"))[:-1]:
        text = cell.outputs[0].data["text/plain"]
        assert "course_lib/coins.py is missing from the submission" in text


@pytest.mark.parametrize("student", ["tampered", "linked", "own-checks", "other-name"])
def test_no_trick_with_files_or_metadata_gives_the_scaffold_a_point(graded, student):
    found = scores(graded, student)
    assert len(found) == len(LECTURE.exercises) + 1
    assert checks_sum(graded, student) == 0
    assert sum(s[1] for name, s in found.items() if name.startswith("check-")) == FULL


def test_graded_cells_have_the_courses_text_whatever_the_student_wrote(graded):
    expected = [f'check("{e.name}")' for e in LECTURE.exercises]
    found = [c.source for c in graded_cells(notebook(graded, "tampered"))]
    assert found == [*expected, ANSWER]


def test_nothing_of_a_student_acts_on_the_grader(graded):
    text = json.dumps(notebook(graded, "hostile"))
    acting = ("<script", "javascript", "image/svg", "<svg", "<img", "widget-state")
    for bad in (*acting, "\\u001b", "raw_mimetype"):
        assert bad not in text
    assert "kept text" in text
    assert PNG in text.replace("\\n", "")


def test_formulas_of_a_student_still_read_right(graded):
    sources = [c.source for c in notebook(graded, "hostile").cells]
    assert any("$a< b$" in s for s in sources)


def test_no_bad_submission_stops_the_class(graded):
    course, _ = graded
    assert len(list((course / "autograded").iterdir())) == len(
        list((course / "submitted").iterdir())
    )
