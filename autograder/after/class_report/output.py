"""The output of `autograder report`: the table, the page and the plot."""

from __future__ import annotations

import base64
from pathlib import Path

import torch
from rich.console import Console
from rich.table import Table

from autograder.after.class_report.figure import alt_text, draw
from autograder.after.class_report.mistakes import Mistakes, known_mistakes
from autograder.after.class_report.results import ClassReport, ExerciseReport, class_report
from autograder.after.pages import write_page
from autograder.errors import file_errors
from autograder.grading.course import CourseFolder
from autograder.grading.output import class_table
from autograder.intake.plain_text import in_terminal
from course_lib.course.syllabus import load
from course_lib.kit.plots import png

__all__ = ["run_report"]

MEANING = (
    "A known mistake is one of the lecture's mutants: the public checks say of the student's "
    "function what they say of the mutant. Other code can behave so, too."
)


def run_report(
    lecture_name: str, html: Path | None, png_file: Path | None, console: Console
) -> None:
    """Print the report, and write it where it is asked for."""
    course, lecture = CourseFolder.read(Path.cwd()), load().lecture(lecture_name)
    torch.set_num_threads(1)
    with console.status("reading the journal") as status:

        def known(exercises: list[str]) -> Mistakes:
            cache = course.root / ".grading" / f"{lecture.id}.mistakes.json"
            return known_mistakes(
                lecture, exercises, cache, lambda name: status.update(f"known mistakes of {name}")
            )

        report = class_report(course, lecture, known)
    console.print(table(report))
    for line in remarks(report):
        console.print(in_terminal(line), soft_wrap=True)
    if png_file is not None:
        with file_errors(png_file, "written"):
            png_file.write_bytes(png(draw(report)))
        console.print(f"plot: {png_file}", soft_wrap=True)
    if html is not None:
        _page(html, report)
        console.print(f"page: {html}", soft_wrap=True)


def table(report: ClassReport) -> Table:
    """A line an exercise."""
    made = class_table(
        f"{report.lecture.id}: {report.students} students, mean "
        f"{report.mean:.1f} of {report.most:g} points by checks"
    )
    made.add_column("exercise", no_wrap=True)
    for name in ("all\npoints", "some", "none", "not\nwritten", "mean"):
        made.add_column(name, justify="right", no_wrap=True)
    made.add_column("fails most, and = the known mistakes", ratio=1)
    for entry in report.exercises:
        lines = [f"{n} × {name}" for name, n in entry.broken[:1]] + _mistakes(entry)
        made.add_row(
            f"{entry.exercise.section} {entry.exercise.attribute}",
            *[str(n) if n else "[dim]·[/dim]" for n in entry.counts],
            f"{entry.mean:.1f}/{entry.exercise.points:g}",
            "\n".join(map(in_terminal, lines)),
        )
    return made


def _mistakes(entry: ExerciseReport) -> list[str]:
    told = [f"= {n} × {name}" for name, n in entry.mistakes.most_common(3)]
    return told + ([f"= {entry.unknown} × none that is known"] if entry.unknown else [])


def remarks(report: ClassReport, *, names: bool = True) -> list[str]:
    """Sentences on what the numbers leave out.

    Args:
        report: the numbers.
        names: name those who are not graded; a page for the class does not.
    """
    told = [MEANING] if any(e.mistakes for e in report.exercises) else []
    if report.unreadable:
        told.append(
            f"{report.unreadable} handed in code that cannot be run at all (missing, or a syntax "
            "error): counted as no points, and in no property."
        )
    if report.outdated:
        told.append(
            f"! {report.outdated} were graded by other checks than today's: "
            f"autograder grade {report.lecture.id}"
        )
    if report.ungraded:
        shown = ", ".join(report.ungraded[:10]) + (" …" if len(report.ungraded) > 10 else "")
        who = f": {shown}" if names else ""
        told.append(f"! {len(report.ungraded)} are not graded and not counted{who}")
    return told


_PAGE = """\
<h1>{{ report.lecture.heading }}</h1>
<p>{{ report.students }} students, mean {{ "%.1f"|format(report.mean) }} of
{{ "%g"|format(report.most) }} points by checks (without the written answer). No names: this page
can be shown to the class.</p>
<img src="data:image/png;base64,{{ image }}" alt="{{ alt }}">
{% for line in remarks %}<p class="dim">{{ line|shown }}</p>
{% endfor %}
{% for entry in report.exercises %}
<h2>{{ entry.exercise.section }} <code>{{ entry.exercise.attribute }}</code></h2>
<p>All points: {{ entry.passed }} of {{ entry.students }}. Mean {{ "%.1f"|format(entry.mean) }} of
{{ "%g"|format(entry.exercise.points) }}.
{% if entry.unwritten %} Not written: {{ entry.unwritten }}.{% endif %}</p>
{% if entry.failed %}
<table>
<thead><tr><th class="number">students</th><th>property that does not hold</th></tr></thead>
<tbody>
{% for name, n in entry.broken %}
<tr><td class="number">{{ n }}</td><td>{{ name|shown }}</td></tr>
{% endfor %}
</tbody>
</table>
{% if entry.mistakes or entry.unknown %}
<table>
<thead><tr><th class="number">students</th><th>known mistake</th></tr></thead>
<tbody>
{% for name, n in entry.mistakes.most_common() %}
<tr><td class="number">{{ n }}</td><td>{{ name }}</td></tr>
{% endfor %}
{% if entry.unknown %}
<tr><td class="number">{{ entry.unknown }}</td><td class="dim">none that is known</td></tr>
{% endif %}
</tbody>
</table>
{% endif %}
{% endif %}
{% endfor %}
"""
_STYLE = """\
h2 code { font-size: 1.1rem; }
table { margin: .4rem 0 1rem; } th.number, td.number { width: 5rem; padding-right: 1.2rem; }
"""


def _page(file: Path, report: ClassReport) -> None:
    image = base64.b64encode(png(draw(report))).decode()
    write_page(
        file, f"{report.lecture.id}: class report", _PAGE, _STYLE,
        report=report, image=image, alt=alt_text(report), remarks=remarks(report, names=False),
    )  # fmt: skip
