"""Attacks by the notebook that is handed in."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_output, new_raw_cell

from course_lib.course.syllabus import load
from tests.attacks.making import SCRIPT, graded_cells, hand_in, released
from tests.handing_in import LECTURE

# One black point, which a student may well show.
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJg"
    "gg=="
)


def deep_notebook(course: Path) -> None:
    """Tries to end the grader by a notebook that is nested deeper than Python can walk.

    Stopped by: a notebook that is nested so deep is not read, and the module is graded without it.
    """
    output = '{"output_type": "display_data", "data": {"text/html": DEEP}}'
    cell = '{"cells": [{"cell_type": "code", "source": "", "outputs": [OUTPUT]}]}'
    text = cell.replace("OUTPUT", output).replace("DEEP", "[" * 900 + "]" * 900)
    hand_in(course, "deep-notebook", text.encode())


def escapes_in_outputs(course: Path) -> None:
    """Tries to act on a terminal by outputs, and keep the grader busy with unfinished escapes.

    Stopped by: escapes are removed by a pattern whose time grows with the text's length only.
    """
    nb = released(course)
    texts = [
        "\x1b]0;owned\x07\x1b[2J\x1b]52;c;b3duZWQ=\x07\u202ekept text",
        "\x1bP" * 40_000 + "\n\n",
    ]
    outputs = [new_output("stream", name="stdout", text=t) for t in texts * 20]
    nb.cells.insert(0, new_code_cell("x", outputs=outputs))
    hand_in(course, "escapes-in-outputs", nb)


def forged_metadata(course: Path) -> None:
    """Tries to raise its points, unlock and rename its cells, double and exchange these.

    Stopped by: what is graded, and for how many points, stands in the gradebook.
    """
    nb = released(course)
    graded = graded_cells(nb)
    forged = {"points": 1000, "locked": False, "solution": True, "schema_version": 99}
    for cell in graded:
        cell.metadata.nbgrader.update(forged, grade=False)
        cell.metadata["course"] = {"exercise": load().lecture(LECTURE).exercises[0].name}
        cell.source = "1000.0"
    nb.cells += [nbformat.from_dict(c) for c in graded]
    for name in ("made up", "", 7, None):
        made_up = {"grade_id": name, "points": 1000}
        nb.cells.append(new_code_cell("1000.0", metadata={"nbgrader": made_up}))
    nb.cells.append(new_code_cell("x", metadata={"nbgrader": {"schema_version": 99}}))
    hand_in(course, "forged-metadata", nb)


def forged_outputs(course: Path) -> None:
    """Tries to hand in graded cells that already show their points.

    Stopped by: a graded cell's outputs are thrown away, and the engine writes them.
    """
    nb = released(course)
    full = new_output("execute_result", data={"text/plain": "1000.0"})
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.outputs = [full, full]
            cell.execution_count = 1
    hand_in(course, "forged-outputs", nb)


def notebook_code(course: Path) -> None:
    """Tries to run code of its own in the notebook's cells, which stock nbgrader executes.

    Stopped by: no cell of a submission is executed.
    """
    nb = released(course)
    attack = (
        "import atexit, os, pathlib\n"
        f"pathlib.Path({str(course)!r}, 'owned').write_text('x')\n"
        "get_ipython().kernel.do_execute = None\n"
        "os.system('touch owned')\n"
    )
    nb.cells.insert(0, new_code_cell(attack))
    for cell in nb.cells:
        if cell.cell_type == "code":
            cell.source = attack + cell.source
    hand_in(course, "notebook-code", nb)


def scripts_in_cells(course: Path) -> None:
    """Tries to run scripts in the page of whoever grades or reads feedback.

    Stopped by: HTML, links to scripts and active formulas of students are turned into text.
    """
    nb = released(course)
    bad = [
        SCRIPT + " and $a<b$",
        "[x](javascript:alert(1)) [y](javascript&colon;alert(1)) [z](&#106;avascript:alert(1))",
        "[t](java&Tab;script:alert(1)) <svg/onload=alert(1)> <iframe srcdoc='x'>",
        "[n](java&NewLine;script:alert(1)) <a href='vbscript:x'>a</a>",
        "$\\href{javascript:alert(1)}{x}$ $\\require{html}\\style{position:fixed}{x}$",
        "![i](data:text/html;base64,PHNjcmlwdD4=) <style>*{display:none}</style>",
        "</textarea></pre></div>" + SCRIPT,
    ]
    for text in bad:
        nb.cells.insert(0, new_markdown_cell(text))
        nb.cells.insert(0, new_raw_cell(text, metadata={"raw_mimetype": "text/html"}))
    graded_cells(nb)[-1].source = "\n\n".join(bad)
    hand_in(course, "scripts-in-cells", nb)


def scripts_in_outputs(course: Path) -> None:
    """Tries to run scripts by outputs, widgets and metadata of the notebook.

    Stopped by: of outputs, plain text and pictures are kept; metadata and widgets are not.
    """
    nb = released(course)
    kinds = ("text/html", "application/javascript", "image/svg+xml", "text/markdown", "text/latex",
             "image/png", "application/vnd.jupyter.widget-view+json")  # fmt: skip
    outputs = [
        new_output("display_data", data={kind: SCRIPT}, metadata={kind: {"id": SCRIPT}})
        for kind in kinds
    ]
    outputs += [
        new_output("display_data", data={"image/png": PNG, "text/html": SCRIPT}),
        new_output("error", ename=SCRIPT, evalue=SCRIPT, traceback=[SCRIPT]),
    ]
    nb.cells.insert(0, new_code_cell("draw()", outputs=outputs))
    nb.metadata["widgets"] = {"application/vnd.jupyter.widget-state+json": {"state": SCRIPT}}
    nb.metadata["kernelspec"] = {"name": "evil", "display_name": SCRIPT, "language": SCRIPT}
    hand_in(course, "scripts-in-outputs", nb)


def skip_execution(course: Path) -> None:
    """Tries to mark graded cells `skip-execution`, which stock nbgrader scores in full.

    Stopped by: cells are rebuilt from the gradebook with the metadata that the course gave them.
    """
    nb = released(course)
    for cell in nb.cells:
        cell.metadata["tags"] = ["skip-execution", "remove_cell", "raises-exception"]
        cell.metadata["nbgrader_skip"] = True
    hand_in(course, "skip-execution", nb)
