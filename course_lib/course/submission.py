"""`course submit`: the zip of a lecture that nbgrader's `zip_collect` takes."""

from __future__ import annotations

from pathlib import Path

from course_lib.course import archive, contents, course_folder, progress, syllabus
from course_lib.course.completion import LectureDone, lecture_done
from course_lib.course.course_folder import Work
from course_lib.course.errors import CommandError
from course_lib.course.syllabus import Lecture
from course_lib.course.terminal import COLOUR, ago, console, shown_path, totals

__all__ = ["submit"]

# What the instructors' side takes by default: the notebook, and the module.
_MOST_BYTES = (30_000_000, 1_000_000)


def submit(key: str, *, out: Path | None = None, anyway: bool = False) -> Path:
    """Write the zip of a lecture and print what is in it.

    Args:
        key: the lecture's id or module.
        out: the zip's path, or the folder for `02_name.zip`; the working directory by default.
        anyway: make the zip even though one of the files cannot be graded as it is.

    Returns:
        The zip's path.

    Raises:
        UnknownName: there is no such lecture.
        CommandError: a file is missing or cannot be graded, or the zip cannot be written.
    """
    lecture = syllabus.load().counted(key)
    work = course_folder.find(lecture)
    notebook, module = _read(work.notebook), _read(work.module)
    warnings = _warnings(lecture, work, notebook, module, anyway)
    target = _target(lecture, out)
    replaced = target.is_file()
    archive.write(
        target,
        archive.zipped(
            {f"{lecture.id}.ipynb": notebook, f"course_lib/{lecture.module}.py": module}
        ),
    )
    _print_written(target, replaced, lecture, work)
    _print_points(lecture, work)
    for warning in warnings:
        console().print(f"warning: {warning}", style=COLOUR["failed"])
    console().print(
        f"Hand in {shown_path(target)} as it is, not unpacked, where your course collects "
        "assignments (Moodle, Canvas, …)."
    )
    return target


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            f"{shown_path(path)} cannot be read ({error.strerror}): expected a file of yours; "
            "look at its permissions"
        ) from error


def _warnings(
    lecture: Lecture, work: Work, notebook: bytes, module: bytes, anyway: bool
) -> list[str]:
    """Collect warnings for the student; raise on a fault that would cost all points."""
    warnings: list[str] = []
    cells = None
    try:
        cells = contents.notebook_cells(notebook, work.notebook.name)
    except CommandError as error:
        if not anyway:
            raise CommandError(f"{error}; `--anyway` hands it in as it is") from error
        warnings.append(str(error))
    fault = contents.module_fault(module, work.module.name)
    if fault and not anyway:
        raise CommandError(
            f"{fault}; such a module scores 0 on every exercise: mend it, or hand it in as it is "
            "with --anyway"
        )
    if fault:
        warnings.append(f"{fault}; as it is, every exercise scores 0")
    missing = contents.not_written(module, lecture)
    if len(missing) == len(lecture.exercises):
        warnings.append(
            f"{shown_path(work.module)} is untouched: none of its {len(missing)} exercises is "
            "written; is this the file you edited?"
        )
    elif missing:
        few = ", ".join(missing[:3]) + (f" and {len(missing) - 3} more" if missing[3:] else "")
        warnings.append(f"not implemented yet, these score 0: {few}")
    if cells is not None and (note := contents.reflection_note(cells, lecture)):
        warnings.append(note)
    for path, data, most in zip(
        (work.notebook, work.module), (notebook, module), _MOST_BYTES, strict=True
    ):
        if len(data) > most:
            warnings.append(
                f"{path.name} has {len(data) / 1e6:.0f} MB and may be refused: more than "
                f"{most / 1e6:.0f} MB; clear large outputs"
            )
    return warnings


def _target(lecture: Lecture, out: Path | None) -> Path:
    name = f"{lecture.id}.zip"
    if out is None:
        return Path.cwd() / name
    if out.suffix.lower() == ".zip" and not out.is_dir():
        return out.absolute()
    return out.absolute() / name


def _print_written(target: Path, replaced: bool, lecture: Lecture, work: Work) -> None:
    out = console()
    out.print(
        f"{shown_path(target)} {'replaced' if replaced else 'written'} "
        f"({target.stat().st_size / 1000:.0f} kB):",
        style="bold",
        soft_wrap=True,
    )
    inside = (f"{lecture.id}.ipynb", f"course_lib/{lecture.module}.py")
    for name, path in zip(inside, (work.notebook, work.module), strict=True):
        source = shown_path(path)
        origin = "" if source == name else f"{source}, "
        out.print(f"  {name}  ({origin}saved {ago(path.stat().st_mtime)})", soft_wrap=True)


def _print_points(lecture: Lecture, work: Work) -> None:
    out = console()
    entries = progress.read(notice=lambda line: out.print(f"note: {line}", soft_wrap=True))
    done = lecture_done(lecture, entries)
    out.print(_points(done))
    if done.edited_since(work.module):
        out.print(
            f"{work.module.name} was edited since then: run `course check {lecture.id}`",
            style=COLOUR["failed"],
        )


def _points(done: LectureDone) -> str:
    if all(e.checked is None for e in done.exercises):
        return f"not checked yet: run `course check {done.lecture.id}`"
    return f"at the last check: {totals([done])}"
