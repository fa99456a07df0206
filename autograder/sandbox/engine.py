"""The engine: checks and hidden cases run here, the student's code in the sandbox."""

from __future__ import annotations

import contextlib
import importlib.util
import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import torch
from traitlets import Bool, Enum, Float, Integer, Unicode, default

from autograder.authoring.cases import hidden_results_of
from autograder.intake.handed_in import module_bytes, other_lectures
from autograder.intake.plain_text import plain
from autograder.intake.regular_files import Refused
from autograder.intake.submission import Submission
from autograder.sandbox.bubblewrap import SandboxMissing, shown
from autograder.sandbox.course_secret import course_secret, hidden_seed
from autograder.sandbox.engine_interface import Engine, EngineError
from autograder.sandbox.import_messages import import_failure, notes_from
from autograder.sandbox.jail import ChildLimits
from autograder.sandbox.lender import Lender
from autograder.sandbox.scoring import official, refused
from autograder.sandbox.session import ChildLost, Session
from autograder.sandbox.values import Bounds
from autograder.sandbox.worker import SandboxBroken, Worker, ZygoteLost, shared
from course_lib.checks.proxy import Here, Module
from course_lib.checks.registry import properties
from course_lib.checks.report import Report, Result
from course_lib.checks.run import may_be_of_others, report_of, run_properties
from course_lib.checks.transport import CodeRaised
from course_lib.course.contents import not_written
from course_lib.course.syllabus import Limits, load

__all__ = ["NO_SECRET", "SandboxedEngine"]

_ATTEMPTS = 3
_MOST_EXERCISES = 30
_MESSAGE = 4000
# In the secret's place where students' code is not kept from reading it and none has been made.
NO_SECRET = bytes(32)


class SandboxedEngine(Engine):
    """Runs students' code in bubblewrap, and believes nothing that comes out of it.

    The public properties and the hidden cases run in this process on a proxy of the module. What a
    student's code can choose is the bytes of its replies, and those are its answer.
    """

    seconds_per_import = Float(
        20.0, help="Seconds that importing the student's module may take."
    ).tag(config=True)

    most_module_kilobytes = Integer(
        1_000, help="A lecture module larger than this is refused."
    ).tag(config=True)

    process_per_exercise = Bool(
        False,
        help="A new process for every exercise. By default an exercise gets one when the process "
        "of the exercise before was stopped or ran out of something; every submission does.",
    ).tag(config=True)

    unsandboxed = Bool(
        False,
        help="For debugging: students' code runs as you and can read your files, in the same "
        "process without bubblewrap. A grade that is given so is not official.",
    ).tag(config=True)

    secret_file = Unicode(
        help="The secret that hidden inputs are drawn from, made on first use; by default "
        "`.course_secret` in the course folder. Keep it: a regrade with another one differs.",
    ).tag(config=True)

    device = Enum(
        ("cpu", "cuda"),
        "cpu",
        help="Where students' code computes. On a GPU every child starts CUDA itself.",
    ).tag(config=True)

    @default("secret_file")
    def _secret_file(self) -> str:
        return str(
            Path(self.config.get("CourseDirectory", {}).get("root") or ".") / ".course_secret"
        )

    @default("seconds_per_exercise")
    def _seconds_per_exercise(self) -> float:
        return load().limits.wall_seconds

    @property
    def folders(self) -> list[Path]:
        """Where submissions, grades and sources lie; hidden where the sandbox would show them."""
        named = (("CourseDirectory", "root"), ("Exchange", "root"))
        found = (self.config.get(section, {}).get(key) for section, key in named)
        return [Path(str(folder)) for folder in found if folder]

    @property
    def limits(self) -> Limits:
        """`course.toml`'s, with this engine's wall clock."""
        return replace(load().limits, wall_seconds=self.seconds_per_exercise)

    def warm_up(self) -> None:
        """See `Engine.warm_up`."""
        # A sandbox that is missing is reported when something is graded.
        with contextlib.suppress(SandboxMissing):
            self._worker().warm_up()

    def _worker(self, lender: bool = False) -> Worker:
        gpu = self.device == "cuda" and not lender
        if self.unsandboxed:
            return shared(gpu=gpu, sandboxed=False, lender=lender)
        secret = Path(self.secret_file).resolve(), *shown(self.folders)
        return shared(secret, gpu=gpu, lender=lender)

    def _secret(self) -> bytes:
        file = Path(self.secret_file).resolve()
        if self.unsandboxed and not file.exists():
            return NO_SECRET
        return course_secret(file)

    def grade(self, submission: Submission, exercises: Sequence[str]) -> Iterator[Report]:
        """See `Engine.grade`."""
        # The caller may cross off its own list while it reads the reports.
        exercises = tuple(exercises)
        try:
            source = module_bytes(submission, self.most_module_kilobytes)
        except Refused as why:
            yield from (refused(name, str(why)) for name in exercises)
            return
        torch.set_num_threads(1)
        if self.unsandboxed:
            self.log.warning("WITHOUT A SANDBOX: students' code runs as you; no grade is official")
        grading = _Grading(self, submission.module, source, self._secret())
        end = time.monotonic() + self.seconds_per_submission
        try:
            for name in exercises:
                if time.monotonic() >= end:
                    seconds = f"{self.seconds_per_submission:g} s"
                    yield refused(name, f"not run: the submission had used up its {seconds}")
                else:
                    yield _clean(grading.report(name, end))
        finally:
            grading.close()
            grading.prepare_the_next()


