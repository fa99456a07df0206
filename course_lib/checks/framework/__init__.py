"""What checks are written with. `course_lib.checks.NAME` is the place to see it used."""

from course_lib.checks.framework.asserts import (
    all_binary,
    assert_close,
    assert_distribution,
    assert_dtype,
    assert_finite,
    assert_frequencies,
    assert_raises,
    assert_true,
)
from course_lib.checks.framework.dependency import (
    assert_depends_on_all_past,
    assert_depends_only_on_past,
    jacobian,
)
from course_lib.checks.framework.errors import PropertyBroken
from course_lib.checks.framework.registry import check_for
from course_lib.checks.framework.report import Report, Result

__all__ = [
    "PropertyBroken",
    "Report",
    "Result",
    "all_binary",
    "assert_close",
    "assert_depends_on_all_past",
    "assert_depends_only_on_past",
    "assert_distribution",
    "assert_dtype",
    "assert_finite",
    "assert_frequencies",
    "assert_raises",
    "assert_true",
    "check_for",
    "jacobian",
]
