"""The table "where this stands": the user's own models, from lecture to lecture.

Every figure in it was measured on the user's machine; published ones belong into the notebook.
"""

import html
from dataclasses import asdict, dataclass
from typing import Any

from course_lib.kit import state

__all__ = ["Entry", "Standings", "record", "table"]

_NAME = "standings"
_HEADINGS = ("Lecture", "Model", "Test nats", "Training, s", "Sample, ms", "Note")
_NUMERIC = (2, 3, 4)


@dataclass(frozen=True)
class Entry:
    """One model on one data set.

    Attributes:
        lecture: the lecture's id, for example "02_nade".
        model: its name in the table.
        data: the data set's name.
        nats: mean test negative log-likelihood, in nats; None for a model without one.
        standard_error: of `nats`.
        seconds: to train.
        ms_per_sample: milliseconds to draw one sample.
        note: a few words.
    """

    lecture: str
    model: str
    data: str
    nats: float | None
    seconds: float | None
    ms_per_sample: float | None
    standard_error: float | None = None
    note: str = ""

    @property
    def cells(self) -> tuple[str, ...]:
        """The entry's row, as text."""
        nats = _number(self.nats, 2)
        if self.nats is not None and self.standard_error is not None:
            nats += f" ± {self.standard_error:.2f}"
        seconds, ms = _number(self.seconds, 1), _number(self.ms_per_sample, 2)
        return self.lecture, self.model, nats, seconds, ms, self.note


@dataclass(frozen=True)
class Standings:
    """The models on one data set, in the order of the lectures; shows itself in a notebook."""

    data: str
    entries: tuple[Entry, ...]

    def __repr__(self) -> str:
        if not self.entries:
            return self._nothing
        rows = [_HEADINGS, *(entry.cells for entry in self.entries)]
        widths = [max(len(row[k]) for row in rows) for k in range(len(_HEADINGS))]
        lines = [
            "  ".join(
                cell.rjust(width) if k in _NUMERIC else cell.ljust(width)
                for k, (cell, width) in enumerate(zip(row, widths, strict=True))
            ).rstrip()
            for row in rows
        ]
        rule = "  ".join("─" * width for width in widths)
        return "\n".join([self._title, lines[0], rule, *lines[1:]])

    def _repr_html_(self) -> str:
        if not self.entries:
            return f"<p>{html.escape(self._nothing)}</p>"
        head = "".join(
            f'<th scope="col" style="text-align: {_side(k)}">{heading}</th>'
            for k, heading in enumerate(_HEADINGS)
        )
        body = "".join(f"<tr>{_html_cells(entry)}</tr>" for entry in self.entries)
        return (
            f"<table><caption>{html.escape(self._title)}</caption>"
            f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
        )

    @property
    def _title(self) -> str:
        return f"Where this stands on {self.data!r}: your own runs, lower nats are better"

    @property
    def _nothing(self) -> str:
        return f"No model of yours on {self.data!r} yet: a lecture's last section records one"


def record(
    lecture: str,
    model: str,
    *,
    data: str,
    nats: float | None,
    seconds: float | None,
    ms_per_sample: float | None,
    standard_error: float | None = None,
    note: str = "",
) -> None:
    """Remember a model; a new run of the same model on the same data takes the old one's place.

    Args:
        lecture: the lecture's id, for example "02_nade".
        model: its name in the table.
        data: the data set's name.
        nats: mean test negative log-likelihood, in nats; None for a model without one.
        seconds: to train.
        ms_per_sample: milliseconds to draw one sample.
        standard_error: of `nats`, see `kit.training.standard_error`.
        note: a few words.
    """
    entry = Entry(
        lecture,
        model,
        data,
        _plain(nats),
        _plain(seconds),
        _plain(ms_per_sample),
        _plain(standard_error),
        note,
    )

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
            entry.cells  # noqa: B018
        except (TypeError, ValueError):
            continue
        entries.append(entry)
    return entries


def _plain(value: Any) -> float | None:
    return None if value is None else float(value)


def _number(value: float | None, digits: int) -> str:
    return "–" if value is None else f"{value:.{digits}f}"


def _side(column: int) -> str:
    return "right" if column in _NUMERIC else "left"


def _html_cells(entry: Entry) -> str:
    return "".join(
        f'<td style="text-align: {_side(k)}">{html.escape(cell)}</td>'
        for k, cell in enumerate(entry.cells)
    )
