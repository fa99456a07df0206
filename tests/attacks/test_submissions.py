"""Whatever is handed in, nobody gains a point by it, nothing is lost and the class goes on.

One class, by stock commands: every attack of the corpus, files that are broken by accident, and one
honest student.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from nbgrader.api import Gradebook

from autograder.authoring.notebooks import grade_id
from autograder.authoring.reference import solution_text
from autograder.demo.course_folder import make_course, nbgrader
from autograder.demo.students import ANSWER
from autograder.demo.whole_day import engine_setting
from autograder.paths import COURSE
from course_lib.course.syllabus import load
from tests.attacks import built
from tests.attacks.making import graded_cells, hand_in, released
from tests.attacks.submissions.notebooks import PNG
from tests.conftest import QUICK
from tests.handing_in import LECTURE, MODULE, NOTEBOOK

BUILT = built()
EXERCISES = load().lecture(LECTURE).exercises
FULL = sum(e.points for e in EXERCISES)
CANARY = "CANARY-7f3a"
# A student's key that a spreadsheet would run, and one of the honest student's beside it.
FORMULAS = ("=cmd|' -C calc'!A1", "@SUM(1+1)")


@dataclass(frozen=True)
class Class:
    """The course folder after everything has been run, what was logged, and the secrets."""

    course: Path
    log: str
    secrets: dict[str, bytes]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Class:
    folder = tmp_path_factory.mktemp("class") / "course"
    course = make_course(folder, [LECTURE], QUICK + engine_setting())
    nbgrader(course, "generate_assignment", LECTURE)
    (course / "solutions").mkdir()
    (course / "solutions" / "coins.py").write_text(f"# {CANARY}\n{solution_text('coins')}")
    secret = course / ".course_secret"
    secret.write_text("ab" * 32 + "\n")
    secret.chmod(0o600)
    for attack in BUILT:
        attack.build(course)
    right = solution_text("coins")
    hand_in(course, "honest", module=right)
    answered = released(course)
    graded_cells(answered)[-1].source = ANSWER
    text = nbformat.writes(answered).encode()
    hand_in(course, "not-json", b"<<<<<<< HEAD\n" + text, right)
    hand_in(course, "not-text", b"\x00\xff\xfe" * 100)
    hand_in(course, "no-cells", b"[1, 2]")
    (hand_in(course, "no-notebook", module=right) / NOTEBOOK).unlink()
    (hand_in(course, "no-module") / MODULE).unlink()
    hand_in(course, "other-name", answered, name="homework.ipynb")
    log = nbgrader(course, "zip_collect", LECTURE).stderr
    secrets = {str(p): p.read_bytes() for p in (secret, course / "solutions" / "coins.py")}
    # As an author's shell may have it.
    env = {"COURSE_CANARY": CANARY, "COURSE_LIB_PATH": str(COURSE / "solutions")}
    done = nbgrader(course, "autograde", LECTURE, env=env, check=False)
    log += done.stderr
    nbgrader(course, "generate_feedback", LECTURE, "--student=scripts-*")
    nbgrader(course, "export", "--to=grades.csv")
    return Class(course, log, secrets)


@pytest.fixture(scope="module")
def grades(graded: Class) -> dict[str, dict[str, tuple[float, float, bool]]]:
    """What the gradebook says: student → cell → points, most points, whether it waits."""
    with Gradebook(f"sqlite:///{graded.course / 'gradebook.db'}") as gradebook:
        return {
            submission.student.id: {
                g.name: (float(g.auto_score or 0), float(g.max_score), g.needs_manual_grade)
                for g in submission.notebooks[0].grades
            }
            for submission in gradebook.assignment_submissions(LECTURE)
        }


@pytest.fixture(scope="module")
def points(grades) -> dict[str, float]:
    """What the checks gave, student by student."""
    return {
        student: sum(given for name, (given, *_) in cells.items() if name.startswith("check-"))
        for student, cells in grades.items()
    }


def notebook(graded: Class, student: str) -> nbformat.NotebookNode:
    """What grading has made of a student's notebook."""
    return nbformat.read(graded.course / "autograded" / student / LECTURE / NOTEBOOK, as_version=4)


def pages(graded: Class) -> dict[str, str]:
    """All feedback, and all autograded notebooks, by path."""
    kinds = ("feedback/**/*.html", "autograded/**/*.ipynb")
    files = [file for kind in kinds for file in graded.course.glob(kind)]
    return {str(f.relative_to(graded.course)): f.read_text(encoding="utf-8") for f in files}


@pytest.mark.parametrize("attack", BUILT, ids=lambda a: a.name)
def test_no_point_is_gained(points, attack):
    assert not any(points.get(name, 0.0) for name in (attack.student, *FORMULAS))


RIGHT = {"honest", "not-json", "no-notebook"}
BROKEN = {"not-text", "no-cells", "no-module", "other-name"}


def test_everybody_is_graded_with_the_class_in_every_exercise(grades):
    attackers = {a.student for a in BUILT} - {"formula-as-name"} | set(FORMULAS)
    assert set(grades) == attackers | RIGHT | BROKEN
    most = {grade_id(e.name): e.points for e in EXERCISES}
    for cells in grades.values():
        assert {name: cells[name][1] for name in most} == most
        assert len(cells) == len(most) + 1


