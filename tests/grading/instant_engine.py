"""An engine that grades in no time, for tests of everything around it."""

from __future__ import annotations

import hashlib
import os
import signal
import time
from collections.abc import Iterator, Sequence

from traitlets import Float, Unicode

from autograder.intake.submission import Submission
from autograder.sandbox.engine_interface import Engine, EngineError
from course_lib.checks.report import Report, Result
from course_lib.course.syllabus import load

__all__ = ["InstantEngine"]


class InstantEngine(Engine):
    """Draws points from the module's text, and does what a line of the text says."""

    pause = Float(0.0, help="Seconds an exercise.").tag(config=True)
    log_file = Unicode("", help="Gets a line for every exercise that is graded.").tag(config=True)

    def grade(self, submission: Submission, exercises: Sequence[str]) -> Iterator[Report]:
        """See `Engine.grade`."""
        file = submission.module_file
        text = file.read_text(encoding="utf-8") if file.is_file() else ""
        for name in exercises:
            time.sleep(self.pause)
            if "EngineError" in text:
                raise EngineError("the sandbox does not start")
            if f"kill {name}" in text:
                os.kill(os.getpid(), signal.SIGKILL)
            if self.log_file:
                with open(self.log_file, "a", encoding="utf-8") as log:
                    log.write(f"{text.strip()} {name}\n")
            yield _report(name, text)


def _report(name: str, text: str) -> Report:
    entry = load().exercise(name)
    drawn = hashlib.sha256(f"{name} {text}".encode()).digest()[0] % 5
    if not text or drawn == 0:
        results = (Result("written", False, f"not written: {text[:50]!r}"),)
        return Report(name, entry.points, results, "missing", entry.section, awarded=0.0)
    points = round(entry.points * drawn / 4, 2)
    state = "passed" if drawn == 4 else "failed"
    results = (Result("holds", drawn == 4, "<b>\x1b[31mred\x1b[0m</b>", "2.1a"),)
    return Report(name, entry.points, results, state, entry.section, ("said",), awarded=points)
