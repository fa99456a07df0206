"""The steps of a release that nbgrader does not have: the course's address and the scaffold."""

from __future__ import annotations

from typing import Any

from nbgrader.preprocessors import NbGraderPreprocessor

from autograder.authoring.notebook_frame import require_address
from autograder.authoring.reference import solution_text
from autograder.errors import CourseError
from course_lib.course.scaffold import scaffold_text
from course_lib.course.syllabus import UnknownName, load

__all__ = ["AddScaffold"]


class AddScaffold(NbGraderPreprocessor):
    """Adds `course_lib/NAME.py`, which nbgrader would copy only from `notebooks/`.

    The file is generated from the solution and not copied from `course_lib/`, because an instructor
    who has worked there must not release the work.
    """

    def preprocess(self, nb: Any, resources: Any) -> tuple[Any, Any]:
        """Put the file beside the notebook that is being released.

        Raises:
            CourseError: the assignment is not in the syllabus, or the notebook would install the
                course from another address than the syllabus has.
        """
        assignment = resources["nbgrader"]["assignment"]
        try:
            lecture = load().lecture(assignment)
        except UnknownName as error:
            raise CourseError(f"course.toml: {error}") from error
        require_address(nb, f"{lecture.id}.ipynb", load())
        text = scaffold_text(solution_text(lecture.module), lecture.module)
        outputs = resources.get("outputs") or {}
        outputs[f"course_lib/{lecture.module}.py"] = text.encode()
        resources["outputs"] = outputs
        return nb, resources
