"""The student's module: imported, as it stands in the file now, or a line that says why not."""

from __future__ import annotations

import importlib
import linecache
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from course_lib.checks import lending
from course_lib.checks.errors import (
    TimeLimitExceeded,
    explained,
    lines_of,
    raised_from,
    text_of,
)

__all__ = ["before_import", "import_failure", "still_importing", "student_module"]

# In a notebook `course_lib.notebook.reload` puts a function here that brings edited modules up to
# date and returns why the newest version of one could not be loaded.
_updates: list[Callable[[str], BaseException | None]] = []


def before_import(update: Callable[[str], BaseException | None]) -> None:
    """Have `update(name)` called before each check of the lecture module `name`.

    Args:
        update: returns None, or the exception that kept the file's newest version from loading.
    """
    if update not in _updates:
        _updates.append(update)


def student_module(name: str) -> ModuleType:
    """Import `course_lib.NAME`; in a kernel where it was edited since, in its newest version.

    Raises:
        BaseException: whatever the module's own code raises.
    """
    module = importlib.import_module(f"course_lib.{name}")
    file = getattr(module, "__file__", None)
    if isinstance(file, str) and not Path(file).is_file():
        # Deleted since it was imported: what Python still holds is not what will be handed in.
        raise ModuleNotFoundError(name=module.__name__)
    for update in _updates:
        error = update(name)
        if error is not None:
            raise error
    lending.apply(module, name)
    return module


def import_failure(name: str, error: BaseException, seconds: float = 0.0) -> str:
    """One line: where the import of `course_lib/NAME.py` stopped, and on what."""
    file = f"{name}.py"
    if isinstance(error, SyntaxError):
        code = error.text or linecache.getline(error.filename or "", error.lineno or 0)
        place = Path(error.filename or file).name
        line = f"{place}, line {error.lineno}: {type(error).__name__}: {error.msg}"
        return f"{line}: `{text_of(code, 100)}`" if code.strip() else line
    if isinstance(error, ModuleNotFoundError) and error.name == f"course_lib.{name}":
        return f"course_lib/{file} is missing: put the file back, it comes with the course"
    if isinstance(error, TimeLimitExceeded):
        if error.importing:
            return still_importing(error.importing)
        return (
            f"{file} was still being imported after {seconds:g} s: look for code outside functions"
        )
    if isinstance(error, NotImplementedError):
        return f"{file} cannot be imported: it raises NotImplementedError outside of a function"
    path = _file_of(error, file)
    told = explained(file, raised_from(error, path), file, lines_of(path) if path else [])
    return f"{file} cannot be imported: {told}"


def still_importing(library: str) -> str:
    """What is said of a check that came to its end while a library was being imported."""
    return (
        f"the library `{library}` was still being imported, which is no fault of your code: check "
        "again, when the machine is less busy"
    )


def _file_of(error: BaseException, name: str) -> str | None:
    """The path of the lecture module in the frames of an exception."""
    tb, found = error.__traceback__, None
    while tb is not None:
        file = tb.tb_frame.f_code.co_filename
        if Path(file).name == name:
            found = file
        tb = tb.tb_next
    return found
