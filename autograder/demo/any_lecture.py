"""The ten students for any lecture: their mistakes come from its mutants and alternatives."""

from __future__ import annotations

import re
import textwrap
from dataclasses import replace
from typing import Any

from autograder.authoring.audit.variants import Variant, variants
from autograder.authoring.reference import solution_text
from autograder.authoring.scaffold import Region, regions
from autograder.demo.students import STUDENTS, Student
from autograder.errors import CourseError
from course_lib.course.syllabus import Lecture

__all__ = ["students_of"]

_MISTAKES = 3  # at most
# Another exercise's checks call these: `sample_cached` has to draw what `sample` draws.
_HELD_TO = {"pixelcnn.sample", "pixelcnn.log_prob"}


def students_of(lecture: Lecture) -> tuple[Student, ...]:
    """The demo's class for a lecture, in the order of `STUDENTS`.

    Lecture 2's students have their own exercises. For any other lecture those who write something
    wrong, or nothing, do so in exercises that no other one calls: just these lose points.

    Raises:
        CourseError: too few such exercises.
    """
    if any(name.startswith(f"{lecture.module}.") for s in STUDENTS for name, _ in s.bodies):
        return STUDENTS
    alone = _called_by_nobody(lecture)
    if len(alone) < 2:
        raise CourseError(f"{lecture.id}: the demo needs more exercises that no other one calls")
    wrong = tuple(_first(lecture, name, wrong=True) for name in alone[:_MISTAKES])
    other = [
        _first(lecture, e.name, wrong=False) for e in lecture.exercises if e.name not in _HELD_TO
    ]
    unwritten = alone[-_MISTAKES:]
    endless = alone[-1]
    changes: dict[str, dict[str, Any]] = {
        "Charles Babbage": {
            "what": "right, in other ways",
            "bodies": tuple((v.exercise, _body(v)) for v in other),
            "before": "",
        },
        "Grace Hopper": {
            "what": "partly right: some not written",
            "bodies": tuple((name, None) for name in unwritten),
            "lost": tuple(unwritten),
        },
        "Alan Turing": {
            "what": "wrong in some",
            "bodies": tuple((v.exercise, _body(v)) for v in wrong),
            "lost": tuple(v.exercise for v in wrong),
        },
        "Sisyphus Aiolou": {
            "bodies": ((endless, "while True:\n    pass"),),
            "lost": (endless,),
        },
    }
    return tuple(replace(s, **changes.get(s.name, {})) for s in STUDENTS)


def _called_by_nobody(lecture: Lecture) -> list[str]:
    """Exercises whose name is called nowhere else in the solution."""
    text = solution_text(lecture.module)
    lines = text.splitlines(keepends=True)
    found = []
    for region in regions(text, lecture.module):
        name = region.name.rpartition(".")[2]
        elsewhere = "".join(lines[: region.first - 1] + lines[region.last :])
        calls = re.findall(rf"(?<!def )\b{name}\(", elsewhere)
        # `forward` is what calling a layer calls.
        if not calls and name != "forward" and region.name not in _HELD_TO:
            found.append(region.name)
    return found


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
