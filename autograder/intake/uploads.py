"""A download of Moodle or Canvas, upload by upload, and what of a student's uploads is graded.

The download may be the zip that the LMS made, or a folder with such zips and unpacked files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from autograder.intake.lms_names import Origin, origin, without_attempt
from autograder.intake.plain_text import plain
from autograder.intake.rebuild import PROBLEMS_FILE
from autograder.intake.zip_reading import Member, RefusedFile, members
from course_lib.course.syllabus import Lecture

__all__ = ["MOST_MEGABYTES", "MOST_MODULE_KILOBYTES", "Taken", "Upload", "Wanted", "by_student",
           "taken_of", "uploads_in", "write"]  # fmt: skip

MOST_MEGABYTES = 30
MOST_MODULE_KILOBYTES = 1_000
_MOST_IN_A_DOWNLOAD = 100_000  # a large class, a few files each

Key = tuple[str, str, str]


@dataclass(frozen=True)
class Upload:
    """A file of the download, on disk or inside the downloaded zip."""

    origin: Origin
    file: Path | Member

    def read(self, most: int) -> bytes:
        """Its content.

        Raises:
            RefusedFile: more than `most` bytes, or it cannot be read.
        """
        if isinstance(self.file, Member):
            return self.file.read(most)
        size = self.file.stat().st_size
        if size > most:
            raise RefusedFile(f"{self.file.name} has {size:,} bytes, at most {most:,} are taken")
        return self.file.read_bytes()


@dataclass(frozen=True)
class Wanted:
    """The two files of a submission that are graded, and how large they may be."""

    notebook: str
    module: str
    most_notebook: int
    most_module: int

    @classmethod
    def of(
        cls,
        lecture: Lecture,
        most_megabytes: int = MOST_MEGABYTES,
        most_module_kilobytes: int = MOST_MODULE_KILOBYTES,
    ) -> Wanted:
        """The paths of the files that make up a submission of the lecture."""
        return cls(
            notebook=f"{lecture.id}.ipynb",
            module=f"{lecture.module}.py",
            most_notebook=most_megabytes * 1_000_000,
            most_module=most_module_kilobytes * 1_000,
        )


@dataclass
class Taken:
    """A student's files that are graded: target path → (preference, name of upload, content)."""

    files: dict[str, tuple[tuple[int, ...], str, bytes]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    late: bool = False

    def keep(
        self,
        path: tuple[str, ...],
        order: tuple[int, int],
        read: Callable[[int], bytes],
        wanted: Wanted,
    ) -> None:
        """Keep a file if it is one of the two and none that is better has been found."""
        name = without_attempt(path[-1])[0]
        if name.endswith(".ipynb"):
            target, most = wanted.notebook, wanted.most_notebook
        elif name == wanted.module:
            target, most = f"course_lib/{name}", wanted.most_module
        else:
            return
        in_package = len(path) > 1 and path[-2] == "course_lib"
        named_right = name in (wanted.notebook, wanted.module)
        # The right name, the latest upload, the proper place, then the one nearest to the top.
        preference = (int(named_right), *order, int(in_package), -len(path))
        if target in self.files and self.files[target][0] > preference:
            return
        try:
            self.files[target] = (preference, name, read(most))
        except RefusedFile as error:
            self.problems.append(str(error))


def uploads_in(place: Path, files: ExitStack, skipped: Callable[[str], None]) -> Iterator[Upload]:
    """The uploads of a download.

    Args:
        place: the LMS's zip, or a folder with such zips or with what was in them.
        files: closes the zips; the uploads can be read as long as it is open.
        skipped: called with one line for everything that is passed over, with the reason.
    """
    if not place.is_dir():
        yield from _inside(place, files, skipped)
        return
    for path in sorted(p for p in place.rglob("*") if p.is_file() or p.is_symlink()):
        parts = path.relative_to(place).parts
        if path.is_symlink():
            skipped(f"{plain('/'.join(parts), 300)} is a link: skipped")
        elif found := origin(parts):
            yield Upload(found, path)
        elif path.suffix.lower() == ".zip":
            yield from _inside(path, files, skipped)
        elif not path.name.startswith("."):
            skipped(_not_recognised(path.name))


def _inside(path: Path, files: ExitStack, skipped: Callable[[str], None]) -> Iterator[Upload]:
    """The uploads of the zip that the LMS made."""
    refused: list[str] = []
    try:
        opened = files.enter_context(path.open("rb"))
        for member in members(opened, refused, most_members=_MOST_IN_A_DOWNLOAD):
            found = origin(member.path)
            if found:
                yield Upload(found, member)
            else:
                skipped(_not_recognised(f"{path.name}: {'/'.join(member.path)}"))
    except RefusedFile as error:
        skipped(f"{path.name} {plain(str(error))}")
    for line in refused:
        skipped(f"{path.name}: {plain(line)}")


def _not_recognised(name: str) -> str:
    return (
        f"{plain(name, 300)} skipped: named neither as Moodle does "
        "(First Last_1234567_assignsubmission_file_…) nor as Canvas does "
        "(lastfirst_12345_67890_…)"
    )


def by_student(uploads: Iterable[Upload]) -> dict[Key, list[Upload]]:
    """The uploads of each student, in the order in which the students turn up."""
    found: dict[Key, list[Upload]] = {}
    for upload in uploads:
        found.setdefault(upload.origin.student, []).append(upload)
    return found


def taken_of(uploads: list[Upload], wanted: Wanted) -> Taken:
    """Choose the files of one student's uploads that are graded."""
    taken = Taken(late=any(u.origin.late for u in uploads))
    for upload in sorted(uploads, key=lambda u: u.origin.order):
        _take(upload, wanted, taken)
    if taken.late:
        taken.problems.append("Canvas marks this submission as late")
    return taken


def _take(upload: Upload, wanted: Wanted, taken: Taken) -> None:
    """Look through one upload for the files that are graded."""
    path, order = upload.origin.path, upload.origin.order
    try:
        if Path(path[-1]).suffix.lower() != ".zip":
            taken.keep(path, order, upload.read, wanted)
            return
        refused: list[str] = []
        data = upload.read(wanted.most_notebook)
        # A zip of a thousand notebooks that unpack to the limit each is a bomb as well.
        for member in members(data, refused, most_unpacked=2 * wanted.most_notebook):
            taken.keep(member.path, order, member.read, wanted)
        taken.problems += refused
    except RefusedFile as error:
        reason = str(error)
        taken.problems.append(reason if path[-1] in reason else f"{path[-1]} {reason}")


def write(folder: Path, taken: Taken) -> list[str]:
    """Write a student's submission into an empty or new folder.

    Returns:
        What is wrong with it, one line each; also written into the folder's problems file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    lines = list(taken.problems)
    for target, (_, name, content) in taken.files.items():
        file = folder / target
        if name != file.name:
            lines.append(f"{name} was taken as {file.name}")
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    if not taken.files and not lines:
        lines = ["nothing that is graded was handed in"]
    lines = [plain(line.replace("\n", " "), 500) for line in lines]
    if lines:
        (folder / PROBLEMS_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")
    return lines
