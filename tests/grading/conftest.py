"""A released course folder, classes that are handed in, and `autograder grade` run on them."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from autograder.demo.course_folder import make_course, nbgrader
from autograder.grading.command import Options, run
from autograder.paths import ROOT
from tests.handing_in import LECTURE, MODULE, NOTEBOOK, hand_in
from tests.processes import Ran, ran

PYTHONPATH = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
SETTINGS = '\nc.GradeCells.engine_class = "tests.grading.instant_engine.InstantEngine"\n'
_TABLES = {
    "student": "select id, first_name, last_name, email from student",
    "submission": "select s.student_id, a.name, s.timestamp, s.extension from submitted_assignment"
    " s join assignment a on a.id = s.assignment_id",
    "notebook": "select s.student_id, n.name, x.flagged, x.late_submission_penalty from"
    " submitted_notebook x join notebook n on n.id = x.notebook_id"
    " join submitted_assignment s on s.id = x.assignment_id",
    "grade": "select s.student_id, b.name, g.auto_score, g.manual_score, g.extra_credit,"
    " g.needs_manual_grade from grade g join base_cell b on b.id = g.cell_id"
    " join submitted_notebook x on x.id = g.notebook_id"
    " join submitted_assignment s on s.id = x.assignment_id",
    "comment": "select s.student_id, b.name, c.auto_comment, c.manual_comment from comment c"
    " join base_cell b on b.id = c.cell_id join submitted_notebook x on x.id = c.notebook_id"
    " join submitted_assignment s on s.id = x.assignment_id",
}


@dataclass(frozen=True)
class Class:
    """A course folder with submissions."""

    folder: Path

    def hand_in(self, student: str, module: str | None = "x = 1\n", **files: str | bytes) -> Path:
        """Put a submission into `submitted/`: its module and files by name."""
        notebook = (self.folder / "release" / LECTURE / NOTEBOOK).read_bytes()
        code = {} if module is None else {MODULE: module}
        return hand_in(self.folder, student, {NOTEBOOK: notebook, **code, **files})

    def grade(self, **options) -> Ran:
        """`autograder grade 02_coins`, here and now, with one worker unless told otherwise."""
        with contextlib.chdir(self.folder):
            return ran(run, LECTURE, Options(**{"workers": 1, **options}))

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """`autograder grade 02_coins` in a process of its own."""
        code = "from autograder.app import main; main()"
        return subprocess.Popen(
            [sys.executable, "-c", code, "grade", LECTURE, *arguments],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": PYTHONPATH, "JUPYTER_NO_CONFIG": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def configure(self, lines: str) -> None:
        """Add lines to the settings."""
        with (self.folder / "nbgrader_config.py").open("a", encoding="utf-8") as file:
            file.write(f"\n{lines}")

    def nbgrader(self, *arguments: str):
        """A stock command."""
        return nbgrader(self.folder, *arguments, env={"PYTHONPATH": PYTHONPATH})

    def tables(self) -> dict[str, list[tuple]]:
        """The gradebook's content without its ids."""
        with sqlite3.connect(self.folder / "gradebook.db") as db:
            found = {name: sorted(db.execute(q), key=repr) for name, q in _TABLES.items()}
        db.close()
        return found

    def bytes(self) -> dict[str, list[tuple]]:
        """The tables that grading writes, row by row as they lie there."""
        names = ("student", "submitted_assignment", "submitted_notebook", "grade", "comment")
        with sqlite3.connect(self.folder / "gradebook.db") as db:
            found = {name: db.execute(f"select rowid, * from {name}").fetchall() for name in names}
        db.close()
        return found

    def sql(self, statement: str) -> None:
        """Change the gradebook behind everybody's back."""
        with sqlite3.connect(self.folder / "gradebook.db") as db:
            db.execute(statement)
        db.close()

    @property
    def log(self) -> list[str]:
        """What was graded, a line an exercise."""
        file = self.folder / "graded.log"
        return file.read_text(encoding="utf-8").splitlines() if file.exists() else []

    @property
    def journal(self) -> Path:
        return self.folder / ".grading" / f"{LECTURE}.journal"


@pytest.fixture(scope="session")
def released() -> Iterator[Path]:
    """A course folder in which the second lecture is released and nothing has been handed in."""
    with tempfile.TemporaryDirectory(prefix="course-grading-") as folder:
        course = make_course(Path(folder) / "course", [LECTURE], SETTINGS)
        nbgrader(course, "generate_assignment", LECTURE, env={"PYTHONPATH": PYTHONPATH})
        yield course


@pytest.fixture(autouse=True)
def _no_settings_of_the_users_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_NO_CONFIG", "1")


def stock_and_ours(released: Path, folder: Path, prepare: Callable[[Class], None]) -> list[Class]:
    """The same class twice: one to be graded by the stock command, one by ours."""
    pair = [Class(Path(shutil.copytree(released, folder / name))) for name in ("stock", "ours")]
    for course in pair:
        prepare(course)
    return pair


@pytest.fixture
def make_class(released: Path, tmp_path: Path) -> Callable[..., Class]:
    """`make_class(name, students)`: a course folder of the test's own."""

    def make(name: str = "course", students: int = 0, settings: str = "") -> Class:
        made = Class(Path(shutil.copytree(released, tmp_path / name)))
        log = str(made.folder / "graded.log")
        made.configure(f"c.InstantEngine.log_file = {log!r}\n{settings}")
        for number in range(students):
            made.hand_in(f"student-{number:02}", f"x = {number}\n")
        return made

    return make
