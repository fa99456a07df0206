"""CSV as Moodle, Canvas and spreadsheets write it, written back in the form in which it came."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from pathlib import Path

from autograder.errors import CourseError, file_errors

__all__ = ["Table", "read_table"]

_BOM = "\ufeff"
_DELIMITERS = ",;\t"


@dataclass
class Table:
    """A CSV file's cells, and how they were written.

    Attributes:
        file: where it was read from.
        header: the names of the columns.
        rows: the other rows, each as long as the header.
        lines: the line of the file on which each row ends.
    """

    file: Path
    header: list[str]
    rows: list[list[str]] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    delimiter: str = ","
    bom: bool = False
    newline: str = "\n"

    def column(self, *names: str) -> int | None:
        """The place of the first column with one of these names; case counts for nothing."""
        found = [name.strip().casefold() for name in self.header]
        for name in names:
            if name.casefold() in found:
                return found.index(name.casefold())
        return None

    def cell(self, row: list[str], column: int | None) -> str:
        """A cell without the blanks around it; "" where the column does not exist."""
        return "" if column is None else row[column].strip()

    def text(self) -> str:
        """The file's text."""
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, lineterminator=self.newline)
        writer.writerows([self.header, *self.rows])
        return (_BOM if self.bom else "") + out.getvalue()

    def write(self, file: Path) -> None:
        """Write it to a file, in UTF-8.

        Raises:
            CourseError: the file cannot be written.
        """
        with file_errors(file, "written"):
            file.write_bytes(self.text().encode())


def read_table(file: Path) -> Table:
    """Read a CSV file: with a byte-order mark or without, any line ends, "," ";" or tab.

    Raises:
        CourseError: it cannot be read, or is no such table; the message has the line.
    """
    with file_errors(file, "read"):
        data = file.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CourseError(
            f"{file} is not UTF-8 (byte {error.start}): save it as “CSV UTF-8”, or take it from "
            "the LMS again"
        ) from error
    bom, text = text.startswith(_BOM), text.removeprefix(_BOM)
    first = text.splitlines()[0] if text else ""
    delimiter = max(_DELIMITERS, key=first.count)
    newline = "\r\n" if "\r\n" in text else "\n"
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    table = Table(file, [], [], [], delimiter, bom, newline)
    try:
        for row in reader:
            if not any(cell.strip() for cell in row):
                continue
            if not table.header:
                table.header = row
                continue
            if len(row) > len(table.header):
                raise CourseError(
                    f"{file} line {reader.line_num}: {len(row)} cells, but the header has "
                    f"{len(table.header)}: a comma inside a cell needs quotes around the cell"
                )
            table.rows.append(row + [""] * (len(table.header) - len(row)))
            table.lines.append(reader.line_num)
    except csv.Error as error:
        raise CourseError(f"{file} line {reader.line_num}: {error}") from error
    if not table.header:
        raise CourseError(f"{file} is empty: a CSV file with a header is expected")
    return table
