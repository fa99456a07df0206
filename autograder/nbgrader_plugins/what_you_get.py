"""A release shows what the reference made of a cell: folded, below the cell without its outputs."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_markdown_cell
from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.authoring.notebooks import content_id

__all__ = ["TAG", "ShowWhatYouGet"]

TAG = "what-you-get"
_LINES = 12  # of what was printed, the last ones
_NOTE = (
    "From the course's own solution, on two processor cores. Your figures may differ a little: "
    "training may end at another step on another machine."
)


class ShowWhatYouGet(NbGraderPreprocessor):
    """Puts the figures and the last printed lines of each tagged cell into a cell below it.

    Stands before `ClearOutput`. The figures are data URLs, because Colab ignores attachments, and a
    notebook that was uploaded alone has no files beside it.
    """

    def preprocess(self, nb: NotebookNode, resources: Any) -> tuple[NotebookNode, Any]:
        """Add the cells to the notebook that is being released."""
        cells = []
        for cell in nb.cells:
            cells.append(cell)
            if cell.cell_type == "code" and TAG in cell.metadata.get("tags", []):
                cells += _below(cell)
        nb.cells = cells
        return nb, resources


def _below(cell: NotebookNode) -> Iterator[NotebookNode]:
    """The folded cell, if the cell has outputs to show."""
    shown = [*_figures(cell), *_printed(cell)]
    if not shown:
        return
    head = "<details><summary>What you will get</summary>"
    folded = new_markdown_cell("\n\n".join([head, _NOTE, *shown, "</details>"]))
    # Told by its content as all cells are, so that a corrected release knows it again.
    folded.id = content_id(folded)
    # A double click would open a page of base64.
    folded.metadata["editable"] = False
    yield folded


def _figures(cell: NotebookNode) -> Iterator[str]:
    for output in cell.outputs:
        if "image/png" in output.get("data", {}):
            about = output.metadata["image/png"]
            alt, width = escape(about["alt"]), about["width"]
            data = "".join(output.data["image/png"].split())
            yield f'<img alt="{alt}" width="{width}" src="data:image/png;base64,{data}">'


def _printed(cell: NotebookNode) -> Iterator[str]:
    text = "".join(o.text for o in cell.outputs if o.output_type == "stream")
    if text.strip():
        lines = text.rstrip().splitlines()[-_LINES:]
        yield "\n".join(["````text", *lines, "````"])
