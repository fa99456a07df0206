"""A student's folder on a newer release: what is carried over, and what changed."""

from __future__ import annotations

import ast
import shutil
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from course_lib.course import carry_module, carry_notebook, pristine, release, swap, syllabus
from course_lib.course.errors import CommandError
from course_lib.course.release import Release
from course_lib.course.splice import CannotSplice
from course_lib.course.syllabus import Course, Lecture

__all__ = ["Row", "Updated", "update"]


@dataclass(frozen=True)
class Row:
    """What there is to say of an exercise, or of a file.

    Attributes:
        what: the exercise's name or the file's path.
        yours: what of the student's is in it.
        changed: what the course has changed.
    """

    what: str
    yours: str
    changed: str


@dataclass(frozen=True)
class Updated:
    """What an update did.

    Attributes:
        old, new: versions.
        kept: the copy of the folder as it was.
        rows: one for each exercise or file of which there is something to say.
        look_at: what the student has to look at, one line each.
    """

    old: str
    new: str
    kept: Path
    rows: tuple[Row, ...]
    look_at: tuple[str, ...]


def update(folder: Path, source: Path) -> Updated:
    """Bring a student's folder to the release of a zip, with all of the student's work.

    Args:
        folder: a course folder.
        source: the zip of a newer release, or the folder that it was unpacked to.

    Raises:
        CommandError: the source is no newer release of this course; nothing was changed.
    """
    old = release.read(folder)
    assert old is not None
    staged = swap.staging(folder)
    try:
        _unpack(source, staged)
        new = release.read(staged)
        _refuse_unless_newer(folder, old, staged, new, source)
        assert new is not None
        made = _Made(folder, staged, old)
        kept = swap.copied_beside(folder, f"{folder.name}.before-{new.version}")
        (staged / release.FILE).write_text(new.updated_from(old).text(), encoding="utf-8")
        swap.commit(folder, made.stale(), str(release.FILE))
    except BaseException:
        shutil.rmtree(staged.parent, ignore_errors=True)
        raise
    # The set-up is of other versions of packages now.
    (folder / ".venv" / ".set-up").unlink(missing_ok=True)
    return Updated(old.version, new.version, kept, tuple(made.rows), tuple(made.look_at))


def _unpack(source: Path, target: Path) -> None:
    """Put the files of a bundle, without the folder around them, into a new folder."""
    if source.is_dir():
        contents: Mapping[str, bytes] = {
            file.relative_to(source).as_posix(): file.read_bytes()
            for file in source.rglob("*")
            if file.is_file() and ".venv" not in file.parts
        }
    else:
        contents = _zipped(source)
    marker = release.FILE.as_posix()
    roots = [n.removesuffix(marker) for n in contents if n == marker or n.endswith(f"/{marker}")]
    if not roots:
        raise CommandError(
            f"{source.name} is no download of this course: expected the zip of a release, such as "
            "student_bundle.zip"
        )
    root = min(roots, key=len)
    for name, data in contents.items():
        path = PurePosixPath(name.removeprefix(root))
        if not name.startswith(root) or ".." in path.parts or path.is_absolute():
            continue
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        (target / path).write_bytes(data)


