"""The process that runs one submission's code: started by `subprocess_engine`, not imported.

Its working directory holds the student's `course_lib/NAME.py` and nothing else. Results leave by a
pipe as JSON lines; what the student's code prints goes nowhere.
"""

from __future__ import annotations

import contextlib
import importlib
import importlib.abc
import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

__all__ = ["main"]


class _NoReference(importlib.abc.MetaPathFinder):
    """Keeps `import solutions` from handing the reference to a submission by accident or design."""

    def find_spec(self, fullname: str, path: Any = None, target: Any = None) -> None:
        if fullname.partition(".")[0] == "solutions":
            raise ModuleNotFoundError(f"No module named {fullname!r}", name=fullname)


def main() -> None:
    """Read the job from standard input, grade, leave."""
    job = json.loads(sys.stdin.readline())
    out = job["out"]
    os.set_inheritable(out, False)
    from autograder.sandbox import protocol

    def say(line: bytes) -> None:
        while line:
            line = line[os.write(out, line) :]

    try:
        _grade(job, say)
    except BaseException as error:
        say(protocol.encode("fault", message=f"{type(error).__name__}: {error}"[:2000]))
    # Skips whatever the student's code registered to run at exit.
    os._exit(0)


def _grade(job: dict[str, Any], say: Any) -> None:
    import torch

    torch.set_num_threads(1)
    from autograder.authoring import cases
    from autograder.sandbox import protocol
    from course_lib.checks import (
        check,
        run,  # noqa: F401  (imported before the clock starts)
    )

    sys.meta_path.insert(0, _NoReference())
    _limit(job["megabytes"], job["cpu_seconds"])
    _silence_stderr()
    say(protocol.encode("ready"))
    module = _student_module(job["module"], say)
    if module is None:
        return
    say(protocol.encode("imported"))
    for exercise in job["exercises"]:
        report = check(exercise, module, job["seconds"])
        hidden = [] if report.state == "missing" else _hidden(cases, exercise, module, job)
        say(protocol.encode_report(report, hidden))


def _hidden(cases: Any, exercise: str, module: ModuleType, job: dict[str, Any]) -> list[Any]:
    import torch

    from course_lib.checks.run import quiet_stderr

    if importlib.util.find_spec(f"course_lib.lectures.{exercise.partition('.')[0]}.inputs") is None:
        return []
    with quiet_stderr():
        dtypes = (torch.float32, torch.float64)
        return list(cases.hidden_results(exercise, module, job["seed"], dtypes, job["seconds"]))


def _student_module(name: str, say: Any) -> ModuleType | None:
    """Import the submission's module; say why, and return None, where that cannot be done."""
    from autograder.sandbox import protocol
    from course_lib.checks.run import quiet_stderr

    file = Path.cwd() / "course_lib" / f"{name}.py"
    try:
        with quiet_stderr():
            module = importlib.import_module(f"course_lib.{name}")
    except BaseException as error:
        say(protocol.encode("unusable", message=_why(error, file)))
        return None
    found = getattr(module, "__file__", None)
    if found is None or Path(found).resolve() != file.resolve():
        raise RuntimeError(f"graded module is {found}, not the submission's {file}")
    return module


def _why(error: BaseException, file: Path) -> str:
    """One line: where the import stopped and on what."""
    from course_lib.checks.errors import student_error

    if isinstance(error, SyntaxError):
        code = (error.text or "").strip()
        if not code and error.lineno:
            lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
            code = lines[error.lineno - 1].strip() if error.lineno <= len(lines) else ""
        where = f"course_lib/{file.name}, line {error.lineno}"
        return f"{where}: {type(error).__name__}: {error.msg}: `{code}`"
    if isinstance(error, NotImplementedError):
        return f"course_lib/{file.name} raises NotImplementedError outside of a function"
    told = type(error).__name__
    # An exception's own `__str__` may be the student's, and may raise.
    with contextlib.suppress(Exception):
        told = str(student_error(file.name, error, str(file)))
    return f"course_lib/{file.name} cannot be imported: {told}"


def _silence_stderr() -> None:
    """From here on the student's code may write there, and nobody reads it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _limit(megabytes: int, cpu_seconds: int) -> None:
    """Make a memory bomb a `MemoryError` of this process and not the end of the grading machine.

    The clock is the parent's; the limit on processor time ends a loop whose parent was killed.
    """
    with contextlib.suppress(ImportError):
        import resource

        limits = {
            resource.RLIMIT_AS: megabytes << 20,
            resource.RLIMIT_CPU: cpu_seconds,
            resource.RLIMIT_FSIZE: 64 << 20,
            resource.RLIMIT_CORE: 0,
        }
        for which, most in limits.items():
            # Not every system has every limit, and some are set lower already.
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(which, (most, most))
