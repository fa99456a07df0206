"""Who grades: processes on this machine, or the workers of a Dask cluster.

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
from autograder.grading.hosting import Host, Job, Outcome, grade_with
from autograder.grading.records import Graded, from_data, to_data

__all__ = ["Cluster", "Crew", "Here", "grade_on_worker"]

Done = Callable[[Callable[[], Outcome]], None]


class Crew(Protocol):
    """Takes jobs."""

    def capacity(self) -> int:
        """How many jobs are worked on at a time."""

    def submit(self, job: Job, done: Done) -> None:
        """Take a job.

        Args:
            job: the submission.
            done: is called, in any thread, with a function that gives the outcome.
        """

    def close(self) -> None:
        """End every process."""


class Here:
    """Processes on this machine, each driven by a thread of this one."""

    def __init__(self, engine: Job, workers: int):
        self._hosts = [Host(engine) for _ in range(workers)]
        self._free: SimpleQueue[Host] = SimpleQueue()
        for host in self._hosts:
            host.start()
            self._free.put(host)
        self._threads = ThreadPoolExecutor(workers, "grading")

    def capacity(self) -> int:
        """See `Crew`."""
        return len(self._hosts)

    def submit(self, job: Job, done: Done) -> None:
        """See `Crew`."""
        future = self._threads.submit(self._grade, job)
        future.add_done_callback(lambda f: done(f.result))

    def _grade(self, job: Job) -> Outcome:
        host = self._free.get()
        try:
            return grade_with(host, job)
        finally:
            self._free.put(host)

    def close(self) -> None:
        """See `Crew`."""
        for host in self._hosts:
            host.close()
        self._threads.shutdown(wait=False, cancel_futures=True)


class Cluster:
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
        """See `Crew`. A worker more or less is noticed; at least 1, to wait for the first."""
        workers = self._client.scheduler_info(n_workers=-1)["workers"].values()
        return max(1, sum(worker["nthreads"] for worker in workers))

    def submit(self, job: Job, done: Done) -> None:
        """See `Crew`."""
        future = self._client.submit(grade_on_worker, job.as_json(), pure=False, retries=0)

        def outcome() -> Outcome:
            try:
                return _outcome(future.result())
            except self._killed as error:
                return Outcome(refused=f"its worker died again and again: {str(error)[:300]}")

        future.add_done_callback(lambda _: done(outcome))

    def close(self) -> None:
        """See `Crew`. The workers stay; their engines stay warm."""
        self._client.close(timeout=2)


_SECONDS_FOR_A_WORKER = 900
_guard = threading.Lock()
_hosts: dict[str, Host] = {}


def grade_on_worker(job_as_json: str) -> dict[str, Any]:
    """A Dask task: grade one submission in this worker's own process, which stays.

    Args:
        job_as_json: a `Job`.

    Returns:
        Plain data: "graded", "refused" and "broken" as in `Outcome`.
    """
    job = Job(**json.loads(job_as_json))
    outcome = grade_with(_host(job), job)
    return {
        "graded": [[to_data(one.report), one.seconds] for one in outcome.graded],
        "refused": outcome.refused,
        "broken": outcome.broken,
    }


def _host(job: Job) -> Host:
    """The process of the worker that this runs on."""
    from distributed import get_worker

    engine = Job(job.engine, job.settings)
    # Threads of one worker get a process each: an engine does one thing at a time.
    key = f"{get_worker().address} {threading.get_ident()}"
    with _guard:
        if key in _hosts and _hosts[key].engine != engine:
            _hosts.pop(key).close()
        if key not in _hosts:
            _hosts[key] = Host(engine)
        return _hosts[key]


def _outcome(data: dict[str, Any]) -> Outcome:
    graded = tuple(Graded(from_data(report), float(s)) for report, s in data["graded"])
    return Outcome(graded, str(data["refused"]), str(data["broken"]))
