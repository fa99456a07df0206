"""Cells and outputs as nbformat makes them, without a check against its schema for each.

That check takes a millisecond, and a class has tens of thousands of cells and outputs. A test holds
the finished notebooks to the schema.
"""

from __future__ import annotations

import uuid
from typing import Any

from nbformat import NotebookNode

__all__ = ["new_cell", "new_output"]


def new_cell(kind: str, source: str, id_: str | None = None) -> NotebookNode:
    """A cell of the kind "code", "markdown" or "raw"; it gets an id if none is given."""
    cell = NotebookNode(
        id=id_ or uuid.uuid4().hex[:8], cell_type=kind, metadata=NotebookNode(), source=source
    )
    if kind == "code":
        cell["execution_count"] = None
        cell["outputs"] = []
    return cell


def new_output(kind: str, **fields: Any) -> NotebookNode:
    """An output. "data" is a dict of texts by media type."""
    output = NotebookNode(output_type=kind)
    if kind in ("display_data", "execute_result"):
        output["metadata"] = NotebookNode()
        output["data"] = NotebookNode(fields.pop("data"))
    if kind == "execute_result":
        output["execution_count"] = None
    output.update(fields)
    return output
