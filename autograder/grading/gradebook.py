"""The only writer of grades: one transaction for a whole class.

What stands in nbgrader's tables afterwards is what `nbgrader autograde` would have put there, down
to a score that was given by hand, which stays and asks to be looked at again. Only the ids differ:
they are derived from what they stand for, so that grading twice, on any number of workers, gives
the same rows in the same order.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import sqlalchemy
from nbformat import NotebookNode
from nbgrader import api
from nbgrader.utils import compute_checksum, determine_grade, is_grade, is_solution, is_task
from sqlalchemy import bindparam, func, insert, select, update
from traitlets.config import Config

from autograder.authoring.notebooks import grade_id
from autograder.errors import CourseError
from autograder.grading.penalties import Penalties
from autograder.intake.rebuild import source_cells
from course_lib.course.syllabus import Lecture

__all__ = ["Entry", "GradeBook", "missing_lecture"]

_Student, _Assignment = api.Student.__table__, api.SubmittedAssignment.__table__
_Notebook, _Grade, _Comment = (
    api.SubmittedNotebook.__table__, api.Grade.__table__, api.Comment.__table__
)  # fmt: skip
_SOME = 400  # students in one query: databases limit the number of parameters


@dataclass(frozen=True)
class Entry:
    """The grades of one submission, as the gradebook is to have them."""

    student: str
    submitted: datetime | None
    cells: Sequence[NotebookNode]


@dataclass
class _Rows:
    """Rows to insert and to change, table by table."""

    new: dict[Any, list[dict[str, Any]]] = field(default_factory=dict)
    grades: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)

    def add(self, table: Any, **values: Any) -> None:
        self.new.setdefault(table, []).append(values)


class GradeBook:
    """nbgrader's gradebook, for one lecture. Use it in a `with` statement."""

    def __init__(self, config: Config, db_url: str, course_id: str, lecture: Lecture):
        """Open the gradebook.

        Args:
            config: of `nbgrader_config.py`, for the late penalties.
            db_url: SQLAlchemy's address of the database.
            course_id: nbgrader's.
            lecture: the lecture that is graded.

        Raises:
            CourseError: the database cannot be opened, or does not have the lecture.
        """
        self.lecture = lecture
        self._settings = json.dumps(config.get("LateSubmissionPlugin", {}), default=str)
        with _understandable(db_url):
            self._api = api.Gradebook(db_url, course_id)
        self._penalties = Penalties(config, self._api, lecture.id)
        try:
            with _understandable(db_url):
                self._read_lecture()
        except BaseException:
            self.close()
            raise

    def _read_lecture(self) -> None:
        with missing_lecture(self.lecture):
            assignment = self._api.find_assignment(self.lecture.id)
            self.cells = source_cells(self._api, self.lecture.id, self.lecture.id)
        self._assignment: str = assignment.id
        self._due: datetime | None = assignment.duedate
        order = [grade_id(e.name) for e in self.lecture.exercises]

        def ordered(cells: Any) -> list[tuple[str, str]]:
            named = [(c.name, c.id) for c in cells]
            place = {name: n for n, name in enumerate(order)}
            return sorted(named, key=lambda cell: (place.get(cell[0], len(order)), cell[0]))

        # As `Gradebook.add_submission` does it: a task has a grade and a comment.
        self._notebooks = [
            SimpleNamespace(
                id=notebook.id,
                name=notebook.name,
                grades=ordered([*notebook.grade_cells, *notebook.task_cells]),
                comments=ordered([*notebook.solution_cells, *notebook.task_cells]),
            )
            for notebook in sorted(assignment.notebooks, key=lambda n: n.name)
        ]
        self._api.db.rollback()

    def __enter__(self) -> GradeBook:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._api.close()

    @property
    def key(self) -> str:
        """Hash of what, of the gradebook's own, decides on a submission's entry."""
        facts: list[Any] = [[c.name, c.checksum, c.points, c.kind] for c in self.cells]
        facts += [str(self._due), self._settings]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()

    def entered(self) -> dict[str, str]:
        """Student → extension, for those who have a score by the grader in every exercise."""
        exercises = {grade_id(e.name) for e in self.lecture.exercises}
        wanted = [id_ for n in self._notebooks for name, id_ in n.grades if name in exercises]
        with _understandable(str(self._api.engine.url)):
            rows = self._api.db.execute(
                select(_Assignment.c.student_id, _Assignment.c.extension, func.count(_Grade.c.id))
                .join(_Notebook, _Notebook.c.assignment_id == _Assignment.c.id)
                .join(_Grade, _Grade.c.notebook_id == _Notebook.c.id)
                .where(_Assignment.c.assignment_id == self._assignment)
                .where(_Grade.c.cell_id.in_(wanted), _Grade.c.auto_score.is_not(None))
                .group_by(_Assignment.c.student_id, _Assignment.c.extension)
            ).all()
            self._api.db.rollback()
        return {student: str(extension) for student, extension, n in rows if n == len(wanted)}

    def write(self, entries: Sequence[Entry]) -> int:
        """Write all entries, or none, and bring all late penalties up to date.

        Returns:
            How many late penalties have changed.

        Raises:
            CourseError: the database refuses, for instance because another program holds it.
        """
        ordered = sorted(entries, key=lambda entry: entry.student)
        with _understandable(str(self._api.engine.url)):
            try:
                for start in range(0, len(ordered), _SOME):
                    self._write(ordered[start : start + _SOME])
                changed = self._penalise()
                self._api.db.commit()
            except BaseException:
                self._api.db.rollback()
                raise
        return changed

    def _penalise(self) -> int:
        """Bring every late penalty of the lecture up to date; points by hand count, too."""
        own = [n.id for n in self._notebooks if n.name == self.lecture.id]
        changes = self._penalties.due(self._assignment, own[0], self._due) if own else {}
        rows = [{"row": id_, "late_submission_penalty": p} for id_, p in changes.items()]
        _change(self._api.db, _Notebook, ("late_submission_penalty",), rows)
        return len(changes)

    def _write(self, entries: Sequence[Entry]) -> None:
        db, rows = self._api.db, _Rows()
        names = [entry.student for entry in entries]
        students = set(db.scalars(select(_Student.c.id).where(_Student.c.id.in_(names))))
        found = {
            row.student_id: row
            for row in db.execute(
                select(_Assignment)
                .where(_Assignment.c.assignment_id == self._assignment)
                .where(_Assignment.c.student_id.in_(names))
            )
        }
        notebooks = {
            (row.assignment_id, row.notebook_id): row.id
            for row in db.execute(
                select(_Notebook).where(
                    _Notebook.c.assignment_id.in_([row.id for row in found.values()])
                )
            )
        }
        ids = list(notebooks.values())
        grades = self._existing(_Grade, ids)
        comments = self._existing(_Comment, ids)
        for entry in entries:
            if entry.student not in students:
                rows.add(_Student, id=entry.student)
            old = found.get(entry.student)
            submission = old.id if old else _id(self._assignment, entry.student)
            if old is None:
                rows.add(
                    _Assignment,
                    id=submission,
                    assignment_id=self._assignment,
                    student_id=entry.student,
                    timestamp=entry.submitted,
                )
            elif entry.submitted and old.timestamp != entry.submitted:
                db.execute(
                    update(_Assignment)
                    .where(_Assignment.c.id == submission)
                    .values(timestamp=entry.submitted)
                )
            for notebook in self._notebooks:
                own = notebooks.get((submission, notebook.id)) or _id(submission, notebook.id)
                if (submission, notebook.id) not in notebooks:
                    rows.add(
                        _Notebook,
                        id=own,
                        notebook_id=notebook.id,
                        assignment_id=submission,
                        flagged=False,
                    )
                self._cells(entry, notebook, own, grades, comments, rows)
        for table in (_Student, _Assignment, _Notebook, _Grade, _Comment):
            if table in rows.new:
                db.execute(insert(table), rows.new[table])
        _change(db, _Grade, ("auto_score", "needs_manual_grade"), rows.grades)
        _change(db, _Comment, ("auto_comment",), rows.comments)

    def _existing(self, table: Any, notebooks: Sequence[str]) -> dict[tuple[str, str], Any]:
        found = {}
        for start in range(0, len(notebooks), _SOME):
            some = notebooks[start : start + _SOME]
            for row in self._api.db.execute(select(table).where(table.c.notebook_id.in_(some))):
                found[row.notebook_id, row.cell_id] = row
        return found

    def _cells(
        self,
        entry: Entry,
        notebook: Any,
        own: str,
        grades: Mapping[tuple[str, str], Any],
        comments: Mapping[tuple[str, str], Any],
        rows: _Rows,
    ) -> None:
        """The grades and comments of one submitted notebook."""
        cells: dict[str, NotebookNode] | None = None
        if notebook.name == self.lecture.id:
            cells = {cell.metadata.nbgrader.grade_id: cell for cell in entry.cells}
        for name, cell_id in notebook.grades:
            old = grades.get((own, cell_id))
            by_hand = old is not None and old.manual_score is not None
            score, waits = _score(cells, name, by_hand)
            if old is None:
                rows.add(
                    _Grade,
                    id=_id(own, cell_id),
                    notebook_id=own,
                    cell_id=cell_id,
                    auto_score=score,
                    needs_manual_grade=waits,
                )
            elif (old.auto_score, old.needs_manual_grade) != (score, waits):
                rows.grades.append(
                    {"row": old.id, "auto_score": score, "needs_manual_grade": waits}
                )
        for name, cell_id in notebook.comments:
            old, text = comments.get((own, cell_id)), _comment(cells, name)
            if old is None:
                rows.add(
                    _Comment,
                    id=_id(own, cell_id, "comment"),
                    notebook_id=own,
                    cell_id=cell_id,
                    auto_comment=text,
                )
            elif cells is not None and old.auto_comment != text:
                rows.comments.append({"row": old.id, "auto_comment": text})


