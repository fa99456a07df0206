"""Tries to hand in graded cells that already show their points.

Stopped by: a graded cell's outputs are thrown away, and the engine writes them.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

from tests.attacks.submissions._making import hand_in, released


def build(course: Path) -> None:
    """Make it."""
    nb = released(course)
    full = nbformat.v4.new_output("execute_result", data={"text/plain": "1000.0"})
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = [full, full]
            cell.execution_count = 1
    hand_in(course, "forged-outputs", nb)
