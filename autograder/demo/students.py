"""Ten students of a lecture: what each hands in, and what it should be worth.

Their mistakes come from the lecture's mutants, and other right ways from its alternatives.
"""

from __future__ import annotations

import copy
import inspect
import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass

import nbformat
from nbformat import NotebookNode

from autograder.authoring.audit.variants import Variant, variants
from autograder.authoring.reference import solution_text
from autograder.errors import CourseError
from course_lib.checks.registry import properties
from course_lib.course.scaffold import Region, regions
from course_lib.course.syllabus import Lecture

__all__ = ["CLASS", "Student", "module_text", "notebook_of", "students_of"]

ANSWER = "Because each factor is a distribution of its own, whatever the order of the factors is."
CLASS = 10  # students
_MISTAKES = 3  # at most


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


def students_of(lecture: Lecture) -> tuple[Student, ...]:
    """The demo's class for a lecture.

    Those who write something wrong, or nothing, do so in exercises that no other one calls: just
    these lose points.

    Raises:
        CourseError: too few such exercises.
    """
    alone = _called_by_nobody(lecture)
    if len(alone) < 2:
        raise CourseError(f"{lecture.id}: the demo needs more exercises that no other one calls")
    wrong = [_first(lecture, name, wrong=True) for name in alone[:_MISTAKES]]
    other = [
        _first(lecture, e.name, wrong=False)
        for e in lecture.exercises
        if not _is_held_to(lecture, e.name)
    ]
    unwritten, endless = tuple(alone[-_MISTAKES:]), alone[-1]
    return (
        Student("Ada Lovelace", "right"),
        Student(
            "Charles Babbage",
            "right, in other ways, and slow",
            bodies=tuple((v.exercise, _body(v)) for v in other),
            before="__import__('time').sleep(0.002)",
        ),
        Student(
            "Grace Hopper",
            "partly right: some not written",
            bodies=tuple((name, None) for name in unwritten),
            lost=unwritten,
        ),
        Student(
            "Alan Turing",
            "wrong in some",
            bodies=tuple((v.exercise, _body(v)) for v in wrong),
            lost=tuple(v.exercise for v in wrong),
        ),
        Student("Blaise Pascal", "untouched scaffold", source=lambda s, _: s, lost=None),
        Student("Emmy Noether", "syntax error", source=_with_syntax_error, lost=None),
        Student(
            "Sisyphus Aiolou",
            "endless loop in one exercise",
            bodies=((endless, "while True:\n    pass"),),
            lost=(endless,),
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


def _called_by_nobody(lecture: Lecture) -> list[str]:
    """Exercises that neither the solution's other functions nor other exercises' checks call."""
    text = solution_text(lecture.module)
    lines = text.splitlines(keepends=True)
    found = []
    for region in regions(text, lecture.module):
        name = region.name.rpartition(".")[2]
        elsewhere = "".join(lines[: region.first - 1] + lines[region.last :])
        # `forward` is what calling a layer calls.
        if name != "forward" and not _calls(elsewhere, name):
            found.append(region.name)
    return [name for name in found if not _is_held_to(lecture, name)]


def _is_held_to(lecture: Lecture, exercise: str) -> bool:
    """Whether another exercise's checks compare with what this one gives."""
    others = [e.name for e in lecture.exercises if e.name != exercise]
    checks = "".join(inspect.getsource(p.function) for name in others for p in properties(name))
    name = exercise.rpartition(".")[2]
    # A check that compares through a function of its own names it in its sentence.
    return f"`{name}`" in checks or _calls(checks, name)


def _calls(text: str, name: str) -> bool:
    # Called at once, or chosen to be called: "f = this if condition else that".
    return re.search(rf"(?<!def )\b{name}(\(| if )| else {name}\b", text) is not None


def _first(lecture: Lecture, exercise: str, *, wrong: bool) -> Variant:
    return next(v for v in variants(lecture.module) if (v.exercise, v.wrong) == (exercise, wrong))


def _body(variant: Variant) -> str:
    """The lines that take the solution's place."""
    if variant.body:
        return variant.body
    module = variant.exercise.partition(".")[0]
    text = solution_text(module)
    region: Region = next(r for r in regions(text, module) if r.name == variant.exercise)
    own = "".join(text.splitlines(keepends=True)[region.first : region.last - 1])
    return textwrap.dedent(own.replace(variant.old, variant.new))
