"""Draw the cards of typical mistakes, each from a real check of a student's file that has it.

`.venv/bin/python docs/images/make_mistakes.py` draws all of them into `build/mistakes`, to be
looked at when a message changes, and renews those that the pages show. With names of mistakes, only
these; `--text` prints what a terminal shows instead. The pictures need Chromium.
"""

from __future__ import annotations

import argparse
import importlib
import os
import shutil
import sys
import tempfile
from pathlib import Path
from unittest import mock

from make_check_cards import page, screenshot
from rich.console import Console

import course_lib
from autograder.authoring.reference import solution_text
from course_lib import check
from course_lib.checks.report import Report
from course_lib.course.scaffold import scaffold_text

HERE = Path(__file__).parent
BUILD = HERE.parents[1] / "build" / "mistakes"
SHOWN = ("exception", "left_standing", "value")

NAIVE, LOG_PROB, SAMPLE = "nade.hidden_naive", "nade.NADE.log_prob", "nade.NADE.sample"
ROWS = "rows = [c + x[:, :i] @ W[:, :i].T for i in range(x.shape[1])]"
STACK = "return torch.stack(rows, dim=1)  # (batch, dim, hidden)"
SUM = 'return -F.binary_cross_entropy_with_logits(logits, x, reduction="none").sum(dim=1)'
DRAW = "x[:, i] = (u[:, i] < p_i).to(x)"
RAISE = f'raise NotImplementedError("not implemented yet: `{NAIVE}`, section 2.1")'
# Name → the exercise that is checked, a line of the reference, and what stands in its place.
LINES = {
    "exception": (NAIVE, ROWS, "rows = [c + np.dot(x[:, :i], W[:, :i].T) for i in range(3)]"),
    "left_standing": (NAIVE, ROWS, f"{RAISE}\n    {ROWS}"),
    "value": (NAIVE, ROWS, ROWS.replace(":i]", ": i + 1]")),
    "shape": (NAIVE, STACK, "return torch.stack(rows, dim=0)"),
    "no_return": (NAIVE, STACK, "a = torch.stack(rows, dim=1)"),
    "list": (NAIVE, STACK, "return rows"),
    "dtype": (NAIVE, STACK, "return torch.stack(rows, dim=1).float()"),
    "numpy": (NAIVE, STACK, "return torch.stack(rows, dim=1).detach().numpy()"),
    "matmul": (NAIVE, ROWS, "rows = [c + x[:, :i] @ W[:, :i] for i in range(x.shape[1])]"),
    "typo": (NAIVE, STACK, "return torch.stack(row, dim=1)"),
    "in_place": (NAIVE, ROWS, f"{ROWS}\n    c += 1"),
    "endless": (NAIVE, ROWS, "rows, i = [], 0\n    while i < x.shape[1]:\n"
                "        rows.append(c + x[:, :i] @ W[:, :i].T)"),
    "syntax": (NAIVE, STACK, "return torch.stack(rows, dim=1"),
    "renamed": (NAIVE, "def hidden_naive(", "def hidden("),
    "signature": (NAIVE, "    W: Float[Tensor, \"hidden dim\"], c: Float[Tensor, \" hidden\"], "
                  "x: Float[Tensor, \"batch dim\"]\n", "    W, x\n"),
    "sum_over_all": (LOG_PROB, SUM, SUM.replace(".sum(dim=1)", ".sum()")),
    "overflow": (LOG_PROB, SUM, "p = torch.sigmoid(logits)\n        return (x * p.log() "
                 "+ (1 - x) * (1 - p).log()).sum(dim=1)"),
    "sign": (LOG_PROB, SUM, SUM.replace("return -F", "return F")),
    "probabilities": (SAMPLE, DRAW, "x[:, i] = p_i"),
    "global_seed": (SAMPLE, "u = torch.rand(n, len(self.b), generator=generator).to(self.b)",
                    "torch.manual_seed(seed)\n        u = torch.rand(n, len(self.b)).to(self.b)"),
    "ones": (SAMPLE, DRAW, "x[:, i] = 1"),
}  # fmt: skip
# What is no line of a file: one that is gone, one that was not begun, a function typed in a cell.
OTHERS = {"deleted": NAIVE, "scaffold": NAIVE, "cell": NAIVE}


def report_of(name: str, folder: Path) -> Report:
    """The report of a student's file with this mistake."""
    file = folder / "nade.py"
    text = solution_text("nade")
    exercise, right, wrong = LINES.get(name) or (OTHERS[name], "", "")
    if name in OTHERS:
        text = scaffold_text(text, "nade")
    assert right in text, f"{name}: {right} is no line of the reference"
    file.write_text(text.replace(right, wrong, 1), encoding="utf-8")
    sys.modules.pop("course_lib.nade", None)
    cell: dict[str, object] = {}
    if name == "cell":
        main: dict[str, object] = {"__name__": "__main__"}
        exec("def hidden_naive(W, c, x): ...", main)
        cell = {"get_ipython": None, "hidden_naive": main["hidden_naive"]}
    with (
        mock.patch.object(course_lib, "__path__", [str(folder), *course_lib.__path__]),
        mock.patch.dict(sys.modules["__main__"].__dict__, cell),
    ):
        if name == "deleted":
            importlib.import_module("course_lib.nade")
            file.unlink()
        return check(exercise, seconds=1.0 if name == "endless" else 10.0)


def main() -> None:
    """Draw what is asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME")
    parser.add_argument("--text", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["COURSE_STATE_DIR"] = folder
        for name in asked.names or [*LINES, *OTHERS]:
            report = report_of(name, Path(folder))
            if asked.text:
                print(name)
                Console(width=100).print(report)
                continue
            BUILD.mkdir(parents=True, exist_ok=True)
            screenshot(page([("", report)]), BUILD / f"{name}.png")
            if name in SHOWN:
                shutil.copyfile(BUILD / f"{name}.png", HERE / f"mistake_{name}.png")


if __name__ == "__main__":
    main()
