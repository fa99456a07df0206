"""The reference's text, where the student's course holds it.

A checkout has `solutions/`, and so has a bundle of which `course.toml` says that it may; a package
that was installed from one of them has it as `course_lib/reference/`.
"""

from __future__ import annotations

from pathlib import Path

from course_lib.course import splice, syllabus
from course_lib.course.errors import CommandError

__all__ = ["bare", "find", "function", "remark", "require"]

_REMARK = "# Why so: "


def find(module: str) -> Path | None:
    """The file of the reference module; None where this course holds no reference."""
    package = Path(syllabus.__file__).resolve().parents[1]
    for folder in (syllabus.path().parent / "solutions", package / "reference"):
        file = folder / f"{module}.py"
        if file.is_file():
            return file
    return None


def require(module: str) -> Path:
    """The file of the reference module.

    Raises:
        CommandError: this course holds no reference; the line says whom to ask.
    """
    file = find(module)
    if file is None:
        raise CommandError(
            f"this course holds no reference for {module}.py: ask {syllabus.load().students.ask}"
        )
    return file


def function(exercise: syllabus.Exercise) -> str:
    """The reference's function without its markers and its remark, from the margin.

    Raises:
        CommandError: this course holds no reference.
    """
    return bare(_text(exercise))


def bare(text: str) -> str:
    """A function's text without the marks around its solution and without the remark."""
    marks = ("### BEGIN SOLUTION", "### END SOLUTION")
    kept, inside = [], False
    for line in text.splitlines():
        stripped = line.strip()
        inside = stripped.startswith(_REMARK) or (inside and stripped.startswith("#"))
        if not inside and stripped not in marks:
            kept.append(line)
    return "\n".join(kept) + "\n"


def remark(exercise: syllabus.Exercise) -> str:
    """Why the reference is written so: the comment that begins its solution; "" without one.

    Raises:
        CommandError: this course holds no reference.
    """
    words: list[str] = []
    for line in _text(exercise).splitlines():
        bare = line.strip()
        if bare.startswith(_REMARK):
            words = [bare.removeprefix(_REMARK)]
        elif words and bare.startswith("# "):
            words.append(bare.removeprefix("# "))
        elif words:
            break
    return " ".join(words)


def _text(exercise: syllabus.Exercise) -> str:
    file = require(exercise.module)
    text = file.read_text(encoding="utf-8")
    return splice.function_text(text, exercise.attribute, f"solutions/{file.name}")
