"""A lecture's module as the course gives it, wherever this course keeps it.

A checkout makes it from `solutions/`; a student's folder has it in the wheel beside `course.toml`.
A package that was installed from such a wheel has it itself: the student's copy lies elsewhere.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

from course_lib.course import syllabus
from course_lib.course.errors import CommandError
from course_lib.course.scaffold import scaffold_text

__all__ = ["packed", "text"]


def text(module: str) -> str:
    """The scaffold's text.

    Args:
        module: the lecture's module, such as "name".

    Raises:
        CommandError: this course has no untouched copy of it.
    """
    package = Path(syllabus.__file__).resolve().parents[1]
    if not syllabus.in_checkout():
        return (package / f"{module}.py").read_text(encoding="utf-8")
    root = syllabus.path().parent
    solution = root / "solutions" / f"{module}.py"
    if solution.is_file():
        return scaffold_text(solution.read_text(encoding="utf-8"), module)
    found = packed(root).get(f"course_lib/{module}.py")
    if found is None:
        raise CommandError(
            f"no untouched copy of {module}.py is here: expected it in course_lib-….whl in {root}; "
            "put that file back from the course's download"
        )
    return found.decode("utf-8")


def packed(folder: Path) -> dict[str, bytes]:
    """Path → content of `course_lib/` in the wheel of a student's folder; empty without a wheel."""
    found: dict[str, bytes] = {}
    for wheel in sorted(folder.glob("course_lib-*.whl")):
        try:
            with zipfile.ZipFile(wheel) as archive:
                found |= {
                    name: archive.read(name)
                    for name in archive.namelist()
                    if name.startswith("course_lib/")
                }
        except (OSError, zipfile.BadZipFile):
            continue
    return found
