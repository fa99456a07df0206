"""A hash of all that a grade depends on besides the submission; a change makes it out of date."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Any

from traitlets.config import Config

import autograder.lectures
import course_lib.lectures
from autograder.errors import CourseError
from autograder.paths import ROOT, solution_file
from course_lib.course.syllabus import Lecture, load

__all__ = ["fingerprints", "settings_of"]


def settings_of(config: Config, engine_class: str) -> dict[str, dict[str, Any]]:
    """The part of nbgrader's configuration that an engine reads, as plain data.

    Args:
        config: of `nbgrader_config.py`.
        engine_class: where the class is imported from.

    Raises:
        CourseError: a setting is no number, text, list or dict of these.
    """
    sections = ["Engine", engine_class.rpartition(".")[2]]
    found: dict[str, dict[str, Any]] = {}
    for section in dict.fromkeys(sections):
        for name, value in dict(config.get(section, {})).items():
            try:
                found.setdefault(section, {})[name] = json.loads(json.dumps(value))
            except TypeError as error:
                raise CourseError(f"nbgrader_config.py: c.{section}.{name}: {error}") from error
    return found


def fingerprints(
    lecture: Lecture, engine_class: str, settings: dict[str, dict[str, Any]]
) -> dict[str, str]:
    """Exercise → hash of everything that its grade depends on besides the submission.

    Covers the checks and their framework, the hidden cases, the solution, the engine's code and
    settings, the versions of Python and torch, and the exercise's entry in `course.toml`. Not
    the places of files on this machine: settings that end in `_file` are left out.
    """
    course = load()
    common = hashlib.sha256()
    for file in _files(lecture):
        common.update(file.name.encode() + b"\0" + hashlib.sha256(file.read_bytes()).digest())
    kept = {
        section: {name: v for name, v in sorted(values.items()) if not name.endswith("_file")}
        for section, values in sorted(settings.items())
    }
    facts = [
        # A class can be imported from several places; its name is the same in all of them.
        engine_class.rpartition(".")[2],
        kept,
        f"{sys.version_info.major}.{sys.version_info.minor}",
        version("torch"),
        course.seconds_per_property,
        course.hidden_share,
        repr(course.limits),
    ]
    common.update(json.dumps(facts).encode())
    found = {}
    for exercise in lecture.exercises:
        entry = json.dumps([exercise.name, float(exercise.points), exercise.section])
        own = common.copy()
        own.update(entry.encode())
        found[exercise.name] = own.hexdigest()[:32]
    return found


def _files(lecture: Lecture) -> Iterator[Path]:
    """Every file whose code has a part in a grade of this lecture, in a fixed order."""
    package = Path(course_lib.__file__ or "").resolve().parent
    here = ROOT / "autograder"
    yield from _sorted((package / "checks").rglob("*.py"))
    # What its notebook is given has a part, too: the student's code may call it.
    yield from _sorted(
        file
        for file in (Path(course_lib.lectures.__path__[0]) / lecture.module).rglob("*.py")
        if "widgets" not in file.parts
    )
    yield from _sorted((here / "sandbox").rglob("*.py"))
    cases = Path(autograder.lectures.__path__[0]) / lecture.module / "cases"
    yield from _sorted([cases.with_suffix(".py"), *cases.rglob("*.py")])
    authoring = here / "authoring"
    yield from _sorted([authoring / "cases.py", authoring / "reference.py", solution_file(lecture)])


def _sorted(files: Iterable[Path]) -> list[Path]:
    return sorted(file for file in files if file.is_file())