def _zipped(source: Path) -> dict[str, bytes]:
    if not source.is_file():
        raise CommandError(f"{source} is not here: expected the zip of the new download")
    try:
        with zipfile.ZipFile(source) as archive:
            return {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
    except (zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise CommandError(
            f"{source.name} is no zip, or the download is not complete ({error}): download it again"
        ) from error


def _refuse_unless_newer(
    folder: Path, old: Release, staged: Path, new: Release | None, source: Path
) -> None:
    if new is None or not (staged / "course.toml").is_file():
        raise CommandError(f"{source.name} is no download of this course: it has no course.toml")
    ours, theirs = (syllabus.read(place / "course.toml") for place in (folder, staged))
    if ours.id != theirs.id:
        raise CommandError(
            f"{source.name} is the download of another course, {theirs.name}: expected {ours.name}"
        )
    if new.version == old.version:
        raise CommandError(f"you have this version already: {old.version}")
    if new.number < old.number or new.version in old.before:
        raise CommandError(
            f"{source.name} is version {new.version}, which is older than yours, {old.version}"
        )


class _Made:
    """The student's work in the files that were made ready; what there is to say of each."""

    def __init__(self, folder: Path, staged: Path, old: Release) -> None:
        self.rows: list[Row] = []
        self.look_at: list[str] = []
        self._folder, self._staged = folder, staged
        self._packed = pristine.packed(folder)
        course = syllabus.read(staged / "course.toml")
        for lecture in course.notebooks:
            self._module(lecture)
            self._notebook(lecture, old.cells.get(lecture.id, []))
        self._given(course)

    def stale(self) -> list[str]:
        """Files of the old release's package that the new one does not have, and its wheel."""
        names = [n for n in self._packed if n.count("/") > 1]
        names += [wheel.name for wheel in self._folder.glob("course_lib-*.whl")]
        return [name for name in names if not (self._staged / name).exists()]

    def _module(self, lecture: Lecture) -> None:
        name = f"course_lib/{lecture.module}.py"
        own, new = self._folder / name, self._staged / name
        if not own.is_file() or not new.is_file():
            return
        data, after = own.read_bytes(), new.read_text(encoding="utf-8")
        packed = self._packed.get(name)
        before = None if packed is None else packed.decode("utf-8")
        exercises = {e.attribute for e in lecture.exercises}
        try:
            student = data.decode("utf-8-sig")
            made = carry_module.carry(student, before, after, exercises, name)
        except (CannotSplice, UnicodeDecodeError) as error:
            beside = new.with_name(f"{lecture.module}.before_update.py")
            beside.write_bytes(data)
            self.look_at.append(
                f"{error}; nothing of it was carried: your file is "
                f"course_lib/{beside.name}, and {name} is as the course gives it"
            )
            return
        new.write_text(made.text, encoding="utf-8")
        for exercise in lecture.exercises:
            path = exercise.attribute
            changed = carry_module.changes(path, before or after, after)
            changed += self._checks(lecture, exercise.name)
            yours = "carried over" if path in made.functions else ""
            if yours or changed:
                self.rows.append(Row(exercise.name, yours or "not written", ", ".join(changed)))
            if yours and changed:
                self.look_at.append(
                    f"{exercise.name}: {', '.join(changed)}; `course check {exercise.name}`"
                )
        given = [f"`{path}`" for path in made.functions if path not in exercises]
        if added := [*given, *made.added]:
            self.rows.append(Row(name, ", ".join(added), ""))
        self.look_at += [f"{name}: {note}" for note in made.notes]

    def _checks(self, lecture: Lecture, exercise: str) -> list[str]:
        """What the course changed in an exercise's checks."""
        place = f"course_lib/lectures/{lecture.module}/"
        old, new = (
            _properties(files, place, exercise)
            for files in (
                self._packed,
                {
                    p.relative_to(self._staged).as_posix(): p.read_bytes()
                    for p in (self._staged / place).rglob("*.py")
                },
            )
        )
        if not old or old == new:
            return []
        fresh = [f"new property: {name}" for name in new if name and name not in old]
        return fresh or ["its check"]

    def _notebook(self, lecture: Lecture, released: list[str]) -> None:
        name = f"notebooks/{lecture.id}/{lecture.id}.ipynb"
        own, new = self._folder / name, self._staged / name
        if not own.is_file() or not new.is_file():
            return
        data = own.read_bytes()
        try:
            made = carry_notebook.carry(data, released, new.read_bytes(), own.name)
        except CommandError as error:
            beside = new.with_name(f"{lecture.id}.before_update.ipynb")
            beside.write_bytes(data)
            self.look_at.append(f"{error}; your file is {beside.name}, beside the new notebook")
            return
        new.write_bytes(made.text)
        yours = ["your answer"] * made.answered
        for count, what in ((made.own, "of your own"), (made.edited, "that you had edited")):
            if count:
                yours.append(f"{count} cell{'s' if count > 1 else ''} {what}")
        if made.beside:
            self.look_at.append(
                f"{own.name}: the course changed {made.beside} of the cells that you had edited; "
                "yours stand below the new ones"
            )
            yours.append(f"{made.beside} beside a new one")
        if yours:
            self.rows.append(Row(own.name, ", ".join(yours), ""))

    def _given(self, course: Course) -> None:
        """Ready-made files that the student had changed."""
        for name, data in self._packed.items():
            own = self._folder / name
            if name.count("/") > 1 and own.is_file() and own.read_bytes() != data:
                self.look_at.append(f"{name}, which you had changed, is the course's")


def _properties(files: Mapping[str, bytes], place: str, exercise: str) -> dict[str, str]:
    """Name → text of the properties that files of checks have for an exercise."""
    found: dict[str, str] = {}
    for name, data in sorted(files.items()):
        if name.startswith(place) and "checks" in name and name.endswith(".py"):
            for node in ast.parse(data).body:
                if exercise in _strings(node):
                    said = ast.get_docstring(node) if isinstance(node, ast.FunctionDef) else None
                    key = (said or "").partition("\n")[0]
                    found[key] = found.get(key, "") + ast.dump(node)
    return found


def _strings(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.Constant) and isinstance(each.value, str):
            yield each.value
