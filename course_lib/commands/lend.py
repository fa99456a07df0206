"""`course lend`: the reference's function in the place of one's own, and back."""

from __future__ import annotations

from course_lib.course import lent
from course_lib.course.terminal import console

__all__ = ["lend"]


def lend(name: str | None, back: bool) -> None:
    """Lend an exercise, take it back, or list what is lent.

    Args:
        name: the exercise; None lists what is lent, or with `back` takes all of it back.
        back: take back instead.

    Raises:
        UnknownName: there is no exercise of that name.
        CommandError: it is not lent, or this course holds no reference.
    """
    out = console()
    if name is None and not (back and lent.names()):
        listed = ", ".join(lent.names())
        out.print(
            f"lent: {listed}" if listed else "nothing is lent: `course lend EXERCISE` lends one"
        )
        return
    for each in lent.names() if name is None else [name]:
        out.print(lent.take_back(each) if back else lent.lend(each), soft_wrap=True)
