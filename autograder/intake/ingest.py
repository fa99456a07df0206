"""Taking in one submission: only regular files with the right names and a sane size are read.

Nothing is changed in `submitted/`. What is not taken is named with its reason, and the rest of the
submission, and of the class, is graded.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc

from autograder.intake.plain_text import plain
from autograder.intake.rebuild import PROBLEMS_FILE
from autograder.intake.regular_files import Refused, read_regular, special
from autograder.intake.zip_reading import LITTER
from course_lib.course.syllabus import Lecture, load

__all__ = ["MISSING", "HandedIn", "code_digest", "submissions", "take_in"]

MISSING = "missing"
MOST_NOTEBOOK = 30_000_000
MOST_MODULE = 1_000_000
_MOST_TEXT = 64_000
_MOST_ENTRIES = 2_000
_MOST_DEPTH = 20
_MOST_ID = 128  # nbgrader's column


@dataclass(frozen=True)
class HandedIn:
    """One student's submission of one lecture.

    Attributes:
        student: the folder's name, which is nbgrader's student id.
        notebook: path of the notebook inside the folder, "" if there is none that can be read.
        modules: name → content of what stands in `course_lib/`, lecture modules only.
        timestamp: when it was handed in, if a `timestamp.txt` says so.
        notes: what was not taken, one line each.
        refused: why this lecture's module cannot be graded at all; empty if it can.
        unusable: why nothing can be done with the folder at all; empty if something can.
        code: hash of what the engine sees.
        digest: hash of everything that is taken.
    """

    student: str
    folder: Path
    lecture: Lecture
    notebook: str = ""
    modules: tuple[tuple[str, bytes], ...] = ()
    timestamp: str = ""
    submitted: datetime | None = None
    problems: str = ""
    notes: tuple[str, ...] = ()
    refused: str = ""
    unusable: str = ""
    code: str = MISSING
    digest: str = ""
    _notebook_hash: str = ""

    @property
    def module(self) -> bytes | None:
        """This lecture's module, None if it is missing."""
        return dict(self.modules).get(f"{self.lecture.module}.py")

    def notebook_bytes(self) -> bytes | None:
        """The notebook, read again; None if there is none.

        Raises:
            Refused: it is no longer what was taken in.
        """
        if not self.notebook:
            return None
        data = read_regular(self.folder / self.notebook, MOST_NOTEBOOK)
        if _hash(data) != self._notebook_hash:
            raise Refused(f"{self.notebook} changed while the class was graded: grade again")
        return data


def code_digest(module: bytes | None) -> str:
    """The hash of the lecture's module, under which its grades are stored."""
    return MISSING if module is None else _hash(module)


def submissions(submitted: Path, lecture: str) -> Iterator[tuple[str, Path]]:
    """(student, folder) of everything below `submitted/` that hands in this lecture, sorted."""
    if not submitted.is_dir():
        return
    for name in sorted(os.listdir(submitted)):
        folder = submitted / name / lecture
        if not name.startswith(".") and os.path.lexists(folder):
            yield name, folder


def take_in(student: str, folder: Path, lecture: Lecture) -> HandedIn:
    """Read one submission.

    Args:
        student: the name of the student's folder.
        folder: `submitted/STUDENT/LECTURE`.
        lecture: the lecture that is graded.
    """
    taken = HandedIn(student, folder, lecture)
    if problem := _unusable(student, folder):
        return replace(taken, unusable=problem)
    notes: list[str] = []
    try:
        found = list(_walk(folder, notes))
    except OSError as error:
        return replace(taken, unusable=f"cannot be read ({error.strerror})")
    names = {path for path, _ in found}
    ours = f"{lecture.id}.ipynb"
    known = {f"course_lib/{other.module}.py" for other in load().lectures}
    notebook, data = _notebook(folder, ours, sorted(names), notes)
    modules: dict[str, bytes] = {}
    refused, timestamp, problems, unlisted = "", "", "", []
    for path in sorted(names):
        if path in known:
            try:
                modules[path.partition("/")[2]] = read_regular(folder / path, MOST_MODULE)
            except (Refused, FileNotFoundError) as why:
                notes.append(f"{path} {why}")
                refused = notes[-1] if path == f"course_lib/{lecture.module}.py" else refused
        elif path == "timestamp.txt":
            timestamp = _text(folder / path, 200, notes)
        elif path == PROBLEMS_FILE:
            problems = _text(folder / path, _MOST_TEXT, notes)
        elif path not in (ours, notebook):
            unlisted.append(path)
    if unlisted:
        shown = ", ".join(_shown(path) for path in unlisted[:5])
        more = f" and {len(unlisted) - 5} more" if len(unlisted) > 5 else ""
        notes.append(f"not part of a submission and left out: {shown}{more}")
    submitted = _time(timestamp, notes)
    module = modules.get(f"{lecture.module}.py")
    about = hashlib.sha256()
    for part in (ours, notebook, _hash(data or b""), timestamp, problems, *sorted(notes)):
        about.update(part.encode(errors="replace") + b"\0")
    for name, content in sorted(modules.items()):
        about.update(name.encode() + b"\0" + _hash(content).encode())
    return replace(
        taken,
        notebook=notebook,
        modules=tuple(sorted(modules.items())),
        timestamp=timestamp if submitted else "",
        submitted=submitted,
        problems=problems,
        notes=tuple(plain(note.replace("\n", " "), 500) for note in notes),
        refused=plain(refused, 500),
        code=code_digest(module),
        digest=about.hexdigest(),
        _notebook_hash=_hash(data or b""),
    )


