"""Write the scaffolds, and stand-ins for other lectures where one lecture is graded alone."""

from __future__ import annotations

from autograder.paths import scaffold_file, solution_file
from course_lib.course.scaffold import regions, scaffold_text, stub
from course_lib.course.syllabus import Lecture

__all__ = ["standing_in", "write_scaffold"]


def standing_in(module: str, solution: str, user: str) -> str:
    """The scaffold for a lecture that imports this one and is graded alone: stubs that say so.

    Args:
        module: the lecture that is imported.
        solution: its solution's text.
        user: the module that is being graded.
    """
    text = scaffold_text(solution, module)
    for region in regions(solution, module):
        why = (
            f"`{region.name}` is yours to write in another lecture, and {user}.py is graded alone: "
            f"copy what it needs into {user}.py"
        )
        text = text.replace(stub(region), f"{region.indent}raise RuntimeError({why!r})\n")
    return text


def write_scaffold(lecture: Lecture) -> bool:
    """Write `course_lib/NAME.py`; says whether it changed."""
    text = scaffold_text(solution_file(lecture).read_text(encoding="utf-8"), lecture.module)
    target = scaffold_file(lecture)
    if target.exists() and target.read_text(encoding="utf-8") == text:
        return False
    target.write_text(text, encoding="utf-8")
    return True
