"""`course solution`: the reference's function beside one's own, once it is earned."""

from __future__ import annotations

from rich.panel import Panel
from rich.syntax import Syntax

from course_lib.course import syllabus
from course_lib.course.earned import solution as earned_solution
from course_lib.course.terminal import console

__all__ = ["solution"]


def solution(name: str) -> None:
    """Print the student's function, the reference's, and why that is written so.

    Raises:
        UnknownName: there is no exercise of that name.
        CommandError: it is not earned yet, or this course holds no reference.
    """
    shown = earned_solution(syllabus.load().exercise(name))
    out = console()
    for title, text in (("yours", shown.own), ("the reference", shown.reference)):
        if text:
            code = Syntax(text, "python", word_wrap=True, background_color="default")
            out.print(Panel(code, title=f"{name} · {title}", title_align="left"))
    if shown.remark:
        out.print(f"Why so: {shown.remark}")
