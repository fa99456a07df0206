"""The engine without a sandbox, for debugging: one fresh Python process a submission.


It keeps honest mistakes apart: an endless loop, a crash or a forgotten file costs the exercise it
is in. It is no wall against hostile code, which runs as the instructor: that is what another class
behind the same seam is for.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from traitlets import Float, Integer

from autograder.intake.submission import Submission
from autograder.sandbox.protocol import MOST_BYTES, ProtocolError, decode, report_from
from autograder.sandbox.scoring import official, refused
from autograder.sandbox.seam import Engine, EngineError
from course_lib.checks.report import Report
from course_lib.course.syllabus import load

__all__ = ["SubprocessEngine"]

_START = (
    "import json, sys; sys.path += json.loads(sys.argv[1]); "
    "from autograder.sandbox.runner import main; main()"
)
_KEEP = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "SYSTEMROOT", "VIRTUAL_ENV", "COURSE_ROOT")


class SubprocessEngine(Engine):
    """Runs checks and hidden cases in a process of their own, one a submission."""

    hidden_seed = Integer(
        20260, help="Seed of the hidden inputs, the same for the whole class."
    ).tag(config=True)

    seconds_to_start = Float(
        120.0, help="Seconds that Python, torch and the checks may take to load."
    ).tag(config=True)

    seconds_per_import = Float(
        20.0, help="Seconds that importing the student's module may take."
    ).tag(config=True)

    megabytes = Integer(
        16_000, help="Address space of the process; torch alone reserves several gigabytes."
    ).tag(config=True)

    most_module_kilobytes = Integer(
        1_000, help="A lecture module larger than this is refused."
    ).tag(config=True)

    def grade(self, submission: Submission, exercises: Sequence[str]) -> Iterator[Report]:
        """See `Engine.grade`. A process that dies is started again for the exercises after."""
        left = list(exercises)
        problem = self._problem(submission)
        if problem:
            yield from (refused(name, problem) for name in left)
            return
        clock = _Clock(self.seconds_per_submission)
        with tempfile.TemporaryDirectory(prefix="course-grading-") as private:
            target = Path(private) / "course_lib"
            target.mkdir()
            shutil.copyfile(submission.module_file, target / submission.module_file.name)
            while left:
                with _Runner(self, submission.module, left, Path(private)) as runner:
                    for report in runner.reports(clock):
                        yield report
                        left.pop(0)
                if not left:
                    return
                if not runner.imported:
                    yield from (refused(name, runner.reason) for name in left)
                    return
                yield refused(left.pop(0), runner.reason)
                if left and clock.left <= 0:
                    used_up = (
                        f"not run: the submission had used up its {self.seconds_per_submission:g} s"
                    )
                    yield from (refused(name, used_up) for name in left)
                    return

    def _problem(self, submission: Submission) -> str:
        """Why the module cannot be run at all; empty if it can."""
        file, shown = submission.module_file, f"course_lib/{submission.module}.py"
        if file.is_symlink() or file.parent.is_symlink():
            return f"{shown} is a link; hand in the file itself"
        if not file.is_file():
            return f"{shown} is missing from the submission"
        size = file.stat().st_size
        if size > self.most_module_kilobytes * 1000:
            return (
                f"{shown} has {size / 1000:.0f} kB, at most {self.most_module_kilobytes} kB are "
                "taken: leave data out of it"
            )
        return ""


class _Clock:
    """The seconds that a submission has left; they run only while its code does."""

    def __init__(self, seconds: float) -> None:
        self._spent, self._most, self._since = 0.0, seconds, 0.0

    def __enter__(self) -> None:
        self._since = time.monotonic()

    def __exit__(self, *exc: object) -> None:
        self._spent += time.monotonic() - self._since

    @property
    def left(self) -> float:
        """Seconds, not counting what runs now."""
        return max(self._most - self._spent, 0.0)


class _Runner:
    """One process and the clock over it."""

    def __init__(self, engine: SubprocessEngine, module: str, exercises: list[str], private: Path):
        self.engine, self.exercises = engine, list(exercises)
        self.module, self.private = module, private
        self.imported = False
        self.reason = ""
        self._buffer = b""

    def __enter__(self) -> _Runner:
        self._pipe, theirs = os.pipe()
        self._home = tempfile.TemporaryDirectory(prefix="course-grading-home-")
        job = {
            "out": theirs,
            "module": self.module,
            "exercises": self.exercises,
            "seed": self.engine.hidden_seed,
            "seconds": self.engine.seconds_per_property or load().seconds_per_property,
            "megabytes": self.engine.megabytes,
            "cpu_seconds": int(self.engine.seconds_per_submission) + 120,
        }
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-c", _START, json.dumps(_package_folders())],
                cwd=self.private,
                env=_environment(self._home.name),
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                # Read only when the process does not start; it turns this off before student code.
                stderr=subprocess.PIPE,
                start_new_session=True,
                pass_fds=(theirs,),
            )
        finally:
            os.close(theirs)
        assert self._process.stdin is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.write(json.dumps(job).encode() + b"\n")
            self._process.stdin.close()
        return self

    def __exit__(self, *exc: object) -> None:
        # The whole group: whatever the student's code started goes with it.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        if self._process.stderr:
            self._process.stderr.close()
        os.close(self._pipe)
        self._home.cleanup()

    def reports(self, clock: _Clock) -> Iterator[Report]:
        """Official reports as they come. Afterwards `reason` says why the rest did not."""
        file = f"course_lib/{self.module}.py"
        message = self._next(self.engine.seconds_to_start)
        if message is None or message["event"] != "ready":
            detail = (message or {}).get(
                "message"
            ) or f"it {self._how_it_ended()}{self._last_words()}"
            raise EngineError(f"the grading process did not start: {detail}")
        limit = min(self.engine.seconds_per_import, clock.left)
        with clock:
            message = self._next(limit)
        if message is None:
            self.reason = self._lost(f"{file} was imported", limit)
            return
        if message["event"] == "unusable":
            self.reason = str(message.get("message", ""))[:2000]
            return
        self._no_fault(message)
        self.imported = True
        for exercise in self.exercises:
            limit = min(self.engine.seconds_per_exercise, clock.left)
            with clock:
                message = self._next(limit)
            if message is None:
                self.reason = self._lost("this exercise was checked", limit)
                return
            self._no_fault(message)
            try:
                public, hidden = report_from(message, exercise)
            except ProtocolError as error:
                self.reason = f"the result could not be read ({error}): your code wrote into it"
                return
            yield official(public, hidden)

    def _no_fault(self, message: dict[str, Any]) -> None:
        if message["event"] == "fault":
            raise EngineError(f"the grading process failed: {message.get('message')}")

    def _next(self, seconds: float) -> dict[str, Any] | None:
        """The next message; None when the time is up or the process has gone."""
        deadline = time.monotonic() + seconds
        self._timed_out = False
        while b"\n" not in self._buffer:
            left = deadline - time.monotonic()
            if left <= 0:
                self._timed_out = True
                return None
            # The pipe alone does not tell: a child that the student's code forked keeps it open.
            gone = self._process.poll() is not None
            if not select.select([self._pipe], [], [], 0 if gone else min(left, 0.2))[0]:
                if gone:
                    return None
                continue
            data = os.read(self._pipe, 1 << 16)
            self._buffer += data
            if not data or len(self._buffer) > MOST_BYTES:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(timeout=1.0)
                return None
        line, _, self._buffer = self._buffer.partition(b"\n")
        try:
            return decode(line)
        except ProtocolError:
            return None

    def _lost(self, doing: str, seconds: float) -> str:
        if self._timed_out:
            return (
                f"stopped after {seconds:.0f} s while {doing}: look for a loop that never ends, "
                "or for a step that is far too slow"
            )
        return f"the Python process {self._how_it_ended()} while {doing}"

    def _last_words(self) -> str:
        """The last line that a process printed which has ended before it was ready."""
        if self._process.poll() is None or self._process.stderr is None:
            return ""
        lines = self._process.stderr.read().decode(errors="replace").strip().splitlines()
        return f": {lines[-1][:500]}" if lines else ""

    def _how_it_ended(self) -> str:
        code = self._process.poll()
        if code is None:
            return "stopped answering"
        if code >= 0:
            return f"ended itself (exit code {code})"
        with contextlib.suppress(ValueError):
            return f"was killed by {signal.Signals(-code).name}"
        return f"was killed by signal {-code}"


def _package_folders() -> list[str]:
    """Where `autograder` and `course_lib` are imported from, for the process to do the same."""
    import autograder
    import course_lib

    roots = [Path(p).resolve().parent for p in autograder.__path__]
    roots.append(Path(course_lib.__file__ or "").resolve().parent.parent)
    return list(dict.fromkeys(str(r) for r in roots))


def _environment(home: str) -> dict[str, str]:
    """Nothing of the instructor's: no COURSE_LIB_PATH, no PYTHONPATH, no credentials."""
    env = {key: os.environ[key] for key in _KEEP if key in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    return env | threads | {"HOME": home, "TMPDIR": home, "PYTHONDONTWRITEBYTECODE": "1"}
