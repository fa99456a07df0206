"""Tries to end the grader by a notebook that is nested deeper than Python can walk.

Stopped by: a notebook that is nested so deep is not read, and the module is graded without it.
"""

from __future__ import annotations

from pathlib import Path

from tests.attacks.submissions._making import NOTEBOOK, hand_in


def build(course: Path) -> None:
    """Make it."""
    folder = hand_in(course, "deep-notebook")
    output = '{"output_type": "display_data", "data": {"text/html": DEEP}}'
    cell = '{"cells": [{"cell_type": "code", "source": "", "outputs": [OUTPUT]}]}'
    text = cell.replace("OUTPUT", output).replace("DEEP", "[" * 900 + "]" * 900)
    (folder / NOTEBOOK).write_text(text, encoding="utf-8")
