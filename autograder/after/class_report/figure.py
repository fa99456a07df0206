"""The class report as a figure: one bar an exercise."""

from __future__ import annotations

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.ticker import MaxNLocator

from autograder.after.class_report.results import ClassReport
from course_lib.kit.plots import GREY, PALETTE, STYLE, figure

__all__ = ["alt_text", "draw"]

_UNWRITTEN = "#D9D9D9"
# Name, colour of the segment, colour of the number in it.
_PARTS = (
    ("all points", PALETTE["blue"], "white"),
    ("some", PALETTE["sky"], "black"),
    ("none", PALETTE["vermillion"], "black"),
    ("not written", _UNWRITTEN, "black"),
)


def draw(report: ClassReport) -> Figure:
    """Plot how many students have all points, some or none, or have not written an exercise."""
    with mpl.rc_context(STYLE):
        fig = figure(9.2, 1.45 + 0.46 * len(report.exercises))
        axes = fig.subplots()
        for row, entry in enumerate(report.exercises):
            left = 0
            for (_, colour, ink), count in zip(_PARTS, entry.counts, strict=True):
                if count:
                    axes.barh(row, count, left=left, height=0.72, color=colour, edgecolor="white")
                    axes.text(left + count / 2, row, str(count), ha="center", va="center",
                              color=ink, fontsize=9)  # fmt: skip
                left += count
            axes.annotate(
                f"{entry.mean:.1f} / {entry.exercise.points:g}", (report.students, row),
                xytext=(8, 0), textcoords="offset points", va="center", fontsize=9,
            )  # fmt: skip
        axes.annotate("mean points", (report.students, -0.75), xytext=(8, 0),
                      textcoords="offset points", va="center", fontsize=9, color=GREY,
                      annotation_clip=False)  # fmt: skip
        axes.set_yticks(
            range(len(report.exercises)),
            [f"{e.exercise.attribute}  {e.exercise.section}" for e in report.exercises],
        )
        axes.set_ylim(len(report.exercises) - 0.4, -1.1)
        axes.set_xlim(0, report.students)
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel("students")
        axes.tick_params(axis="y", length=0)
        fig.legend(
            handles=[Patch(facecolor=colour, label=name) for name, colour, _ in _PARTS],
            loc="outside upper left", ncols=len(_PARTS), frameon=False,
            title=f"{report.lecture.id}: {report.students} students, "
            f"mean {report.mean:.1f} of {report.most:g} points by checks",
            alignment="left",
        )  # fmt: skip
    return fig


def alt_text(report: ClassReport) -> str:
    """Describe the figure in one sentence."""
    hardest = min(report.exercises, key=lambda e: e.passed)
    return (
        f"Stacked bars, one for each of {len(report.exercises)} exercises: how many of "
        f"{report.students} students have all points, some, none, or have not written it; fewest "
        f"({hardest.passed}) have all points in {hardest.exercise.attribute}."
    )