def _score(
    cells: Mapping[str, NotebookNode] | None, name: str, by_hand: bool
) -> tuple[float | None, bool]:
    """A grade's score by the grader, and whether somebody has to look at it."""
    if cells is None:
        return 0.0, False  # a notebook that is not handed in
    cell = cells[name]
    score = determine_grade(cell)[0] if is_grade(cell) else None
    return None if score is None else float(score), by_hand or score is None


def _comment(cells: Mapping[str, NotebookNode] | None, name: str) -> str | None:
    cell = cells[name] if cells is not None else None
    if cell is None or not is_solution(cell) or is_task(cell):
        return None
    return "No response." if cell.metadata.nbgrader.checksum == compute_checksum(cell) else None


def _change(db: Any, table: Any, columns: Sequence[str], rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        values: dict[str, Any] = {name: bindparam(name) for name in columns}
        # The connection's own `execute`: the session's would take it for an update of objects.
        db.connection().execute(
            update(table).where(table.c.id == bindparam("row")).values(values), list(rows)
        )


def _id(*parts: str) -> str:
    """An id as long as nbgrader's, the same in every run."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


@contextmanager
def missing_lecture(lecture: Lecture) -> Iterator[None]:
    """Turn a `MissingEntry` of the block into a `CourseError` that says what to run."""
    try:
        yield
    except api.MissingEntry:
        raise CourseError(
            f"the gradebook does not have {lecture.id}: "
            f"run `nbgrader generate_assignment {lecture.id}`"
        ) from None


@contextmanager
def _understandable(db_url: str) -> Iterator[None]:
    try:
        yield
    except sqlalchemy.exc.NoSuchModuleError as error:
        raise CourseError(f"the gradebook's address {_shown(db_url)}: {error}") from error
    except ModuleNotFoundError as error:
        raise CourseError(
            f"the gradebook {_shown(db_url)} needs a driver: pip install {error.name}"
        ) from error
    except (sqlalchemy.exc.SQLAlchemyError, api.InvalidEntry) as error:
        told = str(getattr(error, "orig", None) or error).splitlines()[0]
        raise CourseError(f"the gradebook {_shown(db_url)}: {told}") from error


def _shown(db_url: str) -> str:
    """The address without its password."""
    try:
        return sqlalchemy.make_url(db_url).render_as_string(hide_password=True)
    except sqlalchemy.exc.ArgumentError:
        return db_url.rpartition("@")[2]
