"""The folders in which a student's notebook and module of a lecture are looked for.

Three layouts, looked for in the working directory and in the folders above it:

- the course: `notebooks/02_name/02_name.ipynb` and `course_lib/name.py`;
- an assignment as nbgrader releases it: `02_name.ipynb` and `course_lib/name.py` side by side;
- the folder that holds such assignments: `02_name/02_name.ipynb` and `02_name/course_lib/name.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from course_lib.course.errors import CommandError
from course_lib.course.syllabus import Lecture
from course_lib.course.terminal import shown_path

__all__ = ["Work", "find", "notebook_file"]


@dataclass(frozen=True)
class Work:
    """The two files of a lecture that are handed in."""

    notebook: Path
    module: Path


def find(lecture: Lecture, start: Path | None = None) -> Work:
    """The student's two files.

    Args:
        lecture: whose files.
        start: where to begin, the working directory by default.

    Raises:
        CommandError: one of the files is missing, or this is no course folder.
    """
    here = (start or Path.cwd()).absolute()
    lonely: Work | None = None
    for folder in (here, *here.parents):
        places = list(_places(lecture, folder))
        for work in places:
            if work.notebook.is_file() and work.module.is_file():
                return work
        for work in places:
            # The nearest course folder counts: a complete one further up is another one.
            if work.notebook.is_file() and work.module.parent.is_dir():
                raise _module_missing(work)
            if work.module.is_file():
                raise _notebook_missing(lecture, work)
            # `notebooks/02_name` has no module: it lies further up.
            if work.notebook.is_file() and lonely is None:
                lonely = work
    if lonely is not None:
        raise _module_missing(lonely)
    raise CommandError(
        f"{here} is no course folder: found neither {lecture.id}.ipynb nor "
        f"notebooks/{lecture.id}/{lecture.id}.ipynb with course_lib/{lecture.module}.py, here "
        "or further up; `cd` to the folder that has notebooks/ and course_lib/ in it"
    )


def notebook_file(lecture: Lecture) -> Path | None:
    """The student's notebook of a lecture; None where `find` finds none."""
    try:
        return find(lecture).notebook
    except CommandError:
        return None


def _places(lecture: Lecture, folder: Path) -> Iterator[Work]:
    notebook, module = f"{lecture.id}.ipynb", Path("course_lib", f"{lecture.module}.py")
    for beside in (folder, folder / lecture.id, folder / "notebooks" / lecture.id):
        # What a notebook's kernel takes first: the package beside the notebook.
        yield Work(beside / notebook, beside / module)
        if beside != folder:
            yield Work(beside / notebook, folder / module)


def _module_missing(work: Work) -> CommandError:
    return CommandError(
        f"{shown_path(work.module)} is missing: {work.notebook.name} is handed in together with "
        "it; put it back from the course's download"
    )


def _notebook_missing(lecture: Lecture, work: Work) -> CommandError:
    root = work.module.parent.parent
    usual = root / "notebooks" / lecture.id
    lost = (usual if (root / "notebooks").is_dir() else root) / work.notebook.name
    return CommandError(
        f"{shown_path(lost)} is missing: {work.module.name} is handed in together with it; put it "
        "back from the course's download, or give your own copy this name"
    )
