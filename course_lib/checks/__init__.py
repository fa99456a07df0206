"""The public checks: `check("nade.NADE.log_prob")` says what holds and what is broken.

One file a lecture holds the checks, `framework` what they are written with. Nothing heavy is
imported before the first check runs.
"""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from course_lib.checks.framework.report import Report

__all__ = ["check"]


def check(exercise: str, module: ModuleType | None = None, seconds: float | None = None) -> Report:
    """Run the public checks of one exercise and return its report.

    Args:
        exercise: the exercise's name as in `course.toml`, such as "nade.NADE.log_prob".
        module: the module to check; by default the student's, imported as `course_lib.NAME`.
        seconds: how long a function may run inside one property; by default `course.toml`'s.

    Returns:
        A `Report`: a card in a notebook, a table in a terminal, and its `repr` is the points. Wrong
        or missing code is reported, never raised.

    Raises:
        UnknownName: there is no such exercise (the message has the closest one).
    """
    from course_lib.checks.framework.run import run_check

    return run_check(exercise, module, seconds)
