"""How long each widget takes to redraw in its notebook, with the models that are trained there.

    python benchmarks/widgets.py [LECTURE ...] [--rounds 9]

Executes the notebooks with the reference solutions. A redraw is the figure and its JPEG after the
controls have moved, to their lowest, middle or highest values, from another of these, so that
nothing of the figure that depends on them has been drawn before. It should take less than 100 ms of
a processor: the least of the rounds, because what is more comes from other work on the machine.
Beside it stands how often a plain figure, one curve in one axes, could be drawn in that time.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

import nbformat
from rich.console import Console
from rich.markdown import Markdown

from autograder.authoring.notebooks import assemble, execute
from autograder.paths import ROOT
from benchmarks import page
from course_lib.course import syllabus

MILLISECONDS_MEANT = 100.0

# Put in front of a notebook: what the widgets call to show themselves also takes the time.
_TIMED = """
import json as _json
import time as _time
import course_lib.kit.plots.explore as _explore

import course_lib.kit.plots as _plots
from matplotlib.backends.backend_agg import FigureCanvasAgg as _Canvas

_shown = _explore.interact


def _plain(**_values):
    fig, (axes,) = _plots.panels(6.4, 3.6, (0.1, 0.1, 0.8, 0.8))
    _Canvas(fig)  # matplotlib's own: what is drawn once has nothing to copy
    axes.plot(range(100))
    return fig


def _seconds(draw, values, alt, kept):
    start = _time.process_time()
    _explore.drawn(draw, values, alt, kept)
    return _time.process_time() - start


def _timed(draw, controls, *, alt):
    _shown(draw, controls, alt=alt)
    places = _explore.positions(controls)
    before = dict(zip(places, ["highest", "lowest", "middle"]))
    for where, values in places.items():
        rounds = []
        for _ in range(ROUNDS + 1):
            kept = {}
            _seconds(draw, places[before[where]], alt, kept)
            rounds.append((_seconds(draw, values, alt, kept), _seconds(_plain, values, alt, {})))
        seconds, plain = zip(*rounds[1:])
        row = {
            "widget": draw.__module__.rpartition(".")[2],
            "at": where,
            "seconds": min(seconds),
            "plain_seconds": min(plain),
        }
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


def markdown(rows: list[dict]) -> str:
    """The table of `README.md`: a line for each widget."""
    lines = ["| lecture | widget | lowest | middle | highest |", "|---|---|---:|---:|---:|"]
    for at in range(0, len(rows), 3):
        group = rows[at : at + 3]
        cells = [group[0]["lecture"], f"`{group[0]['widget']}`", *map(_cell, group)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _cell(row: dict) -> str:
    text = f"{1000 * row['seconds']:.0f} ({row['seconds'] / row['plain_seconds']:.1f})"
    return f"**{text}**" if 1000 * row["seconds"] > MILLISECONDS_MEANT else text


def main() -> None:
    """Measure, keep the results beside those of the other lectures, and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("lectures", nargs="*", help="all by default")
    parser.add_argument("--rounds", type=int, default=9)
    arguments = parser.parse_args()
    course = syllabus.load()
    try:
        lectures = [course.lecture(name) for name in arguments.lectures] or course.lectures
    except syllabus.UnknownName as error:
        parser.error(str(error))
    console, rows = Console(), []
    for lecture in lectures:
        with console.status(lecture.id):
            rows += measure(lecture, arguments.rounds)
    console.print(Markdown(markdown(rows)))
    kept = page.kept("widgets") or []
    order = [lecture.id for lecture in course.lectures]
    rows += [row for row in kept if row["lecture"] not in {lecture.id for lecture in lectures}]
    rows.sort(key=lambda row: order.index(row["lecture"]))  # stable: positions stay in order
    page.keep(rows, page.RESULTS / "widgets.json")
    page.write("widgets", markdown(rows))


if __name__ == "__main__":
    main()
