"""Executors of grading jobs: processes on this machine, or the workers of a Dask cluster.

Both take jobs and give outcomes, in any order. Each worker drives an engine's process of its own.
Dask is only for a cluster that runs already: a scheduler's port runs whatever it is sent, and
everybody on the machine can reach it.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, Protocol

from autograder.errors import CourseError
from autograder.grading.engine_process import EngineProcess, Job, Outcome, grade_with
from autograder.grading.records import Graded, from_data, to_data

__all__ = ["ClusterExecutor", "Executor", "LocalExecutor", "grade_on_worker"]

Done = Callable[[Callable[[], Outcome]], None]


class Executor(Protocol):
    """Accepts grading jobs and reports their outcomes."""

    def capacity(self) -> int:
        """The number of jobs that are worked on at a time."""

    def submit(self, job: Job, done: Done) -> None:
        """Accept a job.

        Args:
            job: the submission.
            done: is called, in any thread, with a function that gives the outcome.
        """

    def close(self) -> None:
        """End every process."""


class LocalExecutor:
    """Processes on this machine, each driven by a thread of this one."""

    def __init__(self, engine: Job, workers: int):
        self._engines = [EngineProcess(engine) for _ in range(workers)]
        self._free: SimpleQueue[EngineProcess] = SimpleQueue()
        for process in self._engines:
            process.start()
            self._free.put(process)
        self._threads = ThreadPoolExecutor(workers, "grading")

    def capacity(self) -> int:
        """See `Executor`."""
        return len(self._engines)

    def submit(self, job: Job, done: Done) -> None:
        """See `Executor`."""
        future = self._threads.submit(self._grade, job)
        future.add_done_callback(lambda f: done(f.result))

    def _grade(self, job: Job) -> Outcome:
        process = self._free.get()
        try:
            return grade_with(process, job)
        finally:
            self._free.put(process)

    def close(self) -> None:
        """See `Executor`."""
        for process in self._engines:
            process.close()
        self._threads.shutdown(wait=False, cancel_futures=True)


class ClusterExecutor:
    """The workers of a Dask scheduler that runs already."""

    def __init__(self, engine: Job, address: str):
        # Its import takes half a second, and only a cluster needs it.
        from distributed import Client, KilledWorker

        self._killed = KilledWorker
        try:
            self._client = Client(address, timeout=20, set_as_default=False)
        except (OSError, ValueError, TimeoutError) as error:
            raise CourseError(f"no Dask scheduler answers at {address}: {error}") from error
        try:
            self._client.wait_for_workers(1, timeout=_SECONDS_FOR_A_WORKER)
        except TimeoutError:
            self.close()
            raise CourseError(
                f"the Dask scheduler at {address} has had no worker for "
                f"{_SECONDS_FOR_A_WORKER / 60:.0f} minutes: start one with `dask worker {address} "
                "--nthreads 1`"
            ) from None

    def capacity(self) -> int:
        """See `Executor`. A worker more or less is noticed; at least 1, to wait for the first."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return max(1, sum(worker["nthreads"] for worker in workers))

    def submit(self, job: Job, done: Done) -> None:
        """See `Executor`."""
        future = self._client.submit(grade_on_worker, job.as_json(), pure=False, retries=0)

        def outcome() -> Outcome:
            try:
                return _outcome(future.result())
            except self._killed as error:
                return Outcome(refused=f"its worker died again and again: {str(error)[:300]}")

        future.add_done_callback(lambda _: done(outcome))

    def close(self) -> None:
        """See `Executor`. The workers stay; their engines stay warm."""
        self._client.close(timeout=2)


_SECONDS_FOR_A_WORKER = 900
_guard = threading.Lock()
_engines: dict[str, EngineProcess] = {}


def grade_on_worker(job_as_json: str) -> dict[str, Any]:
    """A Dask task: grade one submission in this worker's own process, which stays.

    Args:
        job_as_json: a `Job`.

    Returns:
        Plain data: "graded", "refused" and "broken" as in `Outcome`.
    """
    job = Job(**json.loads(job_as_json))
    outcome = grade_with(_process_of(job), job)
    return {
        "graded": [[to_data(one.report), one.seconds] for one in outcome.graded],
        "refused": outcome.refused,
        "broken": outcome.broken,
    }


def _process_of(job: Job) -> EngineProcess:
    """The process of the worker that this runs on."""
    from distributed import get_worker

    engine = Job(job.engine, job.settings)
    # Threads of one worker get a process each: an engine does one thing at a time.
    key = f"{get_worker().address} {threading.get_ident()}"
    with _guard:
        if key in _engines and _engines[key].engine != engine:
            _engines.pop(key).close()
        if key not in _engines:
            _engines[key] = EngineProcess(engine)
        return _engines[key]


def _outcome(data: dict[str, Any]) -> Outcome:
    graded = tuple(Graded(from_data(report), float(s)) for report, s in data["graded"])
    return Outcome(graded, str(data["refused"]), str(data["broken"]))
