"""From what a student types to lectures and exercises."""

from __future__ import annotations

from collections.abc import Sequence

from course_lib.course.syllabus import Course, Exercise, UnknownName, closest

__all__ = ["exercises"]


def exercises(course: Course, keys: Sequence[str]) -> list[Exercise]:
    """The exercises that the keys name, each once, in the order of the keys.

    Args:
        course: the syllabus.
        keys: ids or modules of lectures, names of exercises; none stands for the whole course.

    Raises:
        UnknownName: a key is neither; the message has the closest name of both kinds.
    """
    if not keys:
        return [e for lecture in course.lectures for e in lecture.exercises]
    named: dict[str, Exercise] = {}
    for key in keys:
        named.update({e.name: e for e in _named(course, key)})
    return list(named.values())


def _named(course: Course, key: str) -> tuple[Exercise, ...]:
    for lecture in course.notebooks:
        if key in (lecture.id, lecture.module):
            return lecture.exercises
        for exercise in lecture.exercises:
            if key == exercise.name:
                return (exercise,)
    lectures = [name for lecture in course.notebooks for name in (lecture.id, lecture.module)]
    known = lectures + [e.name for lecture in course.notebooks for e in lecture.exercises]
    close = closest(key, known)
    ids = ", ".join(lecture.id for lecture in course.lectures)
    hint = (
        f"did you mean {close!r}?"
        if close
        else f"the lectures are {ids}; `course status LECTURE` lists a lecture's exercises"
    )
    raise UnknownName(f"there is no lecture or exercise {key!r}: {hint}")
