"""How long each widget takes to redraw in its notebook, with the models that are trained there.

    python benchmarks/widgets.py [LECTURE ...] [--rounds 5]

Executes the notebooks with the reference solutions. A redraw is the figure and its PNG; it is done
with the controls at their lowest, middle and highest values, and should take less than 100 ms of a
processor. What other work on the machine makes it wait is not counted.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import nbformat
from rich.console import Console
from rich.table import Table

from autograder.notebooks import assemble, execute
from autograder.paths import ROOT
from course_lib.kit import syllabus

MILLISECONDS_MEANT = 100.0

# Put in front of a notebook: what the widgets call to show themselves also takes the time.
_TIMED = """
import json as _json
import time as _time
import course_lib.kit.widgets.explore as _explore

_shown = _explore.interact


def _timed(draw, controls, *, alt):
    _shown(draw, controls, alt=alt)
    for where, values in _explore.positions(controls).items():
        seconds = []
        for _ in range(ROUNDS + 1):
            start = _time.process_time()
            _explore.drawn(draw, values, alt)
            seconds.append(_time.process_time() - start)
        row = {"widget": draw.__module__.rpartition(".")[2], "at": where, "seconds": seconds[1:]}
        if row["widget"] == "functools":
            row["widget"] = draw.func.__module__.rpartition(".")[2]
        with open(FILE, "a") as file:
            print(_json.dumps(row), file=file)


_explore.interact = _timed
"""


def measure(lecture: syllabus.Lecture, rounds: int) -> list[dict]:
    """One row for each widget and position, in the notebook's order."""
    notebook = assemble(lecture)
    with tempfile.TemporaryDirectory(prefix="course-widgets-") as folder:
        file = Path(folder) / "times"
        source = _TIMED.replace("ROUNDS", str(rounds)).replace("FILE", repr(str(file)))
        notebook.cells.insert(0, nbformat.v4.new_code_cell(source))
        execute(notebook, lecture, ROOT / "solutions")
        lines = file.read_text().splitlines() if file.exists() else []
    return [{"lecture": lecture.id, **json.loads(line)} for line in lines]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("lectures", nargs="*", help="all by default")
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    course = syllabus.load()
    lectures = [course.lecture(name) for name in arguments.lectures] or course.lectures
    console, rows = Console(), []
    for lecture in lectures:
        with console.status(lecture.id):
            rows += measure(lecture, arguments.rounds)
    table = Table(title=f"A redraw, ms, median of {arguments.rounds} (slowest)")
    for heading in ("lecture", "widget", "lowest", "middle", "highest"):
        table.add_column(heading, justify="left" if heading in ("lecture", "widget") else "right")
    for at in range(0, len(rows), 3):
        group = rows[at : at + 3]
        table.add_row(group[0]["lecture"], group[0]["widget"], *map(_cell, group))
    console.print(table)
    file = ROOT / "benchmarks" / "results" / "widgets.json"
    file.write_text(json.dumps(rows, indent=1) + "\n")


def _cell(row: dict) -> str:
    times = sorted(1000 * s for s in row["seconds"])
    median = times[len(times) // 2]
    text = f"{median:.0f} ({times[-1]:.0f})"
    return f"[red]{text}[/red]" if median > MILLISECONDS_MEANT else text


if __name__ == "__main__":
    main()
