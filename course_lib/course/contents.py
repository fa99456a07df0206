"""Inspect the two files that are handed in: can they be graded, and is anything missing?"""

from __future__ import annotations

import ast
import hashlib
import json
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from course_lib.course.errors import CommandError
from course_lib.course.syllabus import Exercise, Lecture

__all__ = ["UNREADABLE", "Function", "functions", "grading_of", "is_unanswered", "module_fault",
           "not_written", "notebook_cells", "python_fault", "reflection_note",
           "section_anchor", "source_of"]  # fmt: skip

Function = ast.FunctionDef | ast.AsyncFunctionDef
# What `compile` and `ast.parse` raise for a text that is no Python.
UNREADABLE = (SyntaxError, ValueError, RecursionError, MemoryError)

# What the answer's cell says in the sources and in nbgrader's releases.
_PLACEHOLDERS = ("", "*Your answer here.*", "YOUR ANSWER HERE")
_MARK_SCHEME = "=== BEGIN MARK SCHEME ==="


def notebook_cells(data: bytes, name: str) -> list[dict[str, Any]]:
    """The cells of a notebook.

    Raises:
        CommandError: the file is no notebook; the message says what it is.
    """
    advice = "open it in JupyterLab and save it again, or put back an older copy"
    if not data.strip():
        raise CommandError(f"{name} is empty: expected a notebook; {advice}")
    try:
        notebook = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise CommandError(
            f"{name} is not JSON ({error}): expected a Jupyter notebook; {advice}"
        ) from error
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list) or not all(
        isinstance(cell, dict) and cell.get("cell_type") for cell in cells
    ):
        raise CommandError(
            f"{name} is JSON but not a Jupyter notebook: expected a list of cells; {advice}"
        )
    if not cells:
        raise CommandError(f"{name} has no cells: expected the lecture's notebook; {advice}")
    return cells


def module_fault(data: bytes, name: str) -> str:
    """The error and the line at which Python cannot parse a module; "" if it can."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(data, name, "exec", dont_inherit=True)
    except UNREADABLE as error:
        return python_fault(error, name)
    return ""


def python_fault(error: Exception, name: str) -> str:
    """One line for an error of `UNREADABLE`: the place, the error and the code there."""
    if not isinstance(error, SyntaxError):
        return f"{name} cannot be read as Python: {error}"
    code = (error.text or "").strip()
    shown = f": `{code[:80]}`" if code else ""
    place = f", line {error.lineno}" if error.lineno else ""
    return f"{name}{place}: {type(error).__name__}: {error.msg}{shown}"


def not_written(data: bytes, lecture: Lecture) -> list[str]:
    """Names of exercises whose function still raises NotImplementedError, or is not there."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = dict(functions(ast.parse(data), lecture.module))
    except UNREADABLE:
        return []
    return [
        e.name
        for e in lecture.exercises
        # A name that is not a function's may be bound in another way: the check will tell.
        if e.name in found and any(_is_stub(line) for line in found[e.name].body)
    ]


def reflection_note(cells: list[dict[str, Any]], lecture: Lecture) -> str:
    """A warning about the reflection answer before handing in, or ""."""
    if not lecture.reflection:
        return ""
    found = [cell for cell in cells if _is_reflection(cell)]
    points = f"{lecture.reflection:g} points"
    if not found:
        return f"the reflection question's cell ({points}) is not in the notebook"
    if all(is_unanswered(cell) for cell in found):
        return f"the reflection question ({points}) is still unanswered"
    return ""


def functions(tree: ast.AST, prefix: str) -> Iterator[tuple[str, Function]]:
    """(dotted name, function) of a module's functions and of its classes' methods, in order."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, Function):
            yield f"{prefix}.{node.name}", node
        elif isinstance(node, ast.ClassDef):
            yield from functions(node, f"{prefix}.{node.name}")


def _is_stub(line: ast.stmt) -> bool:
    raised = line.exc if isinstance(line, ast.Raise) else None
    if isinstance(raised, ast.Call):
        raised = raised.func
    return isinstance(raised, ast.Name) and raised.id == "NotImplementedError"


def section_anchor(notebook: Path, exercise: Exercise) -> str:
    """The end of a link to the exercise's section in JupyterLab; "" where that is not found.

    Args:
        notebook: the lecture's.
        exercise: one of the lecture's.
    """
    try:
        cells = notebook_cells(notebook.read_bytes(), notebook.name)
    except (OSError, CommandError):
        return ""
    for cell in cells:
        if cell.get("id") and f"*Exercise `{exercise.name}`" in source_of(cell):
            return f"#cell-id={cell['id']}"
    return ""


def grading_of(cell: dict[str, Any]) -> dict[str, Any]:
    """nbgrader's metadata of a cell; empty where it has none."""
    metadata = cell.get("metadata")
    found = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    return found if isinstance(found, dict) else {}


def _is_reflection(cell: dict[str, Any]) -> bool:
    return grading_of(cell).get("grade_id") == "reflection"


def source_of(cell: dict[str, Any]) -> str:
    """What a cell holds, which a file may store in lines."""
    source = cell.get("source", "")
    return "".join(map(str, source)) if isinstance(source, list) else str(source)


def is_unanswered(cell: dict[str, Any]) -> bool:
    """Whether a cell for an answer still is as it was released."""
    source = source_of(cell)
    return (
        source.strip() in _PLACEHOLDERS
        or _MARK_SCHEME in source
        or grading_of(cell).get("checksum") == _checksum(cell)
    )


def _checksum(cell: dict[str, Any]) -> str:
    """nbgrader's checksum of a cell: the release keeps in its metadata what it was untouched."""
    meta = grading_of(cell)
    graded = bool(meta.get("grade"))
    parts = [source_of(cell), str(cell.get("cell_type"))]
    parts += [str(bool(meta.get(key))) for key in ("grade", "solution", "locked")]
    parts.append(str(meta.get("grade_id")))
    if graded:
        try:
            parts.append(str(float(meta["points"])))
        except (KeyError, TypeError, ValueError):
            return ""
    return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()
