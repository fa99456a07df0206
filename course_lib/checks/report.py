"""What a check found: a card in a notebook, a table in a terminal, a number for nbgrader."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from course_lib.checks.solution_fold import solution_fold
from course_lib.course.earned import Solution
from course_lib.course.points import Points, graded

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["Report", "Result", "plain"]


@dataclass(frozen=True)
class Result:
    """One property of one exercise, checked.

    Attributes:
        cause: what it has in common with the properties that fail for the same reason, such as one
            exception at one line; empty where that is the message itself.
    """

    name: str
    passed: bool
    message: str = ""
    hint: str = ""
    seconds: float = 0.0
    weight: float = 1.0
    cause: str = ""


@dataclass(frozen=True)
class Report:
    """All properties of one exercise.

    `repr(report)` is the points as a plain number, from which nbgrader reads partial credit.

    Attributes:
        awarded: after grading, all points; before, None.
        hidden_share: the share of the points that grading gives for hidden inputs.
        hidden: after grading, how many hidden inputs agree with the reference, and of how many.
        solution: what a student who has earned it may look at, in a fold of the card.
    """

    exercise: str
    max_points: float
    results: tuple[Result, ...]
    state: str
    section: str = ""
    notes: tuple[str, ...] = ()
    awarded: float | None = None
    hidden_share: float = 0.0
    hidden: tuple[int, int] = (0, 0)
    solution: Solution | None = None

    @property
    def points(self) -> float:
        """The points of the properties that hold; exactly `max_points` when all do."""
        return self._public if self.awarded is None else self.awarded

    @property
    def _public(self) -> float:
        """The points of the public properties if they were all there is."""
        results = self.results[: -1 if self.hidden[1] else None]
        if results and all(r.passed for r in results):
            return float(self.max_points)
        total = sum(r.weight for r in results)
        held = sum(r.weight for r in results if r.passed)
        return round(self.max_points * held / total, 2) if total else 0.0

    @property
    def passed(self) -> bool:
        """Whether every property holds."""
        return bool(self.results) and all(r.passed for r in self.results)

    def __repr__(self) -> str:
        return repr(float(self.points))

    @property
    def worth(self) -> Points:
        """The points that are sure and those that grading decides on."""
        if self.awarded is not None:
            return Points(self.awarded, self.max_points)
        return Points.of(self.points, self.max_points, self.hidden_share)

    @property
    def summary(self) -> str:
        """One line: what holds and what it is worth; where nothing is written, that."""
        if self.state == "missing":
            return self.results[0].message
        agree, of = self.hidden
        public = self.results[: -1 if of else None]
        held = f"{sum(r.passed for r in public)} of {len(public)} properties hold"
        if of and self.awarded is not None:
            share, most = self.hidden_share, self.max_points
            return graded(held, f"{agree} of {of}", self.awarded, self._public, share, most)
        return f"{held}: {self.worth}"

    @property
    def text(self) -> str:
        """The card as plain text."""
        lines = [self.exercise, plain(self.summary)]
        for result, said in self._said():
            above = _ABOVE * (said is None)
            lines.append(f"  {_MARK[_state(result)]} {plain(result.name)}{above}")
            lines += [f"      {line}" for line in plain(said or "").splitlines()]
        return "\n".join([*lines, *(f"  note: {plain(note)}" for note in self.notes)])

    def _said(self) -> Iterator[tuple[Result, str | None]]:
        """Each result with what is said below it; None where that stands above.

        Properties that fail for the same reason stand together, and the reason stands once.
        """
        if self.state == "missing":
            return
        groups: dict[object, list[Result]] = {}
        for number, result in enumerate(self.results):
            key = number if result.passed else result.cause or result.message or number
            groups.setdefault(key, []).append(result)
        for first, *others in groups.values():
            hint = f"\nRead hint {first.hint}." if first.hint else ""
            yield first, "" if first.passed else first.message + hint
            yield from ((other, None) for other in others)

    def _repr_html_(self) -> str:
        return _card(self)

    def __rich__(self) -> RenderableType:
        return _table(self)


# White marks on these are read on light and on dark pages alike (contrast above 4.5).
_COLOUR = {"passed": "#007a59", "failed": "#b34e00", "missing": "#6b6b6b"}
_MARK = {"passed": "✓", "failed": "✗", "missing": "…"}
_SAID = {"passed": "holds", "failed": "does not hold", "missing": "not written yet"}
_ABOVE = " (as above)"
_CODE = re.compile(r"`([^`\n]+)`")


def _state(result: Result) -> str:
    return "passed" if result.passed else "failed"


def plain(text: str) -> str:
    """Text without the marks around code."""
    return _CODE.sub(r"\1", text)


def _html(text: str) -> str:
    marked = _CODE.sub(r"<code>\1</code>", html.escape(text))
    return marked.replace("\n", "<br>").replace("  ", "&nbsp; ")


def _mark(state: str) -> str:
    return (
        f'<b role="img" aria-label="{_SAID[state]}" style="display:inline-block;width:1.4em;'
        "line-height:1.4;text-align:center;text-indent:0;border-radius:3px;color:#fff;"
        f'background:{_COLOUR[state]}">{_MARK[state]}</b> '
    )


def _card(report: Report) -> str:
    # Blocks only, so that the card reads line by line where styles are stripped.
    rows = [
        f"<div>{_mark(report.state)}<b>{html.escape(report.exercise)}</b></div>",
        f"<div>{_html(report.summary)}</div>",
    ]
    for result, said in report._said():
        above = _ABOVE * (said is None)
        rows.append(
            f'<div style="margin-top:.2em;padding-left:1.7em;text-indent:-1.7em">'
            f"{_mark(_state(result))}{_html(result.name)}{above}</div>"
        )
        if said:
            rows.append(
                '<div style="margin:.1em 0 .3em 1.3em;padding-left:.6em;overflow-wrap:anywhere;'
                f'border-left:2px solid {_COLOUR["failed"]}">{_html(said)}</div>'
            )
    rows += [f'<div style="margin-top:.3em">note: {_html(note)}</div>' for note in report.notes]
    if report.solution:
        rows.append(solution_fold(report.solution))
    return (
        '<div style="border:1px solid rgba(128,128,128,.4);border-left:5px solid '
        f"{_COLOUR[report.state]};border-radius:4px;padding:.5em .8em;margin:.3em 0;"
        f'max-width:52em;font-size:14px;line-height:1.45">{"".join(rows)}</div>'
    )


def _table(report: Report) -> RenderableType:
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    from course_lib.course.terminal import COLOUR

    body = Table.grid(padding=(0, 1))
    body.add_column(no_wrap=True)
    body.add_column(overflow="fold")

    def row(state: str, text: str, below: str | None = "") -> None:
        mark = Text(_MARK.get(state, ""), style=f"bold {COLOUR[state]}")
        body.add_row(mark, Text(plain(text) + _ABOVE * (below is None)))
        if below:
            body.add_row("", Text(plain(below), style="dim"))

    row("missing" if report.state == "missing" else "", report.summary)
    for result, said in report._said():
        row(_state(result), result.name, said)
    for note in report.notes:
        row("", f"note: {note}")
    if report.solution:
        row("", f"course solution {report.exercise} shows the reference beside yours")
    colour = COLOUR[report.state]
    return Panel(
        body, title=Text(report.exercise), title_align="left", border_style=colour, width=100
    )
