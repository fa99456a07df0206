"""`nbgrader zip_collect` for what Moodle and Canvas let an instructor download.

The extractor turns the download, whatever its form, into one folder a student with the two files
that are graded; the collector only reads these folders' names. `autograder collect` does the same
in one step, with a roster and the times of submission (`autograder.lms`).
"""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

from nbgrader.plugins import ExtractorPlugin, FileNameCollectorPlugin
from traitlets import Integer, Unicode

from autograder.intake.lms_names import CANVAS_ID, MOODLE_ID, distinct_ids
from autograder.intake.rebuild import PROBLEMS_FILE
from autograder.intake.uploads import (
    MOST_MEGABYTES,
    MOST_MODULE_KILOBYTES,
    Wanted,
    by_student,
    taken_of,
    uploads_in,
    write,
)
from course_lib.course.syllabus import UnknownName, load

__all__ = ["LmsCollector", "LmsExtractor"]


class LmsExtractor(ExtractorPlugin):
    """Unpacks downloads of Moodle and Canvas, outer zips and students' zips alike."""

    moodle_student_id = Unicode(
        MOODLE_ID,
        help="nbgrader's student id for Moodle; {name} and {number}. Moodle numbers every "
        "assignment anew, so that only the name stays the same over a term.",
    ).tag(config=True)

    canvas_student_id = Unicode(
        CANVAS_ID,
        help="nbgrader's student id for Canvas; {name} and {number} (the user's).",
    ).tag(config=True)

    most_megabytes = Integer(
        MOST_MEGABYTES, help="Larger notebooks and students' zips are refused."
    ).tag(config=True)

    most_module_kilobytes = Integer(
        MOST_MODULE_KILOBYTES, help="Larger lecture modules are refused."
    ).tag(config=True)

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Write `extracted/STUDENT/{LECTURE.ipynb, course_lib/NAME.py, problems.txt}`."""
        assignment = self.parent.coursedir.assignment_id
        try:
            lecture = load().counted(assignment)
        except UnknownName as error:
            self.parent.fail("course.toml: %s", error)
        wanted = Wanted.of(lecture, self.most_megabytes, self.most_module_kilobytes)
        with ExitStack() as files:
            students = by_student(
                uploads_in(Path(archive_path), files, lambda line: self.log.warning("%s", line))
            )
            forms = {"Moodle": self.moodle_student_id, "Canvas": self.canvas_student_id}
            ids, doubled = distinct_ids([u[0].origin for u in students.values()], forms)
            for name, chosen in doubled:
                self.log.warning("several students are called %s: this one is %s", name, chosen)
            for key, uploads in students.items():
                folder = Path(extracted_path) / ids[key]
                for line in write(folder, taken_of(uploads, wanted)):
                    self.log.warning("%s: %s", folder.name, line)
        self.log.info("%d students' uploads unpacked", len(students))


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
