"""The student and the date of a file, read from the name that Moodle or Canvas gives it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

__all__ = [
    "CANVAS_ID",
    "MOODLE_ID",
    "Origin",
    "distinct_ids",
    "origin",
    "student_id",
    "without_attempt",
]

# nbgrader's student ids, unless configured: Moodle's number changes with every assignment.
MOODLE_ID, CANVAS_ID = "{name}", "{name}-{number}"

# "file" is the kind of submission; what students typed is "onlinetext".
_MOODLE = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_[a-z]+_?(?P<file>.*)")
# A name may have "_" in it. Anonymous assignments have a code in its place.
_CANVAS = re.compile(
    r"(?:(?P<anonymous_late>LATE_)?anon_(?P<code>[^_]+)"
    r"|(?P<name>.+?)_(?P<late>LATE_)?(?P<number>\d+))"
    r"_(?:(?P<upload>\d+)_(?P<file>.+)|_?(?P<typed>(?:text|link)\.html))"
)
# Canvas writes "02_name-1.zip" for a second upload, browsers "02_name (1).zip".
_ATTEMPT = re.compile(r"(?P<stem>.+?)(?:-(?P<try>\d{1,3})| ?\((?P<copy>\d{1,3})\))?(?P<ext>\.\w+)")


@dataclass(frozen=True)
class Origin:
    """One upload of one student."""

    system: str
    name: str
    number: str
    path: tuple[str, ...]
    late: bool = False
    upload: int = 0

    @property
    def student(self) -> tuple[str, str, str]:
        """The key that all uploads of one student share."""
        return self.system, self.name, self.number

    @property
    def order(self) -> tuple[int, int]:
        """Later uploads compare greater."""
        return without_attempt(self.path[-1])[1], self.upload


def origin(path: tuple[str, ...]) -> Origin | None:
    """The upload behind a path of a download, None if it has neither system's form.

    Args:
        path: folders and file name, such as ("Ada Lovelace_1234567_assignsubmission_file_",
            "02_name.zip") or ("lovelaceada_LATE_12345_67890_02_name-1.zip",).
    """
    for depth, part in enumerate(path):
        rest = path[depth + 1 :]
        if match := _MOODLE.fullmatch(part):
            file = (match["file"],) if match["file"] else ()
            if file or rest:
                return Origin("Moodle", match["name"].strip(), match["number"], file + rest)
        if not rest and (match := _CANVAS.fullmatch(part)):
            late = bool(match["late"] or match["anonymous_late"])
            name, number = match["name"] or "anon", match["number"] or match["code"]
            file = (match["file"] or match["typed"],)
            return Origin("Canvas", name, number, file, late, int(match["upload"] or 0))
    return None


def without_attempt(name: str) -> tuple[str, int]:
    """A file name without the number of its attempt, and that number: ("02_name.zip", 1)."""
    match = _ATTEMPT.fullmatch(name)
    if not match:
        return name, 0
    return match["stem"] + match["ext"], int(match["try"] or match["copy"] or 0)


def student_id(form: str, source: Origin) -> str:
    """A student's id for nbgrader, which is also a folder's name: letters, digits and "-"."""
    name = re.sub(r"\W+", "-", source.name.replace("_", "-")).strip("-") or "student"
    return form.format(name=name, number=source.number)


def distinct_ids(
    origins: Sequence[Origin], forms: Mapping[str, str]
) -> tuple[dict[tuple[str, str, str], str], list[tuple[str, str]]]:
    """Student ids, made different where two students have the same name.

    Args:
        origins: one a student.
        forms: system → form of its ids.

    Returns:
        Student → id, and those whose id had to be changed as (the common id, their own).
    """
    ids = {o.student: student_id(forms[o.system], o) for o in origins}
    # Case counts for nothing in the folders' names on some systems.
    names = Counter(name.casefold() for name in ids.values())
    doubled = []
    for key, name in ids.items():
        if names[name.casefold()] > 1:
            ids[key] = f"{name}-{key[2]}"
            doubled.append((name, ids[key]))
    return ids, doubled