def test_a_right_module_gets_full_points_without_a_readable_notebook(points):
    assert {student: points[student] for student in RIGHT} == dict.fromkeys(RIGHT, FULL)
    assert {student: points[student] for student in BROKEN} == dict.fromkeys(BROKEN, 0)


@pytest.mark.parametrize("student", ["not-json", "not-text", "no-cells", "no-notebook"])
def test_an_answer_that_cannot_be_read_is_left_to_the_grader(grades, student):
    assert grades[student]["reflection"][2]


def test_a_missing_module_says_so_in_every_graded_cell(graded):
    for cell in graded_cells(notebook(graded, "no-module"))[:-1]:
        text = cell.outputs[0].data["text/plain"]
        assert "course_lib/coins.py is missing from the submission" in text


def test_graded_cells_have_the_courses_text_whatever_the_student_wrote(graded):
    checks = [f'check("{e.name}")' for e in EXERCISES]
    for student, answer in (("forged-metadata", "1000.0"), ("other-name", ANSWER)):
        found = [c.source for c in graded_cells(notebook(graded, student))]
        assert found == [*checks, answer]


def test_no_secret_is_in_anything_that_was_written(graded):
    for name, text in pages(graded).items():
        assert CANARY not in text, name
        assert "abababab" not in text, name
        right = name.split("/")[1] in RIGHT
        assert "BEGIN SOLUTION" not in text or right, name
    assert CANARY not in graded.log
    for name, data in graded.secrets.items():
        assert Path(name).read_bytes() == data


def test_nothing_is_written_where_it_should_not_be(graded):
    assert not list(graded.course.parent.rglob("*owned*"))
    assert not Path("/tmp/owned").exists()
    for folder in (graded.course / "submitted").iterdir():
        for path in folder.rglob("*"):
            assert not path.is_symlink()
            assert path.is_dir() or path.is_file()
    assert sum(p.stat().st_size for p in graded.course.rglob("*") if p.is_file()) < 100_000_000


ACTIVE = re.compile(
    r"<script>alert|<img src=x|onerror=(?!alert\(1\)&gt;)|<iframe|<svg/|href=\"(?:java|vb)script:"
    r"|\\href\{|\\require\{|data:text/html|<style>\*",
    re.IGNORECASE,
)


def test_nothing_of_a_student_acts_on_a_page(graded):
    shown = [n for n in pages(graded) if "/scripts-in-cells/" in n or "/scripts-in-outputs/" in n]
    assert sum(name.endswith(".html") for name in shown) == 2
    for name in shown:
        if name.endswith(".html"):
            found = ACTIVE.search(pages(graded)[name])
            assert not found, (name, found)


def test_what_does_no_harm_stays(graded):
    assert PNG in str(notebook(graded, "scripts-in-outputs")).replace("\\n", "")
    assert "kept text" in str(notebook(graded, "escapes-in-outputs"))
    assert any("$a< b$" in c.source for c in notebook(graded, "scripts-in-cells").cells)


def test_nothing_of_a_student_acts_on_whoever_opens_the_notebook(graded):
    acting = ("<script", "javascript:", "application/javascript", "image/svg", "<svg", "<img")
    for student in ("scripts-in-outputs", "escapes-in-outputs"):
        nb = notebook(graded, student)
        # An error is text, which a page escapes.
        outputs = [o for c in nb.cells for o in c.get("outputs", []) if o.output_type != "error"]
        text = json.dumps([outputs, [c.source for c in nb.cells], nb.metadata])
        # The release's own pictures of what one will get.
        text = re.sub(r'<img alt=\\"[^<>]*\\" width=\\"\d+\\" src=\\"data:image/png;', "", text)
        for bad in (*acting, "widget-state", "\\u001b", "raw_mimetype"):
            assert bad not in text


def test_nothing_of_a_student_acts_on_a_terminal(graded):
    assert not re.search(r"\x1b\](?!8)|\x1b\[2J|\x07|\u202e|\x9b", graded.log)


def test_no_cell_of_the_exported_table_is_a_formula(graded):
    text = (graded.course / "grades.csv").read_text(encoding="utf-8")
    assert "'=cmd" in text
    for row in csv.reader(text.splitlines()):
        for cell in row:
            assert not cell.startswith(("=", "+", "-", "@", "\t", "\r")), row


REASONS = {
    "linked-module": "link or a special file and was refused",
    "linked-folder": "link or a special file and was refused",
    "hard-linked-files": "link or a special file and was refused",
    "special-files": "link or a special file and was refused",
    "deep-notebook": "nested deeper than 100 levels",
    "zip-slip": "would leave the submission's folder",
    "zip-bomb": "at most 1,000,000 are taken",
    "zip-of-many-bombs": "are taken",
    "zip-with-links": "is a link or a special file",
    "broken-zip": "is not a zip that can be read",
    "not-json": "is not JSON: line 1",
    "not-text": "is not a text file",
    "no-cells": "it has no cells",
    "no-notebook": "02_coins.ipynb is missing from the submission",
    "other-name": "homework.ipynb was taken as 02_coins.ipynb",
}


@pytest.mark.parametrize("student", REASONS)
def test_the_reason_stands_in_the_log_and_in_the_notebook(graded, student):
    reason = REASONS[student]
    assert any(student in line and reason in line for line in graded.log.splitlines())
    assert reason in notebook(graded, student).cells[0].source
