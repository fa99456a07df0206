"""Tries to run code of its own in the notebook's cells, which stock nbgrader executes.

Stopped by: no cell of a submission is executed.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

from tests.attacks.submissions._making import hand_in, released


def build(course: Path) -> None:
    """Make it."""
    nb = released(course)
    attack = (
        "import atexit, os, pathlib\n"
        f"pathlib.Path({str(course)!r}, 'owned').write_text('x')\n"
        "get_ipython().kernel.do_execute = None\n"
        "os.system('touch owned')\n"
    )
    nb.cells.insert(0, nbformat.v4.new_code_cell(attack))
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.source = attack + cell.source
    hand_in(course, "notebook-code", nb)
