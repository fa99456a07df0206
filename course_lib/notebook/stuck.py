"""`lend("name.Model.log_prob")` in a notebook: go on with the reference where one is stuck."""

from __future__ import annotations

from IPython.core.getipython import get_ipython

from course_lib.course import lent, syllabus
from course_lib.course.errors import CommandError
from course_lib.notebook import reload

__all__ = ["lend"]


def lend(exercise: str, back: bool = False) -> None:
    """Put the reference's function in the place of yours for everything after it, or take it back.

    What is lent gives no points; what builds on it gives all of its own. It stays lent, in every
    notebook and terminal, until it is taken back or your own version passes its check.

    Args:
        exercise: name as in the exercise's heading, such as "name.Model.log_prob".
        back: put your own function back.
    """
    try:
        line = (lent.take_back if back else lent.lend)(exercise)
    except (CommandError, syllabus.UnknownName) as error:
        print(error)
        return
    shell = get_ipython()
    reload.load_anew(exercise.partition(".")[0], shell.user_ns if shell else None)
    print(
        line.replace("`course lend --return " + exercise + "`", f'`lend("{exercise}", back=True)`')
    )
