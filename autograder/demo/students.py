"""Ten students of lecture 2: what each hands in, and what it should be worth."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from autograder.authoring.reference import solution_text
from autograder.authoring.scaffold import regions
from autograder.errors import CourseError
from course_lib.course.syllabus import Lecture

__all__ = ["STUDENTS", "Student", "module_text", "notebook_of"]

ANSWER = "The shared weights couple the conditionals, so that the order of the pixels matters less."


@dataclass(frozen=True)
class Student:
    """One student of the demo.

    Attributes:
        name: first and last name, as the LMS has it.
        what: how the submission differs from a right one, in a few words.
        bodies: exercise → body that stands where the solution's does; None leaves it unwritten.
        lost: exercises that must lose points, and must be the only ones that do; None for all.
        before: statements in front of every body.
        source: the whole module, where it is not made of bodies.
        notebook: what the student did to the notebook.
    """

    name: str
    what: str
    bodies: tuple[tuple[str, str | None], ...] = ()
    lost: tuple[str, ...] | None = ()
    before: str = ""
    source: Callable[[str, str], str] | None = None
    notebook: Callable[[NotebookNode], None] | None = None

    def expects(self, exercise: str) -> bool:
        """Whether full points are expected of this exercise."""
        return self.lost is not None and exercise not in self.lost


def module_text(student: Student, lecture: Lecture, scaffold: str) -> str:
    """The lecture module as the student hands it in."""
    solution = solution_text(lecture.module)
    if student.source:
        return student.source(scaffold, solution)
    lines = solution.splitlines(keepends=True)
    bodies = dict(student.bodies)
    for region in reversed(regions(solution, lecture.module)):
        own = lines[region.first : region.last - 1]
        if region.name in bodies:
            written = bodies.pop(region.name) or "raise NotImplementedError"
            own = [f"{region.indent}{line}\n" for line in written.splitlines()]
        before = [f"{region.indent}{line}\n" for line in student.before.splitlines()]
        lines[region.first - 1 : region.last] = before + own
    if bodies:
        raise CourseError(f"{student.name}: {lecture.id} has no exercise {', '.join(bodies)}")
    return "".join(lines)


def notebook_of(student: Student, released: NotebookNode) -> NotebookNode:
    """The notebook as the student hands it in: with an answer, and then as the student is."""
    nb = copy.deepcopy(released)
    for cell in nb.cells:
        if cell.metadata.get("nbgrader", {}).get("grade_id") == "reflection":
            cell.source = ANSWER
    if student.notebook:
        student.notebook(nb)
    return nb


def _without_cells(nb: NotebookNode) -> None:
    """Drops the first check cell and the answer's cell."""
    graded = [c for c in nb.cells if "nbgrader" in c.metadata]
    gone = [graded[0], graded[-1]]
    nb.cells = [c for c in nb.cells if not any(c is g for g in gone)]


def _with_copies(nb: NotebookNode) -> None:
    """Copies every graded cell, as copy and paste does; the answer's copy is empty."""
    cells = []
    for cell in nb.cells:
        cells.append(cell)
        if "nbgrader" in cell.metadata:
            doubled = copy.deepcopy(cell)
            doubled.id = nbformat.v4.new_markdown_cell().id
            if cell.metadata.nbgrader["grade_id"] == "reflection":
                doubled.source = ""
            cells.append(doubled)
    nb.cells = cells


def _with_syntax_error(scaffold: str, solution: str) -> str:
    return solution + "\nlast_thought = (1 + \n"


_WITHOUT_BIAS = """\
rows = [x[:, :i] @ W[:, :i].T for i in range(x.shape[1])]
return torch.stack(rows, dim=1)"""
_MEAN_FOR_SUM = """\
logits = self.logits(x)
return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").mean(dim=1)"""

STUDENTS: tuple[Student, ...] = (
    Student("Ada Lovelace", "right"),
    Student(
        "Charles Babbage",
        "right, but slow",
        before="__import__('time').sleep(0.02)",
    ),
    Student(
        "Grace Hopper",
        "partly right: three not written",
        bodies=(
            ("nade.NADE.complete", None),
            ("nade.ensemble_log_prob", None),
            ("nade.made_masks", None),
        ),
        lost=("nade.NADE.complete", "nade.ensemble_log_prob", "nade.made_masks"),
    ),
    Student(
        "Alan Turing",
        "wrong: no bias, mean for sum",
        bodies=(
            ("nade.hidden_naive", _WITHOUT_BIAS),
            ("nade.NADE.log_prob", _MEAN_FOR_SUM),
            ("nade.ensemble_log_prob", "return torch.logsumexp(log_probs, dim=0)"),
        ),
        lost=("nade.hidden_naive", "nade.NADE.log_prob", "nade.ensemble_log_prob"),
    ),
    Student("Blaise Pascal", "untouched scaffold", source=lambda s, _: s, lost=None),
    Student("Emmy Noether", "syntax error", source=_with_syntax_error, lost=None),
    Student(
        "Sisyphus Aiolou",
        "endless loop in one exercise",
        bodies=(("nade.ensemble_log_prob", "while True:\n    pass"),),
        lost=("nade.ensemble_log_prob",),
    ),
    Student(
        "Cassandra Priamou",
        "right, prints warnings",
        before="import sys, warnings\nwarnings.warn('this may be slow')\n"
        "print('still here', file=sys.stderr)",
    ),
    Student("Marie Curie", "right, two graded cells deleted", notebook=_without_cells),
    Student("Janus Bifrons", "right, all graded cells doubled", notebook=_with_copies),
)
