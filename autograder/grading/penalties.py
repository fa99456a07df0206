"""Late penalties in the gradebook, as nbgrader gives them: what its plug-in says, within limits."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from nbgrader import api
from nbgrader.preprocessors import AssignLatePenalties
from sqlalchemy import func, select
from traitlets.config import Config

__all__ = ["Penalties"]

_Assignment, _Notebook = api.SubmittedAssignment.__table__, api.SubmittedNotebook.__table__


class Penalties:
    """The penalties of one lecture."""

    def __init__(self, config: Config, gradebook: api.Gradebook, lecture: str):
        """Make the plug-in that `nbgrader autograde` would ask.

        Args:
            config: of `nbgrader_config.py`.
            gradebook: is open.
            lecture: the lecture's id.
        """
        self._gradebook = gradebook
        self._step = AssignLatePenalties(config=config)
        # It says on every submission what the summary says once.
        self._step.log = logging.getLogger("autograder.grading.penalties")
        self._step.log.setLevel(logging.ERROR)
        # As nbgrader's own run leaves them for the plug-in.
        self._step.gradebook, self._step.assignment_id = gradebook, lecture
        self._step.init_plugin()

    def due(self, assignment: str, notebook: str, date: datetime | None) -> Mapping[str, Any]:
        """Submitted notebook → its penalty, for all whose penalty is another one so far.

        Args:
            assignment: id of the lecture's row.
            notebook: id of its notebook's row.
            date: the due date, in UTC without a zone.
        """
        changes: dict[str, float | None] = {}
        rows = self._gradebook.db.execute(
            select(
                _Notebook.c.id,
                _Notebook.c.late_submission_penalty,
                _Assignment.c.student_id,
                _Assignment.c.timestamp,
                _Assignment.c.extension,
            )
            .join(_Assignment, _Notebook.c.assignment_id == _Assignment.c.id)
            .where(_Assignment.c.assignment_id == assignment, _Notebook.c.notebook_id == notebook)
            .order_by(_Assignment.c.student_id)
        ).all()
        for row in rows:
            seconds = _seconds_late(row.timestamp, date, row.extension)
            penalty = self._of(row.id, row.student_id, seconds) if seconds > 0 else None
            if penalty != row.late_submission_penalty:
                changes[row.id] = penalty
        return changes

    def _of(self, notebook: str, student: str, seconds: float) -> float | None:
        score = self._gradebook.db.scalar(
            select(func.coalesce(func.sum(api.Grade.score), 0.0)).where(
                api.Grade.notebook_id == notebook
            )
        )
        plugin: Any = self._step.plugin_inst
        penalty = plugin.late_submission_penalty(student, score, seconds)
        if penalty is None:
            return None
        return self._step._check_late_penalty(SimpleNamespace(score=score), penalty)


def _seconds_late(
    submitted: datetime | None, date: datetime | None, extension: timedelta | None
) -> float:
    if submitted is None or date is None:
        return 0.0
    return max(0.0, (submitted - date - (extension or timedelta())).total_seconds())
