"""The reference's functions in the place of the student's: for one check, or lent until returned.

No exercise is lost to another. Where an exercise builds on functions that do not work yet, its
check runs once more with the reference in their place (`standing_in`). What a student has lent
(`course_lib.course.lent`) is in their module in every notebook and terminal until it is returned.
"""

from __future__ import annotations

import contextlib
import importlib.util
import inspect
from collections.abc import Callable, Iterator, Sequence
from types import ModuleType
from typing import Any

from course_lib.course import lent, reference_text, syllabus

__all__ = ["apply", "own", "standing_in"]

# In a module: what stood in the place of each lent function.
_OWN = "__lent__"
_loaded: dict[str, tuple[int, ModuleType]] = {}


def apply(module: ModuleType, name: str) -> None:
    """Put what is lent into a module: after it was executed, or when something was lent since.

    Args:
        module: the student's.
        name: of the lecture, without the package.
    """
    wanted = [n for n in lent.names(name) if reference_text.find(name)]
    within = _names(module)
    if sorted(within.get(_OWN, {})) != sorted(wanted):
        _put_back(within.pop(_OWN, {}))
        within[_OWN] = {n: _replace(module, n) for n in wanted}


@contextlib.contextmanager
def own(module: ModuleType, name: str) -> Iterator[None]:
    """The student's own function, for as long as its check runs, although it is lent."""
    before = _names(module).get(_OWN, {}).get(name)
    if before is None:
        yield
        return
    _put_back({name: before})
    try:
        yield
    finally:
        _replace(module, name)


@contextlib.contextmanager
def standing_in(module: ModuleType, names: Sequence[str]) -> Iterator[None]:
    """The reference's functions of these exercises in a student's module."""
    before: dict[str, Callable[[], None]] = {}
    try:
        for name in names:
            before[name] = _replace(module, name)
        yield
    finally:
        _put_back(before)


def _names(module: ModuleType) -> dict[str, Any]:
    """The module's names; of what a student's code has put in its place, none."""
    return module.__dict__ if issubclass(type(module), ModuleType) else {}


def _put_back(before: dict[str, Callable[[], None]]) -> None:
    for restore in before.values():
        restore()


def _replace(module: ModuleType, name: str) -> Callable[[], None]:
    """Put the reference's function into a module; returns what undoes it."""
    exercise = syllabus.load().exercise(name)
    *path, last = exercise.attribute.split(".")
    owner: Any = module
    reference: Any = _reference(exercise.module)
    for part in path:
        owner, reference = getattr(owner, part, None), getattr(reference, part)
    nothing = object()
    before = inspect.getattr_static(owner, last, nothing)
    # A class that was renamed or deleted says so in the check.
    if owner is None or before is nothing:
        return lambda: None
    setattr(owner, last, inspect.getattr_static(reference, last))
    return lambda: setattr(owner, last, before)


def _reference(name: str) -> ModuleType:
    """The reference module, loaded anew when its file has changed."""
    file = reference_text.require(name)
    stamp = file.stat().st_mtime_ns
    if _loaded.get(str(file), (0, None))[0] != stamp:
        spec = importlib.util.spec_from_file_location(f"reference_of_{name}", file)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        _loaded[str(file)] = stamp, module
    return _loaded[str(file)][1]
