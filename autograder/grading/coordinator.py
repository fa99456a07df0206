"""One run of grading: from `submitted/` through the engine and the journal to the gradebook.

A grade counts once it is in the journal. The gradebook is written at the end, in one transaction;
whatever stops the run before that, the next one takes up what the journal has.
"""

from __future__ import annotations

import hashlib
import json
import queue
import shutil
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from autograder.errors import CourseError
from autograder.grading.course import CourseFolder
from autograder.grading.engine_process import Outcome
from autograder.grading.executors import Executor
from autograder.grading.fingerprint import fingerprints
from autograder.grading.gradebook import Entry, GradeBook
from autograder.grading.journal import Journal, journal_file, only_run
from autograder.grading.records import Graded, to_data
from autograder.grading.rendering import Rendered, Renderer
from autograder.intake.ingest import HandedIn, submissions, take_in
from autograder.intake.plain_text import plain
from autograder.sandbox.scoring import refused
from course_lib.checks.report import Report
from course_lib.course.syllabus import Lecture

__all__ = ["Choice", "Line", "Run", "Watcher", "grade_class", "try_out"]

# The run is given up when the grader itself fails on this many submissions in a row and has graded
# none.
_GIVE_UP = 3


class Watcher(Protocol):
    """Is told how the run goes."""

    def begin(self, due: int, kept: int) -> None:
        """The number of exercises that are to be graded, and of those that are graded already."""

    def graded(self, exercises: int) -> None:
        """Add the number of exercises that have been graded since the last call."""

    def problem(self, student: str, line: str) -> None:
        """Something that the instructor should know of a submission."""


@dataclass(frozen=True)
class Choice:
    """The selection of submissions and exercises that are graded.

    Attributes:
        students: these only; all if empty.
        force: grade again what is graded already.
        only: grade these exercises again, and keep the others' grades, whatever grader gave them.
    """

    students: tuple[str, ...] = ()
    force: bool = False
    only: tuple[str, ...] = ()


@dataclass
class Line:
    """One submission in a run.

    Attributes:
        reports: exercise → report; all exercises once it is graded.
        seconds: what grading them took, in this run or an earlier one.
        failed: why it could not be graded, or could only be refused; empty otherwise.
    """

    handed_in: HandedIn
    reports: dict[str, Report] = field(default_factory=dict)
    seconds: float = 0.0
    failed: str = ""
    rendered: Rendered | None = None

    @property
    def student(self) -> str:
        """nbgrader's student id."""
        return self.handed_in.student

    @property
    def points(self) -> float:
        """The sum by the checks."""
        return sum(report.points for report in self.reports.values())

    def take(self, graded: Graded) -> None:
        """Add a grade."""
        self.reports[graded.report.exercise] = graded.report
        self.seconds += graded.seconds


@dataclass
class Run:
    """The result of a run.

    Attributes:
        lines: one a submission, sorted by student.
        graded: exercises that were graded in this run.
        kept: exercises whose grades were there already.
        written: submissions whose entry in the gradebook was written.
        penalties: late penalties that have changed.
        damaged: lines of the journal that could not be read.
        seconds: of the whole run.
    """

    lecture: Lecture
    lines: list[Line] = field(default_factory=list)
    graded: int = 0
    kept: int = 0
    written: int = 0
    penalties: int = 0
    damaged: int = 0
    seconds: float = 0.0

    @property
    def failed(self) -> list[Line]:
        """Submissions that could not be graded."""
        return [line for line in self.lines if line.failed]


MakeExecutor = Callable[[int], Executor]


def grade_class(
    course: CourseFolder,
    lecture: Lecture,
    choice: Choice,
    make_executor: MakeExecutor,
    watcher: Watcher,
) -> Run:
    """Grade what is not graded yet, and bring the gradebook up to date.

    Args:
        course: the course folder.
        lecture: the lecture.
        choice: what is graded.
        make_executor: is called, if there is anything to grade, with the number of submissions.
        watcher: is told how it goes.

    Raises:
        CourseError: nothing can be graded at all; the message says why.
    """
    start = time.monotonic()
    with only_run(course.root, lecture.id):
        journal = Journal(journal_file(course.root, lecture.id))
        with GradeBook(
            course.config, course.directory.db_url, course.directory.course_id, lecture
        ) as book:
            grading = _Grading(course, lecture, choice, watcher, journal)
            renderer = Renderer(course.config, course.directory, lecture, book.cells)
            filing = _Filing(course, journal, book, renderer, grading.run)
            grading.grade(make_executor, filing.prepare)
            filing.finish()
    grading.run.damaged = journal.damaged
    grading.run.seconds = time.monotonic() - start
    return grading.run


