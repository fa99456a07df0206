"""The scaffold's way into `release/`: nbgrader itself copies only what lies in `notebooks/`."""

from __future__ import annotations

from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.authoring.reference import solution_text
from autograder.authoring.scaffold import scaffold_text
from autograder.errors import CourseError
from course_lib.course.syllabus import UnknownName, load

__all__ = ["AddScaffold"]


class AddScaffold(NbGraderPreprocessor):
    """Adds `course_lib/NAME.py`, generated from the solution on the spot.

    Not copied from `course_lib/`: an instructor who has worked there must not release the work.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Put the file beside the notebook that is being released."""
        assignment = resources["nbgrader"]["assignment"]
        try:
            lecture = load().lecture(assignment)
        except UnknownName as error:
            raise CourseError(f"course.toml: {error}") from error
        text = scaffold_text(solution_text(lecture.module), lecture.module)
        outputs = resources.get("outputs") or {}
        outputs[f"course_lib/{lecture.module}.py"] = text.encode()
        resources["outputs"] = outputs
        return nb, resources
