"""Public checks of lecture 2, NADE.

Σₓ p(x) = 1 holds for many wrong NADEs (one that ignores its input, one without activation), so it
never stands alone: a case by hand, the dependency matrix and the formula on random weights stand
beside it. Importing this package registers all of them, in the order of the lecture.
"""

from course_lib.lectures.nade.checks import hidden  # isort: skip
from course_lib.lectures.nade.checks import conditionals  # isort: skip
from course_lib.lectures.nade.checks import sampling  # isort: skip
from course_lib.lectures.nade.checks import ensemble  # isort: skip
from course_lib.lectures.nade.checks import masks  # isort: skip

__all__ = ["conditionals", "ensemble", "hidden", "masks", "sampling"]
