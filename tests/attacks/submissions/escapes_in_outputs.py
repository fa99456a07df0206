"""Tries to act on a terminal by outputs, and keep the grader busy with unfinished escapes.

Stopped by: escapes are removed by a pattern whose time grows with the text's length only.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

from tests.attacks.submissions._making import hand_in, released


def build(course: Path) -> None:
    """Make it."""
    nb = released(course)
    texts = ["\x1b]0;owned\x07\x1b[2J\x1b]52;c;b3duZWQ=\x07\u202egnp", "\x1bP" * 40_000 + "\n\n"]
    outputs = [nbformat.v4.new_output("stream", name="stdout", text=t) for t in texts * 20]
    nb.cells.insert(0, nbformat.v4.new_code_cell("x", outputs=outputs))
    hand_in(course, "escapes-in-outputs", nb)
