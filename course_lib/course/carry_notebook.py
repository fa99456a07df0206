"""A student's notebook in a corrected release: answers, cells of their own, and edited ones.

A released cell is told by its id, which nobody edits, or by its content, which made the id:
some programs give every cell a new id as they save.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from course_lib.course.contents import grading_of, is_unanswered, notebook_cells, source_of

__all__ = ["CarriedCells", "carry"]

Cell = dict[str, Any]
# What the release puts around a lecture is always the new release's.
_FRAME = {"installation", "colab-badge", "hand-in", "keeping"}


@dataclass(frozen=True)
class CarriedCells:
    """A notebook's new text, and what of the student's is in it.

    Attributes:
        text: of the file.
        answered: whether there was a reflection answer.
        own: how many cells the student had added.
        edited: how many cells of the course's, unchanged by it, the student had edited.
        beside: how many edited cells stand beside what the course has made of them since.
    """

    text: bytes
    answered: bool
    own: int
    edited: int
    beside: int


def carry(student: bytes, released: Collection[str], after: bytes, name: str) -> CarriedCells:
    """Put a student's answers and cells into a new notebook.

    Args:
        student: the student's notebook.
        released: ids of the cells that the notebook of the old release has.
        after: the new notebook.
        name: what the student's is called in messages.

    Raises:
        CommandError: the student's file is no notebook.
    """
    new = json.loads(after)
    there = {_identity(cell): number for number, cell in enumerate(new["cells"])}
    followed: dict[int, list[Cell]] = {}
    answered, own, edited, beside, place = False, 0, 0, 0, -1
    for cell in notebook_cells(student, name):
        digest = _digest(cell)
        number = there.get(_identity(cell), there.get(digest))
        if number is not None:
            # What stood at the head stands before the first cell that is still there.
            if place < 0 < number:
                followed[number - 1] = followed.pop(-1, [])
            place = number
        if grading_of(cell).get("solution") and not is_unanswered(cell):
            answered = True
            if number is not None:
                new["cells"][number] |= {k: cell[k] for k in ("source", "attachments") if k in cell}
                continue
        elif grading_of(cell) or _FRAME & set(_tags(cell)):
            continue
        elif number is not None:
            # The course has not changed it: what the student made of it, outputs included.
            new["cells"][number] |= {k: v for k, v in cell.items() if k not in ("id", "metadata")}
            edited += digest not in released
            continue
        elif digest in released:
            continue
        elif _identity(cell) in released:
            beside += 1
        else:
            own += 1
        followed.setdefault(place, []).append(_as_own(cell))
    cells = followed.pop(-1, [])
    for number, cell in enumerate(new["cells"]):
        cells += [cell, *followed.get(number, [])]
    text = json.dumps(new | {"cells": cells}, indent=1, ensure_ascii=False) + "\n"
    return CarriedCells(text.encode(), answered, own, edited, beside)


def _identity(cell: Cell) -> str:
    return str(grading_of(cell).get("grade_id") or cell.get("id", ""))


def _digest(cell: Cell) -> str:
    """What the builder made the id from, if the cell is untouched."""
    text = f"{cell['cell_type']}\n{source_of(cell)}"
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _tags(cell: Cell) -> list[str]:
    metadata = cell.get("metadata")
    return (metadata.get("tags") or []) if isinstance(metadata, dict) else []


def _as_own(cell: Cell) -> Cell:
    """The cell as one that grading does not know."""
    metadata = cell.get("metadata")
    kept = {k: v for k, v in (metadata or {}).items() if k not in ("nbgrader", "deletable")}
    return {**cell, "metadata": kept}
