"""Where the parts of a checkout lie."""

from __future__ import annotations

from pathlib import Path

from course_lib.course.syllabus import Lecture

__all__ = ["ROOT", "notebook_ipynb", "notebook_md", "scaffold_file", "solution_file"]

ROOT = Path(__file__).resolve().parents[1]


def solution_file(lecture: Lecture) -> Path:
    """`solutions/NAME.py`."""
    return ROOT / "solutions" / f"{lecture.module}.py"


def scaffold_file(lecture: Lecture) -> Path:
    """`course_lib/NAME.py`."""
    return ROOT / "course_lib" / f"{lecture.module}.py"


def notebook_md(lecture: Lecture) -> Path:
    """The notebook's reviewed source, `notebooks/NN_name/NN_name.md`."""
    return ROOT / "notebooks" / lecture.id / f"{lecture.id}.md"


def notebook_ipynb(lecture: Lecture) -> Path:
    """The built notebook, `notebooks/NN_name/NN_name.ipynb`."""
    return notebook_md(lecture).with_suffix(".ipynb")
