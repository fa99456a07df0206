"""What the process that runs students' code can import, and how that process starts."""

from __future__ import annotations

from pathlib import Path

import course_lib
from autograder.sandbox import COURSE_FILES, SANDBOX_FILES
from course_lib import lectures
from course_lib.course import syllabus

__all__ = ["COURSE_INSIDE", "GRADER_INSIDE", "START", "environment", "own_files"]

GRADER_INSIDE, COURSE_INSIDE = "/grader", "/course"
# Its arguments are the folders that stand for these two, and more of `start.main`'s.
START = (
    "import sys; sys.path.insert(0, sys.argv[1]); "
    "from autograder.sandbox.start import main; main(*sys.argv[1:])"
)


def own_files() -> list[tuple[str, Path]]:
    """(path inside, path outside) of what the zygote runs and what students' code may import.

    Not the scaffolds: an instructor's own `course_lib/NAME.py` may be filled in.
    """
    package = Path(course_lib.__file__ or "").resolve().parent
    here = Path(__file__).resolve().parent
    checks = (f"checks/{name}.py" for name in COURSE_FILES)
    of_package = [(name, package / name) for name in ("course", "kit", *checks)]
    return [
        *((f"{GRADER_INSIDE}/autograder/sandbox/{n}.py", here / f"{n}.py") for n in SANDBOX_FILES),
        (f"{COURSE_INSIDE}/course.toml", syllabus.path()),
        *((f"{COURSE_INSIDE}/course_lib/{name}", path) for name, path in of_package),
        *((f"{COURSE_INSIDE}/course_lib/lectures/{name}", file) for name, file in _given()),
    ]


def _given() -> list[tuple[Path, Path]]:
    """What the lectures' notebooks are given: networks, which a lecture module may import."""
    folder = Path(lectures.__path__[0])
    files = sorted((file.relative_to(folder), file) for file in folder.glob("**/*.py"))
    return [
        (name, file)
        for name, file in files
        if not {"checks", "checks.py", "widgets"} & set(name.parts)
    ]


def environment(scratch: str) -> dict[str, str]:
    """The whole environment: nothing of the instructor's.

    Args:
        scratch: the folder that students' code may write in.
    """
    one = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return one | {
        "PATH": "/usr/bin",
        "HOME": scratch,
        "TMPDIR": scratch,
        "LANG": "C.UTF-8",
        "PYTHONHASHSEED": "0",
        "PYTHONNOUSERSITE": "1",
        "MPLBACKEND": "Agg",
    }
