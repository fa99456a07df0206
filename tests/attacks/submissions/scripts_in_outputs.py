"""Tries to run scripts by outputs, widgets and metadata of the notebook.

Stopped by: of outputs, plain text and pictures are kept; metadata and widgets are not.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

from tests.attacks.submissions._making import SCRIPT, hand_in, released


def build(course: Path) -> None:
    """Make it."""
    nb = released(course)
    kinds = ("text/html", "application/javascript", "image/svg+xml", "text/markdown", "text/latex",
             "image/png", "application/vnd.jupyter.widget-view+json")  # fmt: skip
    outputs = [
        nbformat.v4.new_output("display_data", data={kind: SCRIPT}, metadata={kind: {"id": SCRIPT}})
        for kind in kinds
    ]
    error = nbformat.v4.new_output("error", ename=SCRIPT, evalue=SCRIPT, traceback=[SCRIPT])
    nb.cells.insert(0, nbformat.v4.new_code_cell("draw()", outputs=[*outputs, error]))
    nb.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": SCRIPT}}
    nb.metadata["kernelspec"] = {"name": "evil", "display_name": SCRIPT, "language": SCRIPT}
    hand_in(course, "scripts-in-outputs", nb)
