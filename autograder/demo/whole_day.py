"""Play an instructor's whole day: release, submissions, grading, feedback and export."""

from __future__ import annotations

import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import nbformat
from nbgrader.api import Gradebook

from autograder.authoring.notebooks import grade_id
from autograder.demo.course_folder import make_course, nbgrader
from autograder.demo.students import CLASS, Student, module_text, notebook_of, students_of
from autograder.sandbox.bubblewrap import SandboxMissing, find
from course_lib.course.archive import zipped
from course_lib.course.syllabus import Lecture, load

__all__ = ["Graded", "Played", "engine_setting", "hand_in", "play"]


def engine_setting() -> str:
    """The demo's students are ours: where there is no sandbox, they are graded without one."""
    try:
        find()
    except SandboxMissing:
        return "\nc.SandboxedEngine.unsandboxed = True\n"
    return ""


@dataclass
class Graded:
    """One student's line of the table."""

    student: Student
    id: str
    points: dict[str, float] = field(default_factory=dict)
    by_hand: bool = False
    feedback: Path | None = None

    def surprises(self, lecture: Lecture) -> list[str]:
        """Exercises whose points are not what the student is made to get."""
        return [
            e.name
            for e in lecture.exercises
            if (self.points.get(e.name, -1.0) == e.points) != self.student.expects(e.name)
        ]


@dataclass
class Played:
    """The result of a demo: its course folder, the graded students, the seconds of every step."""

    course: Path
    lecture: Lecture
    graded: list[Graded]
    seconds: dict[str, float]
    log: str


def play(
    course: Path,
    students: int = CLASS,
    said: Callable[[str], None] = lambda _: None,
    settings: str = "",
    env: dict[str, str] | None = None,
    lecture_name: str | None = None,
) -> Played:
    """Play a class in a new course folder.

    Args:
        course: the folder; is created.
        students: how many of the ten take part.
        said: is told what is being done.
        settings: lines that are added to the course's `nbgrader_config.py`.
        env: variables of the instructor's environment while nbgrader runs.
        lecture_name: id or module of the lecture that is played; by default the first one with a
            question that is marked by hand.

    Raises:
        CourseError: one of nbgrader's commands failed.
    """
    lecture = load().counted(lecture_name) if lecture_name else _with_a_question()
    taking_part = students_of(lecture)[:students]
    seconds: dict[str, float] = {}

    @contextmanager
    def step(name: str) -> Iterator[None]:
        said(name)
        start = time.perf_counter()
        yield
        seconds[name] = time.perf_counter() - start

    with step("release"):
        make_course(course, [lecture.id], settings + engine_setting())
        nbgrader(course, "generate_assignment", lecture.id, env=env)
    with step("submissions"):
        hand_in(course, lecture, taking_part)
        nbgrader(course, "zip_collect", lecture.id, env=env)
    with step("autograde"):
        log = nbgrader(course, "autograde", lecture.id, env=env).stderr
    with step("feedback"):
        nbgrader(course, "generate_feedback", lecture.id, env=env)
    with step("export"):
        nbgrader(course, "export", "--to=grades.csv", env=env)
    return Played(course, lecture, _graded(course, lecture, taking_part), seconds, log)


def _with_a_question() -> Lecture:
    """The first lecture that has all that the demo shows, or the first one."""
    lectures = load().lectures
    return next((lecture for lecture in lectures if lecture.reflection), lectures[0])


def hand_in(course: Path, lecture: Lecture, students: tuple[Student, ...]) -> None:
    """Put every student's zip into the download of an LMS: Moodle's for some, Canvas's for some."""
    release = course / "release" / lecture.id
    released = nbformat.read(release / f"{lecture.id}.ipynb", as_version=4)
    scaffold = (release / "course_lib" / f"{lecture.module}.py").read_text(encoding="utf-8")
    archive = course / "downloaded" / lecture.id / "archive"
    archive.mkdir(parents=True)
    with zipfile.ZipFile(archive / "Moodle download.zip", "w") as moodle:
        for number, student in enumerate(students):
            module = module_text(student, lecture, scaffold)
            notebook = nbformat.writes(notebook_of(student, released))
            own = zipped(
                {
                    f"{lecture.id}.ipynb": notebook.encode(errors="replace"),
                    f"course_lib/{lecture.module}.py": module.encode(),
                }
            )
            if number % 2 == 0:
                folder = f"{student.name}_{4100000 + number}_assignsubmission_file_"
                moodle.writestr(f"{folder}/{lecture.id}.zip", own)
            else:
                name = _canvas_name(student)
                (archive / f"{name}_{700 + number}_{9000 + number}_{lecture.id}.zip").write_bytes(
                    own
                )


def _canvas_name(student: Student) -> str:
    first, _, last = student.name.partition(" ")
    return f"{last}{first}".lower()


def _graded(course: Path, lecture: Lecture, students: tuple[Student, ...]) -> list[Graded]:
    """Read the grades of each student from the gradebook."""
    exercises = {grade_id(e.name): e.name for e in lecture.exercises}
    graded = []
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        for number, student in enumerate(students):
            id_ = student.name.replace(" ", "-")
            if number % 2:
                id_ = f"{_canvas_name(student)}-{700 + number}"
            line = Graded(student, id_)
            submission = gradebook.find_submission_notebook(lecture.id, lecture.id, id_)
            for grade in submission.grades:
                if grade.name in exercises:
                    line.points[exercises[grade.name]] = float(grade.score)
                else:
                    line.by_hand = bool(grade.needs_manual_grade)
            feedback = course / "feedback" / id_ / lecture.id / f"{lecture.id}.html"
            line.feedback = feedback if feedback.is_file() else None
            graded.append(line)
    return graded
