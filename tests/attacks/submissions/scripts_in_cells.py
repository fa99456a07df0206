"""Tries to run scripts in the page of whoever grades or reads feedback.

Stopped by: HTML, links to scripts and active formulas of students are turned into text.
"""

from __future__ import annotations

from pathlib import Path

import nbformat

from tests.attacks.submissions._making import SCRIPT, hand_in, released


def build(course: Path) -> None:
    """Make it."""
    nb = released(course)
    bad = [
        SCRIPT,
        "[x](javascript:alert(1)) [y](javascript&colon;alert(1)) [z](&#106;avascript:alert(1))",
        "[t](java&Tab;script:alert(1)) <svg/onload=alert(1)> <iframe srcdoc='x'>",
        "$\\href{javascript:alert(1)}{x}$ $\\require{html}\\style{position:fixed}{x}$",
        "![i](data:text/html;base64,PHNjcmlwdD4=) <style>*{display:none}</style>",
        "</textarea></pre></div>" + SCRIPT,
    ]
    for text in bad:
        nb.cells.insert(0, nbformat.v4.new_markdown_cell(text))
        nb.cells.insert(0, nbformat.v4.new_raw_cell(text, metadata={"raw_mimetype": "text/html"}))
    for cell in nb.cells:
        if "nbgrader" in cell.metadata and cell.cell_type == "markdown":
            cell.source = "\n\n".join(bad)
    hand_in(course, "scripts-in-cells", nb)
