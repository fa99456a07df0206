"""The students' package of the course on deep generative models.

Its top-level modules, one a lecture, are the students' to complete; what lies in its
folders (`lectures`, `checks`, `kit`, …) is complete.

A lecture module is looked for in the folders of `$COURSE_LIB_PATH`, then in `./course_lib` of the
working directory, then here. The same notebook so runs on a student's files, on a submission or,
with `COURSE_LIB_PATH=solutions`, on the reference. Where `$COURSE_ROOT` names another course's
folder, the `course_lib` in that folder comes before this one.
"""

import os
from pathlib import Path
from typing import Any

# Imported before the overlay is laid, so that no folder in front of this one can replace them.
from course_lib import checks, commands, course, kit, lectures, notebook
from course_lib.checks import check
from course_lib.course import syllabus as _syllabus
from course_lib.notebook import reload as _reload  # noqa: F401  (each check then sees edited files)

__all__ = ["check", "checks", "commands", "course", "kit", "lectures", "lend", "notebook"]


def __getattr__(name: str) -> Any:
    # Loaded when it is used: a terminal does not wait for IPython.
    if name == "lend":
        return notebook.lend
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _overlay() -> list[str]:
    """The folders that come before this package, in order, as absolute paths."""
    wanted = [p for p in os.environ.get("COURSE_LIB_PATH", "").split(os.pathsep) if p]
    wanted.append("course_lib")
    root = _syllabus.root()
    if root:
        wanted.append(str(root / "course_lib"))
    here = Path(__file__).resolve().parent
    folders: list[str] = []
    for name in wanted:
        try:
            folder = Path(name).resolve()
        except OSError:
            continue
        if folder.is_dir() and folder != here and str(folder) not in folders:
            folders.append(str(folder))
    return folders


__path__[:0] = _overlay()
