"""What a check found: a card in a notebook, a table in a terminal, a number for nbgrader."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import RenderableType

__all__ = ["Report", "Result"]


@dataclass(frozen=True)
class Result:
    """One property of one exercise, checked."""

    name: str
    passed: bool
    message: str = ""
    hint: str = ""
    seconds: float = 0.0
    weight: float = 1.0


@dataclass(frozen=True)
class Report:
    """All properties of one exercise.

    `repr(report)` is the points as a plain number, from which nbgrader reads partial credit.
    """

    exercise: str
    max_points: float
    results: tuple[Result, ...]
    state: str
    section: str = ""
    notes: tuple[str, ...] = ()
    awarded: float | None = None

    @property
    def points(self) -> float:
        """The points of the properties that hold; exactly `max_points` when all do."""
        if self.awarded is not None:
            return self.awarded
        if self.passed:
            return float(self.max_points)
        total = sum(r.weight for r in self.results)
        held = sum(r.weight for r in self.results if r.passed)
        return round(self.max_points * held / total, 2) if total else 0.0

    @property
    def passed(self) -> bool:
        """Whether every property holds."""
        return bool(self.results) and all(r.passed for r in self.results)

    def __repr__(self) -> str:
        return repr(float(self.points))

    @property
    def summary(self) -> str:
        """One line: the state and the points."""
        if self.state == "missing":
            return self.results[0].message
        held = sum(r.passed for r in self.results)
        return f"{held} of {len(self.results)} properties hold"

    def _repr_html_(self) -> str:
        return _card(self)

    def __rich__(self) -> RenderableType:
        return _table(self)


_COLOUR = {"passed": "#009E73", "failed": "#D55E00", "missing": "#808080"}
_MARK = {"passed": "✓", "failed": "✗", "missing": "…"}


def _lines(text: str) -> str:
    return html.escape(text).replace("\n", "<br>").replace("  ", "&nbsp; ")


def _card(report: Report) -> str:
    colour = _COLOUR[report.state]
    head = (
        f'<div style="display:flex;justify-content:space-between;gap:1em;flex-wrap:wrap">'
        f'<span><b style="color:{colour}">{_MARK[report.state]}</b> '
        f"<code>{html.escape(report.exercise)}</code> "
        f'<span style="opacity:.75">{html.escape(report.summary)}</span></span>'
        f"<b>{report.points:g} / {report.max_points:g} points</b></div>"
    )
    rows = [] if report.state == "missing" else [_row(r) for r in report.results]
    notes = [
        f'<div style="opacity:.75;margin-top:.3em">note: {_lines(note)}</div>'
        for note in report.notes
    ]
    return (
        f'<div style="border:1px solid rgba(128,128,128,.4);border-left:5px solid {colour};'
        f"border-radius:4px;padding:.5em .8em;margin:.3em 0;max-width:52em;"
        f'font-size:14px;line-height:1.45">{head}{"".join(rows)}{"".join(notes)}</div>'
    )


def _row(result: Result) -> str:
    state = "passed" if result.passed else "failed"
    row = (
        f'<div style="margin-top:.2em"><b style="color:{_COLOUR[state]}">{_MARK[state]}</b> '
        f"{html.escape(result.name)}</div>"
    )
    if result.passed:
        return row
    hint = f"<div><b>Read hint {html.escape(result.hint)}.</b></div>" if result.hint else ""
    return row + (
        f'<div style="margin:.1em 0 .3em 1.3em;padding-left:.6em;'
        f'border-left:2px solid {_COLOUR["failed"]}">'
        f'<div style="overflow-wrap:anywhere">{_lines(result.message)}</div>{hint}</div>'
    )


def _table(report: Report) -> RenderableType:
    from rich.panel import Panel
    from rich.table import Table
    from rich.text import Text

    body = Table.grid(padding=(0, 1))
    body.add_column(no_wrap=True)
    body.add_column(overflow="fold")
    for result in [] if report.state == "missing" else report.results:
        state = "passed" if result.passed else "failed"
        body.add_row(Text(_MARK[state], style=f"bold {_COLOUR[state]}"), Text(result.name))
        if not result.passed:
            advice = f"\nRead hint {result.hint}." if result.hint else ""
            body.add_row("", Text(result.message + advice, style="dim"))
    if report.state == "missing":
        body.add_row(Text(_MARK["missing"]), Text(report.summary))
    for note in report.notes:
        body.add_row("", Text(f"note: {note}", style="dim"))
    title = f"{report.exercise}  {report.points:g} / {report.max_points:g} points"
    return Panel(
        body, title=Text(title), title_align="left", border_style=_COLOUR[report.state], width=100
    )
