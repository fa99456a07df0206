"""No attack by what is handed in gains a point, reads a secret, or changes anybody else's grade.

One class, by stock commands: every attack of the corpus, and one honest student.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

import pytest
from nbgrader.api import Gradebook

from autograder.authoring.reference import solution_text
from autograder.demo.course_folder import make_course, nbgrader
from course_lib.course.syllabus import load
from tests.attacks import built
from tests.attacks.submissions._making import LECTURE, MODULE, hand_in

BUILT = built()
CANARY = "CANARY-7f3a"
# A student's key that a spreadsheet would run, and one of the honest student's beside it.
FORMULAS = ("=cmd|' -C calc'!A1", "@SUM(1+1)")
SETTINGS = """
c.GradeCells.engine_class = "autograder.sandbox.engine.SandboxedEngine"
c.Engine.seconds_per_property = 4
"""


@dataclass(frozen=True)
class Class:
    """The course folder after everything has been run, what was logged, and the secrets."""

    course: Path
    log: str
    secrets: dict[str, bytes]


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Class:
    course = make_course(tmp_path_factory.mktemp("class") / "course", [LECTURE], SETTINGS)
    nbgrader(course, "generate_assignment", LECTURE)
    (course / "solutions").mkdir()
    (course / "solutions" / "coins.py").write_text(f"# {CANARY}\n{solution_text('coins')}")
    secret = course / ".course_secret"
    secret.write_text("ab" * 32 + "\n")
    secret.chmod(0o600)
    for attack in BUILT:
        attack.build(course)
    honest = hand_in(course, "honest")
    (honest / MODULE).write_text(solution_text("coins"), encoding="utf-8")
    log = nbgrader(course, "zip_collect", LECTURE).stderr
    secrets = {str(p): p.read_bytes() for p in (secret, course / "solutions" / "coins.py")}
    env = {"COURSE_CANARY": CANARY}
    done = nbgrader(course, "autograde", LECTURE, env=env, check=False)
    log += done.stderr
    nbgrader(course, "generate_feedback", LECTURE, "--student=scripts-*")
    nbgrader(course, "export", "--to=grades.csv")
    return Class(course, log, secrets)


def points(graded: Class) -> dict[str, float]:
    """What the gradebook says of the checks, student by student."""
    found = {}
    with Gradebook(f"sqlite:///{graded.course / 'gradebook.db'}") as gradebook:
        for submission in gradebook.assignment_submissions(LECTURE):
            (notebook,) = submission.notebooks
            checks = [g for g in notebook.grades if g.name.startswith("check-")]
            found[submission.student.id] = sum(float(g.score) for g in checks)
    return found


def pages(graded: Class) -> dict[str, str]:
    """All feedback, and all autograded notebooks, by path."""
    kinds = ("feedback/**/*.html", "autograded/**/*.ipynb")
    files = [file for kind in kinds for file in graded.course.glob(kind)]
    return {str(f.relative_to(graded.course)): f.read_text(encoding="utf-8") for f in files}


def test_every_attack_says_what_it_tries_and_what_stops_it():
    for attack in BUILT:
        assert attack.about.startswith("Tries to "), attack.name
        assert "\n\nStopped by: " in attack.about, attack.name


@pytest.mark.parametrize("attack", BUILT, ids=lambda a: a.name)
def test_no_point_is_gained(graded, attack):
    assert not any(points(graded).get(name, 0.0) for name in (attack.student, *FORMULAS))


def test_every_attacker_is_graded_with_the_class(graded):
    names = {a.student for a in BUILT} - {"formula-as-name"} | {"honest", *FORMULAS}
    assert names == set(points(graded))


def test_the_honest_student_among_them_gets_full_points(graded):
    assert points(graded)["honest"] == sum(e.points for e in load().lecture(LECTURE).exercises)


def test_no_secret_is_in_anything_that_was_written(graded):
    for name, text in pages(graded).items():
        assert CANARY not in text, name
        assert "abababab" not in text, name
        assert "BEGIN SOLUTION" not in text or "/honest/" in name, name
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
}


@pytest.mark.parametrize("student", REASONS)
def test_the_instructor_sees_why_something_was_refused(graded, student):
    assert any(student in line and REASONS[student] in line for line in graded.log.splitlines())
