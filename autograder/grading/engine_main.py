"""The main program of an engine's process: jobs come in by one pipe, reports leave by another.

Both ends of the pipes are trusted; each engine keeps students' code away from itself in its own
way. The engine stays between submissions, with whatever it keeps warm. It runs in the main
thread, where time limits by signal work, and the process ends as soon as its parent does.
"""

from __future__ import annotations

import base64
import json
import os
import queue
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.grading.records import to_data
from autograder.intake.submission import Submission

__all__ = ["main"]

Say = Callable[..., None]


def main() -> None:
    """Serve until the parent closes the pipe."""
    out = os.dup(1)
    # Whatever a library prints must not get between the frames.
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    jobs: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs), daemon=True).start()

    def say(**message: Any) -> None:
        line = json.dumps(message).encode() + b"\n"
        while line:
            line = line[os.write(out, line) :]

    engines: dict[str, Any] = {}
    while True:
        job = jobs.get()
        try:
            _serve(job, engines, say)
        except BrokenPipeError:
            os._exit(0)
        except Exception as error:
            lines = traceback.format_exception_only(error)
            say(event="error", reason=lines[-1].strip()[:2000])


def _listen(source: Any, jobs: queue.SimpleQueue[dict[str, Any]]) -> None:
    for line in source:
        jobs.put(json.loads(line))
    os._exit(0)


def _serve(job: dict[str, Any], engines: dict[str, Any], say: Say) -> None:
    engine = _engine(job["engine"], job["settings"], engines)
    if job["lecture"] is None:
        engine.warm_up()
        say(event="ready")
        return
    with tempfile.TemporaryDirectory(prefix="course-handed-in-") as private:
        submission = Submission(Path(private), job["lecture"])
        submission.module_file.parent.mkdir()
        if job["module"] is not None:
            submission.module_file.write_bytes(base64.b64decode(job["module"]))
        for report, seconds in engine.timed(submission, job["exercises"]):
            say(event="report", report=to_data(report), seconds=seconds)
    say(event="done")


def _engine(name: str, settings: dict[str, Any], engines: dict[str, Any]) -> Any:
    key = json.dumps([name, settings], sort_keys=True)
    if key not in engines:
        from traitlets.config import Config
        from traitlets.utils.importstring import import_item

        engines[key] = import_item(name)(config=Config(settings))
    return engines[key]


if __name__ == "__main__":
    main()