class _Grading:
    """One submission: its source, and the child that runs it as long as that can go on."""

    def __init__(self, engine: SandboxedEngine, module: str, source: bytes, secret: bytes):
        self.engine, self.module, self.source, self.secret = engine, module, source, secret
        self.limits = engine.limits
        self.seconds = engine.seconds_per_property or load().seconds_per_property
        self.worker = engine._worker()
        self.session: Session | None = None
        self.unusable = ""
        self.unwritten = not_written(source, load().lecture(module))
        self.right: set[str] = set()
        self.lent: dict[str, Callable] = {}

    def report(self, exercise: str, end: float) -> Report:
        """The official report of one exercise."""
        problem: Exception | None = None
        for _ in range(_ATTEMPTS):
            if self.unusable:
                return refused(exercise, self.unusable)
            try:
                return self._without_errors_of_others(self._attempt(exercise, end), end)
            except ZygoteLost as error:
                problem = error
                self.session = None
            except (SandboxBroken, SandboxMissing) as error:
                raise EngineError(str(error)) from error
        raise EngineError(f"the sandbox was lost {_ATTEMPTS} times in {exercise}: {problem}")

    def _attempt(self, exercise: str, end: float) -> Report:
        session = self._ready(end)
        if session is None:
            return refused(exercise, self.unusable)
        deadline = min(time.monotonic() + self.limits.wall_seconds, end)
        self._begin(session, deadline)
        proxy = Module(session)
        results = run_properties(properties(exercise), proxy, Here(proxy), self.seconds)
        _no_fault(session)
        notes = self._notes(session)
        entry = load().exercise(exercise)
        public = report_of(entry, results, notes)
        hidden = [] if public.state == "missing" else self._hidden(exercise, deadline, end)
        if self.engine.process_per_exercise:
            self.close()
        return official(public, hidden)

    def _without_errors_of_others(self, report: Report, end: float) -> Report:
        """The better report of an exercise's own and one with lent functions, where that differs.

        What an exercise builds on and did not get full points is lent. The processes in which that
        happens are new and end with it, so that nothing can be learnt there about other exercises.
        """
        entry = load().exercise(report.exercise)
        if report.points == entry.points:
            self.right.add(entry.name)
            return report
        names = [name for name in entry.builds_on if name not in self.right]
        if entry.name in self.unwritten or not names or self.unusable:
            return report
        if not may_be_of_others(entry, list(report.results)):
            return report
        self.close()
        limits, (child, bounds) = self.limits, self._wanted()
        seconds = min(limits.wall_seconds, max(end - time.monotonic(), 0.0))
        lender = Lender(self.engine._worker(True), limits, child, bounds, self.module, seconds)
        self.lent = lender.functions(names)
        try:
            again = self._attempt(entry.name, end)
            _no_fault(lender)
        finally:
            self.lent = {}
            lender.close()
            self.close()
        if again.points < report.points:
            return report
        if again.points == entry.points:
            self.right.add(entry.name)
        shown = ", ".join(f"`{name}`" for name in names)
        note = f"checked with the reference in the place of {shown}"
        return replace(again, notes=(note, *again.notes))

    def _hidden(self, exercise: str, deadline: float, end: float) -> list[Result]:
        name = f"course_lib.lectures.{self.module}.inputs"
        if importlib.util.find_spec(name) is None:
            return []
        fresh = self.session is None or not self.session.usable
        session = self._ready(end)
        if session is None or time.monotonic() >= deadline:
            return [Result("hidden cases", False, "there was no time left for them")]
        if fresh:
            self._begin(session, deadline)
        proxy = Module(session)
        seed = hidden_seed(self.secret, self.source, exercise)
        results = hidden_results_of(exercise, proxy, Here(proxy), seed, seconds=self.seconds)
        _no_fault(session)
        return results

    def _ready(self, end: float) -> Session | None:
        """A child with the module loaded; None where the module is unusable."""
        if self.session is not None and not self.session.usable:
            self.close()
        return self.session or self._loaded(end)

    def _begin(self, session: Session, deadline: float) -> None:
        """Set the clock and the counters of an exercise."""
        session.allow(max(deadline - time.monotonic(), 0.0), "this exercise was checked")
        # A child that has gone by now fails every property with the reason.
        with contextlib.suppress(ChildLost):
            session.tell("begin")
            if self.lent:
                session.ask("lend", self.lent)
        _no_fault(session)

    def _loaded(self, end: float) -> Session | None:
        limits = self.limits
        stream = self.worker.child(*self._wanted())
        text = self.source.decode("utf-8", errors="replace")
        session = self.session = Session(self.worker, stream, limits, self.module, text)
        file = f"course_lib/{self.module}.py"
        session.allow(
            min(self.engine.seconds_per_import, max(end - time.monotonic(), 0.0)),
            f"{file} was imported",
        )
        try:
            others = other_lectures(self.module, self.source)
            session.ask("load", self.module, self.source, others, self.engine.device)
        except CodeRaised as error:
            self.unusable = import_failure(error.raised, session)
        except ChildLost as error:
            _no_fault(session)
            self.unusable = str(error)
        if self.unusable:
            self.close()
            return None
        return session

    def _wanted(self) -> tuple[ChildLimits, Bounds]:
        limits = self.limits
        return (
            ChildLimits(
                # The zygote ends a child sooner; this holds where the zygote is held up.
                cpu_seconds=math.ceil(limits.cpu_seconds) * _MOST_EXERCISES,
                memory=limits.memory_megabytes,
                file=limits.file_megabytes,
                processes=limits.processes,
                gpu=self.engine.device == "cuda",
            ),
            Bounds(frame=min(limits.output_megabytes, 64) << 20),
        )

    def _notes(self, session: Session) -> tuple[str, ...]:
        """What the student's code warned of and wrote to stderr, where it can still say so."""
        if not session.usable:
            return ()
        try:
            said, _ = session.ask("said")
        except (ChildLost, CodeRaised):
            _no_fault(session)
            return ()
        return notes_from(said)

    def prepare_the_next(self) -> None:
        """Have a child made for the next submission, which most often has the same limits."""
        self.worker.prepare(*self._wanted())

    def close(self) -> None:
        """End the child and wipe what it left."""
        session, self.session = self.session, None
        if session is not None:
            session.close()


def _no_fault(session: Session | Lender) -> None:
    if session.fault is not None:
        raise session.fault


def _clean(report: Report) -> Report:
    """Bounded text without control characters, whatever the student's code wrote into it."""
    results = tuple(replace(r, message=plain(r.message, _MESSAGE)) for r in report.results)
    return replace(report, results=results, notes=tuple(plain(n, 200) for n in report.notes))