def _unusable(student: str, folder: Path) -> str:
    if len(student) > _MOST_ID:
        return f"the folder's name has {len(student)} letters; nbgrader takes {_MOST_ID}"
    if not student.isprintable() or "+" in student or "\\" in student:
        # Surrogates, which stand for bytes that are no text, are not printable either.
        return "the folder's name cannot be a student's id: letters, digits, “-”, “_”, “.”, “@”"
    for path in (folder.parent, folder):
        if not stat.S_ISDIR(path.lstat().st_mode):
            what = "a link" if path.is_symlink() else "no folder"
            return f"{path.name} is {what}: put the student's own folder there"
    return ""


def _walk(folder: Path, notes: list[str]) -> Iterator[tuple[str, os.stat_result]]:
    """Regular files below the folder, as paths with "/"; what else there is goes into the notes."""
    seen = 0
    left = [(folder, "", 0)]
    while left:
        here, prefix, depth = left.pop()
        with os.scandir(here) as entries:
            for entry in entries:
                seen += 1
                if seen > _MOST_ENTRIES:
                    notes.append(f"more than {_MOST_ENTRIES:,} files: the rest is not looked at")
                    return
                if entry.name in LITTER:
                    continue
                path, about = prefix + entry.name, entry.stat(follow_symlinks=False)
                if stat.S_ISDIR(about.st_mode):
                    if depth < _MOST_DEPTH:
                        left.append((here / entry.name, f"{path}/", depth + 1))
                    else:
                        notes.append(f"{_shown(path)} lies too deep and is not looked at")
                elif stat.S_ISREG(about.st_mode) or path.startswith("course_lib/"):
                    yield path, about
                else:
                    notes.append(f"{_shown(path)} {special(about)}")


def _notebook(
    folder: Path, ours: str, names: list[str], notes: list[str]
) -> tuple[str, bytes | None]:
    """The notebook that is graded: the one of the right name, or the only one there is."""
    others = [n for n in names if n.endswith(".ipynb") and "/" not in n]
    name = ours if ours in others else others[0] if len(others) == 1 else ""
    if not name:
        # A special file of that name was noted already.
        if not any(note.startswith(ours) for note in notes):
            notes.append(f"{ours} is missing from the submission")
        return "", None
    try:
        data = read_regular(folder / name, MOST_NOTEBOOK)
    except (Refused, FileNotFoundError) as why:
        notes.append(f"{_shown(name)} {why}")
        return "", None
    if name != ours:
        notes.append(f"{_shown(name)} was taken as {ours}")
    return name, data


def _text(file: Path, most: int, notes: list[str]) -> str:
    try:
        return read_regular(file, most).decode(errors="replace").strip()
    except (Refused, FileNotFoundError) as why:
        notes.append(f"{file.name} {why}")
        return ""


def _time(text: str, notes: list[str]) -> datetime | None:
    if not text:
        return None
    try:
        return parse_utc(text)
    except (ValueError, OverflowError, TypeError, AttributeError):
        notes.append(f"timestamp.txt is no time: {plain(text, 60)!r}")
        return None


def _shown(path: str) -> str:
    return plain(path.encode(errors="replace").decode().replace("\n", " "), 120)


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
