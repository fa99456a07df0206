"""The public checks: `check("name.Model.log_prob")` says what holds and what is broken.

A lecture's own checks are in `course_lib.lectures.NAME.checks`; here is what they are written with.
Everything loads on first use: whoever only reads reports does not wait for torch.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from course_lib.checks.asserts import (
        assert_close,
        assert_distribution,
        assert_dtype,
        assert_finite,
        assert_follows,
        assert_frequencies,
        assert_levels,
        assert_linear,
        assert_raises,
        assert_seed_decides,
        assert_true,
    )
    from course_lib.checks.dependency import (
        assert_depends_on_all_past,
        assert_depends_only_on_past,
        jacobian,
    )
    from course_lib.checks.digits import apart
    from course_lib.checks.errors import PropertyBroken
    from course_lib.checks.gradients import gradients_for, weighted_sum
    from course_lib.checks.random_inputs import Case, Draw, Made, inputs, inputs_for, normal, seeded
    from course_lib.checks.registry import check_for
    from course_lib.checks.report import Report, Result
    from course_lib.checks.tensors import F64, all_binary, corners, numbers

__all__ = [
    "F64",
    "Case",
    "Draw",
    "Made",
    "PropertyBroken",
    "Report",
    "Result",
    "all_binary",
    "apart",
    "assert_close",
    "assert_depends_on_all_past",
    "assert_depends_only_on_past",
    "assert_distribution",
    "assert_dtype",
    "assert_finite",
    "assert_follows",
    "assert_frequencies",
    "assert_levels",
    "assert_linear",
    "assert_raises",
    "assert_seed_decides",
    "assert_true",
    "check",
    "check_for",
    "corners",
    "gradients_for",
    "inputs",
    "inputs_for",
    "jacobian",
    "normal",
    "numbers",
    "seeded",
    "weighted_sum",
]

_MODULES = (
    "asserts",
    "dependency",
    "digits",
    "errors",
    "gradients",
    "random_inputs",
    "registry",
    "report",
    "tensors",
)


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in _MODULES:
            found = importlib.import_module(f"{__name__}.{module}")
            if name in getattr(found, "__all__", ()):
                return getattr(found, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def check(
    exercise: str | Callable, module: ModuleType | None = None, seconds: float | None = None
) -> Report:
    """Run the public checks of one exercise and return its report.

    Args:
        exercise: the exercise's name as in `course.toml`, such as "name.Model.log_prob", or its
            function.
        module: the module to check; by default the student's, imported as `course_lib.NAME`.
        seconds: how long a function may run inside one property; by default `course.toml`'s.

    Returns:
        A `Report`: a card in a notebook, a table in a terminal, and its `repr` is the points. Wrong
        or missing code is reported, never raised.

    Raises:
        UnknownName: there is no such exercise (the message has the closest one).
    """
    run = importlib.import_module(f"{__name__}.run")
    return run.run_check(exercise, module, seconds)
