"""Where the parts of a checkout and of the course lie.

A course is a folder with `course.toml`, `solutions/`, `notebooks/`, the scaffolds in `course_lib/`
and the two halves of its lectures, `course_lib/lectures/` and `autograder/lectures/`. It is the
checkout itself, unless `$COURSE_ROOT` names another one.
"""

from __future__ import annotations

from pathlib import Path

from autograder.errors import CourseError
from course_lib.course.syllabus import Lecture
from course_lib.course.syllabus import root as _root

__all__ = ["COURSE", "ROOT", "built_notebook", "notebook_ipynb", "notebook_md", "scaffold_file",
           "solution_file"]  # fmt: skip

ROOT = Path(__file__).resolve().parents[1]
COURSE = _root() or ROOT


def solution_file(lecture: Lecture) -> Path:
    """`solutions/NAME.py`."""
    return COURSE / "solutions" / f"{lecture.module}.py"


def scaffold_file(lecture: Lecture) -> Path:
    """`course_lib/NAME.py`."""
    return COURSE / "course_lib" / f"{lecture.module}.py"


def notebook_md(lecture: Lecture) -> Path:
    """The notebook's reviewed source, `notebooks/NN_name/NN_name.md`."""
    return COURSE / "notebooks" / lecture.id / f"{lecture.id}.md"


def notebook_ipynb(lecture: Lecture) -> Path:
    """The built notebook, `notebooks/NN_name/NN_name.ipynb`."""
    return notebook_md(lecture).with_suffix(".ipynb")


def built_notebook(lecture: Lecture) -> Path:
    """The built notebook, which must be there.

    Raises:
        CourseError: it has not been built.
    """
    file = notebook_ipynb(lecture)
    if not file.is_file():
        raise CourseError(f"{file} is missing: run `autograder notebooks {lecture.module}`")
    return file
