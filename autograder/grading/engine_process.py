"""The parent's handle on a process with an engine in it."""

from __future__ import annotations

import base64
import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import autograder
import course_lib
from autograder.grading.records import BadRecord, Graded, from_data

__all__ = ["EngineDied", "EngineProcess", "Job", "Outcome", "grade_with"]

_START = (
    "import json, sys; sys.path[:0] = json.loads(sys.argv[1]); "
    "from autograder.grading.engine_main import main; main()"
)
# On top of what the engine itself allows a submission: start-up, and an engine that is stuck.
_PATIENCE = 300.0
_SECONDS_PER_SUBMISSION = 300.0
_LIVES = 2


class EngineDied(Exception):
    """The process has gone, or does not answer; the message says how it ended."""


@dataclass(frozen=True)
class Job:
    """The data that an engine needs to grade one submission, the same on every machine."""

    engine: str
    settings: dict[str, dict[str, Any]] = field(default_factory=dict)
    lecture: str | None = None
    module: str | None = None
    exercises: tuple[str, ...] = ()

    def of(self, lecture: str, module: bytes | None, exercises: Sequence[str]) -> Job:
        """The same engine's job for a submission."""
        coded = None if module is None else base64.b64encode(module).decode()
        return Job(self.engine, self.settings, lecture, coded, tuple(exercises))

    def as_json(self) -> str:
        """The job as text."""
        return json.dumps(asdict(self))


@dataclass(frozen=True)
class Outcome:
    """The outcome of a job.

    Attributes:
        graded: the reports.
        refused: why the submission cannot be graded: it took its process down again and again.
        broken: why the grader could not grade; nobody's code is to blame.
    """

    graded: tuple[Graded, ...] = ()
    refused: str = ""
    broken: str = ""


class EngineProcess:
    """A process with a warm engine. Started on first use, and again after it has died."""

    def __init__(self, engine: Job):
        """Take note of the engine.

        Args:
            engine: a job without a lecture: the engine and its settings.
        """
        self.engine = engine
        seconds = engine.settings.get("Engine", {}).get("seconds_per_submission")
        self._patience = _PATIENCE + float(seconds or _SECONDS_PER_SUBMISSION)
        self._process: subprocess.Popen[bytes] | None = None
        self._buffer = b""
        self._closed = False

    @property
    def pid(self) -> int | None:
        """The process's number while there is one."""
        return self._process.pid if self._process else None

    def start(self) -> None:
        """Start the process and let the engine load; does not wait."""
        if self._closed:
            raise EngineDied("was stopped")
        if self._process is not None and self._process.poll() is None:
            return
        self._end()
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  (lives as long as the process)
        environment = {k: v for k, v in os.environ.items() if k != "COURSE_LIB_PATH"}
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", _START, json.dumps(_package_folders())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            env=environment | {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"},
            # Ctrl-C is for the parent, which ends its engines itself.
            start_new_session=True,
        )
        self._buffer = b""
        self._send(self.engine)

    def grade(self, job: Job, heard: Callable[[Graded], None]) -> Outcome:
        """Grade one submission.

        Args:
            job: the submission.
            heard: is given every report as it comes.

        Raises:
            EngineDied: the process has gone.
        """
        self.start()
        self._send(job)
        end = time.monotonic() + self._patience
        graded: list[Graded] = []
        while True:
            message = self._next(end)
            event = message.get("event")
            if event == "report":
                try:
                    one = Graded(from_data(message["report"]), float(message["seconds"]))
                except (BadRecord, KeyError, TypeError, ValueError) as error:
                    return Outcome(broken=f"the engine's report cannot be read: {error}")
                graded.append(one)
                heard(one)
            elif event == "done":
                return Outcome(tuple(graded))
            elif event == "error":
                return Outcome(broken=str(message.get("reason")))

    def close(self) -> None:
        """End the process for good."""
        self._closed = True
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout, self._errors):
            with contextlib.suppress(OSError):
                pipe.close()  # type: ignore[union-attr]

    def _send(self, job: Job) -> None:
        process = self._process
        if process is None or process.stdin is None:
            raise EngineDied("was stopped")
        try:
            process.stdin.write(job.as_json().encode() + b"\n")
            process.stdin.flush()
        except (OSError, ValueError):
            raise self._died() from None

    def _next(self, end: float) -> dict[str, Any]:
        process = self._process
        if process is None or process.stdout is None:
            raise EngineDied("was stopped")
        pipe = process.stdout.fileno()
        while b"\n" not in self._buffer:
            left = end - time.monotonic()
            if left <= 0:
                self._end()
                raise EngineDied(f"did not answer for {self._patience:.0f} s")
            try:
                if not select.select([pipe], [], [], min(left, 5.0))[0]:
                    continue
                data = os.read(pipe, 1 << 20)
            except (OSError, ValueError):
                raise self._died() from None
            if not data:
                raise self._died()
            self._buffer += data
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            message = json.loads(line)
        except ValueError:
            self._end()
            raise EngineDied("wrote something else than a report") from None
        return message if isinstance(message, dict) else {}

    def _died(self) -> EngineDied:
        process, errors = self._process, self._errors
        if process is None:
            return EngineDied("was stopped")
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=2.0)
        code = process.poll()
        with contextlib.suppress(OSError, ValueError):
            errors.seek(max(errors.seek(0, os.SEEK_END) - 2000, 0))
        words = errors.read().decode(errors="replace").strip().splitlines()
        self._end()
        if code is None:
            told = "stopped answering"
        elif code < 0:
            told = f"was killed by signal {-code}"
            with contextlib.suppress(ValueError):
                told = f"was killed by {signal.Signals(-code).name}"
        else:
            told = f"ended itself (exit code {code})" + (f": {words[-1][:300]}" if words else "")
        return EngineDied(told)


def grade_with(process: EngineProcess, job: Job) -> Outcome:
    """Grade one submission, in a new process when the first one dies under it.

    Exercises that were reported before the process died are not graded again.
    """
    graded: list[Graded] = []

    how = ""
    for _ in range(_LIVES):
        done = {one.report.exercise for one in graded}
        rest = tuple(name for name in job.exercises if name not in done)
        if not rest:
            break
        try:
            outcome = process.grade(
                Job(job.engine, job.settings, job.lecture, job.module, rest), graded.append
            )
        except EngineDied as error:
            how = str(error)
            continue
        return Outcome(tuple(graded), outcome.refused, outcome.broken)
    if len(graded) == len(job.exercises):
        return Outcome(tuple(graded))
    return Outcome(tuple(graded), refused=f"its grading process died {_LIVES} times: it {how}")


def _package_folders() -> list[str]:
    """The folders from which the process imports `autograder` and `course_lib`."""
    roots = [Path(p).resolve().parent for p in autograder.__path__]
    roots.append(Path(course_lib.__file__ or "").resolve().parent.parent)
    return list(dict.fromkeys(str(r) for r in roots))
