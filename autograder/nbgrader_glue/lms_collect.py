"""`nbgrader zip_collect` for what Moodle and Canvas let an instructor download.

The extractor turns the download, whatever its form, into one folder a student with the two files
that are graded; the collector only reads these folders' names.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from traitlets import Integer, Unicode

from autograder.nbgrader_glue.lms_names import Origin, origin, student_id, without_attempt
from autograder.nbgrader_glue.plain_text import plain
from autograder.nbgrader_glue.rebuild import PROBLEMS_FILE
from autograder.nbgrader_glue.zip_reading import Member, RefusedFile, members
from course_lib.kit.syllabus import UnknownName, load

__all__ = ["LmsCollector", "LmsExtractor"]


@dataclass(frozen=True)
class _Upload:
    """A file of the download, on disk or inside the downloaded zip."""

    origin: Origin
    file: Path | Member

    def read(self, most: int) -> bytes:
        if isinstance(self.file, Member):
            return self.file.read(most)
        size = self.file.stat().st_size
        if size > most:
            raise RefusedFile(f"{self.file.name} has {size:,} bytes, at most {most:,} are taken")
        return self.file.read_bytes()


@dataclass(frozen=True)
class _Wanted:
    """The two files of a submission that are graded, and how large they may be."""

    notebook: str
    module: str
    most_notebook: int
    most_module: int


@dataclass
class _Taken:
    """What of a student's uploads is graded: target path → (preference, its name, content)."""

    files: dict[str, tuple[tuple[int, ...], str, bytes]] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def keep(
        self,
        path: tuple[str, ...],
        order: tuple[int, int],
        read: Callable[[int], bytes],
        wanted: _Wanted,
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


class LmsExtractor(ExtractorPlugin):
    """Unpacks downloads of Moodle and Canvas, outer zips and students' zips alike."""

    moodle_student_id = Unicode(
        "{name}",
        help="nbgrader's student id for Moodle; {name} and {number}. Moodle numbers every "
        "assignment anew, so that only the name stays the same over a term.",
    ).tag(config=True)

    canvas_student_id = Unicode(
        "{name}-{number}",
        help="nbgrader's student id for Canvas; {name} and {number} (the user's).",
    ).tag(config=True)

    most_megabytes = Integer(30, help="Larger notebooks and students' zips are refused.").tag(
        config=True
    )

    most_module_kilobytes = Integer(1_000, help="Larger lecture modules are refused.").tag(
        config=True
    )

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Write `extracted/STUDENT/{LECTURE.ipynb, course_lib/NAME.py, problems.txt}`."""
        assignment = self.parent.coursedir.assignment_id
        try:
            lecture = load().counted(assignment)
        except UnknownName as error:
            self.parent.fail("course.toml: %s", error)
        wanted = _Wanted(
            notebook=f"{lecture.id}.ipynb",
            module=f"{lecture.module}.py",
            most_notebook=self.most_megabytes * 1_000_000,
            most_module=self.most_module_kilobytes * 1_000,
        )
        by_student: dict[tuple[str, str, str], list[_Upload]] = {}
        for upload in self._uploads(Path(archive_path)):
            by_student.setdefault(upload.origin.student, []).append(upload)
        ids = self._ids([uploads[0].origin for uploads in by_student.values()])
        for key, uploads in by_student.items():
            taken = _Taken()
            for upload in sorted(uploads, key=lambda u: u.origin.order):
                _take(upload, wanted, taken)
            if any(u.origin.late for u in uploads):
                taken.problems.append("Canvas marks this submission as late")
            self._write(Path(extracted_path) / ids[key], taken)
        self.log.info("%d students' uploads unpacked", len(by_student))

    def _uploads(self, archive: Path) -> Iterator[_Upload]:
        for path in sorted(p for p in archive.rglob("*") if p.is_file() or p.is_symlink()):
            parts = path.relative_to(archive).parts
            if path.is_symlink():
                self.log.warning("%s is a link: skipped", plain("/".join(parts), 300))
            elif found := origin(parts):
                yield _Upload(found, path)
            elif path.suffix.lower() == ".zip":
                yield from self._inside(path)
            elif not path.name.startswith("."):
                self._not_recognised(path.name)

    def _inside(self, path: Path) -> Iterator[_Upload]:
        """The uploads of the zip that the LMS made."""
        refused: list[str] = []
        try:
            for member in members(path.open("rb"), refused):
                found = origin(member.path)
                if found:
                    yield _Upload(found, member)
                else:
                    self._not_recognised(f"{path.name}: {'/'.join(member.path)}")
        except RefusedFile as error:
            self.log.warning("%s %s", path.name, plain(str(error)))
        for line in refused:
            self.log.warning("%s: %s", path.name, plain(line))

    def _not_recognised(self, name: str) -> None:
        self.log.warning(
            "%s skipped: named neither as Moodle does (First Last_1234567_assignsubmission_file_…) "
            "nor as Canvas does (lastfirst_12345_67890_…)",
            plain(name, 300),
        )

    def _ids(self, origins: list[Origin]) -> dict[tuple[str, str, str], str]:
        """Student ids, made different where two students have the same name."""
        forms = {"Moodle": self.moodle_student_id, "Canvas": self.canvas_student_id}
        ids = {o.student: student_id(forms[o.system], o) for o in origins}
        # Case counts for nothing in the folders' names on some systems.
        names = Counter(name.casefold() for name in ids.values())
        for key, name in ids.items():
            if names[name.casefold()] > 1:
                ids[key] = f"{name}-{key[2]}"
                self.log.warning("several students are called %s: this one is %s", name, ids[key])
        return ids

    def _write(self, folder: Path, taken: _Taken) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        for target, (_, name, content) in taken.files.items():
            file = folder / target
            if name != file.name:
                taken.problems.append(f"{name} was taken as {file.name}")
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(content)
        lines = [plain(line.replace("\n", " "), 500) for line in taken.problems]
        for line in lines:
            self.log.warning("%s: %s", folder.name, line)
        if lines or not taken.files:
            lines = lines or ["nothing that is graded was handed in"]
            (folder / PROBLEMS_FILE).write_text("\n".join(lines) + "\n", encoding="utf-8")


def _take(upload: _Upload, wanted: _Wanted, taken: _Taken) -> None:
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


class LmsCollector(FileNameCollectorPlugin):
    """Reads `extracted/STUDENT/…` as the extractor wrote it; keeps the folder `course_lib/`."""

    def collect(self, submitted_file: str) -> dict[str, str] | None:
        """The student and the path inside the submission; None for anything else."""
        step = self.parent._format_collect_path(self.parent.extracted_directory)
        student, *rest = Path(submitted_file).relative_to(step).parts
        path = "/".join(rest)
        lecture = load().lecture(self.parent.coursedir.assignment_id)
        expected = {f"{lecture.id}.ipynb", f"course_lib/{lecture.module}.py", PROBLEMS_FILE}
        return {"student_id": student, "file_id": path} if path in expected else None