def try_out(
    course: CourseFolder,
    lecture: Lecture,
    choice: Choice,
    make_executor: MakeExecutor,
    watcher: Watcher,
) -> Run:
    """Grade as `grade_class` does, and write nothing: no journal, no gradebook, no file."""
    start = time.monotonic()
    grading = _Grading(course, lecture, choice, watcher, None)
    grading.grade(make_executor, lambda line: None)
    grading.run.seconds = time.monotonic() - start
    return grading.run


class _Grading:
    """The way from submissions to reports."""

    def __init__(
        self,
        course: CourseFolder,
        lecture: Lecture,
        choice: Choice,
        watcher: Watcher,
        journal: Journal | None,
    ):
        self.course, self.lecture, self.choice = course, lecture, choice
        self.watcher, self.journal = watcher, journal
        self.run = Run(lecture)
        self.graders = fingerprints(lecture, course.engine_class, course.settings)
        self.exercises = [e.name for e in lecture.exercises]
        for line in self._taken_in():
            for note in line.handed_in.notes:
                watcher.problem(line.student, note)
            self.run.lines.append(line)

    def _taken_in(self) -> list[Line]:
        submitted = self.course.submitted(self.lecture)
        found = dict(submissions(submitted, self.lecture.id))
        unknown = [name for name in self.choice.students if name not in found]
        if unknown:
            raise CourseError(
                f"{submitted} has no {self.lecture.id} of {', '.join(map(plain, unknown))}"
            )
        if not found:
            raise CourseError(
                f"nothing is handed in: {submitted}/STUDENT/{self.lecture.id}/ is expected, from "
                f"`nbgrader collect {self.lecture.id}` or `nbgrader zip_collect {self.lecture.id}`"
            )
        chosen = self.choice.students or tuple(found)
        return [Line(take_in(name, found[name], self.lecture)) for name in sorted(set(chosen))]

    def grade(self, make_executor: MakeExecutor, complete: Callable[[Line], None]) -> None:
        """Grade everything that is due; `complete` is called with each submission that is done."""
        self._forget()
        due: dict[str, tuple[list[str], list[Line]]] = {}
        for line in self.run.lines:
            if line.handed_in.unusable:
                self._fail(line, line.handed_in.unusable)
                continue
            if line.handed_in.refused:
                for name in self.exercises:
                    line.reports[name] = refused(name, line.handed_in.refused)
                continue
            left = [name for name in self.exercises if not self._kept(line, name)]
            if left:
                # The same code, handed in by two, is graded once.
                due.setdefault(line.handed_in.code, (left, []))[1].append(line)
        exercises = sum(len(left) for left, _ in due.values())
        self.watcher.begin(exercises, self.run.kept)
        for line in self.run.lines:
            if len(line.reports) == len(self.exercises):
                complete(line)
        if due:
            executor = make_executor(len(due))
            try:
                self._work(executor, list(due.values()), complete)
            finally:
                executor.close()

    def _forget(self) -> None:
        again = self.choice.only or (self.exercises if self.choice.force else ())
        if self.journal is not None and again:
            codes = [line.handed_in.code for line in self.run.lines if line.handed_in.digest]
            self.journal.forget([(code, name) for code in codes for name in again])

    def _kept(self, line: Line, name: str) -> bool:
        """Take a grade that is there already."""
        if self.journal is None:
            return False
        code = line.handed_in.code
        found = self.journal.find(code, name, self.graders[name])
        if found is None and self.choice.only and name not in self.choice.only:
            found = self.journal.latest(code, name)
        if found is None:
            return False
        line.take(found)
        self.run.kept += 1
        return True

    def _work(
        self,
        executor: Executor,
        due: list[_Item],
        complete: Callable[[Line], None],
    ) -> None:
        """Give the executor as many jobs as it can work on until all are done."""
        waiting, working, in_vain, any_good = list(reversed(due)), 0, 0, False
        done: _Done = queue.SimpleQueue()
        while waiting or working:
            # Not more at a time than are worked on: a worker that dies then takes one along.
            while waiting and working < executor.capacity():
                item = waiting.pop()
                left, lines = item
                first = lines[0].handed_in
                job = self.course.engine.of(self.lecture.id, first.module, left)
                executor.submit(job, partial(_hand_over, done, item))
                working += 1
            (left, lines), outcome = done.get()
            working -= 1
            found = outcome()
            if self.journal is not None and found.graded:
                self.journal.add(lines[0].handed_in.code, self.graders, found.graded)
            any_good = any_good or bool(found.graded)
            in_vain = in_vain + 1 if found.broken else 0
            for line in lines:
                self._settle(line, left, found)
                if len(line.reports) == len(self.exercises):
                    complete(line)
            if in_vain >= _GIVE_UP and not any_good:
                for _, rest in waiting:
                    for line in rest:
                        line.failed = f"not tried: {found.broken}"
                waiting.clear()

    def _settle(self, line: Line, left: Sequence[str], outcome: Outcome) -> None:
        for one in outcome.graded:
            line.take(one)
        self.run.graded += len(outcome.graded)
        self.watcher.graded(len(left))
        if outcome.broken:
            self._fail(line, f"not graded: {outcome.broken}")
        elif outcome.refused:
            # In the gradebook, with the reason, but not in the journal: the next run tries again.
            self._fail(line, f"refused: {outcome.refused}")
            for name in left:
                line.reports.setdefault(name, refused(name, f"not graded: {outcome.refused}"))

    def _fail(self, line: Line, why: str) -> None:
        line.failed = plain(why, 500)
        self.watcher.problem(line.student, line.failed)


