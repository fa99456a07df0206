"""Answers the calls of lent functions: the reference in a sandbox of its own.

What a student's code sends to a lent function is as hostile as anything that it says. So it is
worked on in a second sandbox, within the same limits; and the reference, which is in there, never
enters the one that students' code runs in.
"""

from __future__ import annotations

import builtins
from collections.abc import Callable, Sequence
from typing import Any

from autograder.authoring.reference import solution_text
from autograder.intake.handed_in import other_lectures
from autograder.intake.plain_text import plain
from autograder.sandbox.jail import ChildLimits
from autograder.sandbox.session import ChildLost, Session
from autograder.sandbox.values import Bounds
from autograder.sandbox.worker import Worker
from course_lib.checks.errors import PropertyBroken
from course_lib.checks.transport import CodeRaised
from course_lib.course.syllabus import Limits

__all__ = ["Lender"]


class Lender:
    """Lends functions of one lecture to one exercise of one submission.

    Args:
        worker: the zygote of the second sandbox.
        limits, child: what the calls may use altogether.
        bounds: of a frame.
        module: the lecture module.
        seconds: for all calls together.
    """

    def __init__(
        self,
        worker: Worker,
        limits: Limits,
        child: ChildLimits,
        bounds: Bounds,
        module: str,
        seconds: float,
    ):
        source = solution_text(module)
        self._session = Session(worker, worker.child(child, bounds), limits, module, source)
        self._session.allow(seconds, "what is lent was called")
        text = source.encode()
        self._session.ask("load", module, text, other_lectures(module, text), "cpu")

    def functions(self, names: Sequence[str]) -> dict[str, Callable]:
        """For each exercise, by its path in the module, what answers a call of it."""
        paths = [name.partition(".")[2] for name in names]
        return {path: self._answering(path) for path in paths}

    def _answering(self, path: str) -> Callable:
        def answer(nodes: Any, tensors: Any, slopes: Any) -> Any:
            try:
                value, _ = self._session.ask("lent", path, nodes, tensors, slopes)
            except CodeRaised as error:
                kind = getattr(builtins, error.raised.kind, RuntimeError)
                known = isinstance(kind, type) and issubclass(kind, Exception)
                raise (kind if known else RuntimeError)(plain(error.raised.text)) from None
            except ChildLost as error:
                raise PropertyBroken(
                    f"`{path}`, which is lent, could not answer: {error}"
                ) from None
            return value

        return answer

    @property
    def fault(self) -> Exception | None:
        """Set when the sandbox itself has gone, which is nobody's code's fault."""
        return self._session.fault

    def close(self) -> None:
        """End the process that answers."""
        self._session.close()
