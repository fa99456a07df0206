"""Tries to mark graded cells `skip-execution`, which stock nbgrader scores in full.

Stopped by: cells are rebuilt from the gradebook with the metadata that the course gave them.
"""

from __future__ import annotations

from pathlib import Path

from tests.attacks.submissions._making import hand_in, released


def build(course: Path) -> None:
    """Make it."""
    nb = released(course)
    for cell in nb.cells:
        cell.metadata["tags"] = ["skip-execution", "remove_cell", "raises-exception"]
        cell.metadata["nbgrader_skip"] = True
    hand_in(course, "skip-execution", nb)
