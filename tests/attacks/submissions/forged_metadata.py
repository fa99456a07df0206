"""Tries to raise its points, unlock and rename its cells, double and exchange these.

Stopped by: what is graded, and for how many points, stands in the gradebook.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

from tests.attacks.submissions._making import hand_in, released


def build(course: Path) -> None:
    """Make it."""
    nb = released(course)
    graded = [c for c in nb.cells if "nbgrader" in c.metadata]
    for cell in graded:
        cell.metadata.nbgrader.update(points=1000, locked=False, solution=True, schema_version=99)
        cell.source = "1000.0"
    nb.cells += [nbformat.from_dict(c) for c in graded] + [
        nbformat.v4.new_code_cell("1000.0", metadata={"nbgrader": {"grade_id": g, "points": 1000}})
        for g in ("made up", "", 7, None)
    ]
    hand_in(course, "forged-metadata", nb)
