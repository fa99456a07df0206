"""The mechanics of a notebook: first cell, exercises in cells, edited modules, handing in.

Nothing loads before it is used: in Colab this package completes the course's own installation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from course_lib.course.lazy import lazy_modules

if TYPE_CHECKING:
    from course_lib.notebook.first_cell import keep, start, submit
    from course_lib.notebook.stuck import lend

__all__ = ["keep", "lend", "start", "submit"]

_PLACES = {
    "keep": "first_cell",
    "lend": "stuck",
    "start": "first_cell",
    "submit": "first_cell",
}

_module, __dir__ = lazy_modules(__name__, __path__)


def __getattr__(name: str) -> Any:
    return getattr(_module(_PLACES[name]), name) if name in _PLACES else _module(name)
