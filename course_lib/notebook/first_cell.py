"""The first cell of a notebook: `notebook.start("02_name")`.

Shows where the notebook runs, lets an edited module take effect at the next cell, and turns the
traceback of a function that is still missing into one friendly line, also in the cells that only
need what an earlier cell would have made. "Run All" goes on after such a line.
"""

from __future__ import annotations

import ast
import contextlib
import html
import importlib
import os
import re
import shutil
import sysconfig
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import quote

from IPython.core.getipython import get_ipython
from IPython.display import display

from course_lib.checks.importing import import_failure
from course_lib.course import reference_text, syllabus
from course_lib.course.completion import module_file
from course_lib.kit import data, device
from course_lib.notebook import exercise_magics, hand_in, keeping, reload

__all__ = ["MissingNames", "keep", "start", "submit"]

_MISSING = "not implemented yet"
# The lecture of this notebook, from its first cell on.
_started: list[syllabus.Lecture] = []


class MissingNames:
    """Which variables were never made because a cell stopped at a missing function."""

    def __init__(self) -> None:
        self._waiting: dict[str, str] = {}

    def stopped(self, source: str, reason: str) -> None:
        """A cell stopped: what it would have assigned waits for `reason`."""
        for name in assigned_names(source):
            self._waiting[name] = reason

    def ran(self, source: str) -> None:
        """A cell ran: what it assigned is there."""
        for name in assigned_names(source):
            self._waiting.pop(name, None)

    def line_for(self, error: BaseException) -> str | None:
        """The one line for an error that a missing function caused, else None."""
        if isinstance(error, NotImplementedError):
            text = str(error)
            return text + _way_on(text) if text.startswith(_MISSING) else None
        name = getattr(error, "name", None)
        if isinstance(error, NameError) and isinstance(name, str) and name in self._waiting:
            return f"{self._waiting[name]} (this cell needs `{name}`)"
        return None


def _way_on(line: str) -> str:
    """How to go on without the function that a line names, where this course can lend it."""
    named = re.search(r"`([\w.]+)`", line)
    if not named or reference_text.find(named[1].partition(".")[0]) is None:
        return ""
    return f'; stuck? lend("{named[1]}") goes on with the reference'


def assigned_names(source: str) -> set[str]:
    """Names that a cell assigns, defines or imports at its top level or in its blocks."""
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return set()
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.id)
        elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            names.add(node.name)
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            names.update((a.asname or a.name).partition(".")[0] for a in node.names)
    return names


def start(lecture: str) -> None:
    """Set a notebook up and say in two lines what it works with.

    Args:
        lecture: the lecture's id, such as "02_name".

    Raises:
        UnknownName: there is no such lecture.
    """
    entry = syllabus.load().lecture(lecture)
    _started[:] = [entry]
    _find_commands()
    shell: Any = get_ipython()
    if shell is not None:
        _install_handler(shell)
        exercise_magics.register(shell)
    alone = shell is not None and bool(own_copies(entry))
    if alone:
        reload.move_to(Path.cwd() / "course_lib", shell.user_ns)
    _show_place(entry, shell, alone)
    if alone:
        print(
            "Open it from the folder on the left by double-click, Ctrl-S saves; or write in the "
            f"notebook: %load_exercise {entry.exercises[0].name}"
        )
    print(f"data: {data.chosen()} · device: {device.describe()}")


def submit(anyway: bool = False) -> None:
    """Make the zip to hand in of this notebook's lecture, and offer it for download.

    Args:
        anyway: make it even though one of the files cannot be graded as it is.
    """
    if _has_started():
        hand_in.offer(_started[0], anyway)


def keep() -> None:
    """In Colab, bring back what you had kept, or keep what you have written since."""
    if _has_started():
        keeping.keep(_started[0])


def _has_started() -> bool:
    if not _started:
        print("Run the notebook's first cell, then this one again.")
    return bool(_started)


def own_copies(lecture: syllabus.Lecture) -> list[Path]:
    """Outside of a checkout, put the lecture's modules beside the notebook, to be edited there.

    Files that are there already stay as they are.

    Returns:
        The files beside the notebook; none in a checkout, whose `course_lib/` is the place to edit.
    """
    if syllabus.in_checkout():
        return []
    package = Path(syllabus.__file__).resolve().parents[1]
    course = syllabus.load()
    folder = Path.cwd() / "course_lib"
    folder.mkdir(exist_ok=True)
    copies = []
    for key in (*lecture.needs, lecture.id):
        name = f"{course.lecture(key).module}.py"
        if not (folder / name).exists():
            shutil.copyfile(package / name, folder / name)
        copies.append(folder / name)
    return copies


def _find_commands() -> None:
    """Let `!course …` be this Python's command, also where nobody has activated its environment."""
    scripts, known = sysconfig.get_path("scripts"), os.environ.get("PATH", "")
    if scripts not in known.split(os.pathsep):
        os.environ["PATH"] = os.pathsep.join(filter(None, [scripts, known]))


def _show_place(lecture: syllabus.Lecture, shell: Any, alone: bool) -> None:
    """Say which file to edit, as a link where one leads there: not in Colab, nor on a page."""
    place = _module_place(lecture.module)
    line, file = f"{lecture.id} · edit {place}", module_file(lecture)
    if shell is None or alone or file is None or os.environ.get("COURSE_STATIC_WIDGETS"):
        print(line)
        return
    address = quote(Path(os.path.relpath(file)).as_posix())
    link = f'{lecture.id} · edit <a href="{address}">{html.escape(place)}</a>'
    display({"text/plain": line, "text/html": link}, raw=True)


def _module_place(module: str) -> str:
    """The student's file, relative to the working directory where it lies below or near it."""
    try:
        file = Path(importlib.import_module(f"course_lib.{module}").__file__ or "")
    except Exception:
        return f"course_lib/{module}.py"
    with contextlib.suppress(ValueError):
        return str(file.relative_to(Path.cwd()))
    return f"{file.parent.name}/{file.name}"


def _install_handler(shell: Any) -> None:
    missing = MissingNames()
    cell = {"source": "", "lacks": ""}

    def before(info: Any) -> None:
        cell.update(source=info.raw_cell, lacks="")
        for name, error in reload.refresh(shell.user_ns).items():
            if error is not None:
                print(import_failure(name, error))
                print("Until this is mended, the version before it runs.")

    def after(result: Any) -> None:
        reload.remember()
        if result.success:
            missing.ran(cell["source"])
        elif cell["lacks"]:
            # The line is shown; to the notebook the cell is over, so that "Run All" goes on.
            result.error_in_exec = None

    def show(
        self: Any,
        kind: type[BaseException],
        error: BaseException,
        tb: TracebackType,
        tb_offset: int | None = None,
    ) -> list[str]:
        line = missing.line_for(error)
        if line is None:
            frames = self.InteractiveTB.structured_traceback(kind, error, tb, tb_offset=tb_offset)
            self._showtraceback(kind, error, frames)
            return frames
        cell["lacks"] = line.partition(" (this cell")[0]
        missing.stopped(cell["source"], cell["lacks"])
        self._showtraceback(kind, error, [line])
        return [line]

    _register_once(shell, "pre_run_cell", before)
    _register_once(shell, "post_run_cell", after)
    shell.set_custom_exc((NotImplementedError, NameError), show)


_registered: dict[str, Callable] = {}


def _register_once(shell: Any, event: str, callback: Callable) -> None:
    """A setup cell that runs again replaces its callbacks."""
    if event in _registered:
        with contextlib.suppress(ValueError):
            shell.events.unregister(event, _registered[event])
    shell.events.register(event, callback)
    _registered[event] = callback
