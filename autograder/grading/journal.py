"""The journal of finished grades: one line for each, only appended, so that a crash loses none.

A line is its own checksum, a blank and a JSON object. Lines are written in one piece and reach the
disk before anybody hears of the grade; a line that a crash cut short fails its checksum and counts
for nothing. A grade is filed under what it depends on and under nothing else: the hash of the
student's module, the exercise, and the grader's fingerprint.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from autograder.errors import CourseError, file_errors
from autograder.grading.records import BadRecord, Graded, from_data, to_data

__all__ = ["Journal", "journal_file", "only_run"]

_FOLDER = ".grading"


def journal_file(root: Path, lecture: str) -> Path:
    """The path of a lecture's journal in a course folder."""
    return root / _FOLDER / f"{lecture}.journal"


class Journal:
    """The journal of one lecture. Any number of processes may write to it."""

    def __init__(self, file: Path):
        """Read the journal; it need not exist.

        Args:
            file: from `journal_file`.
        """
        self.file = file
        self.damaged = 0
        self._read = 0
        self._grades: dict[tuple[str, str], dict[str, Graded]] = {}
        self._filed: dict[str, str] = {}
        self.refresh()

    def find(self, code: str, exercise: str, grader: str) -> Graded | None:
        """The grade of this code by this grader, None if there is none yet."""
        return self._grades.get((code, exercise), {}).get(grader)

    def latest(self, code: str, exercise: str) -> Graded | None:
        """The last grade of this code by whatever grader."""
        found = list(self._grades.get((code, exercise), {}).values())
        return found[-1] if found else None

    def filed(self, student: str) -> str:
        """The stamp under which a student's grades were put into the gradebook; "" if not yet."""
        return self._filed.get(student, "")

    def add(self, code: str, graders: Mapping[str, str], graded: Sequence[Graded]) -> None:
        """Append grades; returns when they are on the disk. Those already there are left alone.

        Args:
            code: hash of the module.
            graders: exercise → fingerprint.
            graded: the grades.
        """

        def lines() -> Iterator[dict[str, Any]]:
            for one in graded:
                name = one.report.exercise
                if self.find(code, name, graders[name]) is None:
                    yield {
                        "kind": "grade",
                        "code": code,
                        "grader": graders[name],
                        "seconds": round(one.seconds, 3),
                        "report": to_data(one.report),
                    }

        self._append(lines)

    def forget(self, keys: Sequence[tuple[str, str]]) -> None:
        """Make (code, exercise) pairs ungraded again: what a regrade starts with."""
        held = [list(key) for key in dict.fromkeys(keys) if self._grades.get(key)]
        self._append(lambda: iter([{"kind": "forget", "keys": held}] if held else []))

    def file_away(self, stamps: Mapping[str, str]) -> None:
        """Remember that students' grades stand in the gradebook."""
        new = {name: stamp for name, stamp in stamps.items() if self.filed(name) != stamp}
        self._append(lambda: iter([{"kind": "filed", "stamps": new}] if new else []))

    def refresh(self) -> None:
        """Read what has been appended since."""
        with (
            file_errors(self.file, "read"),
            suppress(FileNotFoundError),
            self.file.open("rb") as file,
        ):
            file.seek(self._read)
            self._take(file.read())

    def _append(self, lines: Any) -> None:
        with file_errors(self.file, "written"):
            new = not self.file.exists()
            self.file.parent.mkdir(parents=True, exist_ok=True)
            # Readable for its owner only: it holds what students' grades are made of.
            with os.fdopen(os.open(self.file, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b",
                           buffering=0) as file:  # fmt: skip
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(self._read)
                self._take(file.read())
                data = b"".join(_line(entry) for entry in lines())
                if not data:
                    return
                # What a crash cut short ends here, so that it cannot swallow the next line.
                end = file.seek(0, os.SEEK_END)
                if end and os.pread(file.fileno(), 1, end - 1) != b"\n":
                    data = b"\n" + data
                while data:
                    data = data[file.write(data) :]
                os.fsync(file.fileno())
            if new:
                _sync_folder(self.file.parent)
        self.refresh()

    def _take(self, data: bytes) -> None:
        """Understand whole lines; a last one without its end is read again next time."""
        whole = data[: data.rfind(b"\n") + 1]
        self._read += len(whole)
        for line in whole.splitlines():
            entry = _entry(line)
            try:
                if entry is not None:
                    self._understand(entry)
                elif line:
                    self.damaged += 1
            except (BadRecord, KeyError, TypeError, ValueError):
                self.damaged += 1

    def _understand(self, entry: dict[str, Any]) -> None:
        if entry["kind"] == "grade":
            report = from_data(entry["report"])
            kept = self._grades.setdefault((entry["code"], report.exercise), {})
            kept.pop(entry["grader"], None)
            kept[entry["grader"]] = Graded(report, float(entry["seconds"]))
        elif entry["kind"] == "forget":
            for code, exercise in entry["keys"]:
                self._grades.pop((code, exercise), None)
        elif entry["kind"] == "filed":
            self._filed.update(entry["stamps"])


def _line(entry: dict[str, Any]) -> bytes:
    text = json.dumps(entry, separators=(",", ":"), sort_keys=True).encode()
    return hashlib.sha256(text).hexdigest()[:16].encode() + b" " + text + b"\n"


def _entry(line: bytes) -> dict[str, Any] | None:
    """The object of a line, None if the line is not what was once written."""
    checksum, _, text = line.partition(b" ")
    if checksum != hashlib.sha256(text).hexdigest()[:16].encode():
        return None
    entry = json.loads(text)
    return entry if isinstance(entry, dict) else None


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def only_run(root: Path, lecture: str) -> Iterator[None]:
    """Hold the right to grade a lecture; it goes back when the process ends, however it ends.

    Raises:
        CourseError: another process holds it.
    """
    folder = root / _FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / f"{lecture}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise CourseError(
                f"{lecture} is being graded by another process: wait for it, or stop it"
            ) from None
        yield
