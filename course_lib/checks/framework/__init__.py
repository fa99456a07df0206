"""What checks are written with. `course_lib.checks.NAME` is the place to see it used.

Imported on first use: whoever only reads reports does not wait for torch.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
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

_MODULES = ("asserts", "dependency", "errors", "registry", "report")


def __getattr__(name: str) -> Any:
    if name in __all__:
        for module in _MODULES:
            found = importlib.import_module(f"{__name__}.{module}")
            if name in getattr(found, "__all__", ()):
                return getattr(found, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
