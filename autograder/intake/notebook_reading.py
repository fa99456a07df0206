"""Reading what students handed in: any file, however broken, becomes a notebook to grade."""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
from nbformat.notebooknode import NotebookNode

from autograder.intake.cells_and_outputs import new_cell
from autograder.intake.rebuild import PROBLEMS_FILE
from autograder.intake.regular_files import special

__all__ = ["UnreadableNotebook", "in_place_of_unreadable", "read_notebook", "tidy_folder"]

_MOST_BYTES = 30_000_000
# What walks through a notebook later on does so by recursion.
_DEEPEST = 100


class UnreadableNotebook(ValueError):
    """The file is no notebook; the message says why in a few words."""


def read_notebook(data: bytes) -> NotebookNode:
    """A notebook with the cells that can be read; metadata and outputs are not trusted here.

    Raises:
        UnreadableNotebook: it is no notebook at all.
    """
    if len(data) > _MOST_BYTES:
        raise UnreadableNotebook(f"has {len(data) / 1e6:.0f} MB, at most {_MOST_BYTES / 1e6:.0f}")
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise UnreadableNotebook("is not a text file") from error
    except json.JSONDecodeError as error:
        raise UnreadableNotebook(f"is not JSON: line {error.lineno}, {error.msg}") from error
    except (RecursionError, ValueError) as error:
        raise UnreadableNotebook("is not JSON that can be read") from error
    if isinstance(raw, dict) and isinstance(raw.get("worksheets"), list):
        raise UnreadableNotebook("is of the old notebook format 3: open it in JupyterLab and save")
    if _deeper_than(_DEEPEST, raw):
        raise UnreadableNotebook(f"is nested deeper than {_DEEPEST} levels")
    if not isinstance(raw, dict) or not isinstance(raw.get("cells"), list):
        raise UnreadableNotebook("is JSON, but no notebook: it has no cells")
    nb = nbformat.v4.new_notebook()
    ids: set[str] = set()
    for entry in raw["cells"]:
        cell = _cell(entry)
        if cell is None:
            continue
        if cell.id in ids:
            cell.id = new_cell("markdown", "").id
        ids.add(cell.id)
        nb.cells.append(cell)
    return nb


def in_place_of_unreadable(name: str, problem: Exception) -> NotebookNode:
    """The notebook that is graded where the student's cannot be read: one cell that says why."""
    note = f"**{name} could not be read:** it {problem}. The file stays as handed in."
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(source=note)])


_KINDS = ("code", "markdown", "raw")


def _deeper_than(most: int, value: Any) -> bool:
    level = [value]
    for _ in range(most):
        level = [v for v in level if isinstance(v, (dict, list))]
        if not level:
            return False
        level = [x for v in level for x in (v.values() if isinstance(v, dict) else v)]
    return True


def _cell(entry: Any) -> NotebookNode | None:
    """One cell, made anew so that it is well-formed; None for what is no cell."""
    if not isinstance(entry, dict) or entry.get("cell_type") not in _KINDS:
        return None
    source = _joined(entry.get("source", ""))
    if not isinstance(source, str):
        return None
    cell = new_cell(entry["cell_type"], source)
    name = entry.get("id")
    if (
        isinstance(name, str)
        and name.replace("-", "").replace("_", "").isalnum()
        and len(name) < 65
    ):
        cell.id = name
    meta = entry.get("metadata")
    if isinstance(meta, dict) and isinstance(meta.get("nbgrader"), dict):
        cell.metadata["nbgrader"] = nbformat.from_dict(meta["nbgrader"])
    if isinstance(entry.get("attachments"), dict) and cell.cell_type != "code":
        cell["attachments"] = nbformat.from_dict(entry["attachments"])
    if cell.cell_type == "code" and isinstance(entry.get("outputs"), list):
        cell.outputs = [_output(o) for o in entry["outputs"] if isinstance(o, dict)]
    return cell


def _output(entry: dict[str, Any]) -> NotebookNode:
    """An output with its texts joined, as nbformat's own reader gives it."""
    data = entry.get("data")
    joined = {"text": _joined(entry["text"])} if "text" in entry else {}
    if isinstance(data, dict):
        joined["data"] = {kind: _joined(value) for kind, value in data.items()}
    return nbformat.from_dict({**entry, **joined})


def _joined(value: Any) -> Any:
    """A file may have a text as a list of its lines."""
    if isinstance(value, list) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value


def tidy_folder(folder: Path, lecture: str) -> list[str]:
    """Make a submitted folder one that nbgrader can grade.

    Removes links, hard ones too, and other special files; sees to it that `LECTURE.ipynb` is there.

    Returns:
        What had to be done, one line each; also written into the folder's problems file.
    """
    notes = []
    for path in _special_files(folder):
        shown = path.relative_to(folder)
        path.unlink()
        notes.append(
            f"{shown} was a link or a special file and was refused: hand in the file itself"
        )
    expected = folder / f"{lecture}.ipynb"
    if not expected.is_file():
        others = sorted(folder.glob("*.ipynb"))
        if len(others) == 1:
            shutil.copyfile(others[0], expected)
            notes.append(f"{others[0].name} was taken as {expected.name}")
        else:
            empty = nbformat.v4.new_notebook()
            expected.write_text(nbformat.writes(empty), encoding="utf-8")
            notes.append(f"{expected.name} is missing from the submission")
    if notes:
        with (folder / PROBLEMS_FILE).open("a", encoding="utf-8") as file:
            file.writelines(f"{note}\n" for note in notes)
    return notes


def _special_files(folder: Path) -> Iterator[Path]:
    """Everything below the folder that is neither a folder nor a regular file of one name."""
    for root, folders, files in os.walk(folder):
        for name in [*folders, *files]:
            path = Path(root, name)
            about = path.lstat()
            if not stat.S_ISDIR(about.st_mode) and special(about):
                yield path
