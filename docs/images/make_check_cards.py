"""Draw `check_cards.png`: a notebook with a passed and a failed check, both from real runs.

Run by hand when the cards change: `.venv/bin/python docs/images/make_check_cards.py`. It needs
Chromium (or `CHROMIUM=/path/to/chrome`).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat
import numpy as np
from nbconvert import HTMLExporter
from PIL import Image

from autograder.authoring.audit import variants
from autograder.authoring.reference import module_from_source, reference
from course_lib import check
from course_lib.checks.report import Report

TARGET = Path(__file__).with_name("check_cards.png")
PASSED = "nade.hidden_naive"
FAILED, MISTAKE = "nade.NADE.logits", "pixel i sees itself"
WIDTH, SCALE = 900, 2


def reports() -> list[tuple[str, Report]]:
    """The check of the reference, and the check of a known mistake."""
    wrong = next(v for v in variants("nade") if (v.exercise, v.reason) == (FAILED, MISTAKE))
    complete = "Complete `{}` in `course_lib/nade.py`, save, and run:"
    return [
        (complete.format("hidden_naive"), check(PASSED, reference("nade"))),
        (
            complete.format("NADE.logits"),
            check(FAILED, module_from_source(wrong.source(), "nade")),
        ),
    ]


def page(shown: list[tuple[str, Report]]) -> str:
    """A small notebook as nbconvert's JupyterLab page."""
    v4 = nbformat.v4
    cells = []
    for number, (text, report) in enumerate(shown, 1):
        output = v4.new_output(
            "execute_result",
            {"text/html": report._repr_html_(), "text/plain": repr(report)},
            execution_count=number,
        )
        code = v4.new_code_cell(f'check("{report.exercise}")', outputs=[output])
        code.execution_count = number
        cells += [v4.new_markdown_cell(text), code]
    html, _ = HTMLExporter().from_notebook_node(v4.new_notebook(cells=cells))
    style = (
        "<style>:root{--jp-content-font-family:'DejaVu Sans',sans-serif}"
        "body{margin:0;padding:12px 20px 12px 8px} .jp-Cell{padding:4px 0}</style>"
    )
    return html.replace("</head>", f"{style}</head>")


def screenshot(html: str, target: Path) -> None:
    """The page as Chromium shows it, without the empty space below it."""
    browser = os.environ.get("CHROMIUM") or next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )
    if browser is None:
        sys.exit("Chromium is needed to draw the picture: install it, or set CHROMIUM to its path")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "page.html"
        source.write_text(html, encoding="utf-8")
        options = [
            *("--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
            *("--hide-scrollbars", f"--user-data-dir={folder}/profile"),
            # The page names scripts for formulas and widgets that nothing here needs.
            "--host-resolver-rules=MAP * ~NOTFOUND",
            *(f"--window-size={WIDTH},1200", f"--force-device-scale-factor={SCALE}"),
            f"--screenshot={folder}/shot.png",
        ]
        subprocess.run(
            [browser, *options, source.as_uri()], check=True, capture_output=True, timeout=120
        )
        with Image.open(f"{folder}/shot.png") as shot:
            picture = shot.convert("RGB")
    used = np.flatnonzero((np.asarray(picture) != 255).any(axis=(1, 2)))
    picture.crop((0, 0, picture.width, int(used[-1]) + 12 * SCALE)).quantize(128).save(
        target, optimize=True
    )


if __name__ == "__main__":
    screenshot(page(reports()), TARGET)
    print(f"{TARGET.name}: {TARGET.stat().st_size / 1000:.0f} kB")
