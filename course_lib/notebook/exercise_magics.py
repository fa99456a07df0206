"""`%%exercise name.Model.log_prob` and `%load_exercise …`: write an exercise in the notebook.

The cell's function goes into the student's module, which stays the one place where it lives: it is
what the check looks at, what other cells import and what is handed in.
"""

from __future__ import annotations

import codecs
import importlib
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from course_lib.checks import check
from course_lib.checks.report import Report
from course_lib.course import atomic, splice, syllabus
from course_lib.course.splice import CannotSplice
from course_lib.notebook import reload

__all__ = ["register"]


def register(shell: Any) -> None:
    """Give a notebook's shell both magics; a second time changes nothing."""

    def exercise(line: str, cell: str) -> Report | None:
        """%%exercise NAME: write the cell's function into your module and check it."""
        try:
            _write(line.strip(), cell)
        except (CannotSplice, syllabus.UnknownName, OSError) as error:
            print(f"{error}\nNothing was written.")
            return None
        importlib.invalidate_caches()
        # The notebook's own variables follow what was just written.
        reload.refresh(shell.user_ns)
        return check(line.strip())

    def load_exercise(line: str) -> None:
        """%load_exercise NAME: put the function, as it is now, into a new cell."""
        name = line.strip()
        try:
            entry = _exercise(name, "%load_exercise")
            file = _file(entry)
            body = splice.function_text(_decoded(file), entry.attribute, _shown(file))
        except (CannotSplice, syllabus.UnknownName, OSError) as error:
            print(error)
            return
        shell.set_next_input(f"%%exercise {name}\n{body}\n", replace=False)

    shell.register_magic_function(exercise, "cell", "exercise")
    shell.register_magic_function(load_exercise, "line", "load_exercise")


def _write(name: str, cell: str) -> None:
    entry = _exercise(name, "%%exercise")
    file = _file(entry)
    if file.parent.name == "solutions":
        raise CannotSplice(f"{_shown(file)} is the reference, and no student's file")
    made = splice.with_function(_decoded(file), entry.attribute, cell, _shown(file))
    bom = codecs.BOM_UTF8 if file.read_bytes().startswith(codecs.BOM_UTF8) else b""
    atomic.write(file, bom + made.text.encode("utf-8"))
    print(f"{_shown(file)}, lines {made.first} to {made.last}: `{entry.attribute}` written")
    for warning in made.warnings:
        print(f"Careful: {warning}")


def _exercise(name: str, magic: str) -> syllabus.Exercise:
    if not name:
        raise CannotSplice(f"{magic} needs an exercise's name: {magic} name.Model.log_prob")
    return syllabus.load().exercise(name)


def _file(entry: syllabus.Exercise) -> Path:
    """The file of the module that the notebook uses."""
    name = f"course_lib.{entry.module}"
    module = sys.modules.get(name)
    # A module that moved beside the notebook still has the spec that it was first found by.
    origin = module.__file__ if module else getattr(find_spec(name), "origin", None)
    if not origin:
        raise CannotSplice(f"course_lib/{entry.module}.py is missing: it comes with the course")
    return Path(origin)


def _decoded(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CannotSplice(
            f"{_shown(file)} is not UTF-8 text (byte {error.start}): save it as UTF-8 in the editor"
        ) from error


def _shown(file: Path) -> str:
    return f"{file.parent.name}/{file.name}"
