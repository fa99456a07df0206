"""The notebook that is graded: the student's cells, and every graded cell exactly once.

Which cells are graded, what they say and what they are worth comes from the gradebook; of a
student's copy only the name of the cell and the written answer are taken.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from nbformat.notebooknode import NotebookNode
from nbgrader.api import Gradebook

from autograder.intake.cells_and_outputs import new_cell
from autograder.intake.plain_text import without_tags

__all__ = ["PROBLEMS_FILE", "SourceCell", "rebuilt", "source_cells"]

# What taking in the submission found wrong, one line each; lies beside the notebook.
PROBLEMS_FILE = "problems.txt"

_PUT_BACK = "*The cell below was missing from the submission and was put back.*"
_ANSWER_MISSING = (
    "*This answer's cell was missing from the submission and was put back. "
    "Grade it by what stands elsewhere in the notebook, if anything does.*"
)


@dataclass(frozen=True)
class SourceCell:
    """A graded or locked cell as the gradebook has it."""

    name: str
    kind: str
    source: str
    checksum: str | None
    locked: bool
    graded: bool
    answer: bool
    points: float | None

    def cell(self, source: str, id_: str | None) -> NotebookNode:
        """A cell with this one's metadata, whatever the student's said."""
        cell = new_cell(self.kind, source, id_)
        cell.metadata["deletable"] = False
        if not self.answer:
            cell.metadata["editable"] = False
        cell.metadata["nbgrader"] = NotebookNode(
            cell_type=self.kind,
            checksum=self.checksum,
            grade=self.graded,
            grade_id=self.name,
            locked=self.locked,
            schema_version=3,
            solution=self.answer,
            task=False,
        )
        if self.points is not None:
            cell.metadata.nbgrader["points"] = self.points
        return cell


def rebuilt(
    cells: list[NotebookNode],
    wanted: list[SourceCell],
    released: list[NotebookNode],
    problems: list[str],
) -> tuple[list[NotebookNode], list[str]]:
    """The cells that are graded, and one line for every change that was not the student's.

    Args:
        cells: the student's.
        wanted: the gradebook's.
        released: those of the released notebook, which say where a deleted cell stood.
        problems: what taking in the submission found wrong.
    """
    copies: dict[str, list[NotebookNode]] = {source.name: [] for source in wanted}
    for cell in cells:
        copies.get(_grade_id(cell), []).append(cell)
    by_name = {source.name: source for source in wanted}
    made: list[NotebookNode] = []
    told: list[str] = []
    places: dict[str, int] = {}
    for cell in cells:
        name = _grade_id(cell)
        source = by_name.get(name)
        first = source is not None and name not in places
        if source is None or (not first and not source.answer):
            cell.metadata = NotebookNode()
            made.append(cell)
        elif first:
            if len(copies[name]) > 1:
                told.append(f"cell {name} stands {len(copies[name])} times")
            places[name] = len(made)
            made.append(_kept(source, copies[name]))
    missing = [source for source in wanted if source.name not in places]
    told += [f"cell {source.name} was missing and is put back" for source in missing]
    for source in missing:
        at = _place(made, source.name, [s.name for s in wanted], released)
        made[at:at] = _put_back(source)
    if text := _problems(problems):
        made.insert(0, new_cell("markdown", text))
    return made, told


def source_cells(gradebook: Gradebook, notebook: str, assignment: str) -> list[SourceCell]:
    """The notebook's cells in the gradebook, in the order of the notebook."""
    saved = gradebook.find_notebook(notebook, assignment)
    points = {cell.name: float(cell.max_score) for cell in saved.grade_cells}
    answers = {cell.name for cell in saved.solution_cells}
    return [
        SourceCell(
            name=cell.name,
            kind=cell.cell_type,
            source=cell.source,
            checksum=cell.checksum,
            locked=bool(cell.locked),
            graded=cell.name in points,
            answer=cell.name in answers,
            points=points.get(cell.name),
        )
        for cell in saved.source_cells
    ]


def _grade_id(cell: NotebookNode) -> str:
    meta = cell.metadata.get("nbgrader")
    name = meta.get("grade_id") if isinstance(meta, dict) else None
    return name if isinstance(name, str) else ""


def _kept(source: SourceCell, copies: list[NotebookNode]) -> NotebookNode:
    """The one cell that stands for all copies of a graded cell."""
    id_ = copies[0].get("id")
    if not source.answer:
        return source.cell(source.source, id_)
    written = [c for c in copies if c.source.strip() not in ("", source.source.strip())]
    distinct = {c.source.strip(): c for c in written}
    if not distinct:
        return source.cell(source.source, id_)
    cell = source.cell("", id_)
    texts = []
    for number, copy in enumerate(distinct.values()):
        text = copy.source
        for name, data in _attachments(copy):
            # Two pasted pictures are both called image.png.
            unique = f"{number}-{name}" if number else name
            text = text.replace(f"attachment:{name}", f"attachment:{unique}")
            cell.setdefault("attachments", NotebookNode())[unique] = data
        texts.append(text)
    cell.source = "\n\n---\n\n".join(texts)
    return cell


def _attachments(cell: NotebookNode) -> Iterable[tuple[str, Any]]:
    found = cell.get("attachments")
    return found.items() if isinstance(found, dict) else ()


def _put_back(source: SourceCell) -> list[NotebookNode]:
    """A deleted cell, with a word to whoever reads it."""
    if source.answer:
        # Other than the source, so that nbgrader asks for a grade by hand instead of giving 0.
        return [source.cell(_ANSWER_MISSING, None)]
    note = new_cell("markdown", _PUT_BACK)
    return [note, source.cell(source.source, None)]


def _place(
    cells: list[NotebookNode], name: str, names: list[str], released: list[NotebookNode]
) -> int:
    """Find the place of a deleted cell: after the nearest cell before it that is still there."""
    stood = [c.get("id") for c in released]
    here = next((i for i, c in enumerate(released) if _grade_id(c) == name), 0)
    at = {c.get("id"): i + 1 for i, c in enumerate(cells)}
    graded = {_grade_id(c): i for i, c in enumerate(cells)}
    found = [at[id_] for id_ in reversed(stood[:here]) if id_ in at][:1]
    found += [graded[n] + 1 for n in names[: names.index(name)] if n in graded]
    later = [graded[n] for n in names[names.index(name) :] if n in graded]
    return max(found) if found else min(later, default=len(cells))


def _problems(lines: list[str]) -> str:
    """The notes that taking in the submission left, as Markdown."""
    notes = "\n".join(f"- {without_tags(line[:500])}" for line in lines[:20] if line.strip())
    return f"**Taking in this submission:**\n\n{notes}" if notes else ""
