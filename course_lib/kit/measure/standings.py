"""The table "where this stands": the user's own models, from lecture to lecture.

Every figure in it was measured on the user's machine; published ones belong into the notebook.
"""

import html
from dataclasses import asdict, dataclass
from typing import Any

from course_lib.course import state

__all__ = ["Entry", "Standings", "record", "table"]

_NAME = "standings"
# Heading, and whether its cells are numbers. A measure that no model on the data has is left out.
_COLUMNS = {
    "lecture": ("Lecture", False),
    "model": ("Model", False),
    "nats": ("Test nats", True),
    "bits": ("Test bits", True),
    "frechet": ("Fréchet", True),
    "seconds": ("Training, s", True),
    "ms_per_sample": ("Sample, ms", True),
    "note": ("Note", False),
}
_MEASURES = ("nats", "bits", "frechet")


@dataclass(frozen=True)
class Entry:
    """One model on one data set.

    Attributes:
        lecture: the lecture's id, for example "02_name".
        model: its name in the table.
        data: the data set's name.
        nats: mean test negative log-likelihood, in nats; None for a model without one.
        bits: the same per dimension (images of several levels) or per character (text).
        frechet: Fréchet distance of its samples to test data.
        standard_error: of `nats` or `bits`.
        seconds: to train.
        ms_per_sample: milliseconds to draw one sample.
        note: a few words.
    """

    lecture: str
    model: str
    data: str
    nats: float | None = None
    bits: float | None = None
    frechet: float | None = None
    seconds: float | None = None
    ms_per_sample: float | None = None
    standard_error: float | None = None
    note: str = ""

    def cell(self, column: str) -> str:
        """The text in a column."""
        value = getattr(self, column)
        if not _COLUMNS[column][1]:
            return str(value)
        if value is None:
            return "–"
        text = f"{value:.{1 if column == 'seconds' else 2}f}"
        if column in ("nats", "bits") and self.standard_error is not None:
            text += f" ± {self.standard_error:.2f}"
        return text


@dataclass(frozen=True)
class Standings:
    """The models on one data set, in the order of the lectures; shows itself in a notebook."""

    data: str
    entries: tuple[Entry, ...]

    def __repr__(self) -> str:
        if not self.entries:
            return self._nothing
        columns = self._columns
        rows = [[_COLUMNS[c][0] for c in columns]]
        rows += [[entry.cell(c) for c in columns] for entry in self.entries]
        widths = [max(len(row[k]) for row in rows) for k in range(len(columns))]
        lines = [
            "  ".join(
                cell.rjust(width) if _COLUMNS[column][1] else cell.ljust(width)
                for column, cell, width in zip(columns, row, widths, strict=True)
            ).rstrip()
            for row in rows
        ]
        rule = "  ".join("─" * width for width in widths)
        return "\n".join([self._title, lines[0], rule, *lines[1:]])

    def _repr_html_(self) -> str:
        if not self.entries:
            return f"<p>{html.escape(self._nothing)}</p>"
        head = "".join(
            f'<th scope="col" style="text-align: {_side(c)}">{_COLUMNS[c][0]}</th>'
            for c in self._columns
        )
        body = "".join(
            "<tr>"
            + "".join(
                f'<td style="text-align: {_side(c)}">{html.escape(entry.cell(c))}</td>'
                for c in self._columns
            )
            + "</tr>"
            for entry in self.entries
        )
        return (
            f"<table><caption>{html.escape(self._title)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    @property
    def _columns(self) -> list[str]:
        def shown(column: str) -> bool:
            return any(getattr(entry, column) is not None for entry in self.entries)

        return [c for c in _COLUMNS if c not in _MEASURES or shown(c)]

    @property
    def _title(self) -> str:
        measures = [_COLUMNS[c][0] for c in self._columns if c in _MEASURES]
        better = f", lower {' and '.join(measures)} are better" if measures else ""
        return f"Where this stands on {self.data!r}: your own runs{better}".replace("Test ", "")

    @property
    def _nothing(self) -> str:
        return f"No model of yours on {self.data!r} yet: a lecture's last section records one"


def record(
    lecture: str, model: str, *, data: str, note: str = "", **measures: float | None
) -> None:
    """Remember a model; a new run of the same model on the same data takes the old one's place.

    Args:
        lecture: the lecture's id, for example "02_name".
        model: its name in the table.
        data: the data set's name; what is not comparable has another, such as "digits, 17 levels".
        note: a few words.
        measures: `nats`, `bits`, `frechet`, `seconds`, `ms_per_sample` and `standard_error`, as in
            `Entry`; what is not given is not measured.
    """
    numbers = {name: None if value is None else float(value) for name, value in measures.items()}
    entry = Entry(lecture, model, data, note=note, **numbers)

    def change(stored: dict[str, Any]) -> dict[str, Any]:
        same = (lecture, model, data)
        others = [e for e in _entries(stored) if (e.lecture, e.model, e.data) != same]
        return {"entries": [asdict(e) for e in [*others, entry]]}

    state.update(_NAME, change)


def table(data: str) -> Standings:
    """The user's models on a data set, in the order of the lectures.

    Args:
        data: the data set's name.
    """
    entries = [e for e in _entries(state.read(_NAME)) if e.data == data]
    # Lecture ids begin with their number; within a lecture the order of recording stays.
    return Standings(data, tuple(sorted(entries, key=lambda e: e.lecture)))


def _entries(stored: dict[str, Any]) -> list[Entry]:
    """What can be read of the stored entries: a file by hand or by another version may differ."""
    rows = stored.get("entries", [])
    entries = []
    for fields in rows if isinstance(rows, list) else []:
        try:
            entry = Entry(**fields)
            for column in _COLUMNS:
                entry.cell(column)
        except (TypeError, ValueError):
            continue
        entries.append(entry)
    return entries


def _side(column: str) -> str:
    return "right" if _COLUMNS[column][1] else "left"
