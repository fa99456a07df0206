"""`course reset`: the course's own text of a function, or of a file, and yours kept beside it."""

from __future__ import annotations

import codecs
from datetime import datetime
from pathlib import Path

from course_lib.commands.check import named_exercises
from course_lib.course import atomic, pristine, splice, syllabus
from course_lib.course.completion import module_file
from course_lib.course.errors import CommandError
from course_lib.course.syllabus import Exercise, Lecture
from course_lib.course.terminal import console, shown_path

__all__ = ["reset"]


def reset(key: str) -> None:
    """Put the scaffold of an exercise, or of a lecture's whole file, back into the student's file.

    Args:
        key: an exercise, or a lecture for the whole file.

    Raises:
        UnknownName: there is no such exercise or lecture.
        CommandError: the file is no student's, cannot be read, or there is no untouched copy.
    """
    course = syllabus.load()
    exercises = named_exercises(course, [key])
    lecture = course.lecture(exercises[0].module)
    file = _students_file(lecture)
    original = pristine.text(lecture.module)
    data = file.read_bytes() if file.is_file() else b""
    whole = key != exercises[0].name
    text = original if whole else _with_scaffold(exercises[0], file, data, original)
    bom = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    new = text.encode() if whole else bom + text.encode()
    name = "the whole file" if whole else f"`{exercises[0].attribute}`"
    if new == data:
        console().print(f"{shown_path(file)}: {name} already is as the course gives it")
        return
    kept = ""
    if data:
        beside = _beside(file)
        atomic.write(beside, data)
        kept = f"; your file as it was is {shown_path(beside)}"
    atomic.write(file, new)
    console().print(f"{shown_path(file)}: {name} is as the course gives it{kept}", soft_wrap=True)


def _students_file(lecture: Lecture) -> Path:
    file = module_file(lecture)
    if file is None:
        raise CommandError(
            f"course_lib/{lecture.module}.py is not here: `cd` to the folder of your course"
        )
    if file.parent.name == "solutions":
        raise CommandError(f"{shown_path(file)} is the reference, and no student's file")
    if not syllabus.in_checkout() and file.parent == Path(syllabus.__file__).resolve().parents[1]:
        raise CommandError(
            f"no {lecture.module}.py of yours is here: run the notebook's first cell, or `cd` to "
            "the folder of your course"
        )
    return file


def _with_scaffold(exercise: Exercise, file: Path, data: bytes, original: str) -> str:
    place = shown_path(file)
    cell = splice.function_text(original, exercise.attribute, f"{exercise.module}.py")
    try:
        text = data.decode("utf-8-sig")
        return splice.with_function(text, exercise.attribute, cell, place).text
    except (splice.CannotSplice, UnicodeDecodeError) as error:
        raise CommandError(
            f"{str(error).partition(': put its')[0]}; nothing was written: mend that, or let "
            f"`course reset {exercise.module}` put the whole file back (yours is kept)"
        ) from error


def _beside(file: Path) -> Path:
    """A name for the file as it was; its dots keep Python from importing it."""
    now, count = f"{datetime.now():%Y-%m-%d_%H-%M-%S}", 1
    beside = file.with_name(f"{file.stem}.before_reset_{now}.py")
    while beside.exists():
        count += 1
        beside = file.with_name(f"{file.stem}.before_reset_{now}_{count}.py")
    return beside
