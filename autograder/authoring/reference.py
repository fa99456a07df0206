"""The reference modules, and modules made from edited source."""

from __future__ import annotations

import importlib.util
import itertools
import linecache
import sys
from pathlib import Path
from types import ModuleType

from autograder.errors import CourseError
from autograder.paths import solution_file
from course_lib.course.syllabus import load

__all__ = ["module_from_source", "reference", "solution_text"]

_count = itertools.count()
_loaded: dict[str, ModuleType] = {}


def solution_text(module: str) -> str:
    """The source of `solutions/NAME.py`."""
    return _solution(module).read_text(encoding="utf-8")


def reference(module: str) -> ModuleType:
    """The reference module, never the student's: loaded from `solutions/` by path."""
    if module not in _loaded:
        spec = importlib.util.spec_from_file_location(f"solutions.{module}", _solution(module))
        assert spec is not None
        assert spec.loader is not None
        loaded = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(loaded)
        _loaded[module] = loaded
    return _loaded[module]


def _solution(module: str) -> Path:
    file = solution_file(load().lecture(module))
    if not file.is_file():
        raise CourseError(f"{file} is missing: the reference is needed on the instructor's side")
    return file


def module_from_source(source: str, module: str) -> ModuleType:
    """A fresh module from text, with a file name of its own: messages can quote its lines."""
    name = f"{module}_{next(_count)}.{module}"
    file = f"/edited/{next(_count)}/{module}.py"
    made = ModuleType(name)
    made.__file__ = file
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    # jaxtyping and dataclasses look a module up by name while its body runs.
    sys.modules[name] = made
    try:
        exec(compile(source, file, "exec"), made.__dict__)
    finally:
        del sys.modules[name]
    return made