_Item = tuple[list[str], list[Line]]
_Done = queue.SimpleQueue[tuple[_Item, Callable[[], Outcome]]]


def _hand_over(done: _Done, item: _Item, outcome: Callable[[], Outcome]) -> None:
    done.put((item, outcome))


class _Filing:
    """The way from reports to the gradebook and `autograded/`."""

    def __init__(
        self,
        course: CourseFolder,
        journal: Journal,
        book: GradeBook,
        renderer: Renderer,
        run: Run,
    ):
        self.course, self.journal, self.book = course, journal, book
        self.renderer, self.run = renderer, run
        self.entered = book.entered()
        self.staging = renderer.place("nobody").parents[1] / f".{run.lecture.id}.new"
        shutil.rmtree(self.staging, ignore_errors=True)

    def prepare(self, line: Line) -> None:
        """Make a submission's notebook, unless what is in place is just that."""
        if self._stands(line):
            return
        folder = self.staging / line.student
        line.rendered = self.renderer.render(line.handed_in, line.reports, folder)

    def finish(self) -> None:
        """Write what is prepared: gradebook, then files, then a note that both are done."""
        ready = [(line, line.rendered) for line in self.run.lines if line.rendered is not None]
        entries = [
            Entry(line.student, line.handed_in.submitted, rendered.cells)
            for line, rendered in ready
        ]
        self.run.penalties = self.book.write(entries)
        self.entered = self.book.entered()
        stamps = {}
        for line, rendered in ready:
            self.renderer.put(rendered, line.student, self.course.permissions)
            if not line.failed:
                stamps[line.student] = self._stamp(line)
        self.journal.file_away(stamps)
        shutil.rmtree(self.staging, ignore_errors=True)
        self.run.written = len(ready)

    def _stands(self, line: Line) -> bool:
        name = f"{self.run.lecture.id}.ipynb"
        return (
            self.journal.filed(line.student) == self._stamp(line)
            and line.student in self.entered
            and (self.renderer.place(line.student) / name).is_file()
        )

    def _stamp(self, line: Line) -> str:
        """Hash of everything that the gradebook's entry and the autograded files come from."""
        reports = [to_data(line.reports[name]) for name in sorted(line.reports)]
        facts = [
            line.handed_in.digest,
            self.book.key,
            self.entered.get(line.student, ""),
            reports,
        ]
        return hashlib.sha256(json.dumps(facts).encode()).hexdigest()
