"""The student's completion of the course: the syllabus together with the stored results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from course_lib.course import lent
from course_lib.course.points import Points
from course_lib.course.syllabus import Course, Exercise, Lecture

__all__ = ["ExerciseDone", "LectureDone", "done", "lecture_done", "module_file"]


@dataclass(frozen=True)
class ExerciseDone:
    """An exercise and its last result.

    Attributes:
        exercise: the syllabus' entry.
        state: "passed", "failed", "missing", or "" when it was never checked.
        share: the share of the points that the public properties of the last check gave.
        checked: when that was, in seconds since 1970.
        lent: whether the reference stands in its place.
    """

    exercise: Exercise
    state: str = ""
    share: float = 0.0
    checked: float | None = None
    lent: bool = False

    @property
    def passed(self) -> bool:
        """Whether every public property held."""
        return self.state == "passed"

    @property
    def points(self) -> Points:
        """What the last check says of the points."""
        most = self.exercise.points
        return Points.of(round(most * self.share, 2), most, self.exercise.hidden_share)


@dataclass(frozen=True)
class LectureDone:
    """A lecture and the last results of its exercises."""

    lecture: Lecture
    exercises: tuple[ExerciseDone, ...]

    @property
    def passed(self) -> int:
        """The number of exercises that pass."""
        return sum(e.passed for e in self.exercises)

    @property
    def points(self) -> Points:
        """What the last checks say; the reflection question's points are not among them."""
        return Points.together(e.points for e in self.exercises)

    @property
    def share(self) -> float:
        """The share of the points that the public properties give."""
        most = sum(e.exercise.points for e in self.exercises)
        return sum(e.exercise.points * e.share for e in self.exercises) / most if most else 0.0

    @property
    def minutes_left(self) -> int:
        """Minutes of the exercises that do not pass yet."""
        return sum(e.exercise.minutes for e in self.exercises if not e.passed)

    @property
    def lent(self) -> int:
        """The number of exercises that are lent."""
        return sum(e.lent for e in self.exercises)

    @property
    def next(self) -> ExerciseDone | None:
        """The first exercise that neither passes yet nor is lent; then the first that is lent."""
        left = [e for e in self.exercises if not e.passed]
        return next((e for e in left if not e.lent), left[0] if left else None)

    def edited_since(self, file: Path | None) -> bool:
        """Whether the module was written to after one of its results was kept."""
        moments = [e.checked for e in self.exercises if e.checked is not None]
        try:
            # Results are kept to the second.
            return bool(moments and file and int(file.stat().st_mtime) > min(moments))
        except OSError:
            return False


def done(course: Course, entries: Mapping[str, Mapping[str, Any]]) -> list[LectureDone]:
    """Every lecture with its results.

    Args:
        course: the syllabus.
        entries: what `progress.read` returns.
    """
    return [lecture_done(lecture, entries) for lecture in course.lectures]


def lecture_done(lecture: Lecture, entries: Mapping[str, Mapping[str, Any]]) -> LectureDone:
    """One lecture with its results; results of unknown exercises are left out."""
    lent_now = lent.names(lecture.module)
    made = (_exercise(e, entries.get(e.name)) for e in lecture.exercises)
    return LectureDone(
        lecture, tuple(replace(e, lent=e.exercise.name in lent_now and not e.passed) for e in made)
    )


def _exercise(exercise: Exercise, entry: Mapping[str, Any] | None) -> ExerciseDone:
    if entry is None:
        return ExerciseDone(exercise)
    # The syllabus may have given the exercise other points since.
    share = entry["points"] / entry["max_points"] if entry["max_points"] > 0 else 0.0
    return ExerciseDone(exercise, entry["state"], min(max(share, 0.0), 1.0), entry["checked"])


def module_file(lecture: Lecture) -> Path | None:
    """The file that `course check` looks at, found without running it."""
    try:
        spec = find_spec(f"course_lib.{lecture.module}")
    # A student's module may have put anything in its place.
    except Exception:
        return None
    return Path(spec.origin) if spec and spec.origin else None
